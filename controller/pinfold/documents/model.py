"""What reading a file gives: documents with exact places, and reasons why others have none."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pinfold.documents.nodes import Node, node_at
from pinfold.documents.text import Text


@dataclass(frozen=True, slots=True)
class Span:
    """Where a value stands: offsets in the file's characters, line and column counted from 1.

    `text[:start] + new + text[end:]` replaces the value, quotes included, and changes nothing else.
    """

    start: int
    end: int
    line: int
    column: int


@dataclass(frozen=True)
class Tree:
    """The nodes of one document, made again when a place is asked for: most never are."""

    text: Text
    compose: Callable[[], Node | None]

    @cached_property
    def root(self) -> Node:
        root = self.compose()
        assert root is not None  # only what was read once has a tree
        return root


@dataclass(frozen=True, slots=True)
class Document:
    """A document, or an item of a List: `index` then is the List's, and places are the item's own.

    `value` is made of plain JSON types. `line` is where it begins, counted from 1.
    """

    source: str
    index: int
    line: int
    value: Any
    tree: Tree
    within: str = ""  # the place of a List's item: items[3]
    unset: frozenset[str] = frozenset()  # parameters of a Template that have no value

    @property
    def text(self) -> str:
        """The whole file, in which spans count."""
        return self.tree.text.content

    @property
    def extent(self) -> tuple[int, int]:
        """Where in the file it begins and ends."""
        node = node_at(self.tree.root, self.within)
        return node.start, node.end

    def span(self, path: str) -> Span:
        """Where the value at a field path stands; "" is the whole. Raises NoSuchPlace."""
        node = node_at(node_at(self.tree.root, self.within), path)
        text = self.tree.text
        return Span(node.start, node.end, text.line_of(node.start), text.column_of(node.start))


@dataclass(frozen=True, slots=True)
class BrokenDocument:
    """A document that cannot be read: `message` says why, `line` where in the file, from 1."""

    source: str
    index: int
    line: int
    message: str
