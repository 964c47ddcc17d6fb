"""A new item of a list, written as its neighbours are."""

import re

from pinfold.cli.pinning.places import node_of
from pinfold.cli.pinning.written import CannotWrite, Quote, Splice, escaped, is_plain_text
from pinfold.documents.model import Document
from pinfold.documents.nodes import Node

_DASH = re.compile(r"(?:\A|[\r\n])((?:[ \t]*-)*[ \t]*)(-[ \t]+)(?:[&!]\S+[ \t]+)*\Z")
_FLOW = re.compile(r"[\[,]\s*(?:[&!]\S+\s+)*\Z")
_OWN_LINE = re.compile(r"(\r\n|\r|\n)([ \t]*)\Z")
_LINE_END = re.compile(r"\r\n|\r|\n|\Z")
_LOOK_BACK = 400


def item_after(document: Document, place: str, index: int, text: str) -> Splice:
    """`text` as a new item behind the one at `index`, quoted like it. Raises CannotWrite."""
    neighbour = _items(document, place)[index]
    return _behind(document, neighbour, _like(document.text, neighbour, text))


def variable_after(document: Document, place: str, index: int, name: str, value: str) -> Splice:
    """A new entry of `env` behind the one at `index`, written like one. Raises CannotWrite."""
    items = _items(document, place)
    patterns = [items[index], *reversed(items[:index]), *items[index + 1 :]]
    for pattern in patterns:
        if (entry := _entry_like(document.text, pattern, name, value)) is not None:
            return _behind(document, items[index], entry)
    raise CannotWrite("no entry there shows how to write one")


def _items(document: Document, place: str) -> list[Node]:
    node = node_of(document, place)
    if node is None or not node.items:
        raise CannotWrite("there is no list to add to")
    return node.items


def _like(content: str, neighbour: Node, text: str) -> str:
    raw = content[neighbour.start : neighbour.end]
    if raw[:1] in ('"', "'"):
        quote = Quote(raw[0])
        return f"{raw[0]}{escaped(text, quote)}{raw[0]}"
    return text if is_plain_text(text) else f'"{escaped(text, Quote.DOUBLE)}"'


def _entry_like(content: str, entry: Node, name: str, value: str) -> str | None:
    """A copy of an entry with another name and value; None where there is more in it."""
    fields = entry.fields or {}
    raw = content[entry.start : entry.end]
    if set(fields) != {"name", "value"} or raw[:1] in ("*", "&") or "#" in raw or "<<" in raw:
        return None
    parts = sorted(((fields["name"], name), (fields["value"], value)), key=lambda p: p[0].start)
    out, at = "", entry.start
    for node, text in parts:
        if not at <= node.start <= node.end <= entry.end:
            return None
        if content[node.start : node.start + 1] in ("|", ">", "*"):
            return None
        out += content[at : node.start] + _like(content, node, text)
        at = node.end
    return out + content[at : entry.end]


def _behind(document: Document, neighbour: Node, item: str) -> Splice:
    content = document.text
    before = content[max(0, neighbour.start - _LOOK_BACK) : neighbour.start]
    if dash := _DASH.search(before):
        end = neighbour.start + len(content[neighbour.start : neighbour.end].rstrip())
        line_end = _LINE_END.search(content, end)
        at = line_end.start() if line_end else len(content)
        indent = dash[1].replace("-", " ")
        return Splice(at, at, f"{_line_break(content, at)}{indent}{dash[2]}{item}")
    if _FLOW.search(before):
        own = _OWN_LINE.search(before)
        return Splice(neighbour.end, neighbour.end, f",{own[0] if own else ' '}{item}")
    raise CannotWrite("the list is written in a way that is not understood")


def _line_break(content: str, at: int) -> str:
    """As the lines around end."""
    found = re.compile(r"\r\n|\r|\n").search(content, at) or re.search(r"\r\n|\r|\n", content)
    return found[0] if found else "\n"
