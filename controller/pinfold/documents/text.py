"""The text of a file: decoded without losing a byte, so that offsets in it serve for splices."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

_LINE_END = re.compile(r"\r\n|\n|\r")  # as editors count; YAML's NEL, LS and PS are none to them


@dataclass(frozen=True)
class Text:
    """A decoded file; `source` is its path as the user wrote it, or `-`.

    `content` keeps the byte order mark, line ends and bytes that are no UTF-8 (as surrogates):
    `content.encode("utf-8", "surrogateescape")` is the file again.
    """

    source: str
    content: str

    @classmethod
    def decode(cls, data: bytes, source: str) -> "Text":
        """Never fails: a document with bytes that are no UTF-8 is refused later, by itself."""
        return cls(source, data.decode("utf-8", "surrogateescape"))

    def line_of(self, offset: int) -> int:
        """The line of a character, counted from 1."""
        return bisect_right(self._line_starts, offset)

    def column_of(self, offset: int) -> int:
        """The place of a character in its line, counted in characters from 1."""
        return offset - self._line_starts[self.line_of(offset) - 1] + 1

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(match.end() for match in _LINE_END.finditer(self.content))]
