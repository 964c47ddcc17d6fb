"""`git checkout <commit>` behind `git clone`: what the clone fetches is then that commit.

Only where nothing can go on without it. The script is a straight line; the checkout takes a full
commit in the folder of the clone; and if it fails, the script ends: it stands last, or what follows
hangs on it by `&&`, or the shell ends at the first failure (`set -e`). Everything else leaves the
clone at what its address says.
"""

import posixpath
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from pinfold.inspect.commands.files import slashed
from pinfold.inspect.commands.model import HOLE, Commands, Process, Token
from pinfold.inspect.commands.wrappers import basename
from pinfold.inspect.servers.hub import is_commit
from pinfold.inspect.workload import Artefact, ContainerFacts, Origin, Pin, PinForm, State

_QUIET = frozenset({"-q", "--quiet", "-f", "--force", "--detach", "--no-progress"})
_CONFIG = re.compile(r"(?:credential|http|safe|user|advice|init)\..*")
_REDIRECTING = re.compile(
    r"GIT_(?:DIR|WORK_TREE|COMMON_DIR|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_.*|CONFIG.*|NAMESPACE"
    r"|REPLACE_REF_BASE|EXEC_PATH|TEMPLATE_DIR)"
)
_COMMENT = re.compile(r"(?:^|(?<=[ \t]))#.*$", re.MULTILINE)
_DUPLICATES = re.compile(r"[0-9]?>&[0-9]")
_NAME = re.compile(r"\$\{\w+\}")
_QUOTED = re.compile(r"\"[^\"'\n]*\"|'[^'\"\n]*'")
# What makes a script more than a straight line of commands whose names are written out.
_BRANCHES = re.compile(
    r"[(){}`!\"'\\]|\|\||<<|\|&|(?<![&>])&(?!&)"
    r"|\b(?:if|case|for|while|until|select|function|trap|exit|return|break|continue|eval|source|alias"
    r"|set\s+\+|unset|kill|command|builtin|shopt)\b"
)
_PLAIN_NAME = re.compile(r"(?!\.$)[\w./+\[-]*")
_ASSIGNMENT = re.compile(r"\w+=.*")
_ENDS_AT_FAILURE = re.compile(r"-[a-z]*e[a-z]*")
_SHELLS = frozenset({"ash", "bash", "dash", "sh"})


def is_steady(argv: Sequence[Token]) -> bool:
    """Whether a git command changes nothing, or brings a folder to a full commit."""
    command = _command(argv)
    if command is None:
        return False
    verb, words, _folder = command
    match verb, *words:
        case ("lfs", "install" | "pull" | "fetch" | "checkout" | "version" | "env", *_):
            return True
        case ("rev-parse" | "log" | "status" | "show" | "--version" | "version", *_):
            return True
        case ("config", *options):
            names = [option for option in options if not option.startswith("-")]
            return bool(names) and _CONFIG.fullmatch(names[0]) is not None
    return _commit(argv) is not None


def is_at_commit(argv: Sequence[Token]) -> bool:
    """Whether a command of git brings a folder to a full commit."""
    return bool(argv) and basename(argv[0]) == "git" and _commit(argv) is not None


def with_checkout(facts: ContainerFacts, clone: Process, commands: Commands) -> ContainerFacts:
    """What a clone fetches, given what else of git the container runs."""
    if not facts.artefacts:
        return facts
    others = [p for p in commands.processes if p is not clone and _is_git(p)]
    others = [p for p in others if not _is_clone(p)]
    if not all(is_steady(process.argv) for process in others):
        return _changed(facts, _loosened)
    commit = _checked_out(facts, clone, commands)
    if commit is None or facts.opaque:  # words that are not known can name another folder
        return facts
    return _changed(facts, lambda row: _pinned(row, commit))


def _checked_out(facts: ContainerFacts, clone: Process, commands: Commands) -> Token | None:
    """The commit that the folder of the clone is brought to, if nothing goes on without it."""
    here = commands.processes.index(clone)
    found = [p for p in commands.processes if _is_git(p) and _commit(p.argv) is not None]
    clones = [p for p in commands.processes if _is_git(p) and _is_clone(p)]
    if len(found) != 1 or len(clones) != 1 or commands.processes.index(found[0]) < here:
        return None
    if commands.problems or not _is_straight(commands) or _is_redirected(clone, found[0]):
        return None
    if any(is_commit(row.revision) for row in facts.artefacts):  # a branch can have that name
        return None
    folder = _folder_of(clone)
    return _commit(found[0].argv) if folder and folder == _at(found[0]) else None


def _is_straight(commands: Commands) -> bool:
    """Whether a single script runs line by line, and ends where the checkout fails."""
    if len(commands.scripts) != 1:
        return False
    text = _COMMENT.sub("", commands.scripts[0].text.replace("\\\n", " "))
    text = _QUOTED.sub("$Q", _NAME.sub("$N", _DUPLICATES.sub("", text)))
    if _BRANCHES.search(text) or not all(map(_PLAIN_NAME.fullmatch, _names(text))):
        return False
    lists = [[_words(one) for one in each.split("&&")] for each in re.split(r"[\n;]", text)]
    places = [(i, j) for i, row in enumerate(lists) for j, one in enumerate(row) if _moves(one)]
    if len(places) != 1:
        return False
    ((line, column),) = places
    row = lists[line]
    before = [*lists[:line], row[:column]]
    if "|" in row[column] or any("exec" in one for each in before for one in each):
        return False
    if not any(one for each in lists[line + 1 :] for one in each):
        return True  # whatever follows in its list hangs on it
    only_goes_there = all(one[:1] == ["cd"] for one in row[:column]) and column == len(row) - 1
    return only_goes_there and (_is_strict(commands) or any(map(_sets_strict, lists[:line])))


def _names(text: str) -> list[str]:
    """The first word of each command."""
    return [one[0] for each in re.split(r"[\n;|]|&&", text) if (one := _words(each))]


def _words(command: str) -> list[str]:
    """The words of a command, without the assignments before it."""
    words = command.replace("|", " | ").split()
    while words and _ASSIGNMENT.fullmatch(words[0]):
        del words[0]
    return words


def _moves(words: Sequence[str]) -> bool:
    return words[:1] == ["git"] and ("checkout" in words or "reset" in words)


def _sets_strict(row: Sequence[Sequence[str]]) -> bool:
    """`set -e`, as a line of its own."""
    words = row[0]
    return len(row) == 1 and words[:1] == ["set"] and any(map(_ENDS_AT_FAILURE.fullmatch, words))


def _is_strict(commands: Commands) -> bool:
    """Whether the shell was started with -e."""
    program, *words = commands.started[0].argv
    first = words[0].text if words else ""
    return basename(program) in _SHELLS and _ENDS_AT_FAILURE.fullmatch(first) is not None


# -- git's own words -----------------------------------------------------------------------------


def _command(argv: Sequence[Token]) -> tuple[str, list[str], str] | None:
    """The verb, the words after it and the folder of -C; None where a word is not known."""
    words = [word.text for word in argv[1:]]
    if any(word.many or HOLE in word.text for word in argv):
        return None
    folder = ""
    while len(words) > 1 and words[0] == "-C":
        folder = posixpath.join(folder, words[1])
        del words[:2]
    return (words[0], words[1:], folder) if words else ("", [], folder)


def _commit(argv: Sequence[Token]) -> Token | None:
    """The commit of `checkout COMMIT` and of `reset --hard COMMIT`."""
    command = _command(argv)
    if command is None:
        return None
    verb, words, _folder = command
    if verb == "reset" and "--hard" in words:
        words.remove("--hard")
    elif verb != "checkout":
        return None
    names = [word for word in words if word not in _QUIET]
    return argv[-1].saying(names[0]) if len(names) == 1 and is_commit(names[0]) else None


def _is_git(process: Process) -> bool:
    return not process.entrypoint and basename(process.argv[0]) == "git"


def _is_clone(process: Process) -> bool:
    command = _command(process.argv)
    return command is not None and (command[0] == "clone" or "clone" in command[1][:1])


def _folder_of(clone: Process) -> str | None:
    """Where a clone lies: the folder that it names, or one of the repository's name."""
    words = [word.text for word in clone.argv]
    at = next((i for i, word in enumerate(words) if "://" in word or word.startswith("git@")), None)
    if at is None or any(HOLE in word for word in words) or len(words) - at > 2:
        return None
    name = words[at].rstrip("/").rpartition("/")[2].removesuffix(".git")
    return _joined(clone, words[at + 1] if len(words) - at == 2 else name)


def _at(process: Process) -> str | None:
    command = _command(process.argv)
    return _joined(process, command[2]) if command is not None else None


def _joined(process: Process, path: str) -> str | None:
    folder = process.folder or ""
    joined = slashed(posixpath.join(folder, path))
    return None if HOLE in joined or joined == "." else joined


def _is_redirected(*processes: Process) -> bool:
    """Whether a variable makes git work on another folder, or in another way."""
    return any(_REDIRECTING.fullmatch(name) for p in processes for name in p.environment.values)


# -- what is said of it --------------------------------------------------------------------------


def _changed(facts: ContainerFacts, change: Callable[[Artefact], Artefact]) -> ContainerFacts:
    artefacts = tuple(change(row) for row in facts.artefacts)
    rows = zip(facts.artefacts, artefacts, strict=True)
    states: dict[str, str] = {before.state: after.state for before, after in rows}
    writes = tuple(replace(w, state=states.get(w.state, w.state)) for w in facts.writes)
    own = tuple(replace(w, state=states.get(w.state, w.state)) for w in facts.own)
    return replace(facts, artefacts=artefacts, writes=writes, own=own)


def _pinned(row: Artefact, commit: Token) -> Artefact:
    if row.state is not State.UNPINNED or row.origin is not Origin.HUB:
        return row
    pin = Pin(PinForm.SUFFIX, "git checkout ", commit.place)
    return replace(row, state=State.PINNED, revision=commit.text, pin=pin)


def _loosened(row: Artefact) -> Artefact:
    return replace(row, state=State.UNPINNED) if row.state is State.PINNED else row
