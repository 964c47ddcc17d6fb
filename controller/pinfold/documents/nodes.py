"""The tree of one document: every value with the characters that it was read from."""

import re
from dataclasses import dataclass
from typing import Any

_STEP = re.compile(r"\.?([^.\[\]]+)|\[([^\[\]]*)\]")
_INDEX = re.compile(r"[0-9]{1,9}", re.ASCII)


class Unreadable(ValueError):
    """A text is no document: the message says why in words, `offset` where in the file."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


class NoSuchPlace(LookupError):
    """A field path that leads to nothing that is written in the document."""


@dataclass(slots=True)
class Node:
    """A value of plain JSON types; `start` and `end` are character offsets in the file.

    `fields` are the values of a mapping, also those that a merge key brings in, at the place that
    they come from; `items` are those of a sequence. `size` is what the value would weigh with every
    alias written out, `depth` how deep it would nest; `twice`, of a whole document,
    says which of its keys is given twice.
    """

    value: Any
    start: int
    end: int
    fields: dict[str, "Node"] | None = None
    items: list["Node"] | None = None
    size: int = 8
    depth: int = 1
    twice: Unreadable | None = None


def node_at(root: Node, path: str) -> Node:
    """The node at a field path such as `spec.containers[0].args[1]` or `data[run.sh]`.

    Raises NoSuchPlace.
    """
    node: Node | None = root
    for step in _steps(path):
        node = _child(node, step) if node else None
    if node is None:
        raise NoSuchPlace(f"{path} is not in the document")
    return node


def _steps(path: str) -> list[str]:
    steps = []
    end = 0
    while end < len(path):
        match = _STEP.match(path, end)
        if match is None:
            raise NoSuchPlace(f'"{path}" is no field path')
        steps.append(match[1] or match[2])
        end = match.end()
    return steps


def _child(node: Node, step: str) -> Node | None:
    if node.fields is not None:
        return node.fields.get(step)
    if node.items is not None and _INDEX.fullmatch(step) and int(step) < len(node.items):
        return node.items[int(step)]
    return None
