"""Scripts that come over the network and run at once: `curl … | sh` and its relatives.

Pipes and substitutions are seen in the tree of a script, a download that is run later in the order
of commands. A file whose checksum or signature is asked for in between is no such thing.
"""

import ast
import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pinfold.inspect import remote_trees
from pinfold.inspect.commands.files import slashed
from pinfold.inspect.commands.model import Commands, Process, Token
from pinfold.inspect.commands.mounts import Mounts, is_within
from pinfold.inspect.commands.wrappers import basename
from pinfold.inspect.downloads.checkout import is_at_commit
from pinfold.inspect.downloads.python_files import code_of
from pinfold.inspect.mentioned import Words
from pinfold.inspect.packages import Found
from pinfold.inspect.remote_trees import DOWNLOADERS, Tree
from pinfold.inspect.remote_words import INTERPRETER

REMOTE = "remote-script"
MENTION = (
    remote_trees.MENTION
    | Words.of("git", "hf")
    | Words(
        {
            "urlopen": "urlopen",
            "requests.": r"\brequests\.",
            "httpx.": r"\bhttpx\.",
            "huggingface-cli": "huggingface-cli",
        }
    )
)
_CHECKS = re.compile(r"(?:sha(?:1|224|256|384|512)|b2)sum|shasum")
_ASK = frozenset({"-c", "--check", "--verify", "verify", "verify-blob", "-V", "-Vm"})
_SIGNATURES = frozenset({"cosign", "gpg", "gpgv", "minisign", "slsa-verifier"})
_OUTPUTS = {
    "curl": ("-o", "--output"), "wget": ("-O", "--output-document"), "wget2": ("-O",),
    "aria2c": ("-o", "--out"), "axel": ("-o", "--output"),
}  # fmt: skip
_FOLDERS = {"curl": "--output-dir", "wget": "-P", "aria2c": "-d"}
_UNPACKERS = {"tar": "-C", "bsdtar": "-C", "unzip": "-d"}
_BY_NAME = re.compile(r"-[a-zA-Z]*O[a-zA-Z]*|--remote-name(?:-all)?")
_HUB_CLIENTS = frozenset({"hf", "huggingface-cli"})
_RUNS = re.compile(r"\b(?:exec|eval)\(")
_NETWORK = re.compile(r"\burlopen\(|\brequests\.|\bhttpx\.|\burlretrieve\(")
_TEXTS_MAX = 20
_CODE_MAX = 16 * 1024
_CHARACTERS = 8  # of code, for a piece of work


def scripts_of(commands: Commands, mounts: Mounts) -> Iterator[Found]:
    """Each script that is fetched and run."""
    found = list(_told(commands, mounts))
    yield from found
    if not found:  # by a function, a variable, a wrapper that is not looked at below
        for token in commands.remote:
            yield Found(REMOTE, token.place, f"{token.text} runs what is fetched")


def _told(commands: Commands, mounts: Mounts) -> Iterator[Found]:
    later = _Later(mounts)
    for script in commands.scripts:
        tree = Tree.of(script)
        if tree is not None:
            yield from (Found(REMOTE, script.place, text) for text in tree.found())
            later.paths |= {slashed(name): "a download" for name in tree.saved()}
            later.read += [(name, script.place) for name in tree.read()]
    later.checkouts = [p for p in commands.processes if is_at_commit(p.argv)]
    for process in commands.processes:
        yield from later.take(process)
        yield from _of_code(process, mounts)
    yield from later.rest()


# -- code of Python ------------------------------------------------------------------------------


def _of_code(process: Process, mounts: Mounts) -> Iterator[Found]:
    """Code that runs what it fetches, by itself or by a shell."""
    code = code_of(process, mounts)
    if code is None or not MENTION.stand_in(code.text):
        return
    if _RUNS.search(code.text) and _NETWORK.search(code.text):
        yield Found(REMOTE, code.place, code.text)
    worth = mounts.work.spend(len(code.text) // _CHARACTERS)
    for text in _texts(code) if worth else ():
        tree = Tree.of(code.saying(text))
        for found in tree.found() if tree is not None else ():
            yield Found(REMOTE, code.place, found)


def _texts(code: Token) -> list[str]:
    """The texts in a code of Python that a shell may be given."""
    try:
        nodes = ast.walk(ast.parse(code.text)) if len(code.text) <= _CODE_MAX else ()
        found = [n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    return [text for text in found if remote_trees.MENTION.stand_in(text)][:_TEXTS_MAX]


# -- one after the other -------------------------------------------------------------------------


@dataclass(slots=True)
class _Later:
    """Files and folders that commands fetch, and what is run of them."""

    mounts: Mounts
    paths: dict[str, str] = field(default_factory=dict)  # file -> its address
    folders: dict[str, str] = field(default_factory=dict)
    read: list[tuple[str, str]] = field(default_factory=list)  # names that are sourced, and where
    checkouts: Sequence[Process] = ()

    def take(self, process: Process) -> Iterator[Found]:
        """What one more command runs; else what it fetches."""
        program = basename(process.argv[0]) if process.argv else ""
        if program in DOWNLOADERS:
            self.paths |= self._saved(program, process)
        elif _checks(program, process):
            self.paths.clear()  # what does not fit ends the script, or is not run
            self.folders.clear()
        elif program in _UNPACKERS:
            self._unpack(program, process)
        elif program == "git" or program in _HUB_CLIENTS:
            self._clone(program, process)
        elif self.paths or self.folders:
            for word in _run(program, process):
                address = self._of(self._path(word.text, process))
                if address is not None:
                    yield Found(REMOTE, word.place, f"{address} is run as {word.text}")

    def rest(self) -> Iterator[Found]:
        """What is sourced, or read by a shell, wherever the script stands then."""
        for name, place in self.read:
            wanted = slashed(name)
            for path, address in self.paths.items():
                relative = not wanted.startswith("/") and path.endswith(f"/{wanted}")
                if path == wanted or relative:
                    yield Found(REMOTE, place, f"{address} is run as {name}")
                    break

    def _of(self, path: str) -> str | None:
        if path in self.paths:
            return self.paths[path]
        here = not path.startswith("/")
        inside = (
            address
            for folder, address in self.folders.items()
            if is_within(path, folder) or (here and folder == ".")
        )
        return next(inside, None) if "/" in path else None

    def _path(self, text: str, process: Process) -> str:
        return self.mounts.absolute(text, process.folder) or slashed(text)

    def _saved(self, program: str, process: Process) -> dict[str, str]:
        """The files that a download leaves, and their addresses."""
        words = [token.text for token in process.argv[1:]]
        addresses = [word for word in words if "://" in word]
        names = [value for option in _OUTPUTS.get(program, ()) for value in _values(words, option)]
        if not names and (program != "curl" or any(map(_BY_NAME.fullmatch, words))):
            names = [address.partition("?")[0].rpartition("/")[2] for address in addresses]
        folder = next(_values(words, _FOLDERS.get(program, "--")), "")
        address = addresses[0] if addresses else "a file of the network"
        joined = [posixpath.join(folder, name) for name in names if name]
        return {self._path(name, process): address for name in joined}

    def _unpack(self, program: str, process: Process) -> None:
        words = [token.text for token in process.argv[1:]]
        named = (self.paths.get(self._path(word, process)) for word in words)
        address = next(filter(None, named), None)
        if address is not None:
            folder = next(_values(words, _UNPACKERS[program]), ".")
            self.folders[self._path(folder, process)] = address

    def _clone(self, program: str, process: Process) -> None:
        """A repository that follows a branch: its scripts are those of the network."""
        words = [token.text for token in process.argv[1:]]
        verb = words[0] if words else ""
        revision = next(_values(words, "--revision"), "")
        if re.fullmatch("[0-9a-f]{40}", revision, re.ASCII):
            return
        if program == "git" and verb == "clone" and not self.checkouts:
            named = [i for i, word in enumerate(words) if "://" in word or word.startswith("git@")]
            for index in named[-1:]:
                name = words[index].rstrip("/").rpartition("/")[2].removesuffix(".git")
                folder = words[index + 1] if index + 1 < len(words) else name
                self.folders[self._path(folder, process)] = words[index]
        elif program in _HUB_CLIENTS and verb == "download" and len(words) > 1:
            for folder in _values(words, "--local-dir"):
                self.folders[self._path(folder, process)] = words[1]


def _values(words: Sequence[str], option: str) -> Iterator[str]:
    """The values of an option, written on or as the next word; a short one may end a cluster."""
    for index, word in enumerate(words):
        short = (
            len(option) == 2 and word[:1] == "-" and word[1:2] != "-" and word.endswith(option[1])
        )
        if word == option or short:
            yield from words[index + 1 : index + 2]
        elif option.startswith("--") and word.startswith(f"{option}="):
            yield word.partition("=")[2]


def _checks(program: str, process: Process) -> bool:
    """Whether a command compares files with a sum or a signature."""
    known = program in _SIGNATURES or _CHECKS.fullmatch(program) is not None
    return known and any(token.text in _ASK for token in process.argv[1:])


def _run(program: str, process: Process) -> list[Token]:
    """The words of a command that name what runs: the program itself, or an interpreter's file."""
    if INTERPRETER.fullmatch(program):
        files = [token for token in process.argv[1:] if not token.text.startswith("-")]
        return files[:1]
    return list(process.argv[:1])  # none: an image's own command
