"""Random `--config` files: keys that are options, and values of every kind."""

import random
from collections.abc import Sequence
from typing import Any

import yaml

from tests.differential.lines import Lines

VALUES: tuple[Any, ...] = (
    "org/m", "1" * 40, True, False, None, 8, 1.5, "None", "", ["a", "b"], [], "x y", "--revision",
    ["--tokenizer", "evil/t"], {"model": "d/d", "revision": "x"}, "a=b", "0x1f", "1_000", 0,
)  # fmt: skip
_TEXTS = ("", "[]", "a: b: c", "model: a\nmodel: b\n", "revision: 0123\n", "port: yes\n", "- a\n")


class Files:
    """Texts of files whose keys are options, spelt in every way."""

    def __init__(self, seed: str, lines: Lines, often: Sequence[str]) -> None:
        self._random, self._lines, self._often = random.Random(seed), lines, often

    def text(self) -> str:
        chance = self._random
        if chance.random() < 0.05:
            return chance.choice(_TEXTS)
        count = chance.randint(0, 3)
        return yaml.safe_dump({self._key(): chance.choice(VALUES) for _ in range(count)})

    def _key(self) -> str:
        drawn = self._random.random()
        if drawn < 0.6:
            return self._random.choice(self._often).lstrip("-")
        name = self._lines.name().lstrip("-")
        return f"{name}={self._random.choice(('x', 'evil/t'))}" if drawn < 0.66 else name
