"""Ray on Kubernetes: clusters, what RayJob runs on one, and what RayService serves on one.

Source: ray-operator/apis/ray/v1 of KubeRay; the operator starts Ray in the first container of each
group, before a command of its own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import msgspec

from pinfold.inspect.commands.model import Token
from pinfold.inspect.dialects.config_file import mapping_of_file
from pinfold.inspect.dialects.parsed import Refuses, Unclear
from pinfold.inspect.podspec import Container, EnvVar, PodSpec
from pinfold.inspect.resources import own_code, serve_config
from pinfold.inspect.resources.parts import Move, Part
from pinfold.inspect.resources.paths import concrete, field, mapping, text
from pinfold.inspect.workload import Code, ContainerFacts, Hazard, Opaque

_START = ("ray", "start")
_GROUPS = ("headGroupSpec", "workerGroupSpecs")


def each(part: Part, _value: Mapping[str, Any]) -> Part:
    """A PodSpec of a group, whose first container starts Ray if nothing else is said."""
    containers = part.spec.containers
    if not containers or not any(group in part.path for group in _GROUPS):
        return part
    env = (*(containers[0].env or ()), EnvVar("KUBERAY_GEN_RAY_START_CMD", " ".join(_START)))
    first = msgspec.structs.replace(containers[0], env=env)
    if not first.command and not first.args:
        first = msgspec.structs.replace(first, command=_START)
    spec = msgspec.structs.replace(part.spec, containers=(first, *containers[1:]))
    return replace(part, spec=spec)


def more(value: Mapping[str, Any], parts: tuple[Part, ...]) -> Iterator[Part]:
    """What a job runs, and what a service serves."""
    head = next((part for part in parts if "headGroupSpec" in part.path), None)
    for path in ("spec", "spec.jobTemplate"):
        for place, node in concrete(value, path):
            spec = mapping(node, place)
            if entrypoint := text(spec, "entrypoint", place):
                yield _entrypoint(entrypoint, field(place, "entrypoint"), head)
            for name in ("runtimeEnvYAML", "serveConfigV2"):
                if written := text(spec, name, place):
                    yield from _yaml(written, name, field(place, name))


def _entrypoint(command: str, place: str, head: Part | None) -> Part:
    """A shell's command line, run in the head's container."""
    written = head.spec.containers if head is not None else ()
    base = written[0] if written else Container()
    container = msgspec.structs.replace(
        base, name="entrypoint", command=("/bin/sh", "-c", command), args=None
    )
    made = "spec.containers[0]"
    moves = [Move(f"{made}.command", place, ends=True)]
    if head is not None:
        moves.append(Move(made, f"{head.path}.containers[0]"))
    spec = PodSpec((container,), volumes=head.spec.volumes if head is not None else None)
    return Part("spec", spec, tuple(moves), frozenset({made}))


def _yaml(written: str, name: str, place: str) -> Iterator[Part]:
    try:
        value, _ = mapping_of_file(Token(name, place), lambda _file: (written, name))
    except Refuses as error:
        yield _unread(name, place, Code.SERVER_REFUSES, f"Ray would not take it: {error.detail}")
    except Unclear as error:
        yield _unread(name, place, error.code, error.detail)
    else:
        environment = value if name == "runtimeEnvYAML" else {}
        hazards = _installs(environment, name, place)
        if hazards:
            yield Part("spec", PodSpec(), facts=ContainerFacts(hazards=hazards))
        if name == "serveConfigV2":
            yield from serve_config.parts_of(value)


def _unread(name: str, place: str, code: Code, detail: str) -> Part:
    row = Opaque(name, code, detail, place)
    return Part("spec", PodSpec(), facts=ContainerFacts(opaque=(row,)))


def _installs(environment: Mapping[Any, Any], name: str, place: str) -> tuple[Hazard, ...]:
    if any(environment.get(tool) for tool in own_code.INSTALLS):
        return (Hazard(name, serve_config.PIP_INSTALL, place),)
    return ()
