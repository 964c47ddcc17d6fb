"""One thing that a rule objects to: what, where, why it matters, what to type."""

from dataclasses import dataclass
from enum import StrEnum


class Mode(StrEnum):
    """What a violation does: refuse, warn, or be counted only."""

    ENFORCE = "Enforce"
    WARN = "Warn"
    AUDIT = "Audit"

    @property
    def strictness(self) -> int:
        """Enforce is the strictest."""
        return _STRICTNESS[self]


_STRICTNESS = {Mode.AUDIT: 0, Mode.WARN: 1, Mode.ENFORCE: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """A violation of one rule at one place.

    `found` and `why` are clauses of one sentence (`"x:latest" has no digest` / `what runs can
    change`), `fix` begins with a verb, `find` is a command that prints the value that `fix` leaves
    open. An exemption narrows by `image`, a
    canonical repository, or `artefact`, an id.
    """

    rule: str
    container: str
    place: str
    found: str
    why: str
    fix: str
    find: str | None = None
    image: str | None = None
    artefact: str | None = None
    mode: Mode | None = None  # replaces the rule's mode for this finding
    at_most: Mode | None = None  # makes the rule's mode milder for this finding, never stricter
