"""What the words of a script mean at a point of it: pieces.Scope, of variables."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

from tree_sitter import Node

from pinfold.inspect.commands.arithmetic import may_fail, set_by_arithmetic
from pinfold.inspect.commands.model import Token, Unread, Value, Word
from pinfold.inspect.commands.tree import assigned_in, short
from pinfold.inspect.commands.variables import Variables
from pinfold.inspect.workload import Where


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """A text of commands: a script, or what `eval` and `.` are given."""

    script: bytes  # encoded
    source: Token
    bash: bool  # it is known to be bash that reads it


class Meaning(ABC):
    """Answers what a word means."""

    text: Text
    variables: Variables

    @abstractmethod
    def capture(self, node: Node) -> Value | None:
        """Run a command substitution: what it prints, None where that is not known."""

    @abstractmethod
    def may_abort(self) -> None:
        """An error may end the line here; what stands on the next ones runs."""

    @property
    def script(self) -> bytes:
        return self.text.script

    @property
    def bash(self) -> bool:
        return self.text.bash

    @property
    def ifs(self) -> str | None:
        return self.variables.ifs

    @property
    def outer(self) -> Unread | None:
        return self.text.source.unread

    def variable(self, name: str) -> Value:
        return self.variables.get(name)

    def is_set(self, name: str) -> bool:
        return self.variables.is_set(name)

    def array(self, name: str) -> tuple[Word, ...] | None:
        return self.variables.array(name)

    def give(self, name: str, word: Word) -> None:
        place = self.text.source.place
        self.variables.set(name, Value(word.text, place, Where.SHELL, word.via, word.unread))

    def forget(self, node: Node) -> None:
        effect = set_by_arithmetic(node, self.variable)
        names = effect.names
        if effect.any_name:
            self.variables.lose(f"{short(node)} can set any variable")
            names = {"IFS"}
        if effect.any_number:
            names = names | self.variables.commits()  # of the others a number is told apart
        if effect.any_name or may_fail(node):
            self.may_abort()
        self.variables.forget(assigned_in(node) | names)

    def parameters(self) -> tuple[Value, ...] | None:
        given = self.variables.parameters()
        if given is None:
            return None
        self.variables.spend(sum(len(value.text) + 64 for value in given))
        return given[1:]

    def substitution(self, node: Node) -> Value | None:
        return self.capture(node)
