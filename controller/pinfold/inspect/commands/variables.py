"""The variables and parameters of a script that is being read, and what is not known of them."""

import re
from collections.abc import Iterable

from pinfold.inspect.commands.expansion import Budget
from pinfold.inspect.commands.model import HOLE, Environment, Token, Unread, Value
from pinfold.inspect.commands.tree import TooMuch
from pinfold.inspect.workload import Code, Where

_PARAMETER = re.compile(r"[0-9]+")
_CLEAN = frozenset({"HOSTNAME", "PWD", "RANDOM", "UID", "#", "?", "$", "!"})  # one word each


MAX_WORK = 20_000
_UNIT = 16  # characters, or variables, for one piece of work


class Variables:
    """What names mean at a point of a script."""

    def __init__(
        self, source: Token, environment: Environment, given: tuple[Value, ...] | None
    ) -> None:
        self.source = source
        self.environment = environment  # handed to commands
        self.given = given  # $0, $1 …; None where they are not known
        self.own: dict[str, Value] = {}  # set by the script, and not handed to its commands
        self.lost: Unread | None = None  # why any variable may have changed
        self.all_exported = False  # set -a
        self.budget = Budget(MAX_WORK)

    def copy(self) -> "Variables":
        """For a branch or a subshell: what it sets is not set here."""
        copied = Variables(self.source, self.environment, self.given)
        copied.own = dict(self.own)
        copied.lost = self.lost
        copied.all_exported = self.all_exported
        copied.budget = self.budget
        self.spend(len(self.own))
        return copied

    def spend(self, amount: int) -> None:
        """Raises TooMuch when the script asks for more work than any honest one."""
        if not self.budget.spend(amount // _UNIT + 1):
            raise TooMuch

    def get(self, name: str) -> Value:
        """The value of a variable; a hole where it is not known."""
        if _PARAMETER.fullmatch(name):
            return self._parameter(int(name[:9]))
        value = self._known(name)
        if value is not None:
            self.spend(len(value.text))
            return value
        detail = f"${name} is not set in the manifest"
        return self._hole(Unread(Code.UNSET_VARIABLE, detail, clean=name in _CLEAN))

    def is_set(self, name: str) -> bool:
        """Whether the manifest or the script sets it, or may do so."""
        return self._known(name) is not None

    def _known(self, name: str) -> Value | None:
        if name in self.own:
            return self.own[name]
        if self.lost is not None:
            return self._hole(self.lost)
        return self.environment.get(name)

    def _parameter(self, index: int) -> Value:
        if self.given is None:
            return self._hole(Unread(Code.SHELL_SYNTAX, f"${index} is not known here"))
        if index < len(self.given):
            self.spend(len(self.given[index].text))
            return self.given[index]
        return Value("", self.source.place, Where.SHELL)

    def _hole(self, unread: Unread) -> Value:
        return Value(HOLE, self.source.place, Where.SHELL, unread=unread)

    def set(self, name: str, value: Value, *, exported: bool = False) -> None:
        """`NAME=value`: handed to commands if it is exported, now or before."""
        self.spend(len(self.environment.values))
        if exported or self.all_exported or name in self.environment.values:
            self.environment = self.environment.having({name: value})
            self.own.pop(name, None)
        else:
            self.own[name] = value

    def export(self, name: str) -> None:
        """`export NAME`."""
        if name in self.own:
            self.set(name, self.own[name], exported=True)

    def forget(self, names: Iterable[str]) -> None:
        """These may have been set, to what is not known."""
        for name in names:
            detail = f"${name} is set in a part of the script that may run"
            self.set(name, self._hole(Unread(Code.SHELL_SYNTAX, detail)))

    def lose(self, why: str) -> None:
        """From here on nothing is known of any variable."""
        self.lost = Unread(Code.SHELL_SYNTAX, why)
        hole = self._hole(self.lost)
        self.environment = self.environment.having(dict.fromkeys(self.environment.values, hole))
        self.own.clear()
        self.given = None
