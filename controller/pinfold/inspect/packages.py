"""Packages of Python that a container installs as it starts: pip, uv, pipx, and their variables.

What an index has then is what runs; only hashes say otherwise (pip's secure installs, uv's the
same). Hazards: pip-install, git-package, extra-index, package-index, trusted-host, find-links.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from pinfold.inspect.commands.model import Commands, Environment, Process, Token
from pinfold.inspect.commands.mounts import Mounts
from pinfold.inspect.commands.wrappers import basename
from pinfold.inspect.servers.recognise import started
from pinfold.inspect.workload import Code

MENTION = re.compile(r"\bpip|\buvx?\b|PIP_|UV_")
INSTALL = "pip-install"
_PIP = re.compile(r"pip[0-9.]*")
_COMMIT = re.compile(r"[0-9a-f]{40}", re.ASCII)
_SECRET = re.compile(r"://[^/@\s]+@")
_TRUE = frozenset({"1", "true", "yes", "on", "y", "t"})
_INDEXES = {  # option -> hazard
    "--extra-index-url": "extra-index", "--index": "extra-index",
    "--index-url": "package-index", "-i": "package-index", "--pypi-url": "package-index",
    "--default-index": "package-index",
    "--trusted-host": "trusted-host", "--allow-insecure-host": "trusted-host",
    "--find-links": "find-links", "-f": "find-links",
}  # fmt: skip
_VARIABLES = {
    "PIP_EXTRA_INDEX_URL": "extra-index", "UV_EXTRA_INDEX_URL": "extra-index",
    "UV_INDEX": "extra-index", "PIP_INDEX_URL": "package-index", "UV_INDEX_URL": "package-index",
    "UV_DEFAULT_INDEX": "package-index", "PIP_TRUSTED_HOST": "trusted-host",
    "UV_INSECURE_HOST": "trusted-host", "PIP_FIND_LINKS": "find-links",
    "UV_FIND_LINKS": "find-links",
}  # fmt: skip
_REQUIREMENTS = frozenset({"-r", "--requirement", "--requirements", "--with-requirements"})
_PACKAGES = frozenset({"--with", "--with-editable", "--from", "-e", "--editable", "--spec"})
_WITH_VALUE = frozenset(
    {
        "-c", "--constraint", "-t", "--target", "--prefix", "--root", "--python", "-p",
        "--python-version", "--platform", "--cache-dir", "--proxy", "--timeout", "--retries",
        "--no-binary", "--only-binary", "--progress-bar", "--upgrade-strategy", "--src", "--log",
        "--cert", "--client-cert", "--config-settings", "-C", "--torch-backend", "--prerelease",
        "--resolution", "--index-strategy", "--extra", "--group", "--project", "--directory",
        "--exists-action", "--root-user-action", "--report", "--link-mode", "--exclude-newer",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """A hazard before it has a container."""

    hazard: str
    place: str
    text: str


@dataclass(slots=True)
class _Install:
    """The words of one installation, by what they mean."""

    packages: list[Token] = field(default_factory=list)
    files: list[Token] = field(default_factory=list)
    options: list[tuple[str, Token]] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)


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
    if _PIP.fullmatch(name) or (command.kind == "module" and command.name == "pip"):
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


def _of_uv(words: tuple[Token, ...]) -> Iterator[tuple[Token, ...]]:
    texts = [word.text for word in words[:2]]
    if texts[:1] == ["pip"]:
        yield from _behind_install(words[1:])
    elif texts[:1] == ["add"]:
        yield words[1:]
    elif texts[:1] == ["tool"] and texts[1:] in (["run"], ["install"]):
        yield _up_to_command(words[2:])
    elif texts[:1] == ["run"]:
        options = _up_to_command(words[1:])
        # Without these it runs what the project's lock holds; its command is no package.
        read = _read(options)
        if read.files or any(name in _PACKAGES for name, _ in read.options):
            yield options[:-1] if read.packages else options


def _up_to_command(words: tuple[Token, ...]) -> tuple[Token, ...]:
    """Options, and the first word that is none: those behind it are the program's own."""
    index = 0
    while index < len(words) and words[index].text.startswith("-"):
        index += 2 if _takes_value(words[index].text) else 1
    return words[: index + 1]


def _takes_value(text: str) -> bool:
    return text in _WITH_VALUE or text in _INDEXES or text in _REQUIREMENTS or text in _PACKAGES


def _read(words: tuple[Token, ...]) -> _Install:
    found = _Install()
    index = 0
    while index < len(words):
        word = words[index]
        index += 1
        name, equals, _ = word.text.partition("=")
        if not word.text.startswith("-"):
            found.packages.append(word)
            continue
        value = word.cut(len(name) + 1) if equals else None
        if not equals and word.text[:2] in ("-r", "-i", "-f", "-e") and len(word.text) > 2:
            name, value = word.text[:2], word.cut(2)
        elif not equals and _takes_value(name) and index < len(words):
            value = words[index]
            index += 1
        if value is None:
            found.flags.add(name)
        elif name in _REQUIREMENTS:
            found.files.append(value)
        else:
            found.options.append((name, value))
    return found


def _of_install(words: tuple[Token, ...], process: Process, mounts: Mounts) -> Iterator[Found]:
    read = _read(words)
    named = [*read.packages, *(value for name, value in read.options if name in _PACKAGES)]
    for name, value in read.options:
        hazard = _INDEXES.get(name)
        if hazard is not None and _counts(hazard, value.text):
            yield Found(hazard, value.place, _open(f"{name} {value.text}"))
    for package in named:
        if "git+" in package.text and not _is_commit(package.text):
            yield Found("git-package", package.place, _open(package.text))
    if (named or read.files) and not _is_held(read, named, process, mounts):
        shown = " ".join(word.text for word in process.argv)
        yield Found(INSTALL, process.argv[0].place, _open(shown))


def _is_commit(package: str) -> bool:
    revision = package.partition("#")[0].rpartition("@")[2]
    return _COMMIT.fullmatch(revision.strip()) is not None


def _is_held(read: _Install, named: list[Token], process: Process, mounts: Mounts) -> bool:
    """Whether hashes, or the image itself, say what is installed."""
    if "--require-hashes" in read.flags or _requires_hashes(process.environment):
        return True
    links = [value.text for name, value in read.options if _INDEXES.get(name) == "find-links"]
    if "--no-index" in read.flags and not any("://" in text for text in links):
        return True
    if named:
        local = all(word.text.startswith((".", "/")) for word in named)
        return local and not read.files and "--no-deps" in read.flags
    return all(_has_hashes(file, process, mounts) for file in read.files)


def _requires_hashes(environment: Environment) -> bool:
    values = (environment.told(name) for name in ("PIP_REQUIRE_HASHES", "UV_REQUIRE_HASHES"))
    return any(value is not None and value.text.lower() in _TRUE for value in values)


def _has_hashes(file: Token, process: Process, mounts: Mounts) -> bool:
    """One hash in a file makes pip ask for all of them."""
    text, _ = mounts.text(file.text, process.folder)
    return not isinstance(text, Code) and "--hash=sha256:" in text
