"""Other programs that install packages of Python, and code of Python that has one do it."""

import re
from collections.abc import Iterator

from pinfold.inspect.commands.model import HOLE, Token
from pinfold.inspect.mentioned import Words
from pinfold.inspect.servers.recognise import Started

MENTION = Words.of(
    "conda", "mamba", "micromamba", "easy_install", "poetry", "pdm", "pipenv", "spacy", "rye",
    "pixi", "setup.py",
)  # fmt: skip
# A program -> the words with which it installs what an index has then, without a lock of hashes.
_VERBS: dict[str, tuple[str, ...]] = {
    "conda": ("install", "create", "update", "upgrade", "env create", "env update"),
    "mamba": ("install", "create", "update", "upgrade", "env create", "env update"),
    "micromamba": ("install", "create", "update", "upgrade", "env create", "env update"),
    "pixi": ("add", "install", "global install", "update"),
    "poetry": ("add", "install", "update", "self add", "lock"),
    "pdm": ("add", "install", "update", "lock"),
    "pipenv": ("install", "update", "lock", "upgrade"),
    "rye": ("add", "install", "lock"),
}
_LOCKED = frozenset(
    {"--deploy", "--frozen", "--frozen-lockfile", "--locked", "--check", "--help", "-h",
     "--dry-run"}
)  # fmt: skip
_OF_SETUP = frozenset({"install", "develop", "easy_install"})
_IN_CODE = re.compile(
    r"\b(?:pip[0-9.]*['\"\s,]{1,9}(?:install|download|wheel)\b"
    r"|uv['\"\s,]{1,9}(?:pip['\"\s,]{1,9}install|add)\b"
    r"|pip\.main\(|pip\._internal\b|easy_install\b)[^\n;)\]]{0,160}"
)


def installs(command: Started) -> bool:
    """Whether a command installs what an index has then, with another program than pip or uv."""
    words = [word.text for word in command.words]
    if command.kind == "module" and command.name == "spacy":
        return words[:1] == ["download"]
    if command.kind == "script" and command.name.rpartition("/")[2] == "setup.py":
        return not _OF_SETUP.isdisjoint(words)
    if HOLE in command.name:  # $(which pip)
        return words[:1] == ["install"] and len(words) > 1
    if command.name == "easy_install":
        return bool(words)
    if not _LOCKED.isdisjoint(words):
        return False
    plain = [word for word in words if not word.startswith("-")]
    verbs = _VERBS.get(command.name, ()) if command.kind != "code" else ()
    return any(plain[: len(verb.split())] == verb.split() for verb in verbs)


def in_code(code: Token) -> Iterator[str]:
    """The installations that a code of Python starts, as they are written."""
    for match in _IN_CODE.finditer(code.text):
        if "--require-hashes" not in match[0]:
            yield match[0].strip()
