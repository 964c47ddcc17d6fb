"""Where the nodes of a document stand, aliases followed to what they stand for."""

import re
from collections.abc import Iterator

from pinfold.cli.pinning.written import CannotWrite, Written, written
from pinfold.documents.model import Document
from pinfold.documents.nodes import Node, NoSuchPlace, node_at

_ANCHORED = re.compile(r"&(\S+)\s+(?:!\S*\s+)?\Z")
_BEFORE_MAX = 200  # an anchor and a tag in front of a value


def node_of(document: Document, place: str) -> Node | None:
    """The node at a place; None where nothing is written there."""
    try:
        return node_at(node_at(document.tree.root, document.within), place)
    except NoSuchPlace:
        return None


def scalar_at(document: Document, place: str) -> Written:
    """The text at a place, as it is written; an alias leads to its anchor. Raises CannotWrite."""
    node = node_of(document, place)
    if node is None or not isinstance(node.value, str):
        raise CannotWrite("nothing is written there")
    if document.text[node.start : node.start + 1] == "*":
        node = _anchored(document, node)
    return written(document.text, node.start, node.end, node.value)


def _anchored(document: Document, alias: Node) -> Node:
    """What `*name` stands for: the last of that name before it."""
    content = document.text
    name = content[alias.start + 1 : alias.end]
    found = None
    for node in _scalars(document.tree.root):
        before = content[max(0, node.start - _BEFORE_MAX) : node.start]
        match = _ANCHORED.search(before)
        if match and match[1] == name and node.start < alias.start and node.value == alias.value:
            found = node if found is None or node.start > found.start else found
    if found is None:
        raise CannotWrite(f"*{name} leads nowhere that can be written")
    return found


def _scalars(root: Node) -> Iterator[Node]:
    pending = [root]
    while pending:
        node = pending.pop()
        if node.fields is not None:
            pending += node.fields.values()
        elif node.items is not None:
            pending += node.items
        elif isinstance(node.value, str):
            yield node
