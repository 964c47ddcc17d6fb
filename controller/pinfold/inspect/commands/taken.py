"""A container's commands, taken apart when they are first asked for, and not again.

Its server, what fills its volumes and how it starts are looked for one after the other, and the
pods of one workload follow one another: the last few answers are kept.
"""

from collections.abc import Hashable

from pinfold.inspect.commands.expansion import Budget
from pinfold.inspect.commands.model import Commands, Problem
from pinfold.inspect.commands.mounts import Mounts
from pinfold.inspect.commands.read import commands_of
from pinfold.inspect.kept import Kept
from pinfold.inspect.podspec import Container
from pinfold.inspect.workload import Code

UNREAD = "the containers of this Pod take more work than is done to read them"
KEPT: Kept[tuple[Commands, int]] = Kept(64)  # and the work that each took


class Taken:
    """What a container runs; `key` is all that it depends on, None where it is not kept."""

    def __init__(
        self, container: Container, place: str, mounts: Mounts, key: Hashable | None = None
    ) -> None:
        self.container = container
        self.place = place
        self.mounts = mounts
        self.key = key
        self._commands: Commands | None = None
        self.work = 0  # that they took
        self._paid = False

    @property
    def commands(self) -> Commands:
        """The commands; the work that it takes to tell them is spent, also where they are kept."""
        if self._commands is None:
            self._commands = self._take()
        return self._commands

    def later(self, rest: Budget) -> Commands:
        """The commands, for what is asked after all readings: that is taken from a Pod's rest."""
        if not self._paid and rest.left <= 0:
            return self._unread
        commands = self.commands
        if not self._paid:
            rest.spend(self.work)
            self._paid = True
        return commands

    @property
    def _unread(self) -> Commands:
        return Commands(problems=(Problem(Code.TOO_LARGE, UNREAD, self.place),))

    def _take(self) -> Commands:
        work = self.mounts.work
        if work.left <= 0:
            return self._unread
        before = work.left
        kept = None if self.key is None else KEPT.get(self.key)
        if kept is not None:
            commands, self.work = kept
            work.spend(self.work)
            return commands
        commands = commands_of(self.container, self.place, self.mounts)
        self.work = before - work.left
        if self.key is not None:
            KEPT.put(self.key, (commands, self.work))
        return commands
