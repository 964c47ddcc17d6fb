"""A file cut into its documents before any is read, so that a broken one hides no other."""

import re
from collections.abc import Iterator

# `---` begins a document wherever it begins a line, in quotes too (YAML 1.1 §9.1); `...` ends one.
_MARKER = re.compile(r"(?:(?<=[\r\n])|\A\ufeff?)(?:---|\.\.\.)(?=[ \t\r\n]|\Z)")
_NEXT_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)?")
_OBJECT = re.compile(r"(?<=[\r\n])\{")
_PROLOGUE = re.compile(  # comments and directives: they belong to the document that follows
    r"(?:[ \t]*(?:[#%][^\r\n]*)?(?:\r\n|\r(?!\n)|\n))*"
)


def pieces_of(content: str) -> Iterator[tuple[int, int]]:
    """Start and end of each piece of a stream; some of them hold nothing but comments."""
    start = 1 if content.startswith("\ufeff") else 0
    for marker in _MARKER.finditer(content):
        if marker[0].endswith("..."):
            line = _NEXT_LINE.match(content, marker.end())
            cut = line.end() if line else marker.end()
        elif _PROLOGUE.fullmatch(content, start, marker.start()):
            continue
        else:
            cut = marker.start()
        if cut > start:
            yield start, cut
            start = cut
    yield start, len(content)


def next_object(content: str, offset: int, end: int) -> int:
    """Where the next line begins with a brace: what follows a broken JSON object; else `end`."""
    found = _OBJECT.search(content, offset, end)
    return found.start() if found else end
