"""What `cut`, `awk '{print $2}'`, `sed s/…//` make of a text of one word that is not known.

A piece of a pod's or a host's name is one word as well: no blank, quote or wildcard comes in.
"""

import re
from collections.abc import Sequence

import msgspec

from pinfold.inspect.commands.model import HOLE, Value, Word

_AWK = re.compile(r"\s*\{\s*print\s+\$(?:[1-9]|NF|\(NF\s*-\s*1\))\s*;?\s*\}\s*")
_SED = re.compile(r"s([/|,#:])(?:(?!\1).)*\1(?:[A-Za-z0-9._:/]|\\[1-9])*\1g?", re.DOTALL)
_ANCHORED = re.compile(r"\^.*|.*\$", re.DOTALL)  # it is found once
_ALWAYS = re.compile(
    r"rev|sort|uniq|xargs|(?:head|tail) (?:-n ?)?-?1|tail -c ?-?\+?[0-9]+|head -c ?[0-9]+"
)
_CUT = re.compile(r"-[dfc].*|--(?:delimiter|fields|characters)=.*", re.DOTALL)


def filtered(words: Sequence[Word], reads: Value | None) -> Value | None:
    """What a filter prints of a text that is not known; None where that may be anything."""
    if reads is None or reads.unread is None or any(word.unread for word in words):
        return None
    texts = [word.text for word in words]
    text = reads.text.removesuffix("\n")
    is_clean = (reads.unread.clean or reads.unread.empty) and not re.search(r"\s", text)
    if not is_clean or not _keeps(texts):
        return None
    unread = msgspec.structs.replace(reads.unread, clean=True, empty=False)
    return Value(f"{HOLE}\n", "", via=reads.via, unread=unread)


def _keeps(texts: list[str]) -> bool:
    """Whether a piece of what a filter reads is all that it prints."""
    name, *words = texts
    match name:
        case "awk" | "gawk" | "mawk":
            return _awk(words)
        case "cut":
            return _cut(words)
        case "sed":
            scripts = [word for word in words if word not in ("-e", "-E", "-r")]
            return len(scripts) == 1 and _SED.fullmatch(scripts[0]) is not None
        case "grep" | "egrep":
            return _grep(words)
        case "tr":
            return len(words) == 2 and words[0] in ("-d", "-cd", "-dc")
    return _ALWAYS.fullmatch(" ".join(texts)) is not None


def _cut(words: list[str]) -> bool:
    """`cut -d- -f2`, `cut -c 1`."""
    rest = list(words)
    while rest and _CUT.fullmatch(rest[0]):
        rest = rest[2:] if len(rest[0]) == 2 else rest[1:]
    return bool(words) and not rest


def _awk(words: list[str]) -> bool:
    """`awk -F- '{print $NF}'`."""
    rest = list(words)
    while len(rest) > 1 and rest[0].startswith("-F"):
        rest = rest[2:] if rest[0] == "-F" else rest[1:]
    return len(rest) == 1 and _AWK.fullmatch(rest[0]) is not None


def _grep(words: list[str]) -> bool:
    """`grep -oE '[0-9]+$'`: what is found, once."""
    *options, pattern = words or [""]
    letters = "".join(option[1:] for option in options if re.fullmatch("-[a-zA-Z]+", option))
    plain = len("".join(options)) == len(letters) + len(options)
    return (
        plain
        and "o" in letters
        and set(letters) <= set("oEP")
        and bool(_ANCHORED.fullmatch(pattern))
    )
