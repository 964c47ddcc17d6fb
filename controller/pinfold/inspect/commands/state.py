"""A shell script that is being read: what its words mean at a point, and what was found so far."""

from abc import ABC, abstractmethod
from typing import Self

from tree_sitter import Node

from pinfold.inspect.commands.model import Problem, Process, Unread, Value
from pinfold.inspect.commands.tree import assigned_in, substitutions_of, text_of
from pinfold.inspect.commands.variables import Variables
from pinfold.inspect.workload import Code


class Unreadable(Exception):
    """A form that is not read: nothing of its statement is trusted."""


class State(ABC):
    """A script, or a part of it; what reads its statements stands in the classes below."""

    def __init__(self, script: bytes, variables: Variables, folder: str | None) -> None:
        self.script = script
        self.variables = variables
        self.folder = folder
        self.functions: set[str] = set()
        self.processes: list[Process] = []
        self.problems: list[Problem] = []

    @abstractmethod
    def sequence(self, node: Node) -> None:
        """Read statements that stand one after the other."""

    @abstractmethod
    def statement(self, node: Node) -> None:
        """Read one statement; what cannot be read becomes a problem, and never stops the rest."""

    # -- what words mean (pieces.Scope) ----------------------------------------------------------

    @property
    def outer(self) -> Unread | None:
        return self.variables.source.unread

    def variable(self, name: str) -> Value:
        return self.variables.get(name)

    def is_set(self, name: str) -> bool:
        return self.variables.is_set(name)

    def parameters(self) -> tuple[Value, ...] | None:
        given = self.variables.given
        if given is None:
            return None
        self.variables.spend(sum(len(value.text) + 64 for value in given))
        return given[1:]

    def substitution(self, node: Node) -> None:
        inner = self.inside()
        inner.sequence(node)
        self.take(inner)

    # -- parts of a script -----------------------------------------------------------------------

    def inside(self) -> Self:
        """For a branch or a subshell: what it sets is not set here."""
        inner = type(self)(self.script, self.variables.copy(), self.folder)
        inner.functions = set(self.functions)
        return inner

    def take(self, inner: "State") -> None:
        """What was found there counts here."""
        self.processes += inner.processes
        self.problems += inner.problems

    def only_expand(self, node: Node) -> None:
        """Words and tests run nothing, but for the commands substituted in them."""
        for inner in substitutions_of(node):
            self.substitution(inner)

    # -- what cannot be read ---------------------------------------------------------------------

    def unreadable(self, node: Node) -> None:
        """Report a statement; what it sets is not known after it."""
        self.variables.forget(assigned_in(node))
        first_line = text_of(node).split("\n", 1)[0][:60]
        self.problem(f"{first_line!r} is shell that is not read here", text_of(node))

    def problem(self, detail: str, text: str, code: Code = Code.SHELL_SYNTAX) -> None:
        """Report a part of the script."""
        self.problems.append(Problem(code, detail, self.variables.source.place, text))
