"""The LM Evaluation Harness: `lm_eval`, whose `--model_args` name what it evaluates.

With most kinds of model it loads one itself; with the clients of an API it loads a tokenizer at
most. Source: lm_eval 0.4.13 (_cli/run.py, utils.py, models/).
"""

from collections.abc import Mapping

from pinfold.inspect.commands.model import HOLE, Token
from pinfold.inspect.dialects.loose import Loose
from pinfold.inspect.dialects.parsed import Option, Refuses, Unclear, parse_json
from pinfold.inspect.dialects.tables import Table
from pinfold.inspect.servers.case import Case
from pinfold.inspect.servers.found import Item
from pinfold.inspect.servers.model import Flag, Module, Program, Server
from pinfold.inspect.servers.rows import add
from pinfold.inspect.workload import Code, Kind, Pin, PinForm

# They pass the revision on (models/huggingface.py:319-370, vllm_causallms.py:65-71).
_PINNED = frozenset({"hf", "hf-auto", "huggingface", "hf-multimodal", "vllm", "vllm-vlm"})
_OTHERS = frozenset({"sglang", "mamba_ssm", "openvino", "ipex", "habana", "neuronx", "steered"})
_CLIENTS = frozenset(
    {
        "anthropic-chat", "anthropic-chat-completions", "anthropic-completions",
        "azure-openai-chat-completions", "dummy", "gguf", "ggml", "litellm", "litellm-chat",
        "litellm-chat-completions", "local-chat-completions", "local-completions",
        "openai-chat-completions", "openai-completions", "sglang-generate", "textsynth",
        "watsonx_llm",
    }
)  # fmt: skip
_TRUE = ("true", "1")
_SUBCOMMANDS = ("ls", "list", "validate")


def quirk(case: Case) -> None:
    """What the arguments of the model name."""
    words = case.parsed.positionals
    if words and words[0].text in _SUBCOMMANDS:
        return
    file = case.find(Flag("--config"))
    if file is not None:
        detail = f"{file.text[:60]} names a model, and is not read here"
        case.report(Code.CONFIGMAP, detail, file.token.place)
        return
    kind = case.find(Flag("--model"))
    name = kind.text if kind is not None else "hf"
    if name not in _PINNED | _OTHERS | _CLIENTS:
        place = kind.token.place if kind is not None else case.container.place
        raise Unclear(Code.UNKNOWN_SERVER, f"what a model {name[:60]!r} is, is not known", place)
    given = _arguments(case)
    if name not in _CLIENTS:
        model = given.get("pretrained")
        if model is None:
            raise Refuses("--model_args names no model", f"{case.container.place}.image")
        _add(case, Kind.MODEL, model, given, pinned=name in _PINNED)
        for key in ("peft", "delta"):
            if key in given:
                _add(case, Kind.ADAPTER, given[key], given, pinned=name.startswith("h"))
    if "tokenizer" in given:
        own = "tokenizer_revision" if name.startswith("vllm") else "revision"
        _add(case, Kind.TOKENIZER, given["tokenizer"], given, pinned=name not in _OTHERS, key=own)
    trust = given.get("trust_remote_code")
    if trust is not None and trust.text.lower() in _TRUE:
        case.hazard("trust-remote-code", trust.place)


def _add(
    case: Case,
    kind: Kind,
    value: Token,
    given: Mapping[str, Token],
    *,
    pinned: bool,
    key: str = "revision",
) -> None:
    revision = given.get(key)
    if not pinned:
        add(case, kind, Item(value.text, value, value.unread))
    elif revision is not None and revision.unread is not None:
        raise Unclear(revision.unread.code, revision.unread.detail, revision.place)
    else:
        pin = Pin(PinForm.SUFFIX, f",{key}=", revision.place if revision else None)
        text = revision.text if revision else None
        add(case, kind, Item(value.text, value, value.unread, revision=text, pin=pin))


def _arguments(case: Case) -> dict[str, Token]:
    """`name=value,name=value`, in one word or several, or a JSON."""
    found: dict[str, Token] = {}
    given = case.parsed.options.get("--model-args", ())
    for word in (word for one in given for word in one.values):
        if word.text.strip().startswith("{"):
            found |= _json(word)
            continue
        for part in filter(None, word.text.strip().split(",")):
            name, equals, value = part.partition("=")
            if HOLE in name or (not equals and HOLE in part):
                raise Unclear.because(word)
            found[name.strip()] = word.saying(_number(value))
    return found


def _number(text: str) -> str:
    """A text of digits is a number to it, and loses its leading noughts (utils.py)."""
    return (text.lstrip("0") or "0") if text.isnumeric() else text


def _json(word: Token) -> dict[str, Token]:
    if word.unread is not None:
        raise Unclear.because(word)
    try:
        value = parse_json(word.text)
    except ValueError as error:
        raise Refuses("--model_args holds no JSON", word.place) from error
    return {str(key): word.saying(str(one)) for key, one in value.items() if one is not None}


RUN = Program("lm_eval", Loose(), names=("lm_eval", "lm-eval"))
MODULE = Module("lm_eval", Loose(), name="lm_eval")
SERVER = Server(
    name="lm-eval",
    commands=(RUN, MODULE),
    image_names=(),
    entrypoints=(),
    tables=(
        Table(
            "lm-eval",
            "0.4.13",
            (
                Option(("--model", "-M"), "1"),
                Option(("--model-args", "-a"), "*"),
                Option(("--config", "-C"), "1"),
                Option(("--trust-remote-code",), "0"),
            ),
        ),
    ),
    slots=(),
    hazards={"--trust-remote-code": "trust-remote-code"},
    quirk=quirk,
)
