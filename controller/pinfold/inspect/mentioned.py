"""Words that are looked for in a text, and told sooner than by a pattern of all of them.

Nearly all texts have none of the letters; of what has them, only those words are looked at.
"""

import re
from collections.abc import Mapping


class Words:
    """Patterns by letters that each of their matches has."""

    def __init__(self, patterns: Mapping[str, str]) -> None:
        self.patterns = dict(patterns)
        self._letters = tuple(patterns)
        self._compiled = tuple((text, re.compile(one)) for text, one in patterns.items())

    @classmethod
    def of(cls, *words: str) -> "Words":
        """Each as a word of its own."""
        return cls({word: rf"\b{re.escape(word)}\b" for word in words})

    def __or__(self, other: "Words") -> "Words":
        return Words(self.patterns | other.patterns)

    def stand_in(self, text: str) -> bool:
        """Whether a text has one of them."""
        if not any(map(text.__contains__, self._letters)):
            return False
        return any(letters in text and one.search(text) for letters, one in self._compiled)
