"""All parts of an object, by its kind: the one way in."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pinfold.inspect.kinds import WorkloadKind
from pinfold.inspect.podspec import PodSpec
from pinfold.inspect.resources import (
    addresses,
    dynamo,
    kaito,
    kserve,
    llm,
    placeholders,
    ray,
    role_groups,
    search,
    stored,
    train,
)
from pinfold.inspect.resources.injected import with_injected
from pinfold.inspect.resources.parts import Part
from pinfold.inspect.resources.paths import concrete, converted
from pinfold.inspect.resources.runtimes import Runtimes

_Each = Callable[[Part, Mapping[str, Any]], Part]
_More = Callable[[Mapping[str, Any], tuple[Part, ...]], Iterator[Part]]


def _as_it_is(part: Part, _value: Mapping[str, Any]) -> Part:
    return part


def _nothing(_value: Mapping[str, Any], _parts: tuple[Part, ...]) -> Iterator[Part]:
    return iter(())


def _of_runtime(part: Part, _value: Mapping[str, Any]) -> Part:
    spec = placeholders.with_holes(part.spec)
    return Part(part.path, stored.awaiting(spec))


@dataclass(frozen=True, slots=True)
class Shape:
    """How the objects of a kind are read beyond their paths."""

    each: _Each = _as_it_is  # what becomes of a PodSpec that is written there
    more: _More = _nothing  # what is written elsewhere
    words: str = ""  # what that is, in the table of docs/kinds.md


_PLAIN = Shape()
SHAPES = {
    "": _PLAIN,
    "addresses": Shape(
        more=addresses.more, words="`artifactURL`, `sourceModelUri`, `model.storageUri`"
    ),
    "dynamo": Shape(dynamo.each, dynamo.more, "`extraPodSpec` with `mainContainer`, `envs`, `env`"),
    "kaito": Shape(more=kaito.more, words="`preset`, `adapters`, `input`"),
    "kserve": Shape(
        words="`predictor`, `transformer` and `explainer`, with `model` or another server,"
        " `storageUri`, `storage`, `storageUris`, `workerSpec`"
    ),
    "llm": Shape(llm.each, llm.more, "`model.uri`, `model.lora`"),
    "ray": Shape(ray.each, ray.more, "`entrypoint`, `runtimeEnvYAML`, `serveConfigV2`"),
    "roles": Shape(words="`templateRef`, patches of templates"),
    "runtime": Shape(_of_runtime),
    "train": Shape(more=train.more, words="`trainer`, `initializer.model.storageUri`"),
    search.UNKNOWN: _PLAIN,
}


def parts_of(
    row: WorkloadKind, value: Mapping[str, Any], runtimes: Runtimes | None = None
) -> tuple[Part, ...]:
    """What an object runs and loads. Raises UnreadableWorkload."""
    if row.shape == "kserve":
        return tuple(kserve.parts_of(value, runtimes or Runtimes()))
    if row.shape == "roles":
        return _with_injected(role_groups.parts_of(value), row)
    shape = SHAPES[row.shape]
    written = search.pod_specs(value) if row.shape == search.UNKNOWN else _written(row, value)
    read = (Part(place, converted(node, PodSpec, place)) for place, node in written)
    parts = tuple(shape.each(part, value) for part in _with_injected(read, row))
    return (*parts, *shape.more(value, parts))


def _with_injected(parts: Iterable[Part], row: WorkloadKind) -> tuple[Part, ...]:
    return tuple(replace(part, spec=with_injected(part.spec, row.group)) for part in parts)


def _written(row: WorkloadKind, value: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for path in row.pods:
        yield from concrete(value, path)
