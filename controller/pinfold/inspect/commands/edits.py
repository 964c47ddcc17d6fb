"""`${X#a}`, `${X/a/b}`, `${X,,}`, `${X:1:2}`: what they make of a text. bash(1), Expansion."""

import re
from collections.abc import Callable, Sequence

from tree_sitter import Node

from pinfold.inspect.commands.patterns import edited
from pinfold.inspect.commands.pieces import Scope, joined, pieces_of
from pinfold.inspect.commands.tree import text_of

_CASES = {
    ",,": str.lower,
    "^^": str.upper,
    ",": lambda text: text[:1].lower() + text[1:],
    "^": lambda text: text[:1].upper() + text[1:],
}  # fmt: skip
Edit = Callable[[str], str | None]


def edit_of(rest: Sequence[Node], scope: Scope) -> Edit | None:
    """What the operator and the words behind it do to a text; None where that is not read."""
    operator = rest[0].type
    if operator in _CASES:
        return _CASES[operator] if len(rest) == 1 else None
    if operator == ":":
        return _slice([text_of(node).strip() for node in rest])
    if operator not in ("#", "##", "%", "%%", "/", "//") or len(rest) not in (2, 3, 4):
        return None
    pattern = _pattern(rest[1], scope)
    replacement = _literal(rest[3], scope) if len(rest) == 4 else ""
    if pattern is None or replacement is None:
        return None
    return lambda text: edited(text, operator, pattern, replacement)


def _slice(words: list[str]) -> Edit | None:
    if len(words) not in (2, 4) or not all(
        word.isdecimal() and len(word) < 6 for word in words[1::2]
    ):
        return None
    start = int(words[1])
    end = start + int(words[3]) if len(words) == 4 else None
    return lambda text: text[start:end]


def _pattern(node: Node, scope: Scope) -> str | None:
    """A pattern; quoted parts of it only where nothing in them is special."""
    text = _literal(node, scope)
    if text is None or node.type in ("regex", "word", "extglob_pattern", "number"):
        return text if node.type != "regex" or not re.search(r"[$`\"']", text_of(node)) else None
    return None if re.search(r"[*?\[\\]", text) else text


def _literal(node: Node, scope: Scope) -> str | None:
    text, unread, _ = joined(list(pieces_of(node, scope)))
    return text if unread is None and "\\" not in text_of(node) else None
