"""Scripts that a shell does not accept as they stand: what a person, or bash, reads of them.

bash runs a script statement by statement, so that what stands before an error has run already.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from tree_sitter import Node

from pinfold.inspect.commands.model import HOLE
from pinfold.inspect.commands.tree import MAX_NODES, decode, encode, is_sound, parse_joined

_BLANK_END = re.compile(r"(?<!\\)\\([ \t])[ \t]*(?=\n)")  # `a \ `: an argument of one blank
_BLANK = re.compile("'[ \t]'")
_PLACEHOLDER = re.compile(  # `<in>` could be two files
    r"<(?=[a-z.]*[A-Z _-])[A-Za-z](?:[A-Za-z0-9 _.-]{0,60}[A-Za-z0-9_.])?>(?=[\s\"';&|)/:@]|\Z)"
)
_FROM_NAME = re.compile(r"<[A-Za-z]")
_MOST_TEXT = 16 * 1024  # the grammar reads it several times
_MOST_CUTS = 6


class Tree(NamedTuple):
    """A text as the grammar reads it: all that the text says."""

    root: Node
    script: bytes


def tree_of(text: str, most: int = MAX_NODES) -> Tree | None:
    """The tree of a script; None where a shell does not accept it.

    Raises TooMuch, also where it has more than `most` nodes.
    """
    tree = _sound(text, most)
    if tree is not None or not _BLANK_END.search(text):
        return tree
    plain = _BLANK_END.sub(r"'\1'", text)
    tree = _sound(plain, most)
    if tree is None or len(_texts(tree.root, "raw_string", _BLANK)) < len(_BLANK.findall(plain)):
        return None  # one of them stands in quotes
    return tree


def _sound(text: str, most: int = MAX_NODES) -> Tree | None:
    root, script = parse_joined(encode(text))
    return Tree(root, script) if not root.has_error and is_sound(root, script, most) else None


def _texts(root: Node, kind: str, pattern: re.Pattern[str]) -> list[str]:
    """The nodes of a kind whose text begins so."""
    found: list[str] = []
    stack = [root]
    while stack:
        node = stack.pop()
        text = decode(node.text or b"") if node.type == kind else ""
        found += [text] if pattern.match(text) else []
        stack += node.named_children
    return found


def placeholders_of(text: str, tree: Tree | None) -> tuple[str, str] | None:
    """The text with a hole for each `<YOUR_TOKEN>`, and the first; not for those in quotes."""
    first = _PLACEHOLDER.search(text)
    if first is None or len(text) > _MOST_TEXT:
        return None
    if tree is not None and not _texts(tree.root, "file_redirect", _FROM_NAME):
        return None
    return _PLACEHOLDER.sub(HOLE, text), first[0]


def beginning_of(text: str) -> Tree | None:
    """What stands before the statement that is not accepted."""
    if len(text) > _MOST_TEXT:
        return None
    for start in _cuts(text):
        tree = _sound(text[:start])
        if tree is not None:
            return tree
    return None


def _cuts(text: str) -> Iterator[int]:
    """Where the last statements begin, from the first error upwards."""
    root, _ = parse_joined(encode(text))
    lines = text.splitlines(keepends=True)
    number = min(_first_error(root), len(lines) - 1)
    found = 0
    while number > 0 and found < _MOST_CUTS:
        if not lines[number][:1].isspace() and not lines[number - 1].endswith("\\\n"):
            yield sum(map(len, lines[:number]))
            found += 1
        number -= 1


def _first_error(root: Node) -> int:
    """The line in which the first error ends."""
    stack = [root]
    while stack:
        node = stack.pop()
        if node.is_missing or (node.is_error and node.parent is not None):
            return node.end_point.row
        stack += reversed(node.children)
    return root.end_point.row
