"""Whether a name could be taken for another: by its look, or by a slip or two of the keyboard.

Own code, and no library such as rapidfuzz: this stands in the webhook's request path, needs two
edits at most, and so is linear in the length of the names where a full distance is quadratic.
"""

import unicodedata

_ALIKE = str.maketrans(
    "аеорсухіјѕԁһԛԝкмтвнοανρτυικ01i|_.",  # noqa: RUF001 - Cyrillic, Greek, and digits
    "aeopcyxljsdhqwkmtbhoavptulkolll--",
)
_PAIRS = (("rn", "m"), ("vv", "w"))
_SHORT = 6  # shorter names are apart by less


def skeleton(name: str) -> str:
    """What is left of a name for the eye; names that look alike have the same."""
    text = unicodedata.normalize("NFKC", name).casefold().translate(_ALIKE)
    for pair, one in _PAIRS:
        text = text.replace(pair, one)
    return text


def looks_like(name: str, other: str) -> bool:
    """Whether a name is not another, and can be taken for it."""
    if name == other:
        return False
    left, right = skeleton(name), skeleton(other)
    if left == right:
        return True
    shorter = min(len(left), len(right))
    return shorter > 3 and _within(left, right, 1 if shorter < _SHORT else 2)


def _within(left: str, right: str, edits: int) -> bool:
    """Whether so many letters left out, put in, replaced or swapped make one of the other."""
    same = 0
    for a, b in zip(left, right, strict=False):
        if a != b:
            break
        same += 1
    left, right = left[same:], right[same:]
    if len(left) + len(right) <= edits:
        return True
    if not edits or abs(len(left) - len(right)) > edits:
        return False
    swapped = left[:2] == right[1::-1] and _within(left[2:], right[2:], edits - 1)
    return swapped or any(
        _within(left[a:], right[b:], edits - 1) for a, b in ((1, 1), (1, 0), (0, 1))
    )
