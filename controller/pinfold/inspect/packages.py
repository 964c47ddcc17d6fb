"""Packages of Python that a container installs as it starts: pip, uv, pipx, and their variables.

What an index has then is what runs; only hashes say otherwise (pip's secure installs, uv's the
same). Hazards: pip-install, git-package, extra-index, package-index, trusted-host, find-links.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pinfold.inspect import package_files, package_tools
from pinfold.inspect.commands.files import Files
from pinfold.inspect.commands.model import Commands, Environment, Process, Token
from pinfold.inspect.commands.mounts import Mounts
from pinfold.inspect.commands.python_starts import starts_of
from pinfold.inspect.commands.wrappers import basename
from pinfold.inspect.downloads.python_files import code_of
from pinfold.inspect.mentioned import Words
from pinfold.inspect.package_words import INDEXES, PACKAGES, Install, read_words, takes_value
from pinfold.inspect.servers.recognise import started
from pinfold.inspect.workload import Code

MENTION = package_tools.MENTION | Words(
    {"pip": r"\bpip", "uv": r"\buvx?\b", "PIP_": "PIP_", "UV_": "UV_"}
)
INSTALL = "pip-install"
_PIP = re.compile(r"pip[0-9.]*")
_COMMIT = re.compile(r"[0-9a-f]{40}", re.ASCII)
_HASHED = re.compile(r"://[^#\s]*\.(?:whl|zip|tar\.gz)#(?:[^#]*&)?sha256=[0-9a-f]{64}(?![0-9a-f])")
_SECRET = re.compile(r"://[^/@\s]+@")
_TRUE = frozenset({"1", "true", "yes", "on", "y", "t"})
_VARIABLES = {
    "PIP_EXTRA_INDEX_URL": "extra-index", "UV_EXTRA_INDEX_URL": "extra-index",
    "UV_INDEX": "extra-index", "PIP_INDEX_URL": "package-index", "UV_INDEX_URL": "package-index",
    "UV_DEFAULT_INDEX": "package-index", "PIP_TRUSTED_HOST": "trusted-host",
    "UV_INSECURE_HOST": "trusted-host", "PIP_FIND_LINKS": "find-links",
    "UV_FIND_LINKS": "find-links",
}  # fmt: skip
_LOCKED = frozenset({"--frozen", "--locked", "--check", "--dry-run", "--help"})


@dataclass(frozen=True, slots=True)
class Found:
    """A hazard before it has a container."""

    hazard: str
    place: str
    text: str


def packages_of(commands: Commands, mounts: Mounts) -> Iterator[Found]:
    """What is dangerous in the installations of a container, and in the variables for them."""
    seen: set[str] = set()
    processes = (*commands.processes, *commands.started)
    for environment in {id(one.environment): one.environment for one in processes}.values():
        for name, hazard in _VARIABLES.items():
            value = environment.told(name)
            if value is not None and _counts(hazard, value.text) and name not in seen:
                seen.add(name)
                yield Found(hazard, value.place, _open(f"{name}={value.text}"))
    for process in commands.started:
        for words in _installations(process):
            yield from _of_install(words, process, mounts)
        yield from _of_others(process, mounts)
    yield from _of_configuration(commands, mounts)


def _of_others(process: Process, mounts: Mounts) -> Iterator[Found]:
    """What other programs install, and code of Python."""
    command = started(process.argv)
    if package_tools.installs(command):
        yield Found(INSTALL, process.argv[0].place, _open(_shown(process)))
    code = code_of(process, mounts)
    if code is None or not MENTION.stand_in(code.text):
        return
    # What is written out is read as a command of its own.
    read = sum(
        MENTION.stand_in(start if isinstance(start, str) else " ".join(start))
        for start, _ in starts_of(process, mounts)
    )
    for text in [*package_tools.in_code(code)][read:]:
        yield Found(INSTALL, process.argv[0].place, _open(text))


def _of_configuration(commands: Commands, mounts: Mounts) -> Iterator[Found]:
    """Where pip's own file says that packages come from, in a container that installs some."""
    process = next((one for one in commands.started if any(_installations(one))), None)
    if process is None:
        return
    for name, value, file in package_files.settings_of(process.environment, mounts):
        hazard = INDEXES.get(name)
        if hazard is not None and _counts(hazard, value):
            yield Found(hazard, process.argv[0].place, _open(f"{file}: {name[2:]} {value}"))


def _shown(process: Process) -> str:
    return " ".join(word.text for word in process.argv)


def _counts(hazard: str, text: str) -> bool:
    """Links in a folder are no network."""
    return "://" in text if hazard == "find-links" else bool(text)


def _open(text: str) -> str:
    """A text without the passwords in its addresses: messages are read by many."""
    return _SECRET.sub("://…@", text)


def _installations(process: Process) -> Iterator[tuple[Token, ...]]:
    """The words behind `install`, or of a run that installs first; at most one of each process."""
    argv = process.argv
    name = basename(argv[0])
    command = started(argv)
    if name == "pip-sync":
        yield _as_files(argv[1:])
    elif _PIP.fullmatch(name) or (command.kind == "module" and command.name == "pip"):
        yield from _behind_install(argv[1:] if _PIP.fullmatch(name) else command.words)
    elif name == "uv":
        yield from _of_uv(argv[1:])
    elif name == "uvx":
        yield _up_to_command(argv[1:])
    elif name == "pipx" and len(argv) > 1 and argv[1].text in ("run", "install"):
        yield _up_to_command(argv[2:])


def _behind_install(words: tuple[Token, ...]) -> Iterator[tuple[Token, ...]]:
    for index, word in enumerate(words):
        if word.text in ("install", "download", "wheel"):
            yield words[index + 1 :]
            return
        if not word.text.startswith("-"):
            return


def _as_files(words: tuple[Token, ...]) -> tuple[Token, ...]:
    """The words of pip-sync: files are requirements."""
    return tuple(w if w.text.startswith("-") else w.saying(f"-r{w.text}") for w in words)


def _of_uv(words: tuple[Token, ...]) -> Iterator[tuple[Token, ...]]:
    texts = [word.text for word in words[:2]]
    if texts[:1] == ["pip"]:
        yield from _behind_install(words[1:])
    elif texts[:1] == ["add"]:
        yield words[1:]
    elif texts[:1] == ["sync"] and _LOCKED.isdisjoint(word.text for word in words):
        yield words[:1]
    elif texts[:1] == ["tool"] and texts[1:] in (["run"], ["install"]):
        yield _up_to_command(words[2:])
    elif texts[:1] == ["run"]:
        options = _up_to_command(words[1:])
        # Without these it runs what the project's lock holds; its command is no package.
        read = read_words(options)
        if read.files or any(name in PACKAGES for name, _ in read.options):
            yield options[:-1] if read.packages else options


def _up_to_command(words: tuple[Token, ...]) -> tuple[Token, ...]:
    """Options, and the first word that is none: those behind it are the program's own."""
    index = 0
    while index < len(words) and words[index].text.startswith("-"):
        index += 2 if takes_value(words[index].text) else 1
    return words[: index + 1]


def _of_install(words: tuple[Token, ...], process: Process, mounts: Mounts) -> Iterator[Found]:
    read = read_words(words)
    named = [*read.packages, *(value for name, value in read.options if name in PACKAGES)]
    for name, value in read.options:
        hazard = INDEXES.get(name)
        if hazard is not None and _counts(hazard, value.text):
            yield Found(hazard, value.place, _open(f"{name} {value.text}"))
    for file in read.files:
        for name, text in package_files.options_of(_lines(file, process, mounts)):
            hazard = INDEXES.get(name)
            if hazard is not None and _counts(hazard, text):
                yield Found(hazard, file.place, _open(f"{name} {text}"))
    for package in named:
        if "git+" in package.text and not _is_commit(package.text):
            yield Found("git-package", package.place, _open(package.text))
    if (named or read.files) and not _is_held(read, named, process, mounts):
        yield Found(INSTALL, process.argv[0].place, _open(_shown(process)))


def _is_commit(package: str) -> bool:
    revision = package.partition("#")[0].rpartition("@")[2]
    return _COMMIT.fullmatch(revision.strip()) is not None


def _is_held(read: Install, named: list[Token], process: Process, mounts: Mounts) -> bool:
    """Whether hashes, or the image itself, say what is installed."""
    if "--require-hashes" in read.flags or _requires_hashes(process.environment):
        return True
    links = [value.text for name, value in read.options if INDEXES.get(name) == "find-links"]
    if "--no-index" in read.flags and not any("://" in text for text in links):
        return True
    if named:
        fixed = all(_is_local(word.text) or _HASHED.search(word.text) for word in named)
        return fixed and not read.files and "--no-deps" in read.flags
    return all(_has_hashes(file, process, mounts) for file in read.files)


def _is_local(package: str) -> bool:
    return package.startswith((".", "/"))


def _requires_hashes(environment: Environment) -> bool:
    values = (environment.told(name) for name in ("PIP_REQUIRE_HASHES", "UV_REQUIRE_HASHES"))
    return any(value is not None and value.text.lower() in _TRUE for value in values)


def _lines(file: Token, process: Process, mounts: Mounts) -> list[str]:
    """A file of requirements; no line where it is not at hand."""
    written = Files(process.files).text(file.text, process.folder)
    if written is not None:
        return package_files.requirements(written.text) if written.unread is None else []
    text, _ = mounts.text(file.text, process.folder)
    return [] if isinstance(text, Code) else package_files.requirements(text)


def _has_hashes(file: Token, process: Process, mounts: Mounts) -> bool:
    each = basename(process.argv[0]) in ("uv", "uvx")
    return package_files.are_hashed(_lines(file, process, mounts), each=each)
