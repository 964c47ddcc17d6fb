"""How text looks: marks and colours on a terminal, plain ASCII everywhere else."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TextIO

_LONGEST = 240  # of a text that somebody else wrote


class Mark(Enum):
    """What a line says at a glance: the sign on a terminal, the sign elsewhere, the colour."""

    PINNED = ("✓", "[+]", "32")
    OPEN = ("✗", "[x]", "31")
    UNKNOWN = ("?", "[?]", "33")
    HAZARD = ("!", "[!]", "33")


@dataclass(frozen=True, slots=True)
class Style:
    """`rich` is a terminal that shows colours and signs."""

    rich: bool

    def mark(self, mark: Mark) -> str:
        sign, plain, colour = mark.value
        return f"\x1b[{colour}m{sign}\x1b[0m" if self.rich else plain

    def strong(self, text: str) -> str:
        return f"\x1b[1m{text}\x1b[0m" if self.rich else text

    def faint(self, text: str) -> str:
        return f"\x1b[2m{text}\x1b[0m" if self.rich else text

    def quote(self, text: str) -> str:
        """A text of a manifest, made safe for a terminal: no control characters, not too long."""
        end = "…" if self.rich else "..."
        short = text if len(text) <= _LONGEST else text[:_LONGEST] + end
        return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in short)


def style_of(stream: TextIO, environ: Mapping[str, str] = os.environ) -> Style:
    """Rich on a terminal that shows UTF-8, unless NO_COLOR (no-color.org) or TERM=dumb is set."""
    wanted = not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"
    utf_8 = (stream.encoding or "").lower().replace("-", "") == "utf8"
    return Style(rich=wanted and utf_8 and stream.isatty())
