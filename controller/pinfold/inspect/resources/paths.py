"""Field paths with wildcards, followed through a decoded object to all that they lead to."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import msgspec

_WILDCARDS = str.maketrans("", "", "[]{}")
_BRACKETS = str.maketrans("[]", "()")
_IS_PLAIN = re.compile(r"[^.\[\]]+")
_NAMES = ((bool, "bool"), (str, "str"), (int, "int"), (float, "float"), (list, "array"))
_T = TypeVar("_T")


class UnreadableWorkload(ValueError):
    """The object is of a kind that is read, but its shape is not that kind's."""


def concrete(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """What stands at a path such as `spec.jobs[].template.spec`, each with its own place.

    What is absent, or null, is passed over. Raises UnreadableWorkload where something on the way is
    of another type.
    """
    pending = [("", value)]
    for step in path.split("."):
        pending = [found for place, node in pending for found in _step(place, node, step)]
    yield from pending


def _step(place: str, node: Any, step: str) -> Iterator[tuple[str, Any]]:
    name = step.translate(_WILDCARDS)
    below = mapping(node, place).get(name)
    here = field(place, name)
    if below is None:
        return
    items: Iterable[tuple[str, Any]] = ((here, below),)
    if step.endswith("[]"):
        items = ((f"{here}[{index}]", item) for index, item in enumerate(array(below, here)))
    elif step.endswith("{}"):
        items = ((field(here, key), item) for key, item in mapping(below, here).items())
    yield from ((at, item) for at, item in items if item is not None)


def field(place: str, name: str) -> str:
    """The place of a field: `spec.name`, and `spec[a.b]` where its name has a dot in it.

    Brackets in a name would end such a step too early; parentheses stand for them.
    """
    if not _IS_PLAIN.fullmatch(name):
        return f"{place}[{name.translate(_BRACKETS)}]"
    return f"{place}.{name}" if place else name


def mapping(node: Any, place: str) -> Mapping[str, Any]:
    """The node, which must be a mapping. Raises UnreadableWorkload."""
    if not isinstance(node, Mapping):
        raise _wrong(node, "object", place)
    return node


def array(node: Any, place: str) -> Sequence[Any]:
    """The node, which must be a list. Raises UnreadableWorkload."""
    if not isinstance(node, (list, tuple)):
        raise _wrong(node, "array", place)
    return node


def without_nulls(value: Any) -> Any:
    """The value without fields that are null: to the API server they are absent."""
    if isinstance(value, dict):
        return {key: without_nulls(below) for key, below in value.items() if below is not None}
    if isinstance(value, list):
        return [without_nulls(below) for below in value]
    return value


def text(node: Mapping[str, Any], name: str, place: str) -> str:
    """A field that is text, "" where it is absent or null. Raises UnreadableWorkload."""
    value = node.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _wrong(value, "str", field(place, name))
    return value


def converted(node: Any, to: type[_T], place: str) -> _T:
    """The node as a struct of the Kubernetes API. Raises UnreadableWorkload."""
    try:
        return msgspec.convert(node, to)
    except msgspec.ValidationError as error:
        raise UnreadableWorkload(f"{place}: {error}") from error


def _wrong(node: Any, wanted: str, place: str) -> UnreadableWorkload:
    """In msgspec's words, which whoever prints them turns into a person's."""
    got = next((name for kind, name in _NAMES if isinstance(node, kind)), "object")
    got = "null" if node is None else got
    start = f"{place}: " if place else ""
    return UnreadableWorkload(f"{start}Expected `{wanted}`, got `{got}` - at `$`")
