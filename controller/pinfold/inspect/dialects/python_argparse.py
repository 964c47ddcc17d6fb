"""How CPython's argparse reads a command line: its rules, without its parser.

Source: CPython 3.13.0 Lib/argparse.py (`_parse_known_args`, `_parse_optional`,
`_get_option_tuples`), which the later releases of 3.12, the Python of the servers' images, have as
well. The host's own is never called: it differs by version. 3.12.1 takes `--` out of `--x=--`, and
reads `-x=y` of a switch as `-x -y`; neither pins anything.
"""

import re
import sys
from collections.abc import Sequence
from enum import Enum

from pinfold.inspect.commands.model import HOLE, Token
from pinfold.inspect.dialects.parsed import Given, Option, Parsed, Refuses, Unclear
from pinfold.inspect.dialects.tables import Table

_NAME = re.compile(r"--?[a-z0-9][a-z0-9-]*", re.ASCII)
_MOST = {"1": 1, "?": 1, "+": sys.maxsize, "*": sys.maxsize}
_NEGATIVE = re.compile(r"-\d+|-\d*\.\d+")


class Unknown(Enum):
    """What is made of an option that the table does not have."""

    REFUSE = "refuse"
    BARE = "bare"  # another version has it, as a switch
    VALUE = "value"  # another version has it, with a value
    IGNORE = "ignore"  # parse_known_args: it is left aside, whatever its name


class _Word(Enum):
    VALUE = "A"
    HOLE = "?"  # may begin with a dash, or not
    END = "--"
    UNKNOWN = "O"


class _Match:
    """A word that names an option, with the value that is written on to it."""

    __slots__ = ("explicit", "name", "option")

    def __init__(self, option: Option, name: str, explicit: Token | None = None) -> None:
        self.option = option
        self.name = name
        self.explicit = explicit


def parse(
    words: Sequence[Token], table: Table, unknown: Unknown = Unknown.REFUSE, *, most: int = 1
) -> Parsed:
    """Read a command line. Raises Refuses where argparse would end the program.

    `most`: how many positionals the program takes. Who calls looks whether there are more.
    """
    return _Parser(words, table, unknown, most).run()


class _Parser:
    def __init__(self, words: Sequence[Token], table: Table, unknown: Unknown, most: int) -> None:
        self.words = words
        self.table = table
        self.unknown = unknown
        self.most = most
        self.behind = 0  # the last positional
        self.kinds = self._kinds()
        self.parsed = Parsed()

    def run(self) -> Parsed:
        index = 0
        while index < len(self.kinds):
            kind = self.kinds[index]
            if isinstance(kind, _Match):
                index = self._option(kind, index)
            elif kind is _Word.VALUE:
                self.parsed.positionals.append(self.words[index])
                index += 1
                self.behind = index
            elif kind is _Word.UNKNOWN:
                index = self._unknown(index)
            elif kind is _Word.HOLE:
                raise Unclear.because(self.words[index])
            else:
                index = self._end(index)
        return self.parsed

    # -- what each word is -----------------------------------------------------------------------

    def _kinds(self) -> list[_Match | _Word]:
        by_name = self.table.by_name
        kinds: list[_Match | _Word] = []
        for index, word in enumerate(self.words):
            text = word.text
            if option := by_name.get(text):
                kinds.append(_Match(option, text))
            elif text == "--":
                kinds.append(_Word.END)
                kinds += [_Word.VALUE] * (len(self.words) - index - 1)
                break
            else:
                kinds.append(self._kind(word, text))
        return kinds

    def _kind(self, word: Token, text: str) -> _Match | _Word:
        if word.many:
            raise Unclear.because(word)
        if not text.startswith("-") or len(text) == 1:
            return _Word.HOLE if may_be_option(word) else _Word.VALUE
        name, equals, _value = text.partition("=")
        if word.unread and HOLE in name:
            raise Unclear.because(word)
        if equals and (option := self.table.by_name.get(name)):
            return _Match(option, name, word.cut(len(name) + 1))
        return self._abbreviated(word, text) or self._other(text)

    def _abbreviated(self, word: Token, text: str) -> _Match | None:
        found = self._long(word, text) if text.startswith("--") else self._short(word, text)
        if len(found) > 1:
            names = ", ".join(sorted(match.name for match in found))
            raise Refuses(f"{_quote(text)} could be {names}", word.place)
        return found[0] if found else None

    def _long(self, word: Token, text: str) -> list[_Match]:
        name, equals, _value = text.partition("=")
        explicit = word.cut(len(name) + 1) if equals else None
        by_name = self.table.by_name
        return [_Match(by_name[n], n, explicit) for n in self.table.starting_with(name)]

    def _short(self, word: Token, text: str) -> list[_Match]:
        by_name = self.table.by_name
        found = [
            _Match(by_name[n], n) for n in self.table.starting_with(text) if not n.startswith("--")
        ]
        if (option := by_name.get(text[:2])) is not None:
            found.append(_Match(option, text[:2], word.cut(2)))
        return found

    @staticmethod
    def _other(text: str) -> _Word:
        if _NEGATIVE.fullmatch(text) or " " in text:
            return _Word.VALUE
        return _Word.UNKNOWN

    # -- what an option takes --------------------------------------------------------------------

    def _option(self, match: _Match, index: int) -> int:
        word, option = self.words[index], match.option
        if match.explicit is not None:
            values, index = self._explicit(match, word), index + 1
        else:
            count = self._count(option, index + 1)
            values = tuple(self.words[index + 1 : index + 1 + count])
            index += 1 + count
        off = match.name in option.no
        self.parsed.add(option, Given(word, values, off))
        return index

    @staticmethod
    def _explicit(match: _Match, word: Token) -> tuple[Token, ...]:
        assert match.explicit is not None
        if match.option.arity in ("1", "?", "+", "*"):
            return (match.explicit,)
        raise Refuses(f"{_quote(word.text)}: {match.name} takes no such value", word.place)

    def _count(self, option: Option, start: int) -> int:
        """How many of the words from `start` on the option takes."""
        if option.arity == "0":
            return 0
        count = 0
        most = _MOST.get(option.arity) or int(option.arity)
        while count < most and start + count < len(self.kinds):
            kind = self.kinds[start + count]
            if kind is _Word.HOLE and option.arity != "1":
                raise Unclear.because(self.words[start + count])
            if kind is not _Word.VALUE and kind is not _Word.HOLE:
                break
            count += 1
        least = {"?": 0, "*": 0, "+": 1}.get(option.arity, most)
        if count < least:
            raise Refuses(f"{option.name} needs a value", self.words[start - 1].place)
        return count

    def _unknown(self, index: int) -> int:
        word = self.words[index]
        known = self.unknown is Unknown.IGNORE or is_option_name(word.text)
        if self.unknown is Unknown.REFUSE or not known:
            raise Refuses(f"{_quote(word.text)} is no option of this server", word.place)
        self.parsed.unknown.append(word)
        following = self.kinds[index + 1] if index + 1 < len(self.kinds) else None
        swallows = self.unknown is Unknown.VALUE and "=" not in word.text
        return index + (2 if swallows and following in (_Word.VALUE, _Word.HOLE) else 1)

    def _end(self, index: int) -> int:
        """`--`: what follows is positional, and it goes with the positionals beside it."""
        rest = self.words[index + 1 :]
        is_alone = self.most == 0 or (self.parsed.positionals and self.behind != index)
        if is_alone and self.unknown is not Unknown.IGNORE:
            raise Refuses("'--' is not accepted here", self.words[index].place)
        if any(word.many for word in rest):
            raise Refuses("'--' is not accepted here", self.words[index].place)
        self.parsed.positionals += rest
        return len(self.kinds)


def is_option_name(text: str) -> bool:
    """Whether a version that was not read could have an option of that name."""
    return _NAME.fullmatch(text.partition("=")[0]) is not None


def may_be_option(word: Token) -> bool:
    """Whether a word could begin with a dash: nothing is known of how it begins."""
    unread = word.unread
    return unread is not None and not unread.clean and word.text.startswith(HOLE)


def _quote(text: str) -> str:
    return repr(text.partition("=")[0][:60])
