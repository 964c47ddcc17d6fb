"""Models that are named to a program which is not read here: a trainer, a script in an image.

`torchrun train.py --model_name_or_path org/m` names a model, though only train.py says what becomes
of it. So it is listed, and opaque: whether a revision counts is for the program to say. A program
that is told an address as well is a client, whose model is that of the server which it calls.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from pinfold.inspect.commands.model import HOLE, Process, Token, Value
from pinfold.inspect.dialects.parsed import Parsed
from pinfold.inspect.dialects.tables import Table
from pinfold.inspect.dialects.wordless import Wordless
from pinfold.inspect.servers import rows
from pinfold.inspect.servers.case import Case, Container
from pinfold.inspect.servers.found import Item
from pinfold.inspect.servers.hub import is_path, is_repository
from pinfold.inspect.servers.model import Program, Server
from pinfold.inspect.workload import Artefact, ContainerFacts, Kind, Origin, State

_TABLE = Table("unknown", "0", ())
SERVER = Server(
    name="unknown",
    commands=(),
    image_names=(),
    entrypoints=(),
    tables=(_TABLE,),
    slots=(),
)
_ENTRY = Program("unknown", Wordless())

_REST = r"(?:-(?:id|name|or|path|repo|uri|hf|checkpoint))*"
_BEFORE = r"(?:[a-z0-9-]{1,60}-)?"
# By the name of an option, a key or a variable, with dashes and in lower case.
_KINDS = (
    (Kind.TOKENIZER, re.compile(rf"{_BEFORE}tokenizer{_REST}")),
    (Kind.ADAPTER, re.compile(rf"{_BEFORE}(?:adapter|lora|peft)(?:-model)?{_REST}")),
    (Kind.DRAFT, re.compile(rf"{_BEFORE}(?:draft|speculative|assistant)-model{_REST}")),
    (
        Kind.MODEL,
        re.compile(rf"m|{_BEFORE}(?:model|checkpoint|pretrained|backbone|parameters){_REST}"),
    ),
)
# The variables with an address that make a container a client: not those of trackers and proxies.
_SERVERS = re.compile(
    r".*(?:LLM|OPENAI|OLLAMA|TGI|TEI|TRITON|SGLANG|INFER|MODEL|EMBED|WHISPER|API_BASE|BASE_URL"
    r"|UPSTREAM|BACKEND).*"
)
# What is written, or what is only said to clients, is not loaded.
_OTHER = re.compile(
    r"(?:.*-)?(?:hub|out|output|save|saved|merged|served|push|target|export|new|dest|judge|remote"
    r"|api|openai|upload|result)-.*"
)
_ADDRESS = re.compile(r"https?://(?!huggingface\.co/|hf\.co/)", re.IGNORECASE)
_TEXTS = r"py|sh|json|jsonl|ya?ml|toml|txt|csv|parquet|tar"
_FILES = re.compile(rf".*\.(?:{_TEXTS}|bin|pt|pth|ckpt|gguf|safetensors|onnx|nemo)")
_NO_WEIGHTS = re.compile(rf".*\.(?:{_TEXTS})")
_FOLDERS = frozenset(
    {
        "app", "assets", "checkpoint", "checkpoints", "ckpt", "ckpts", "config", "configs", "data",
        "datasets", "examples", "experiments", "mnt", "model", "models", "opt", "output",
        "outputs", "results", "runs", "scripts", "src", "tmp", "weights", "workspace",
    }
)  # fmt: skip
_KEY = re.compile(r"(?:--?|\+{0,2}|~)([A-Za-z][\w./@-]{0,120})(?:=(.*))?", re.DOTALL)
_PREFIX = re.compile(r"hf:(?://)?")
_WORDS = (
    "model", "tokenizer", "adapter", "lora", "checkpoint", "pretrained", "backbone", "or_path",
    "or-path",
)  # fmt: skip
_NAMED = (
    r"(?:model|tokenizer|adapter|lora|checkpoint|pretrained|backbone)[\w.-]{0,40}[= ]\s{0,9}[\"']?"
    r"(?:(?:s3|gs|hf):/{0,2})?[\w.-]{1,96}/[\w.-]|name[_-]or[_-]path"
)
_MENTION = re.compile(_NAMED, re.IGNORECASE)
_FOLDED = re.compile(_NAMED)  # takes half as long


def mentions(text: str) -> bool:
    """Whether a text may name a model behind an option or a key."""
    if not text.isascii():
        return _MENTION.search(text) is not None
    folded = text.lower()
    return any(map(folded.__contains__, _WORDS)) and _FOLDED.search(folded) is not None


def words_of(process: Process) -> Sequence[Token]:
    """The words of a command line, also of one that is written as a single word by mistake."""
    program = process.argv[0]
    parts = program.text.split() if program.unread is None else []
    split = [program.saying(part) for part in parts] if len(parts) > 1 else []
    return (*split, *process.argv[1:])


def by_words(words: Sequence[Token], process: Process, container: Container) -> ContainerFacts:
    """What the words of a command line name."""
    if any(_ADDRESS.search(word.text) for word in words):
        return ContainerFacts()
    return _facts(_pairs(words), process, container)


def by_variables(process: Process, container: Container) -> ContainerFacts:
    """What the variables of a container name that is likely to load a model."""
    values = process.environment.values
    servers = (value for name, value in values.items() if _SERVERS.fullmatch(name.upper()))
    if any(_ADDRESS.match(value.text) for value in servers):
        return ContainerFacts()
    found = ((name, _token(value)) for name, value in values.items())
    return _facts(found, process, container)


def _token(value: Value) -> Token:
    return Token(value.text, value.place, value.where, value.via, value.unread)


def _pairs(words: Sequence[Token]) -> Iterator[tuple[str, Token]]:
    """Option or key, and its value: `--model X`, `--model=X`, `model.path=X`."""
    for index, word in enumerate(words):
        match = _KEY.fullmatch(word.text)
        if match is None:
            continue
        if match[2] is not None:
            yield match[1], word.cut(match.start(2))
        elif word.text.startswith("-") and index + 1 < len(words):
            yield match[1], words[index + 1]


def _facts(
    pairs: Iterable[tuple[str, Token]], process: Process, container: Container
) -> ContainerFacts:
    case = Case(SERVER, _ENTRY, _TABLE, Parsed(), process.environment, process.folder, container)
    for name, token in pairs:
        kind = _kind(name)
        if kind is not None and len(case.artefacts) < rows.MOST and _names_one(name, token):
            rows.add(case, kind, Item(_PREFIX.sub("", token.text), token))
    return ContainerFacts(tuple(map(_unclear, case.artefacts)))


def _kind(name: str) -> Kind | None:
    folded = re.sub(r"[_./@-]+", "-", name).lower()
    if _OTHER.fullmatch(folded):
        return None
    return next((kind for kind, pattern in _KINDS if pattern.fullmatch(folded)), None)


def _names_one(name: str, token: Token) -> bool:
    """Whether a value is a model's name; a word alone is one only where nothing else can stand."""
    text = token.text
    if HOLE in text or "$" in text or _ADDRESS.match(text):
        return False
    if "://" in _PREFIX.sub("", text):
        return text.startswith(("s3://", "gs://"))
    if is_path(text):
        return "checkpoint" not in name.lower() and not _NO_WEIGHTS.fullmatch(text)
    text = _PREFIX.sub("", text).partition(":")[0]
    organisation, slash, _rest = text.partition("/")
    if not is_repository(text) or _FILES.fullmatch(text.lower()):
        return False
    if slash:
        return organisation.lower() not in _FOLDERS
    return re.sub(r"[_.-]", "", name).lower().endswith("nameorpath") and not text.isdigit()


def _unclear(artefact: Artefact) -> Artefact:
    """Of a hub's repository it is not known whether the program takes a revision."""
    is_hub = artefact.origin in (Origin.HUB, Origin.MODELSCOPE)
    return replace(artefact, state=State.OPAQUE) if is_hub else artefact
