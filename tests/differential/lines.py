"""Random command lines: the options that matter more often, and every way to write one."""

import os
import random
from collections.abc import Sequence
from pathlib import Path

from pinfold.inspect.dialects.tables import Table

SEED_VARIABLE = "SEED_OF_LINES"
_WRITTEN = Path(__file__).with_name("seed.txt").read_text("utf-8")
SEED = int(os.environ.get(SEED_VARIABLE, _WRITTEN))

VALUES = (
    "org/m", "o2/t", "1" * 40, "main", "None", "", "8", "-1", "-0.5",
    '{"model":"d/d","revision":"x"}', "a=org/x", '{"name":"a","path":"/p"}', "/x", "a b", "-x y",
    "x.y", "1k", "80g", "[1,2]", "true", "null", "x=y", "--", "-", "0", "-O3", "3", " ",
)  # fmt: skip
_SUFFIXES = ("model", "revision", "a.b", "a+", "model+", "x-y", "", "k.")


class Lines:
    """Command lines for the options of a table; `often` are its options that matter."""

    def __init__(
        self,
        seed: int | str,
        table: Table,
        often: Sequence[str],
        *,
        dotted: bool = False,
        positional: float = 0.0,
    ) -> None:
        self._random = random.Random(seed)
        self._all = list(table.by_name)
        self._often = [name for name in often if name in table.by_name]
        self._dotted = dotted
        self._positional = positional

    def line(self) -> list[str]:
        chance = self._random
        words: list[str] = []
        for _ in range(chance.randint(0, 5)):
            drawn = chance.random()
            if drawn < 0.1:
                words.append(chance.choice(VALUES))
            elif drawn < 0.4:
                words.append(f"{self.name()}={chance.choice(VALUES)}")
            elif drawn < 0.5:
                words.append(self.name())
            elif drawn < 0.53:
                words.append(self.name() + chance.choice(("2", "awq", "X")))
            else:
                words += [self.name(), chance.choice(VALUES)]
        if chance.random() < self._positional:
            words.insert(0, "org/m")
        return words

    def name(self) -> str:
        chance = self._random
        name = chance.choice(self._often if chance.random() < 0.75 else self._all)
        drawn = chance.random()
        if drawn < 0.25 and len(name) > 4:
            name = name[: chance.randint(3, len(name))]
        if drawn < 0.4 and name.startswith("--"):
            name = "--" + "".join(
                "_" if c == "-" and chance.random() < 0.5 else c for c in name[2:]
            )
        if drawn > 0.97:
            name = name.upper() if drawn < 0.985 else f"{name}x"
        if self._dotted and chance.random() < 0.12:
            name += f".{chance.choice(_SUFFIXES)}"
        return name


def is_read_by(python: str, words: Sequence[str]) -> bool:
    """Whether a line is read alike; 3.12.1 makes of these what no release after it does.

    `--x=--` was an empty list, and `-x=y` of a switch was `-x -y`.
    """
    if python != "3.12":
        return True
    short = (w for w in words if w.startswith("-") and not w.startswith("--"))
    return not any(w.endswith("=--") for w in words) and not any("=" in w for w in short)
