"""A PodSpec with a strategic merge patch laid over it, and where each piece was written.

Source: k8s.io/apimachinery/pkg/util/strategicpatch: containers, volumes and variables are merged
by their name, mounts by their path; other lists are replaced, and null takes a field out.
"""

from collections.abc import Mapping
from typing import Any

from pinfold.inspect.resources.parts import Move
from pinfold.inspect.resources.paths import array, field, mapping

_KEYS = {
    "containers": "name",
    "initContainers": "name",
    "volumes": "name",
    "env": "name",
    "volumeMounts": "mountPath",
}
_DIRECTIVE = "$patch"


class Patched:
    """A mapping of a manifest at `place`, which is changed by patches."""

    def __init__(self, value: Mapping[str, Any], place: str) -> None:
        self.value = dict(value)
        self.place = place
        self.moves: list[Move] = []

    def lay_all_from(self, patch: Mapping[str, Any], place: str) -> None:
        """Lay a patch over it that is another object's, which `place` names."""
        known = len(self.moves)
        self.lay(patch, place)
        self.moves[known:] = [Move(move.made, place, ends=True) for move in self.moves[known:]]

    def lay(self, patch: Mapping[str, Any], written: str) -> None:
        """Lay a patch over it that is written at another place. Raises UnreadableWorkload."""
        self.value = self._mapping(self.value, patch, self.place, written)

    def _mapping(
        self, value: Mapping[str, Any], patch: Mapping[str, Any], place: str, written: str
    ) -> dict[str, Any]:
        if patch.get(_DIRECTIVE) == "replace":
            value = {}
        merged = dict(value)
        for name, new in patch.items():
            at, there = field(place, name), field(written, name)
            if name.startswith("$"):
                continue
            if new is None:
                merged.pop(name, None)
            elif name in _KEYS:
                old = array(merged.get(name) or (), at)
                merged[name] = self._list(list(old), list(array(new, there)), at, there)
            elif isinstance(new, Mapping) and isinstance(merged.get(name), Mapping):
                merged[name] = self._mapping(merged[name], new, at, there)
            else:
                merged[name] = new
                self.moves.append(Move(at, there))
        return merged

    def _list(self, old: list[Any], new: list[Any], place: str, written: str) -> list[Any]:
        key = _KEYS[place.rpartition(".")[2]]
        known = _positions(old, key)
        for index, item in enumerate(new):
            there = f"{written}[{index}]"
            entry = mapping(item, there)
            at = known.get(str(entry.get(key)))
            if entry.get(_DIRECTIVE) == "delete":
                _take_out(old, at, key)
            elif at is None:
                known[str(entry.get(key))] = len(old)
                old.append({k: v for k, v in entry.items() if v is not None})
                self.moves.append(Move(f"{place}[{len(old) - 1}]", there))
            else:
                old[at] = self._mapping(old[at] or {}, entry, f"{place}[{at}]", there)
        return [item for item in old if item is not None]


def _take_out(items: list[Any], at: int | None, key: str) -> None:
    """Take an item out; a name stays, so that those behind it keep their places."""
    if at is not None:
        items[at] = {key: items[at].get(key)} if key == "name" else None


def _positions(items: list[Any], key: str) -> dict[str, int]:
    """The first item of each name."""
    found: dict[str, int] = {}
    for index, item in enumerate(items):
        if isinstance(item, Mapping):
            found.setdefault(str(item.get(key)), index)
    return found
