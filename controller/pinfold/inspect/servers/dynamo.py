"""NVIDIA Dynamo: its vLLM, SGLang and TensorRT-LLM workers.

They fetch the model by a client of their own before the engine starts, and hand its files to the
router; no revision is passed on (ai-dynamo 1.6.1, dynamo/common/model_fetch.py), so that nothing of
the hub counts as pinned. Its frontend, routers and planner load nothing.
"""

from collections.abc import Iterator

from pinfold.inspect.commands.model import Token
from pinfold.inspect.dialects.loose import Loose
from pinfold.inspect.dialects.parsed import Option, Refuses
from pinfold.inspect.dialects.tables import Table
from pinfold.inspect.servers.case import Case
from pinfold.inspect.servers.found import Item
from pinfold.inspect.servers.model import Flag, JsonKey, Module, Server, Slot, Source, Variable
from pinfold.inspect.servers.rows import add
from pinfold.inspect.servers.vllm_artefacts import not_builtin
from pinfold.inspect.workload import Code, Kind, Where

_MODEL: tuple[Source, ...] = (Flag("--model"), Variable("DYN_TRTLLM_MODEL"))
_FILES: tuple[Source, ...] = (
    Flag("--config"),
    Flag("--extra-engine-args", null=False),
    Variable("DYN_TRTLLM_EXTRA_ENGINE_ARGS"),
)
_OVERRIDES: tuple[Source, ...] = (
    Flag("--override-engine-args", null=False),
    Variable("DYN_TRTLLM_OVERRIDE_ENGINE_ARGS"),
)
_DEFAULTS = {
    "dynamo.vllm": "Qwen/Qwen3-0.6B",
    "dynamo.trtllm": "TinyLlama/TinyLlama-1.1B-Chat-v1.0",
}


def quirk(case: Case) -> None:
    """What may name another model, and the model where none is named."""
    for item in _others(case):
        detail = f"{item.text[:60]} can name another model"
        case.report(Code.CONFIGMAP, detail, item.token.place)
    if case.first(_MODEL) is not None or case.opaque:
        return
    default = _DEFAULTS.get(case.entry.label)
    if default is None:
        raise Refuses("no model is named", f"{case.container.place}.image")
    place = f"{case.container.place}.image"
    add(case, Kind.MODEL, Item(default, Token("", place, Where.IMAGE)))


def _others(case: Case) -> Iterator[Item]:
    """Files of options, and options that override them."""
    for source in _FILES:
        item = case.find(source)
        if item is not None and item.text:
            yield item
    item = case.first(_OVERRIDES)
    if item is not None and (item.whole is None or "model" in item.text):
        yield item


def _options() -> tuple[Option, ...]:
    names = (
        ("--model", "--model-path"),
        ("--tokenizer", "--tokenizer-path"),
        ("--hf-config-path",),
        ("--generation-config",),
        ("--speculative-config", "-sc"),
        ("--speculative-draft-model-path", "--speculative-draft-model"),
        ("--config",),
        ("--extra-engine-args",),
        ("--override-engine-args",),
    )
    trust = Option(("--trust-remote-code",), "0")
    return (trust, *(Option(one, "1") for one in names))


WORKERS = tuple(Module(name, Loose(), name=name) for name in (*_DEFAULTS, "dynamo.sglang"))
SERVER = Server(
    name="dynamo",
    commands=WORKERS,
    image_names=(),
    entrypoints=(),
    tables=(Table("dynamo", "1.0", _options()),),
    slots=(
        Slot(Kind.MODEL, named_by=_MODEL),
        Slot(Kind.TOKENIZER, named_by=(Flag("--tokenizer"),)),
        Slot(Kind.CONFIG, named_by=(Flag("--hf-config-path"),)),
        Slot(Kind.CONFIG, named_by=(Flag("--generation-config"),), each=not_builtin),
        Slot(Kind.DRAFT, named_by=(Flag("--speculative-draft-model-path"),)),
        Slot(Kind.DRAFT, named_by=(JsonKey("--speculative-config", "model"),)),
    ),
    hazards={"--trust-remote-code": "trust-remote-code"},
    folder="/workspace",
    quirk=quirk,
)
