"""Names with stars in them, as people write patterns; no regular expression of a user's is run."""

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Glob:
    """A name in which each `*` stands for any run of characters, the empty one included."""

    text: str
    _parts: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> Self:
        """A glob of any text; only the empty one is refused."""
        if not text:
            raise ValueError("'' matches nothing: write a name, or * for all")
        return cls(text, tuple(text.split("*")))

    def matches(self, name: str) -> bool:
        """Whether the whole of `name` fits. Greedy from the left, so linear in its length."""
        first, *rest = self._parts
        if not rest:
            return name == first
        *middle, last = rest
        if len(name) < len(first) + len(last) or not name.startswith(first):
            return False
        if not name.endswith(last):
            return False
        position, end = len(first), len(name) - len(last)
        for part in middle:
            found = name.find(part, position, end)
            if found < 0:
                return False
            position = found + len(part)
        return True
