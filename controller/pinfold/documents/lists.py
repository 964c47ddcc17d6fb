"""Lists of objects taken apart, as kubectl and oc take them apart before they send them."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from pinfold.documents.nodes import Node
from pinfold.documents.templates import Parameters, is_template


class Item(NamedTuple):
    """An object of a list; `value` says its kind, which the items of a `PodList` leave out.

    `unset` are parameters of a Template that have no value, and stand in it as `${NAME}`.
    """

    place: str
    node: Node
    value: Any
    unset: frozenset[str] = frozenset()


def items_of(root: Node) -> Iterator[Item]:
    """The objects of a document: itself, or what a List or a Template holds, at any depth."""
    pending = [Item("", root, root.value)]
    while pending:
        item = pending.pop()
        if _is_list(item.value):
            pending += reversed(list(_direct_items(item)))
        elif is_template(item.value):
            pending += reversed(list(_objects(item)))
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
    kind = item.value["kind"].removesuffix("List")
    for below in _below(item, "items", item.value.get("items")):
        value = below.value
        if kind and isinstance(value, dict) and "kind" not in value:
            value = {"apiVersion": item.value.get("apiVersion"), "kind": kind, **value}
        yield below._replace(value=value)


def _objects(item: Item) -> Iterator[Item]:
    parameters = Parameters.of(item.value)
    for below in _below(item, "objects", item.value["objects"]):
        value = parameters.filled_in(below.value)
        yield below._replace(value=value, unset=below.unset | parameters.unset)


def _below(item: Item, field: str, values: Any) -> Iterator[Item]:
    fields = item.node.fields or {}
    nodes = fields[field].items if field in fields else None
    if nodes is None or not isinstance(values, list):
        return
    for index, (node, value) in enumerate(zip(nodes, values, strict=True)):
        yield Item(f"{item.place}.{field}[{index}]".removeprefix("."), node, value, item.unset)
