"""A shell script that is being read: what its words mean at a point, and what was found so far."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Self

from tree_sitter import Node

from pinfold.inspect.commands.files import Files
from pinfold.inspect.commands.meaning import Meaning, Text
from pinfold.inspect.commands.model import HOLE, Problem, Process, Token, Unread, Value, Word
from pinfold.inspect.commands.mounts import Mounts
from pinfold.inspect.commands.outputs import joined_words
from pinfold.inspect.commands.tree import substitutions_of, text_of
from pinfold.inspect.commands.variables import Variables
from pinfold.inspect.workload import Code

_STATES_MAX = 8  # ways to one point of a script that are told apart


class Unreadable(Exception):
    """A form that is not read: nothing of its statement is trusted."""


@dataclass(slots=True)
class Found:
    """What was found in a script; all of its states share it."""

    mounts: Mounts  # the files that are at hand
    processes: list[Process] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    written: list[str | None] = field(default_factory=list)
    functions: list["Function"] = field(default_factory=list)
    called: set[int] = field(default_factory=set)  # their ids
    returns: list[list["State"]] = field(default_factory=list)
    jumps: list[list["State"]] = field(default_factory=list)  # by break and continue
    aborted: list["State"] = field(default_factory=list)  # by an error in the line
    nested: int = 0  # functions, eval and the like in one another
    texts: dict[Token, Text] = field(default_factory=dict)
    _seen: dict[tuple[int, int], list[Process]] = field(default_factory=dict)

    def add(self, process: Process, text: Text, node: Node) -> None:
        """A command; one that several states run alike counts once."""
        seen = self._seen.setdefault((id(text), node.start_byte), [])
        if process not in seen:
            seen.append(process)
            self.processes.append(process)


class State(Meaning):
    """A script at a point; what reads its statements stands in the classes below."""

    def __init__(self, text: Text, variables: Variables, folder: str | None, found: Found) -> None:
        self.text = text
        self.variables = variables
        self.folder = folder
        self.found = found
        self.functions: dict[str, Function | None] = {}  # None: not known which
        self.files = Files()
        self.printed: list[Value | None] | None = None  # kept where it matters
        self.reads: Value | None = None  # what stands on the standard input

    @abstractmethod
    def sequence(self, statements: Sequence[tuple[Node, bool]]) -> "Ends":
        """Read statements that stand one after the other."""

    @abstractmethod
    def one(self, node: Node, background: bool) -> "Ends":  # noqa: FBT001
        """Read one statement of a sequence."""

    @abstractmethod
    def statement(self, node: Node) -> "Ends":
        """Read one statement; what cannot be read becomes a problem, and never stops the rest."""

    def may_abort(self) -> None:
        self.found.aborted.append(self.inside())

    # -- several states --------------------------------------------------------------------------

    def inside(self) -> Self:
        """Another state that begins as this one."""
        inner = type(self)(self.text, self.variables.copy(), self.folder, self.found)
        inner.functions = self.functions
        inner.files = self.files
        inner.printed = None if self.printed is None else list(self.printed)
        inner.reads = self.reads
        return inner

    def is_same(self, other: "State") -> bool:
        """Whether everything that follows would be read alike."""
        return self is other or (
            self.folder == other.folder
            and self.functions == other.functions
            and self.files.texts == other.files.texts
            and self.printed == other.printed
            and self.variables.is_same(other.variables)
        )

    def join(self, other: "State") -> None:
        """Know only what both know."""
        self.variables.join(other.variables)
        if self.folder != other.folder:
            self.folder = HOLE
        if self.printed != other.printed:
            self.printed = [None]  # something that is not known
        self.files = self.files.joined(other.files)
        names = self.functions.keys() | other.functions.keys()
        mine, theirs = self.functions, other.functions
        self.functions = {n: mine.get(n) if mine.get(n) is theirs.get(n) else None for n in names}

    def say(self, value: Value | None) -> None:
        """Something is printed; None where it is not known what."""
        if self.printed is not None:
            self.printed.append(value)

    def all_printed(self) -> Value | None:
        """Everything that was printed, as one text."""
        texts: list[Word] = []
        for value in self.printed or ():
            if value is None:
                return None
            texts.append(Word(value.text, value.unread, value.via))
        return joined_words(texts)

    def only_expand(self, node: Node) -> None:
        """Words and tests run nothing, but for the commands substituted in them."""
        for inner in substitutions_of(node):
            self.substitution(inner)
        self.forget(node)

    # -- what cannot be read ---------------------------------------------------------------------

    def unreadable(self, node: Node, unread: Unread | None = None) -> None:
        """Report a statement; what it sets is not known after it."""
        self.forget(node)
        self.say(None)
        if unread is not None:
            self.problem(unread.detail, text_of(node), unread.code)
            return
        first_line = text_of(node).split("\n", 1)[0][:60]
        self.problem(f"{first_line!r} is shell that is not read here", text_of(node))

    def problem(self, detail: str, text: str, code: Code = Code.SHELL_SYNTAX) -> None:
        """Report a part of the script."""
        problem = Problem(code, detail, self.text.source.place, text)
        if problem not in self.found.problems:
            self.found.problems.append(problem)


class Ends(NamedTuple):
    """The states after a statement, where it went well and where it failed."""

    well: list[State]
    failed: list[State]

    @property
    def all(self) -> list[State]:
        """The states however it went."""
        return merged([*self.well, *self.failed])

    @property
    def each(self) -> list[State]:
        """The same, none left out but the same state twice."""
        return list({id(state): state for state in (*self.well, *self.failed)}.values())


def after(states: list[State], statements: Sequence[tuple[Node, bool]]) -> Ends:
    """The states after statements that stand one after the other; all of them are counted."""
    ends = Ends(states, [])
    for statement in statements:
        states = ends.all
        if not states:  # nothing gets here; it counts nevertheless
            return ends
        each = [state.one(*statement) for state in states]
        ends = Ends([s for e in each for s in e.well], [s for e in each for s in e.failed])
    return Ends(merged(ends.well), merged(ends.failed))


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function of a script, and the state in which it was written."""

    body: Node
    text: Text
    home: State


def merged(states: list[State]) -> list[State]:
    """The states without those that are alike; where too many are left, one that knows less."""
    found: list[State] = []
    for state in states:
        if not any(state.is_same(other) for other in found):
            found.append(state)
    is_tired = len(found) > 1 and found[0].variables.is_tired
    if len(found) <= (1 if is_tired else _STATES_MAX):
        return found
    first, *others = found
    for other in others:
        first.join(other)
    return [first]
