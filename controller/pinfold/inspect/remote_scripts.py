"""Scripts that come over the network and run at once: `curl … | sh` and its relatives.

Pipes and substitutions are seen in the tree of a script, a download that is run later in the order
of commands. A file whose checksum or signature is asked for in between is no such thing.
"""

import posixpath
import re
from collections.abc import Iterator

from tree_sitter import Node

from pinfold.inspect.commands.model import Commands, Process, Token
from pinfold.inspect.commands.mounts import Mounts
from pinfold.inspect.commands.shell import MAX_BYTES, MAX_OPERATORS
from pinfold.inspect.commands.tree import MAX_NODES, encode, is_encodable, parse, text_of
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
_SUBSTITUTIONS = ("command_substitution", "process_substitution")


def scripts_of(commands: Commands, mounts: Mounts) -> Iterator[Found]:
    """Each script that is fetched and run."""
    for script in commands.scripts:
        yield from _in_script(script)
    yield from _run_later(commands, mounts)


# -- in one statement ----------------------------------------------------------------------------


def _in_script(script: Token) -> Iterator[Found]:
    for node in _tree(script):
        if (node.type == "pipeline" and _is_piped(node)) or (
            node.type == "command" and _runs_output(node)
        ):
            yield Found(REMOTE, script.place, text_of(node))


def _tree(script: Token) -> Iterator[Node]:
    """The nodes of a script that fetches something."""
    text = script.text
    too_long = len(text) > MAX_BYTES or sum(map(text.count, "()|&<>{[")) > MAX_OPERATORS
    if too_long or not is_encodable(text) or not MENTION.search(text):
        return
    root = parse(encode(text))
    if root.descendant_count > MAX_NODES:
        return
    yield from _all(root)


def _all(root: Node) -> Iterator[Node]:
    stack = [root]
    while stack:
        node = stack.pop()
        yield node
        stack += reversed(node.named_children)


def _is_piped(pipeline: Node) -> bool:
    """A download in an early part, and a later one that runs what it reads."""
    fetched = False
    for part in pipeline.named_children:
        commands = [_words(node) for node in _all(part) if node.type == "command"]
        if fetched and any(_runs_input(words) for words in commands):
            return True
        fetched |= any(words[:1] and words[0] in _DOWNLOADERS for words in commands)
    return False


def _words(command: Node) -> list[str]:
    """The words as they are written, without quotes; the program by its bare name."""
    parts = [c for c in command.named_children if not c.type.endswith(("redirect", "assignment"))]
    words = [text_of(part).strip("'\"") for part in parts]
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


def _runs_output(command: Node) -> bool:
    """`sh -c "$(curl …)"`, `bash <(curl …)`, `eval "$(curl …)"`, and the bare `$(curl …)`."""
    words = _words(command)
    parts = [c for c in command.named_children if not c.type.endswith(("redirect", "assignment"))]
    parts = parts[len(parts) - len(words) :]
    if not words:
        return False
    if _fetches(parts[0]):
        return True
    if words[0] in _READERS:
        return any(map(_fetches, parts[1:]))
    if words[0] not in _SHELLS and not _INTERPRETER.fullmatch(words[0]):
        return False
    for index, part in enumerate(parts[1:], start=1):
        if not words[index].startswith("-"):
            return _fetches(part)  # the text behind -c, or the script's file
    return False


def _fetches(part: Node) -> bool:
    """Whether a word is made of what a download puts out."""
    inside = (node for node in _all(part) if node.type in _SUBSTITUTIONS)
    commands = (node for one in inside for node in _all(one) if node.type == "command")
    return any(words[:1] and words[0] in _DOWNLOADERS for words in map(_words, commands))


# -- one after the other -------------------------------------------------------------------------


def _run_later(commands: Commands, mounts: Mounts) -> Iterator[Found]:
    fetched = {
        posixpath.normpath(name): "a download"
        for script in commands.scripts
        for name in _redirected(script)
    }
    for process in commands.processes:
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


def _redirected(script: Token) -> Iterator[str]:
    """The files of `curl … > FILE`, as they are written."""
    for node in _tree(script):
        if node.type == "redirected_statement" and any(
            words[:1] and words[0] in _DOWNLOADERS
            for words in (_words(one) for one in node.named_children if one.type == "command")
        ):
            for child in node.named_children:
                target = child.named_children[-1:] if child.type == "file_redirect" else []
                yield from (text_of(one).strip("'\"") for one in target)


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
