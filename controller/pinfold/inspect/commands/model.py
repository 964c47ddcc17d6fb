"""The words of a command line as a process gets them, each with where it was written.

What cannot be known (a Secret's value, a command substitution) is a hole: the character HOLE stands
in the text for it, and `unread` says why. Only the dialects decide whether a hole matters.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import msgspec

from pinfold.inspect.workload import Code, Where

HOLE = "\ufffc"  # OBJECT REPLACEMENT CHARACTER: only ever read where `unread` is set


class Unread(msgspec.Struct, frozen=True, gc=False):
    """Why a piece of text is not known.

    `clean` promises that it is one word without blanks, quotes or wildcards (a pod's name, its IP,
    a number), so that no shell makes more or less than one word of it. `empty` promises the same
    of a text that may be empty as well (a label): alone and unquoted it is one word or none.
    `names` says that it stands for names of files, and for itself where there are none.
    `fetched` is what comes over the network: where a shell runs it, that is a hazard of its own.
    """

    code: Code
    detail: str
    clean: bool = False
    empty: bool = False
    names: bool = False
    fetched: bool = False


class Value(msgspec.Struct, frozen=True, gc=False):
    """The text of a variable, with the steps on the way to it."""

    text: str
    place: str
    where: Where = Where.ENV
    via: tuple[str, ...] = ()
    unread: Unread | None = None

    @property
    def is_hole(self) -> bool:
        """Whether a part of it is not known, and may be more or less than a word."""
        return self.unread is not None and not self.unread.clean


class Word(NamedTuple):
    """One word that a script gives to a command; `many` stands for any number of words."""

    text: str
    unread: Unread | None = None
    via: tuple[str, ...] = ()
    many: bool = False


class Token(msgspec.Struct, frozen=True, gc=False):
    """One word of a command line; `many` stands for any number of words, none included."""

    text: str
    place: str
    where: Where = Where.ARG
    via: tuple[str, ...] = ()
    unread: Unread | None = None
    many: bool = False

    @property
    def is_hole(self) -> bool:
        """Whether a part of it is not known, and may be more or less than a word."""
        return self.unread is not None and not self.unread.clean

    def cut(self, start: int) -> "Token":
        """The same word without its first `start` characters."""
        return self.saying(self.text[start:])

    def saying(self, text: str) -> "Token":
        """Another text from the same place."""
        unread = self.unread if HOLE in text else None
        return Token(text, self.place, self.where, self.via, unread, self.many)


class Process(msgspec.Struct, frozen=True):
    """A command line that the container runs, and the variables and folder it runs with."""

    argv: tuple[Token, ...]
    environment: "Environment"
    folder: str | None = None  # None: the image's own; HOLE in it: not known
    entrypoint: bool = False  # argv holds only arguments, for the image's own command
    reads: Token | None = None  # its standard input, where a script gives it
    files: Mapping[str, Token] = {}  # what scripts wrote before it, by path

    def running(self, argv: tuple[Token, ...]) -> "Process":
        """Another command line in the same surroundings."""
        return Process(argv, self.environment, self.folder, reads=self.reads, files=self.files)


class Problem(msgspec.Struct, frozen=True):
    """A part of a command that could not be read; `text` is what it says, as far as it is known."""

    code: Code
    detail: str
    place: str
    text: str = ""


class Commands(msgspec.Struct, frozen=True):
    """Everything that a container runs, as far as it can be read."""

    processes: tuple[Process, ...] = ()
    problems: tuple[Problem, ...] = ()
    started: tuple[Process, ...] = ()  # with the wrappers and shells that were taken off
    scripts: tuple[Token, ...] = ()
    remote: tuple[Token, ...] = ()  # shells that run what comes over the network
    written: tuple[str | None, ...] = ()  # files that scripts redirect to; None: any


class Environment(msgspec.Struct, frozen=True):
    """The variables of a process, and the sources (envFrom) whose names are not known."""

    values: dict[str, Value]
    sources: tuple[Problem, ...] = ()

    def get(self, name: str) -> Value | None:
        """The variable; a hole where only a source that is not at hand could set it."""
        value = self.values.get(name)
        if value is None and self.sources:
            source = self.settings or self.sources[-1]
            return Value(HOLE, source.place, unread=Unread(source.code, source.detail))
        return value

    def told(self, name: str) -> Value | None:
        """The variable, if `env` itself sets it or a source at hand does."""
        return self.values.get(name)

    @property
    def settings(self) -> Problem | None:
        """A ConfigMap that is not at hand: it can set any variable. Secrets mostly hold tokens."""
        return next((source for source in self.sources if source.code is Code.CONFIGMAP), None)

    def having(self, more: dict[str, Value]) -> "Environment":
        """These variables, with `more` laid over them."""
        return Environment({**self.values, **more}, self.sources) if more else self

    def without(self, names: Iterable[str]) -> "Environment":
        """These variables, but for some."""
        gone = set(names)
        kept = {name: value for name, value in self.values.items() if name not in gone}
        return Environment(kept, self.sources)
