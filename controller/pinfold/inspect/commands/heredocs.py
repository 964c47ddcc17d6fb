"""The text of a here-document, which the grammar gives only in parts. POSIX.1-2024, 2.7.4."""

import re
from collections.abc import Callable

from tree_sitter import Node

from pinfold.inspect.commands.model import HOLE, Value, Word
from pinfold.inspect.commands.pieces import Piece, Scope, heredoc, joined
from pinfold.inspect.commands.tree import chain_of, decode, text_of

_TABS = re.compile(r"(?m)^\t+")
_LATER_TABS = re.compile(r"(?<=\n)\t+")
_LEFT = re.compile(r"[$`]")


def text_of_heredoc(node: Node, scope: Scope, make: Callable[[Word], Value]) -> Value | None:
    """The text, with its expansions; None where it is not certain what it is."""
    parts = {child.type: child for child in node.children}
    body, start, end = (parts.get(f"heredoc_{part}") for part in ("body", "start", "end"))
    span = _span(node, body, end, scope.script) if body and end else None
    if body is None or start is None or span is None:
        return None
    text = decode(scope.script[span[0] : span[1]])
    strips = node.children[0].type == "<<-"
    if re.search(r"""["'\\]""", text_of(start)):
        plain = _TABS.sub("", text) if strips else text
        unread = scope.outer if HOLE in plain else None
        return make(Word(plain, unread))
    pieces = heredoc(*span, body.named_children, scope)
    if any(_LEFT.search(re.sub(r"\\.", "", raw)) for raw in _gaps(span, body, scope.script)):
        return None  # the grammar overlooked an expansion
    if strips:
        pieces = [_stripped(piece, index) for index, piece in enumerate(pieces)]
    return make(Word(*joined(pieces)))


def _span(node: Node, body: Node, end: Node, script: bytes) -> tuple[int, int] | None:
    """Where the text begins and ends: behind the line of `<<`, before that of the delimiter."""
    before = [c.end_byte for c in node.children if c.end_byte <= body.start_byte]
    begin = script.find(b"\n", max(before)) + 1
    stop = script.rfind(b"\n", 0, end.start_byte) + 1
    gap = script[begin : body.start_byte]
    if not 0 < begin <= stop or gap.strip() or script[stop : end.start_byte].strip(b"\t"):
        return None
    return begin, stop


def _gaps(span: tuple[int, int], body: Node, script: bytes) -> list[str]:
    """What stands between the expansions."""
    start, gaps = span[0], []
    for child in body.named_children:
        if not child.type.endswith("_content"):
            gaps.append(decode(script[start : child.start_byte]))
            start = child.end_byte
    return [*gaps, decode(script[start : span[1]])]


def _stripped(piece: Piece, index: int) -> Piece:
    if piece.via:
        return piece  # tabs in a value stay
    pattern = _LATER_TABS if index else _TABS
    return piece._replace(text=pattern.sub("", piece.text))


def links_of(node: Node) -> list[tuple[str, Node]]:
    """What stands behind `<<END` on its line: `| program`, `&& program`, one after the other.

    The grammar makes one of `a | b && c` there; a shell counts from the left.
    """
    return [link for operator, child in behind(node) for link in _in_turn(operator, child)]


def behind(node: Node) -> list[tuple[str, Node]]:
    """The same as the grammar gives it."""
    found: list[tuple[str, Node]] = []
    operator = ""
    for child in node.children:
        if child.type in ("&&", "||"):
            operator = child.type
        elif child.type == "pipeline" and not operator:
            found += [("|", stage) for stage in child.named_children]
        elif operator and child.is_named and not child.type.startswith("heredoc_"):
            found.append((operator, child))
            operator = ""
    return found


def _in_turn(operator: str, node: Node) -> list[tuple[str, Node]]:
    (_, first), *rest = chain_of(node)
    pipes = operator == "|" and first.type == "pipeline"
    parts = first.named_children if pipes else [first]
    return [*((operator, part) for part in parts), *rest]
