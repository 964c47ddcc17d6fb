"""The variables and parameters of a script that is being read, and what is not known of them."""

import re
from collections.abc import Iterable, Mapping

from pinfold.inspect.commands.model import Unread, Value, Word
from pinfold.inspect.commands.names import Array, Names, Parameters
from pinfold.inspect.commands.special import NUMBERS
from pinfold.inspect.workload import Code, Where

_COMMIT = re.compile(r"[0-9a-fA-F]{32}")


class Variables(Names):
    """What names mean, and how a script changes it."""

    def copy(self) -> "Variables":
        """For a branch or a subshell: what it sets is not set here."""
        copied = Variables(self.source, self.environment, self.given, self.budget)
        copied.own = dict(self.own)
        copied.arrays = dict(self.arrays)
        copied.gone = set(self.gone)
        copied.fixed = self.fixed
        copied.lost, copied.doomed = self.lost, self.doomed
        copied.bash = self.bash
        copied.all_exported = self.all_exported
        copied.frames = [dict(frame) for frame in self.frames]
        self.spend(len(self.own) + 16)
        return copied

    # -- what a script changes -------------------------------------------------------------------

    def set(self, name: str, value: Value, *, exported: bool = False) -> None:
        """`NAME=value`: handed to commands if it is exported, now or before."""
        self.spend(len(self.environment.values))
        if name in self.fixed:
            detail = f"${name} is one that cannot be set"
            value = self.hole(Unread(Code.SHELL_SYNTAX, detail, clean=name in NUMBERS))
        if self.doomed is not None:
            value = self.hole(self.doomed)
        array = self.arrays.get(name)
        if name in self.arrays and array is not None:
            self.arrays[name] = (Word(value.text, value.unread, value.via), *array[1:])
        self.gone.discard(name)
        exported |= self.all_exported or name == "PATH"  # every image sets it
        if exported or name in self.environment.values:
            self.environment = self.environment.having({name: value})
            self.own.pop(name, None)
        else:
            self.own[name] = value

    def set_array(self, name: str, array: Array) -> None:
        """`NAME=(…)`; `$NAME` is its first element."""
        array = array if self.doomed is None else None
        detail = f"{name} is an array that is not read here"
        first = self.hole(Unread(Code.SHELL_SYNTAX, detail))
        if array is not None:
            word = array[0] if array else Word("")
            first = Value(word.text, self.source.place, Where.SHELL, word.via, word.unread)
        self.arrays.pop(name, None)
        self.set(name, first)
        self.arrays[name] = array

    def export(self, name: str) -> None:
        """`export NAME`."""
        if name in self.own:
            self.set(name, self.own[name], exported=True)

    def unset(self, name: str) -> None:
        """`unset NAME`."""
        self.own.pop(name, None)
        self.arrays.pop(name, None)
        if name in self.environment.values:
            self.environment = self.environment.without((name,))
        self.gone.add(name)

    def forget(self, names: Iterable[str]) -> None:
        """These may have been set, to what is not known."""
        for name in names:
            detail = f"${name} is set in a part of the script that may run"
            self.arrays[name] = None
            self.set(name, self.hole(Unread(Code.SHELL_SYNTAX, detail)))

    def lose(self, why: str) -> None:
        """From here on nothing is known of any variable."""
        self.lost = Unread(Code.SHELL_SYNTAX, why)
        hole = self.hole(self.lost)
        self.environment = self.environment.having(dict.fromkeys(self.environment.values, hole))
        self.own.clear()
        self.gone.clear()
        self.arrays = dict.fromkeys(self.arrays)
        self.given = None
        self.frames = [{} for _ in self.frames]  # nor of what comes back

    def doom(self, why: str) -> None:
        """Nothing is known of any variable, now and whatever is set later."""
        self.lose(why)
        self.doomed = self.lost

    # -- functions -------------------------------------------------------------------------------

    def enter(self, given: Parameters) -> Parameters:
        """A function is called; the parameters until now."""
        self.frames.append({})
        before, self.given = self.given, given
        return before

    def localise(self, name: str) -> None:
        """`local NAME`: the value until now comes back when the function ends."""
        if self.frames and name not in self.frames[-1]:
            array = (self.arrays[name],) if name in self.arrays else None
            values = self.environment.values
            saved = (self.own.get(name), values.get(name), array, name in self.gone)
            self.frames[-1][name] = saved

    def leave(self, before: Parameters) -> None:
        """The function has ended."""
        for name, (own, exported, array, gone) in self.frames.pop().items():
            self.unset(name)
            if not gone:
                self.gone.discard(name)
            if exported is not None:
                self.environment = self.environment.having({name: exported})
            if own is not None:
                self.own[name] = own
            if array is not None:
                self.arrays[name] = array[0]
        self.given = None if self.given is None and self.lost is not None else before

    def commits(self) -> frozenset[str]:
        """The names whose values are as long as a commit's id."""
        values = {**self.environment.values, **self.own}
        return frozenset(n for n, value in values.items() if _COMMIT.search(value.text))

    # -- several ways to a point -----------------------------------------------------------------

    def differing(self, other: "Variables") -> frozenset[str]:
        """The names that do not mean the same in both."""
        names = _different(self.own, other.own) | _different(self.arrays, other.arrays)
        if self.environment is not other.environment:
            names |= _different(self.environment.values, other.environment.values)
        return names | (self.gone ^ other.gone)

    def is_same(self, other: "Variables") -> bool:
        """Whether every name means the same in both."""
        return self.everything() == other.everything()

    def everything(self) -> tuple[object, ...]:
        """What names mean, and all that decides about it."""
        own = (self.own, self.arrays, self.gone, self.frames, self.fixed, self.all_exported)
        return (*own, self.given, self.lost, self.doomed, self.environment.values)

    def join(self, other: "Variables") -> None:
        """Know only what both know."""
        names = self.differing(other)
        if self.given != other.given:
            self.given = None
        self.all_exported |= other.all_exported
        self.fixed |= other.fixed
        self._join_frames(other)
        counts = {name for name in names if self.is_count(name) and other.is_count(name)}
        self.forget(names - counts)
        for name in counts:
            detail = f"${name} is one of several numbers"
            self.set(name, self.hole(Unread(Code.SHELL_SYNTAX, detail, clean=True)))
        if other.doomed is not None:
            self.doom(other.doomed.detail)
        elif other.lost is not None:
            self.lose(other.lost.detail)

    def is_count(self, name: str) -> bool:
        """Whether a variable is a number, or one word that is not known."""
        value = self._known(name)
        if value is None or self.arrays.get(name) is not None:
            return False
        return value.text.isdecimal() if value.unread is None else value.unread.clean

    def _join_frames(self, other: "Variables") -> None:
        """What comes back when a function ends is not known where it is not the same."""
        for mine, theirs in zip(self.frames, other.frames, strict=False):
            for name in mine.keys() | theirs.keys():
                saved = (mine.get(name), theirs.get(name))
                if saved[0] != saved[1]:
                    detail = f"${name} is local in a part of the script that may run"
                    hole = self.hole(Unread(Code.SHELL_SYNTAX, detail))
                    exported = any(one is not None and one[1] is not None for one in saved)
                    mine[name] = (hole, hole if exported else None, (None,), False)


def _different(first: Mapping[str, object], second: Mapping[str, object]) -> frozenset[str]:
    names = (name for name, value in first.items() if second.get(name, first) != value)
    return frozenset((*names, *(second.keys() - first.keys())))
