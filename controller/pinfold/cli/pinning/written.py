"""How a text stands in a file: which characters of the file make which of the value.

A scalar is changed by writing into the file between the characters of its value, so that its style,
its folding and everything around it stay. What is not sure here is refused, and whoever splices
reads the result back.
"""

import re
from dataclasses import dataclass
from enum import Enum

from pinfold.documents.scalars import plain

_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"  # JSON writes one as two
    r"|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|U[0-9a-fA-F]{8}|[^\r\n])"
)
_HEADER = re.compile(r"[|>][-+0-9]*[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n)")
_INDENT = re.compile(r"(?:[ \t]*(?:\r\n|\r|\n))*( *)")
_BREAK = re.compile(r"\r\n|\r|\n")
_SPACE = re.compile(r"[ \t\r\n]*")
_INDICATORS = "-?:,[]{}#&*!|>'\"%@`"  # what no plain scalar begins with, or not always
_PLAIN_SAFE = re.compile(r"[A-Za-z0-9/._-][A-Za-z0-9@:=/._+-]*", re.ASCII)


class CannotWrite(ValueError):
    """The text cannot be put there without touching more than it; the message says why."""


class Quote(Enum):
    """How a scalar is written."""

    DOUBLE = '"'
    SINGLE = "'"
    BLOCK = "|"
    PLAIN = ""


@dataclass(frozen=True, slots=True)
class Splice:
    """`content[start:end]` of a file becomes `text`."""

    start: int
    end: int
    text: str


def spliced(content: str, splices: list[Splice]) -> str:
    """The file with every splice made; raises CannotWrite where two of them meet."""
    parts: list[str] = []
    at = 0
    for splice in sorted(splices, key=lambda one: (one.start, one.end)):
        if splice.start < at:
            raise CannotWrite("two changes meet in one text")
        parts += (content[at : splice.start], splice.text)
        at = splice.end
    return "".join((*parts, content[at:]))


@dataclass(frozen=True, slots=True)
class Written:
    """A scalar: where each character of its value begins and ends in the file."""

    value: str
    quote: Quote
    start: int
    end: int
    spans: tuple[tuple[int, int], ...]
    indent: str = ""  # of the lines of a block

    def replace(self, start: int, end: int, new: str) -> Splice:
        """Write `new` over `value[start:end]`. Raises CannotWrite."""
        whole = self.value[:start] + new + self.value[end:]
        begins_anew = whole[:1] != self.value[:1] and whole[:1] in _INDICATORS
        if self.quote is Quote.PLAIN and (begins_anew or not _is_text(whole)):
            return self._quoted(whole)
        text = escaped(new, self.quote, self.indent)
        if not self.value:
            if self.quote not in (Quote.DOUBLE, Quote.SINGLE):
                raise CannotWrite("nothing is written there")
            return Splice(self.start + 1, self.end - 1, text)
        if end > start:
            return Splice(self.spans[start][0], self.spans[end - 1][1], text)
        at = self.spans[start - 1][1] if start else self.spans[0][0]
        return Splice(at, at, text)

    def _quoted(self, whole: str) -> Splice:
        """A plain scalar that would become a number or a date gets quotes."""
        if self.end - self.start != len(self.value):
            raise CannotWrite("it is written over several lines")
        return Splice(self.start, self.end, f'"{escaped(whole, Quote.DOUBLE)}"')


def is_plain_text(text: str) -> bool:
    """Whether it is text to YAML without quotes, wherever it stands."""
    return bool(_PLAIN_SAFE.fullmatch(text)) and _is_text(text)


def _is_text(text: str) -> bool:
    try:
        return plain(text) == text
    except ValueError:
        return False


def escaped(text: str, quote: Quote, indent: str = "") -> str:
    """The text as that style writes it. Raises CannotWrite."""
    match quote:
        case Quote.DOUBLE:
            return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        case Quote.BLOCK:
            return text.replace("\n", f"\n{indent}")
        case _ if "\n" in text:
            raise CannotWrite("it has one line only")
        case Quote.SINGLE:
            return text.replace("'", "''")
        case _:
            return text


def written(content: str, start: int, end: int, value: str) -> Written:
    """How `content[start:end]` makes `value`. Raises CannotWrite."""
    raw = content[start:end]
    if raw[:1] in ('"', "'") and len(raw) > 1 and raw[-1] == raw[0]:
        quote, indent, first = Quote(raw[0]), "", start + 1
        reach = _Reach(content, first, end - 1, quote, 0)
    elif header := _HEADER.match(content, start, end):
        found = _INDENT.match(content, header.end(), end)
        quote, indent, first = Quote.BLOCK, found[1] if found else "", header.end()
        reach = _Reach(content, first, end, quote, len(indent))
    else:
        quote, indent, first = Quote.PLAIN, "", start
        reach = _Reach(content, first, end, quote, 0)
    return Written(value, quote, start, end, tuple(reach.span_of(char) for char in value), indent)


class _Reach:
    """Walks along the file, character by character of the value."""

    def __init__(self, content: str, start: int, end: int, quote: Quote, indent: int) -> None:
        self._content = content
        self._at = start
        self._end = end
        self._quote = quote
        self._indent = indent
        self._skip_indent()

    def span_of(self, char: str) -> tuple[int, int]:
        if char not in " \t\n":
            self._skip_folds(char)
        width = self._width(char)
        start, self._at = self._at, self._at + width
        if self._at > self._end:
            raise CannotWrite("it is written in a way that is not understood")
        if self._content[start : self._at].endswith(("\n", "\r")):
            self._skip_indent()
        return start, start + width

    def _width(self, char: str) -> int:
        """How many characters of the file stand for this one."""
        content, at = self._content, self._at
        here = content[at : at + 1]
        if self._quote is Quote.DOUBLE and here == "\\":
            escape = _ESCAPE.match(content, at)
            if escape is None:
                raise CannotWrite("it is written over several lines")
            return len(escape[0])
        if self._quote is Quote.SINGLE and char == "'" and content.startswith("''", at):
            return 2
        if char in " \n" and (broken := _BREAK.match(content, at)):
            return len(broken[0])
        if here != char:
            raise CannotWrite("it is written over several lines")
        return 1

    def _skip_folds(self, char: str) -> None:
        """Line breaks and blanks of the file that the value does not have."""
        if self._at < self._end and self._content[self._at] != char:
            space = _SPACE.match(self._content, self._at, self._end)
            self._at = space.end() if space else self._at

    def _skip_indent(self) -> None:
        for _ in range(self._indent):
            if self._content.startswith(" ", self._at):
                self._at += 1
