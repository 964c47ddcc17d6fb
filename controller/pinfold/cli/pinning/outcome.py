"""What came of a run, row by row."""

from dataclasses import dataclass
from enum import Enum


class Fate(Enum):
    """What became of something that was not pinned, or was to be moved forward."""

    PINNED = "pinned"
    MOVED = "moved"
    KEPT = "kept"  # --update found nothing newer
    BY_HAND = "by hand"  # found, and not written: the person is told what to write
    NOT_FOUND = "not found"


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """One image or artefact; line and column count from 1 in the file as it was."""

    source: str
    line: int
    column: int
    place: str
    what: str  # image, model, adapter …
    name: str


@dataclass(frozen=True, slots=True)
class Row:
    """A subject and what became of it."""

    subject: Subject
    fate: Fate
    wrote: str = ""  # what was written, or is to be: @sha256:…, --revision=…
    was: str = ""  # the digest or commit that it was moved from
    why: str = ""  # why not


@dataclass(frozen=True, slots=True)
class Edited:
    """A file before and after."""

    source: str
    before: bytes
    after: bytes

    @property
    def changed(self) -> bool:
        return self.before != self.after
