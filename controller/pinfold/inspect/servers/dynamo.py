"""NVIDIA Dynamo: its vLLM, SGLang, TensorRT-LLM and FastVideo workers.

They fetch the model by a client of their own before the engine starts, and hand its files to the
router; no revision is passed on (ai-dynamo 1.6.1, dynamo/common/model_fetch.py), so that nothing of
the hub counts as pinned. Its frontend, routers and planner load nothing.
"""

from collections.abc import Mapping
from typing import Any

from pinfold.inspect.commands.model import Token
from pinfold.inspect.dialects.config_file import mapping_of_text
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
_FILE = Flag("--config")  # of vLLM's and SGLang's options
_ENGINE_FILE: tuple[Source, ...] = (
    Flag("--extra-engine-args", null=False),
    Variable("DYN_TRTLLM_EXTRA_ENGINE_ARGS"),
)
_ENGINE: tuple[Source, ...] = (
    Flag("--override-engine-args", null=False),
    Variable("DYN_TRTLLM_OVERRIDE_ENGINE_ARGS"),
)
# Arguments of TensorRT-LLM's engine that name something: tensorrt_llm/llmapi/llm_args.py (1.2).
_KEYS = {
    ("model",): Kind.MODEL,
    ("tokenizer",): Kind.TOKENIZER,
    ("speculative_config", "speculative_model"): Kind.DRAFT,
    ("speculative_config", "speculative_model_dir"): Kind.DRAFT,
    ("lora_config", "lora_dir"): Kind.ADAPTER,
}
_DEFAULTS = {
    "dynamo.vllm": "Qwen/Qwen3-0.6B",
    "dynamo.trtllm": "TinyLlama/TinyLlama-1.1B-Chat-v1.0",
}


def quirk(case: Case) -> None:
    """What a file of options and the engine's arguments name; the model where nothing names one."""
    file = case.find(_FILE)
    if file is not None:
        detail = f"{file.text[:60]} can name another model"
        case.report(Code.CONFIGMAP, detail, file.token.place)
    _engine(case)
    if case.first(_MODEL) is not None or case.opaque:
        return
    default = _DEFAULTS.get(case.entry.label)
    if default is None:
        raise Refuses("no model is named", f"{case.container.place}.image")
    place = f"{case.container.place}.image"
    add(case, Kind.MODEL, Item(default, Token("", place, Where.IMAGE)))


def _engine(case: Case) -> None:
    """The arguments of TensorRT-LLM's engine: a file, and JSON that comes after it."""
    file = case.first(_ENGINE_FILE)
    if file is not None and file.text:
        text, step = case.container.mounts.text(file.text, case.home)
        if isinstance(text, Code):
            detail = f"{step}, and can name another model"
            case.report(text, detail, file.token.place)
        else:
            via = (*file.token.via, step)
            token = Token(file.text, file.token.place, Where.CONFIG, via)
            _named(case, mapping_of_text(text, token), token)
    given = case.first(_ENGINE)
    if given is None or not given.text:
        return
    if given.unread is not None:
        case.say(given.unread, given.token.place)
        return
    _named(case, mapping_of_text(given.text, given.token), given.token)


def _named(case: Case, arguments: Mapping[Any, Any], token: Token) -> None:
    for path, kind in _KEYS.items():
        value: Any = arguments
        for key in path:
            value = value.get(key) if isinstance(value, dict) else None
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, str) and one:
                add(case, kind, Item(one, token.saying(one)))


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


_OTHERS = ("dynamo.sglang", "dynamo.fastvideo")
WORKERS = tuple(Module(name, Loose(), name=name) for name in (*_DEFAULTS, *_OTHERS))
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
