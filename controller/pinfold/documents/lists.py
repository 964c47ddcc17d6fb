"""Lists of objects taken apart, as kubectl takes them apart before it sends them."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from pinfold.documents.nodes import Node


class Item(NamedTuple):
    """An object of a list; `value` says its kind, which the items of a `PodList` leave out."""

    place: str
    node: Node
    value: Any


def items_of(root: Node) -> Iterator[Item]:
    """The objects of a document: itself, or what a `List` or `PodList` holds, at any depth."""
    pending = [Item("", root, root.value)]
    while pending:
        item = pending.pop()
        if _is_list(item.value):
            pending += reversed(list(_direct_items(item)))
        else:
            yield item


def _is_list(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    kind = value.get("kind")
    if kind == "List":
        return True
    return isinstance(kind, str) and kind.endswith("List") and isinstance(value.get("items"), list)


def _direct_items(item: Item) -> Iterator[Item]:
    fields = item.node.fields or {}
    nodes = fields["items"].items if "items" in fields else None
    kind = item.value["kind"].removesuffix("List")
    for index, node in enumerate(nodes or ()):
        value = node.value
        if kind and isinstance(value, dict) and "kind" not in value:
            value = {"apiVersion": item.value.get("apiVersion"), "kind": kind, **value}
        yield Item(f"{item.place}.items[{index}]".removeprefix("."), node, value)
