"""Where in a file a place of a document stands: what to underline."""

import re
from dataclasses import dataclass

from pinfold.documents.model import Document, Span
from pinfold.documents.nodes import NoSuchPlace

_LAST_STEP = re.compile(r"(?:^|\.)[^.\[\]]*$|\[[^\[\]]*\]$|.$", re.DOTALL)
_LINE_END = re.compile(r"[\r\n]|\Z")


@dataclass(frozen=True, slots=True)
class Region:
    """Lines and columns from 1, in characters; the end is the first character after it."""

    line: int
    column: int
    end_line: int
    end_column: int
    line_start: int  # where in the file its first line begins


def region_of(document: Document, place: str) -> Region:
    """The value at a place; the first line of what stands nearest around one that nobody wrote."""
    span, exact = _nearest(document, place)
    content, text = document.text, document.tree.text
    end = span.end if exact else min(span.end, _end_of_line(content, span.start))
    end = span.start + len(content[span.start : end].rstrip())
    line_start = max(span.start - span.column + 1, _mark(content))
    end_line = text.line_of(end)
    end_column = text.column_of(end) - (_mark(content) if end_line == 1 else 0)
    return Region(span.line, span.start - line_start + 1, end_line, end_column, line_start)


def _mark(content: str) -> int:
    """The length of the byte order mark, which no editor counts as a column."""
    return int(content.startswith("\ufeff"))


def quoted_line(document: Document, region: Region) -> tuple[str, str, str]:
    """The first line of a region: what stands before it, the region, what stands after it."""
    content = document.text
    line = content[region.line_start : _end_of_line(content, region.line_start)]
    start = region.column - 1
    end = region.end_column - 1 if region.end_line == region.line else len(line)
    return line[:start], line[start:end], line[end:]


def _nearest(document: Document, place: str) -> tuple[Span, bool]:
    exact = True
    while True:
        try:
            return document.span(place), exact
        except NoSuchPlace:
            place, exact = _LAST_STEP.sub("", place), False


def _end_of_line(content: str, start: int) -> int:
    found = _LINE_END.search(content, start)
    assert found is not None  # the end of the text is one
    return found.start()
