"""Puts a tree together from the bottom up, and refuses what no reader downstream could stand.

Of a key that is given twice the last value is kept, as `kubectl apply -f` and encoding/json do.
"""

from dataclasses import dataclass, field

from pinfold.documents.nodes import Node, Unreadable

DEPTH_MAX = 200  # far above any Kubernetes object, far below what exhausts a stack
ALIASED_MAX = 4 * 2**20  # characters that aliases may stand for; an object in etcd has 1.5 MiB


@dataclass(slots=True)
class _Open:
    """A mapping or sequence whose end has not come yet."""

    node: Node
    anchor: str | None
    key: str | None = None  # the key whose value comes next
    merging: bool = False  # … or that key was `<<`
    written: set[str] = field(default_factory=set)  # keys that stand in this very mapping


class Builder:
    """Takes the parts of a document in the order in which they stand; `root` is the result."""

    def __init__(self) -> None:
        self.root: Node | None = None
        self.twice: Unreadable | None = None  # the first key that its mapping has already
        self._open: list[_Open] = []
        self._anchors: dict[str, Node | _Open] = {}  # the latest of each name
        self._aliased = 0

    @property
    def wants_key(self) -> bool:
        """Whether what comes next is the key of a mapping."""
        if not self._open or self._open[-1].node.fields is None:
            return False
        return self._open[-1].key is None and not self._open[-1].merging

    def open_mapping(self, start: int, anchor: str | None = None) -> None:
        self._begin(Node({}, start, start, fields={}), anchor)

    def open_sequence(self, start: int, anchor: str | None = None) -> None:
        self._begin(Node([], start, start, items=[]), anchor)

    def close(self, end: int | None) -> None:
        """The end of what was opened last; None where nothing but its last part marks it."""
        ended = self._open.pop()
        node = ended.node
        if end is not None:
            node.end = end
        if ended.anchor is not None and self._anchors[ended.anchor] is ended:
            self._anchors[ended.anchor] = node  # else the name was given anew within
        self.add(node)

    def add(self, node: Node, anchor: str | None = None) -> None:
        """A whole value, or the key of a mapping."""
        if anchor is not None:
            self._anchors[anchor] = node
        if node.depth + len(self._open) > DEPTH_MAX:
            raise Unreadable(f"it nests deeper than {DEPTH_MAX} levels", node.start)
        if not self._open:
            self.root = node
            node.twice = self.twice
            return
        parent = self._open[-1]
        parent.node.size += node.size
        parent.node.depth = max(parent.node.depth, node.depth + 1)
        parent.node.end = max(parent.node.end, node.end)
        self._attach(parent, node)

    def add_alias(self, name: str, start: int, end: int) -> None:
        """`*name`: the anchored value once more, at this place."""
        if name not in self._anchors:
            raise Unreadable(f"*{name} is used before any &{name}", start)
        node = self._anchors[name]
        if isinstance(node, _Open):
            raise Unreadable(f"*{name} stands inside of &{name}: it would contain itself", start)
        self._aliased += node.size
        if self._aliased > ALIASED_MAX:
            raise Unreadable("its aliases stand for more text than any object may have", start)
        self.add(Node(node.value, start, end, node.fields, node.items, node.size, node.depth))

    def merge_next(self) -> None:
        """The key was `<<`: the value that comes next is merged into the mapping."""
        self._open[-1].merging = True

    def _begin(self, node: Node, anchor: str | None) -> None:
        if self.wants_key:
            raise Unreadable("a mapping or sequence stands where a key must be", node.start)
        opened = _Open(node, anchor)
        self._open.append(opened)
        if anchor is not None:
            self._anchors[anchor] = opened
        if len(self._open) > DEPTH_MAX:
            raise Unreadable(f"it nests deeper than {DEPTH_MAX} levels", node.start)

    def _attach(self, parent: _Open, node: Node) -> None:
        if parent.node.items is not None:
            parent.node.items.append(node)
            parent.node.value.append(node.value)
        elif parent.merging:
            parent.merging = False
            _merge(parent.node, node)
        elif parent.key is None:
            self._take_key(parent, node)
        else:
            _put(parent.node, parent.key, node)
            parent.key = None

    def _take_key(self, parent: _Open, node: Node) -> None:
        if not isinstance(node.value, str):
            raise Unreadable("a mapping or sequence stands where a key must be", node.start)
        if node.value in parent.written and self.twice is None:
            words = f'the first "{node.value[:80]}" of two in a mapping: the last is kept'
            self.twice = Unreadable(words, node.start)
        parent.written.add(node.value)
        parent.key = node.value


def _put(mapping: Node, key: str, node: Node) -> None:
    assert mapping.fields is not None
    mapping.fields[key] = node
    mapping.value[key] = node.value


def _merge(mapping: Node, merged: Node) -> None:
    """A merge replaces keys above it and is replaced by keys below it, as in kubectl's reader."""
    sources = [merged] if merged.items is None else merged.items[::-1]  # the first of a list wins
    for source in sources:
        if source.fields is None:
            raise Unreadable('"<<" takes a mapping or a list of mappings', merged.start)
        for key, node in source.fields.items():
            _put(mapping, key, node)
