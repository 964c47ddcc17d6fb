"""Patterns of a shell against known texts: `${X#…}`, `${X/…}`, `case`, `[[ x == … ]]`.

POSIX.1-2024, 2.14 Pattern Matching Notation; only `*`, `?` and letters that stand for themselves.
"""

import re
from functools import lru_cache

_SPECIAL = re.compile(r"""[\[\]\\$`"'(){}~]|[@!+?*]\(""")
_LENGTH_MAX = 256
_STARS_MAX = 1  # with one the work is linear; with more a text can make it explode


def compiled(pattern: str) -> re.Pattern[str] | None:
    """The pattern as a regular expression; None where it is not read."""
    return _compiled(pattern) if len(pattern) <= _LENGTH_MAX else None


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str] | None:
    if _SPECIAL.search(pattern) or pattern.count("*") > _STARS_MAX:
        return None
    wild = {"*": ".*", "?": "."}
    return re.compile("".join(wild.get(c, re.escape(c)) for c in pattern), re.DOTALL)


def matches(pattern: str, text: str) -> bool | None:
    """Whether the whole text fits; None where that is not known."""
    found = compiled(pattern)
    if found is None or len(text) > _LENGTH_MAX:
        return None
    return found.fullmatch(text) is not None


def edited(text: str, operator: str, pattern: str, replacement: str) -> str | None:
    """The text as `${X<operator>…}` gives it; None where that is not known."""
    found = compiled(pattern)
    if found is None or len(text) > _LENGTH_MAX:
        return None
    if operator in ("#", "##", "%", "%%"):
        return _trimmed(text, operator, found)
    if not pattern or "&" in replacement or "\\" in replacement:
        return None  # bash 5.2 puts the match in for &
    return found.sub(lambda _: replacement, text, count=0 if operator == "//" else 1)


def _trimmed(text: str, operator: str, pattern: re.Pattern[str]) -> str:
    at_start = operator[0] == "#"
    cuts = range(len(text) + 1)
    for cut in reversed(cuts) if (len(operator) == 2) == at_start else cuts:
        part = text[:cut] if at_start else text[cut:]
        if pattern.fullmatch(part):
            return text[cut:] if at_start else text[:cut]
    return text
