"""Which server a command line starts: by its words first, then by the image's name."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from pinfold.inspect.commands.model import Token
from pinfold.inspect.commands.wrappers import basename
from pinfold.inspect.downloads import python_code
from pinfold.inspect.globs import Glob
from pinfold.inspect.images.reference import InvalidReference, parse_reference
from pinfold.inspect.mentioned import Words
from pinfold.inspect.servers import nim
from pinfold.inspect.servers.known import has_model_word, matches
from pinfold.inspect.servers.listed import DOWNLOADS, SERVERS
from pinfold.inspect.servers.model import Module, Program, Server

_PYTHON = re.compile(r"(?:python|pypy)[0-9.]*|py")
_QUOTED = re.compile(r"[\"'\\]")
_QUOTES = str.maketrans("", "", "\"'\\")
# Programs that fetch a model as they fetch anything else.
_FETCHES = Words.of(
    "aws", "s5cmd", "gsutil", "gcloud", "azcopy", "rclone", "mc", "tosutil", "obsutil", "ossutil",
    "ossutil64", "coscli", "ngc", "kaggle", "aibrix_download", "aibrix.downloader", "oras", "crane",
    "skopeo", "kit", "az", "gdown", "mlflow", "wandb", "dvc",
)  # fmt: skip
# Files of models by their names, where an address is near.
_WEIGHTS = re.compile(r"\.(?:pth?|ckpt|onnx|nemo|joblib|h5|keras)(?![\w.])")
_WITH_VALUE = frozenset({"-W", "-X", "--check-hash-based-pycs"})


@dataclass(frozen=True, slots=True)
class Started:
    """A program as it is started: its name, a module or a script of Python, and its words."""

    kind: str  # program, module, script, code
    name: str
    words: tuple[Token, ...]
    token: Token

    @property
    def title(self) -> str:
        """What a message calls it."""
        return "python -c" if self.kind == "code" else self.name[:60]


@dataclass(frozen=True, slots=True)
class Found:
    """A server's entry point and the words for it."""

    server: Server
    entry: Program | Module
    words: tuple[Token, ...]


def started(argv: tuple[Token, ...]) -> Started:
    """What a command line starts; Python's own options are taken off."""
    name = basename(argv[0])
    if not _PYTHON.fullmatch(name):
        return Started("program", name, argv[1:], argv[0])
    index = 1
    while index < len(argv):
        token = argv[index]
        text = token.text
        if text in ("-m", "-c") and index + 1 < len(argv):
            kind = "module" if text == "-m" else "code"
            return Started(kind, argv[index + 1].text, argv[index + 2 :], argv[index + 1])
        if text.startswith("-m") and len(text) > 2:
            return Started("module", text[2:], argv[index + 1 :], token)
        if not text.startswith("-") or text == "-":
            return _script(token, argv[index + 1 :])
        index += 2 if text in _WITH_VALUE else 1
    return Started("program", name, (), argv[0])


def _script(token: Token, words: tuple[Token, ...]) -> Started:
    """`python3 /usr/bin/vllm serve` is vllm; any other file is a script."""
    name = basename(token)
    if name in _by_program():
        return Started("program", name, words, token)
    return Started("script", token.text, words, token)


def find(command: Started) -> Found | None:
    """The server that a command line starts, if it is one that is read."""
    if command.kind == "module":
        return _module(command)
    if command.kind == "code" and python_code.mentions(command.name):
        words = (command.token, *command.words)
        return Found(python_code.SERVER, python_code.CODE, words)
    if command.kind != "program":
        return None
    for server, entry in _by_program().get(command.name, ()):
        texts = tuple(token.text for token in command.words[: len(entry.words)])
        if texts == entry.words:
            return Found(server, entry, command.words[len(entry.words) :])
    return None


def _module(command: Started) -> Found | None:
    if command.name == "vllm.entrypoints.cli.main":
        return find(Started("program", "vllm", command.words, command.token))
    for server in SERVERS:
        for entry in server.commands:
            if isinstance(entry, Module) and entry.name == command.name:
                return Found(server, entry, command.words)
    return None


@lru_cache(maxsize=1)
def _by_program() -> Mapping[str, tuple[tuple[Server, Program], ...]]:
    found: dict[str, tuple[tuple[Server, Program], ...]] = {}
    for server in SERVERS:
        for entry in server.commands:
            if isinstance(entry, Program):
                for name in entry.names:
                    found[name] = (*found.get(name, ()), (server, entry))
    return found


@lru_cache(maxsize=1)
def _names() -> Words:
    """The names of servers' programs that no word that models alone have finds."""
    names = {
        name
        for server in SERVERS
        if server not in DOWNLOADS
        for entry in server.commands
        for name in ((entry.name,) if isinstance(entry, Module) else entry.names)
    }
    return Words.of(*sorted(name for name in names if not has_model_word(name)))


def mentions(text: str) -> bool:
    """Whether a text may be about models: by its words, or by the name of a server's program.

    A shell takes quotes and backslashes off: v""llm is vllm.
    """
    plain = text.replace("\\\n", "").translate(_QUOTES) if _QUOTED.search(text) else text
    texts = (text,) if plain == text else (text, plain)
    names = _names()
    for one in texts:
        if has_model_word(one) or _FETCHES.stand_in(one) or names.stand_in(one):
            return True
    return python_code.mentions(text) or ("://" in text and bool(_WEIGHTS.search(text)))


def image_mentions(name: str) -> bool:
    """Whether an image's name may be that of something about models."""
    return (_image_mentions if len(name) <= _KEPT_LENGTH_MAX else mentions)(name)


@lru_cache(maxsize=1024)
def server_of_image(path: str) -> Server | None:
    """The server that an image of this path runs, by the last segment, or the last two."""
    parts = path.rsplit("/", 2)
    names = (parts[-1], "/".join(parts[-2:]))
    for server in SERVERS:
        if any(matches(name, server.image_names) for name in names):
            return server
    return None


def path_of(image: str) -> str:
    """The path in a text that is no reference: `${REGISTRY}/vllm-openai:latest`, REGION/… ."""
    path, slash, name = image.partition("@")[0].rpartition("/")
    return path + slash + name.partition(":")[0]


def server_of_hints(image: str, hints: tuple[tuple[str, str], ...]) -> Server | None:
    """The server that a hint, or the image's own path, names: the first that fits.

    A hint fits the name as it is written, or in full: docker.io/library/x for x.
    """
    return (_hinted_kept if len(image) <= _KEPT_LENGTH_MAX else _hinted)(image, hints)


def _hinted(image: str, hints: tuple[tuple[str, str], ...]) -> Server | None:
    for pattern, name in (*hints, *nim.IMAGES):
        glob = Glob.parse(pattern)
        if glob.matches(image) or glob.matches(_in_full(image)):
            return next((server for server in SERVERS if server.name == name), None)
    return None


_KEPT_LENGTH_MAX = 512  # no reference is longer; a text that is none may be of any length
_hinted_kept = lru_cache(maxsize=1024)(_hinted)
_image_mentions = lru_cache(maxsize=1024)(mentions)


def _in_full(image: str) -> str:
    try:
        return parse_reference(image).canonical
    except InvalidReference:
        return image
