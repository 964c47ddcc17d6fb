"""KServe's Hugging Face server, with vLLM's options beside its own.

Source lines are of 0.17 (paths under python/huggingfaceserver/huggingfaceserver/). It reads its
command line by `parse_known_args`, so that what it does not know is left aside without a word.
"""

from dataclasses import replace

from pinfold.inspect.commands.model import Token
from pinfold.inspect.dialects.argparse_plain import Plain
from pinfold.inspect.dialects.parsed import Option
from pinfold.inspect.dialects.tables import Table
from pinfold.inspect.downloads.address import of_uri
from pinfold.inspect.servers.case import Case
from pinfold.inspect.servers.found import Item
from pinfold.inspect.servers.model import Entrypoint, Flag, Inherit, JsonKey, Module, Server, Slot
from pinfold.inspect.servers.rows import add
from pinfold.inspect.servers.vllm_artefacts import HAZARDS, lora_modules, not_builtin
from pinfold.inspect.workload import Kind, Origin, State, Where

_MODEL_ID = Flag("--model_id")
_MODEL_DIR = Flag("--model_dir", null=False)
_REVISION = Flag("--model_revision")
_DEFAULT = "/mnt/models"
_TRUST = ("--trust_remote_code", "--trust-remote-code")


def _table(own: Table, engine: Table) -> Table:
    """Its options and those of the engine; --model of that is overwritten, and ambiguous alone."""
    taken = {"--model", *own.by_name}
    more: list[Option] = []
    for option in engine.options:
        names = tuple(name for name in option.names if name not in taken)
        if names:
            more.append(Option(names, option.arity, option.no, option.type, option.append))
    return Table(own.server, own.version, (*own.options, *more))


def quirk(case: Case) -> None:
    """A folder or an address where no repository is named, and code that follows main."""
    model = case.find(_MODEL_ID)
    if model is None:
        _folder(case)
    elif any((given := case.parsed.last(name)) is not None and not given.off for name in _TRUST):
        code_at_main(case, model)


def _folder(case: Case) -> None:
    folder = case.find(_MODEL_DIR)
    if folder is None:
        token = Token("", f"{case.container.place}.image", Where.IMAGE)
        add(case, Kind.MODEL, Item(_DEFAULT, token))
    elif "://" in folder.text:
        add(case, Kind.MODEL, of_uri(folder.token))
    else:
        add(case, Kind.MODEL, folder)


def code_at_main(case: Case, model: Item) -> None:
    """The architecture is looked up at main, with the code of the repository (vllm/utils.py:48)."""
    add(case, Kind.CODE, model)
    row = case.artefacts[-1]
    if row.origin is not Origin.HUB:
        case.artefacts.pop()
    else:
        case.artefacts[-1] = replace(row, state=State.UNPINNED)


MODEL = Slot(Kind.MODEL, named_by=(_MODEL_ID,), pinned_by=(_REVISION,))
MODULE = Module("huggingfaceserver", Plain(known_only=True), name="huggingfaceserver")
SERVER = Server(
    name="kserve",
    commands=(MODULE,),
    image_names=("huggingfaceserver*",),
    entrypoints=(Entrypoint(MODULE),),
    tables=(_table(Table.load("kserve-0.17.0"), Table.load("vllm-0.14.1")),),
    slots=(
        MODEL,
        Slot(
            Kind.TOKENIZER,
            named_by=(Flag("--tokenizer"),),
            default=Inherit(MODEL),
            pinned_by=(Flag("--tokenizer_revision"), _REVISION),
        ),
        Slot(Kind.CONFIG, named_by=(Flag("--hf-config-path"),), pinned_by=(_REVISION,)),
        Slot(Kind.CONFIG, named_by=(Flag("--generation-config"),), each=not_builtin),
        Slot(Kind.ADAPTER, named_by=(Flag("--lora-modules", null=False),), each=lora_modules),
        Slot(
            Kind.DRAFT,
            named_by=(JsonKey("--speculative-config", "model"),),
            pinned_by=(JsonKey("--speculative-config", "revision"),),
        ),
    ),
    hazards={**HAZARDS, **dict.fromkeys(_TRUST, "trust-remote-code")},
    folder="/workspace",
    quirk=quirk,
)
