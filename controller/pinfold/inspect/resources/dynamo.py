"""NVIDIA Dynamo's graphs: a service is a PodSpec beside its main container, and shared variables.

Source: deploy/operator/api/v1alpha1 (extraPodSpec) and v1beta1 (podTemplate) of Dynamo. The main
container is called `main`; a service's own variables win over those of the graph.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import msgspec

from pinfold.inspect.podspec import ClaimVolume, Container, EnvVar, PodSpec, Volume, VolumeMount
from pinfold.inspect.resources.parts import Move, Part
from pinfold.inspect.resources.paths import (
    UnreadableWorkload,
    concrete,
    converted,
    field,
    mapping,
    text,
)

_MAIN = "main"
# What a frontend runs where nothing else is written (internal/dynamo/component_frontend.go).
_FRONTEND = ("python3", "-m", "dynamo.frontend")
_MOST = 50_000  # variables that are given to services
_Variables = list[tuple[EnvVar, str]]


def each(part: Part, value: Mapping[str, Any]) -> Part:
    """A PodSpec of v1beta1, with the variables of the graph."""
    shared = _variables(value, "spec.env")
    index = next((i for i, c in enumerate(part.spec.containers) if c.name == _MAIN), None)
    return part if index is None or not shared else _with_variables(part, index, shared)


def more(value: Mapping[str, Any], _parts: tuple[Part, ...]) -> Iterator[Part]:
    """The services of v1alpha1."""
    shared = _variables(value, "spec.envs")
    count = 0
    for path in ("spec.services{}", "spec"):
        for place, service in concrete(value, path):
            if mapping(service, place).get("extraPodSpec") is not None:
                count += 1 + len(shared)
                if count > _MOST:
                    raise UnreadableWorkload("spec.envs is given to too many services to be read")
                own = [] if place == "spec" else _variables(service, "envs", place)
                yield _service(service, place, [*shared, *own])


def _service(service: Mapping[str, Any], above: str, shared: _Variables) -> Part:
    place, component = field(above, "extraPodSpec"), service.get("componentType")
    value = mapping(service["extraPodSpec"], place)
    spec = converted(value, PodSpec, place)
    main, at = value.get("mainContainer"), field(place, "mainContainer")
    if main is None:
        return Part(place, spec)
    container = converted({**mapping(main, at), "name": _MAIN}, Container, at)
    if component == "frontend" and not container.command and not container.args:
        container = msgspec.structs.replace(container, command=_FRONTEND)
    container, spec = _with_claims(container, spec, service, above)
    index = len(spec.containers)
    spec = msgspec.structs.replace(spec, containers=(*spec.containers, container))
    part = Part(place, spec, (Move(f"{place}.containers[{index}]", at),))
    return _with_variables(part, index, shared) if shared else part


def _with_claims(
    container: Container, spec: PodSpec, service: Mapping[str, Any], above: str
) -> tuple[Container, PodSpec]:
    """The container with the graph's claims that its service mounts; each is a volume by name."""
    names = {volume.name for volume in spec.volumes or ()}
    mounts, volumes = list(container.volume_mounts or ()), list(spec.volumes or ())
    for at, node in concrete(service, "volumeMounts[]"):
        mount = mapping(node, f"{above}.{at}")
        name = text(mount, "name", f"{above}.{at}")
        mounts.append(VolumeMount(name, text(mount, "mountPoint", f"{above}.{at}")))
        if name not in names:
            names.add(name)
            volumes.append(Volume(name, persistent_volume_claim=ClaimVolume(name)))
    container = msgspec.structs.replace(container, volume_mounts=tuple(mounts) or None)
    return container, msgspec.structs.replace(spec, volumes=tuple(volumes) or None)


def _with_variables(part: Part, index: int, shared: _Variables) -> Part:
    """The part whose container has the variables of the graph, and its own after them."""
    container = part.spec.containers[index]
    own = container.env or ()
    made = f"{part.path}.containers[{index}]"
    written = next((move.place for move in part.moves if move.made == made), made)
    moves = [Move(f"{made}.env[{i}]", place) for i, (_, place) in enumerate(shared)]
    moves += [
        Move(f"{made}.env[{len(shared) + i}]", f"{written}.env[{i}]") for i in range(len(own))
    ]
    env = (*(variable for variable, _ in shared), *own)
    containers = list(part.spec.containers)
    containers[index] = msgspec.structs.replace(container, env=env)
    spec = msgspec.structs.replace(part.spec, containers=tuple(containers))
    return replace(part, spec=spec, moves=(*part.moves, *moves))


def _variables(value: Any, path: str, above: str = "") -> _Variables:
    found = concrete(value, f"{path}[]")
    places = ((f"{above}.{place}" if above else place, node) for place, node in found)
    return [(converted(node, EnvVar, place), place) for place, node in places]
