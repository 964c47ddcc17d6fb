"""Scripts that come over the network and run at once: `curl … | sh` and its relatives.

Pipes and substitutions are seen in the tree of a script, a download that is run later in the order
of commands. A file whose checksum or signature is asked for in between is no such thing.
"""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tree_sitter import Node

from pinfold.inspect.commands.calls import is_short
from pinfold.inspect.commands.model import Commands, Process, Token
from pinfold.inspect.commands.mounts import Mounts
from pinfold.inspect.commands.tree import MAX_NODES, decode, encode, is_encodable, parse
from pinfold.inspect.commands.wrappers import basename
from pinfold.inspect.packages import Found

MENTION = re.compile(r"\b(?:curl|wget|aria2c|axel)\b")
REMOTE = "remote-script"
_DOWNLOADERS = frozenset({"curl", "wget", "aria2c", "axel"})
_SHELLS = frozenset({"sh", "bash", "dash", "ash", "zsh", "ksh"})
_INTERPRETER = re.compile(r"python[0-9.]*|perl|ruby|node|php")
_READERS = frozenset({"eval", "source", "."})
_AROUND = frozenset({"sudo", "env", "exec", "command", "nohup", "time", "stdbuf", "doas"})
_INPUT = ("-", "/dev/stdin", "/proc/self/fd/0")
_CHECKS = re.compile(r"(?:sha(?:1|224|256|384|512)|b2)sum|shasum")
_ASK = frozenset({"-c", "--check", "--verify", "verify", "verify-blob", "-V", "-Vm"})
_SIGNATURES = frozenset({"cosign", "gpg", "gpgv", "minisign", "slsa-verifier"})
_WORDS = ("curl", "-o"), ("curl", "--output"), ("wget", "-O"), ("wget", "--output-document")
_SHOWN = 400
_SUBSTITUTIONS = ("command_substitution", "process_substitution")


def scripts_of(commands: Commands, mounts: Mounts) -> Iterator[Found]:
    """Each script that is fetched and run."""
    saved: dict[str, str] = {}
    for script in commands.scripts:
        tree = _Tree.of(script)
        if tree is not None:
            yield from tree.found(script.place)
            saved |= {posixpath.normpath(name): "a download" for name in tree.saved()}
    yield from _run_later(commands.processes, saved, mounts)


# -- in one statement ----------------------------------------------------------------------------


@dataclass(slots=True)
class _Tree:
    """A script's nodes, and what holds of each and of all below it; one pass, from the leaves."""

    nodes: list[Node]
    words: dict[int, list[str]] = field(default_factory=dict)  # of commands
    fetches: set[int] = field(default_factory=set)
    output: set[int] = field(default_factory=set)  # a substitution in it fetches
    runs: set[int] = field(default_factory=set)  # a command in it runs what it reads

    @classmethod
    def of(cls, script: Token) -> "_Tree | None":
        """The tree of a script that fetches something; None where there is nothing to see."""
        text = script.text
        too_long = not is_short(text)
        if too_long or not is_encodable(text) or not MENTION.search(text):
            return None
        root = parse(encode(text))
        if root.descendant_count > MAX_NODES:
            return None
        tree = cls(list(_all(root)))
        for node in reversed(tree.nodes):
            tree.learn(node)
        return tree

    def learn(self, node: Node) -> None:
        """What holds of a node; of those below it that is known."""
        below = {child.id for child in node.named_children}
        if node.type == "command":
            words = self.words[node.id] = _words(node)
            below |= {node.id} if words else set()
            if words[:1] and words[0] in _DOWNLOADERS:
                self.fetches.add(node.id)
            if _runs_input(words):
                self.runs.add(node.id)
        for known in (self.fetches, self.output, self.runs):
            if not known.isdisjoint(below):
                known.add(node.id)
        if node.type in _SUBSTITUTIONS and node.id in self.fetches:
            self.output.add(node.id)

    def found(self, place: str) -> Iterator[Found]:
        """Pipes into an interpreter, and outputs that are run."""
        for node in self.nodes:
            if (node.type == "pipeline" and self._is_piped(node)) or (
                node.type == "command" and self._runs_output(node)
            ):
                yield Found(REMOTE, place, _start(node))

    def saved(self) -> Iterator[str]:
        """The files of `curl … > FILE`, as they are written."""
        for node in self.nodes:
            if node.type != "redirected_statement":
                continue
            children = node.named_children
            if any(one.id in self.words and one.id in self.fetches for one in children):
                targets = [c.named_children[-1:] for c in children if c.type == "file_redirect"]
                yield from (_start(one).strip("'\"") for target in targets for one in target)

    def _is_piped(self, pipeline: Node) -> bool:
        """A download in an early part, and a later one that runs what it reads."""
        fetched = False
        for part in pipeline.named_children:
            if fetched and part.id in self.runs:
                return True
            fetched |= part.id in self.fetches
        return False

    def _runs_output(self, command: Node) -> bool:
        """`sh -c "$(curl …)"`, `bash <(curl …)`, `eval "$(curl …)"`, and the bare `$(curl …)`."""
        words = self.words[command.id]
        parts = _parts(command)
        parts = parts[len(parts) - len(words) :]
        if not words:
            return False
        if parts[0].id in self.output:
            return True
        if words[0] in _READERS:
            return any(part.id in self.output for part in parts[1:])
        if words[0] not in _SHELLS and not _INTERPRETER.fullmatch(words[0]):
            return False
        for index, part in enumerate(parts[1:], start=1):
            if not words[index].startswith("-"):
                return part.id in self.output  # the text behind -c, or the script's file
        return False


def _all(root: Node) -> Iterator[Node]:
    """The nodes, each before those below it."""
    stack = [root]
    while stack:
        node = stack.pop()
        yield node
        stack += reversed(node.named_children)


def _start(node: Node) -> str:
    """The beginning of a node's text: a script may be nested, and all of it is long."""
    return decode((node.text or b"")[:_SHOWN])


def _parts(command: Node) -> list[Node]:
    return [c for c in command.named_children if not c.type.endswith(("redirect", "assignment"))]


def _words(command: Node) -> list[str]:
    """The words as they are written, without quotes; the program by its bare name."""
    words = [_start(part).strip("'\"") for part in _parts(command)]
    while words and words[0] in _AROUND:
        words.pop(0)
        while words and (words[0].startswith("-") or "=" in words[0]):
            words.pop(0)
    return [words[0].rpartition("/")[2], *words[1:]] if words else []


def _runs_input(words: list[str]) -> bool:
    """An interpreter that is given neither a text nor a file."""
    if not words or not (words[0] in _SHELLS or _INTERPRETER.fullmatch(words[0])):
        return False
    rest = words[1:]
    while rest and rest[0].startswith("-") and rest[0] != "-":
        option = rest.pop(0)
        short = "" if option.startswith("--") else option
        if "s" in short and words[0] in _SHELLS:
            return True
        if any(letter in short for letter in "cme") and not (
            words[0] in _SHELLS and "c" not in short
        ):
            return False
        if short.endswith("o") and rest:
            rest.pop(0)
    return not rest or rest[0] in _INPUT


# -- one after the other -------------------------------------------------------------------------


def _run_later(
    processes: tuple[Process, ...], fetched: dict[str, str], mounts: Mounts
) -> Iterator[Found]:
    for process in processes:
        program = basename(process.argv[0]) if process.argv else ""
        if program in _DOWNLOADERS:
            fetched |= _saved(program, process, mounts)
        elif _checks(program, process):
            fetched.clear()  # what does not fit ends the script, or is not run
        elif fetched:
            for word in _run(program, process):
                path = _path(word.text, process, mounts)
                if path in fetched:
                    yield Found(REMOTE, word.place, f"{fetched[path]} is run as {word.text}")


def _checks(program: str, process: Process) -> bool:
    """Whether a command compares files with a sum or a signature."""
    known = program in _SIGNATURES or _CHECKS.fullmatch(program) is not None
    return known and any(token.text in _ASK for token in process.argv[1:])


def _saved(program: str, process: Process, mounts: Mounts) -> dict[str, str]:
    """The files that a download leaves, and their addresses."""
    words = [token.text for token in process.argv[1:]]
    addresses = [word for word in words if "://" in word]
    names = []
    for index, word in enumerate(words):
        option, equals, value = word.partition("=")
        is_short = word.startswith("-") and not word.startswith("--")
        for owner, name in _WORDS:
            long = option == name
            short = is_short and len(name) == 2 and word.endswith(name[1])
            if owner != program or not (long or short):
                continue
            names += [value] if equals else words[index + 1 : index + 2]
    if not names:
        names = [address.partition("?")[0].rpartition("/")[2] for address in addresses]
    address = addresses[0] if addresses else "a file of the network"
    return {_path(name, process, mounts): address for name in names if name}


def _path(text: str, process: Process, mounts: Mounts) -> str:
    return mounts.absolute(text, process.folder) or posixpath.normpath(text)


def _run(program: str, process: Process) -> list[Token]:
    """The words of a command that name what runs: the program itself, or an interpreter's file."""
    if _INTERPRETER.fullmatch(program):
        files = [token for token in process.argv[1:] if not token.text.startswith("-")]
        return files[:1]
    return [process.argv[0]]
