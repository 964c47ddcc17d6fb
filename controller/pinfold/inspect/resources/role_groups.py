"""RoleBasedGroup: roles with a template of their own, or a named one, and patches over it.

Source: api/workloads/v1alpha1 and v1alpha2 of sgl-project/rbg.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pinfold.inspect.podspec import PodSpec
from pinfold.inspect.resources.parts import Part, container_count
from pinfold.inspect.resources.patches import Patched
from pinfold.inspect.resources.paths import (
    UnreadableWorkload,
    concrete,
    converted,
    field,
    mapping,
    text,
)

# Of a group, and of a set of groups in both versions.
_GROUPS = ("spec", "spec.template", "spec.groupTemplate.spec")
_PATTERNS = (
    "", "standalonePattern", "leaderWorkerPattern", "customComponentsPattern.components[]",
    "components[]",
)  # fmt: skip
_OVER = ("templateRef.patch", "templatePatch")
# Pods of a role are of two kinds if one of these is given.
_LEADER = ("leaderTemplatePatch", "leaderWorkerSet.patchLeaderTemplate")
_WORKER = ("workerTemplatePatch", "leaderWorkerSet.patchWorkerTemplate")
_MOST = 2000  # pods and their containers
_Placed = tuple[str, Any]


@dataclass(frozen=True, slots=True)
class _Named:
    """The templates that roles refer to, by name."""

    by_name: Mapping[str, _Placed]

    @classmethod
    def of(cls, group: Any, place: str) -> "_Named":
        found = {}
        for at, node in _below(group, place, "roleTemplates[]"):
            template = mapping(node, at)
            if template.get("template") is not None:
                found[text(template, "name", at)] = (field(at, "template"), template["template"])
        return cls(found)


def parts_of(value: Mapping[str, Any]) -> Iterator[Part]:
    """The pods of all roles, and templates that no role refers to. Raises UnreadableWorkload.

    A short text can stand for any number of pods, by the name of a template.
    """
    count = 0
    for path in _GROUPS:
        for place, group in concrete(value, path):
            for part in _of_group(group, place):
                count += 1 + container_count([part])
                if count > _MOST:
                    raise UnreadableWorkload(f"{place} stands for too many pods to be read")
                yield part


def _of_group(group: Any, place: str) -> Iterator[Part]:
    named = _Named.of(group, place)
    unused = dict(named.by_name)
    by_place = {one[0]: name for name, one in named.by_name.items()}
    for at, role in _below(group, place, "roles[]"):
        for pattern in _PATTERNS:
            for here, node in _below(role, at, pattern):
                source = _source(mapping(node, here), here, named)
                if source is None:
                    continue
                unused.pop(by_place.get(source[0], ""), None)
                yield from _pods(source, node, here)
    for at, template in unused.values():
        yield from _pods((at, template), {}, at)


def _source(node: Mapping[str, Any], place: str, named: _Named) -> _Placed | None:
    if node.get("template") is not None:
        return field(place, "template"), node["template"]
    for at, reference in _below(node, place, "templateRef"):
        return named.by_name.get(text(mapping(reference, at), "name", at))
    return None


def _pods(source: _Placed, node: Mapping[str, Any], place: str) -> Iterator[Part]:
    """One kind of pod, or two: what is laid over the template for leaders and for workers."""
    over = _all(node, place, _OVER)
    leader, worker = _all(node, place, _LEADER), _all(node, place, _WORKER)
    yield _pod(source, [*over, *leader])
    if leader or worker:
        yield _pod(source, [*over, *worker])


def _all(node: Mapping[str, Any], place: str, paths: tuple[str, ...]) -> list[_Placed]:
    return [found for path in paths for found in _below(node, place, path)]


def _pod(source: _Placed, patches: list[_Placed]) -> Part:
    at, template = source
    pod = Patched(mapping(template, at), at)
    for place, patch in patches:
        pod.lay(mapping(patch, place), place)
    path = field(at, "spec")
    spec = converted(mapping(pod.value.get("spec") or {}, path), PodSpec, path)
    return Part(path, spec, tuple(pod.moves))


def _below(node: Any, place: str, path: str) -> Iterator[_Placed]:
    """What stands at a path below `place`; itself, if there is none."""
    found = concrete(node, path) if path else [("", node)]
    return ((f"{place}.{at}".removesuffix("."), below) for at, below in found)
