"""SGLang: `sglang serve`, its launch_server module, and the SageMaker form of its image.

Source lines are of sglang 0.5.23 (paths under sglang/srt/) unless another version is named.
"""

import posixpath
from collections.abc import Sequence

from pinfold.inspect.commands.model import HOLE, Environment
from pinfold.inspect.dialects.argparse_plain import Plain
from pinfold.inspect.dialects.parsed import Refuses, parse_json
from pinfold.inspect.dialects.tables import Table
from pinfold.inspect.servers import hub
from pinfold.inspect.servers.case import Case
from pinfold.inspect.servers.found import Item
from pinfold.inspect.servers.hub import Reference, is_path
from pinfold.inspect.servers.model import Entrypoint, Flag, Module, Program, Server, Slot
from pinfold.inspect.servers.rows import add
from pinfold.inspect.servers.sglang_words import PREFIX, Launch, SagemakerScript, Serve
from pinfold.inspect.workload import Kind, Origin

SERVE = Program("sglang serve", Serve(), names=("sglang",), words=("serve",))
MODULE = Module("sglang.launch_server", Launch(), name="sglang.launch_server")
_TABLES = tuple(Table.load(f"sglang-{version}") for version in ("0.4.6.post5", "0.5.5", "0.5.23"))
_ROUTER = Table.load("sglang-router-0.3.2").options
# The router starts its workers, and has no --config (sglang_router/launch_server.py).
_WITH_ROUTER = tuple(Table("sglang", t.version, (*t.options, *_ROUTER)) for t in _TABLES)
ROUTED = Module(
    "sglang_router.launch_server", Plain(), tables=_WITH_ROUTER, name="sglang_router.launch_server"
)
GATEWAY = Program(
    "smg server",
    Plain(),
    tables=_WITH_ROUTER,
    names=("smg", "amg", "sglang-router"),
    words=("server",),
)
SAGEMAKER = Program("SageMaker", SagemakerScript(), variables=PREFIX)

_MODEL = Flag("--model-path", null=False)
_REVISION = Flag("--revision", null=False)
_DRAFT_REVISION = Flag("--speculative-draft-model-revision", null=False)


def refer(text: str) -> Reference:
    """As transformers take it; a file of a repository follows the revision, too.

    Source: utils/hf_transformers/common.py:408-485.
    """
    if "://" not in text and not is_path(text) and text.endswith(".gguf") and text.count("/") > 1:
        return Reference(Origin.HUB, pinnable=True)
    return hub.refer(text)


def lora_paths(case: Case, _item: Item) -> Sequence[Item]:
    """`path`, `name=path` or JSON, each word one (arg_groups/argparse_actions.py, lora_hook.py)."""
    given = case.parsed.last("--lora-paths")
    words = given.values if given else ()
    return [_lora(Item(word.text.strip(), word, word.unread)) for word in words]


def _lora(item: Item) -> Item:
    text = item.text
    if not (text.startswith("{") and text.endswith("}")):
        return Item(text.partition("=")[2] if "=" in text else text, item.token, item.unread)
    if item.unread is not None:
        return Item(HOLE, item.token, item.unread)
    try:
        return Item(str(parse_json(text)["lora_path"]), item.token)
    except (ValueError, TypeError, LookupError) as error:
        raise Refuses(f"--lora-paths: {text[:60]!r} names no adapter", item.token.place) from error


def token_map(_case: Case, item: Item) -> Sequence[Item]:
    """`org/repository/file`: the folder of it names the repository (spec_utils.py:792)."""
    text = item.text if is_path(item.text) else posixpath.dirname(item.text) or item.text
    return (Item(text, item.token, item.unread),)


def local_path(_case: Case, item: Item) -> Sequence[Item]:
    """Only ever a path."""
    reference = Reference(Origin.LOCAL, pinnable=False)
    return (Item(item.text, item.token, item.unread, reference=reference),)


SLOTS = (
    Slot(Kind.MODEL, named_by=(_MODEL,), pinned_by=(_REVISION,)),
    # Its only pin is the model's (managers/tokenizer_manager.py:643-647).
    Slot(Kind.TOKENIZER, named_by=(Flag("--tokenizer-path", null=False),), pinned_by=(_REVISION,)),
    # The router's own tokenizer, without any revision (sglang_router/router_args.py:610-620).
    Slot(
        Kind.TOKENIZER,
        named_by=(Flag("--router-tokenizer-path"), Flag("--router-model-path")),
    ),
    # An adapter is fetched without any revision (lora/lora_config.py:80, lora/lora.py:146).
    Slot(Kind.ADAPTER, named_by=(Flag("--lora-paths", null=False),), each=lora_paths),
    Slot(Kind.ADAPTER, named_by=(Flag("--uno-lora-path", null=False),)),
    Slot(Kind.CONFIG, named_by=(Flag("--speculative-token-map", null=False),), each=token_map),
    Slot(Kind.CONFIG, named_by=(Flag("--model-checksum", null=False),)),
    Slot(Kind.CONFIG, named_by=(Flag("--quantization-param-path"),), each=local_path),
    Slot(Kind.CONFIG, named_by=(Flag("--decrypted-config-file", null=False),), each=local_path),
    Slot(
        Kind.WEIGHTS,
        named_by=(Flag("--modelopt-checkpoint-restore-path", null=False),),
        each=local_path,
    ),
    Slot(Kind.WEIGHTS, named_by=(Flag("--kt-weight-path", null=False),), each=local_path),
)


def quirk(case: Case) -> None:
    """The model that must be named, the draft, and modules of the user's own."""
    if case.find(_MODEL) is None:
        raise Refuses("--model-path is not given", f"{case.container.place}.image")
    draft = case.find(Flag("--speculative-draft-model-path", null=False))
    if draft is not None:
        # Never --revision, but main (arg_groups/speculative_hook.py:122-131); in 0.4 the model's.
        own = _DRAFT_REVISION.name in case.table.by_name
        by = _DRAFT_REVISION if own else _REVISION
        add(case, Kind.DRAFT, draft, case.find(by), (by,))
    for name in ("SGLANG_EXTERNAL_MODEL_PACKAGE", "SGLANG_PLUGINS"):  # environ.py
        package = case.environment.told(name)
        if package is not None and package.text:
            case.hazard("import-path", package.place, f"{name}={package.text}")


def _sets_sagemaker(environment: Environment) -> bool:
    return any(name.startswith(PREFIX) for name in environment.values)


def _sets_nothing(environment: Environment) -> bool:
    return not _sets_sagemaker(environment)


SERVER = Server(
    name="sglang",
    commands=(SERVE, MODULE, ROUTED, GATEWAY),
    image_names=("sglang", "sglang-cpu*", "sglang-rocm*", "sglang-xpu*", "sglang-npu*"),
    entrypoints=(
        # The image has no server of its own: one made from it, under its name, starts the module.
        Entrypoint(MODULE, when=_sets_nothing),
        Entrypoint(SAGEMAKER, when=_sets_sagemaker),
    ),
    tables=_TABLES,
    slots=SLOTS,
    hazards={
        "--trust-remote-code": "trust-remote-code",
        "--custom-weight-loader": "import-path",
        "--enable-custom-logit-processor": "code-in-requests",
    },
    modelscope="SGLANG_USE_MODELSCOPE",
    truths=frozenset({"1", "true", "yes", "y"}),  # environ.py, EnvBool
    model_variables=("SM_SGLANG_MODEL_PATH",),
    folder="/sgl-workspace",
    refer=refer,
    quirk=quirk,
)
