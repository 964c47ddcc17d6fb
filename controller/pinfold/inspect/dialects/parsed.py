"""What every dialect answers: which options were given, with what, and from where."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from pinfold.inspect.commands.model import Token, Unread
from pinfold.inspect.workload import Code


class Refuses(Exception):
    """The program itself would end with an error, so it loads nothing."""

    def __init__(self, detail: str, place: str) -> None:
        super().__init__(detail)
        self.detail = detail
        self.place = place


class Unclear(Exception):
    """What the program would do cannot be told from the manifest."""

    def __init__(self, code: Code, detail: str, place: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.place = place

    @classmethod
    def because(cls, token: Token) -> "Unclear":
        """The reason that a word with a hole gives."""
        unread = token.unread or Unread(Code.SHELL_SYNTAX, "a word is not known")
        return cls(unread.code, f"{unread.detail} and can add arguments", token.place)


class Option(msgspec.Struct, frozen=True):
    """An option of a program; the first of its names stands for it."""

    names: tuple[str, ...]
    arity: str  # "0", "1", "?", "+", "*", or a number of words
    no: tuple[str, ...] = ()  # names that switch it off
    type: str = ""
    append: bool = False
    env: str | None = None  # the variable that counts where the option is absent

    @property
    def name(self) -> str:
        return self.names[0]


class Given(msgspec.Struct, frozen=True):
    """An option as it was given: the word that names it, and its values."""

    flag: Token
    values: tuple[Token, ...] = ()
    off: bool = False  # by one of its `no` names
    env: str | None = None  # the variable that gave it
    keys: Mapping[tuple[str, ...], Token] | None = (
        None  # of a value put together from dotted pieces
    )


@dataclass(slots=True)
class Parsed:
    """A command line as its program understands it: the option's first name -> what counts."""

    options: dict[str, list[Given]] = field(default_factory=dict)
    positionals: list[Token] = field(default_factory=list)
    unknown: list[Token] = field(default_factory=list)

    def last(self, name: str) -> Given | None:
        """What the program keeps of an option: the last time it was given."""
        given = self.options.get(name)
        return given[-1] if given else None

    def add(self, option: Option, given: Given) -> None:
        self.options.setdefault(option.names[0], []).append(given)


_MAX_DEPTH = 200  # far from where Python's own stack ends


def parse_json(text: str) -> Any:
    """A JSON text as Python's own parser reads it. Raises ValueError."""
    if text.count("[") + text.count("{") > _MAX_DEPTH and _depth(text) > _MAX_DEPTH:
        raise ValueError("nested too deeply")
    return json.loads(text)


def _depth(text: str) -> int:
    """How deep brackets are nested; those in strings count too."""
    depth = deepest = 0
    for character in text:
        if character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
    return deepest
