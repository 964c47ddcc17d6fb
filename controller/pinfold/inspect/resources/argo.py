"""Argo's workflows: templates with a container, a script or a set of containers.

Source: pkg/apis/workflow/v1alpha1/workflow_types.go of Argo Workflows. What most parameters stand
for is known only when a workflow runs.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from pinfold.inspect.commands.model import Token
from pinfold.inspect.dialects.config_file import mapping_of_text
from pinfold.inspect.dialects.parsed import Refuses, Unclear
from pinfold.inspect.podspec import PodSpec
from pinfold.inspect.resources.argo_parameters import Parameters
from pinfold.inspect.resources.parts import Move, Part
from pinfold.inspect.resources.patches import Patched
from pinfold.inspect.resources.paths import array, concrete, converted, field, mapping, text
from pinfold.inspect.resources.placeholders import GO, with_holes
from pinfold.inspect.resources.scripts import running
from pinfold.inspect.workload import Code, ContainerFacts, Opaque

_MAIN = "main"
_FILE = "/argo/staging/script"
_CONTAINERS = (
    ("container", "containers"), ("script", "containers"),
    ("containerSet.containers[]", "containers"), ("sidecars[]", "containers"),
    ("initContainers[]", "initContainers"),
)  # fmt: skip
_Placed = tuple[str, Any]


def more(value: Mapping[str, Any], _parts: tuple[Part, ...]) -> Iterator[Part]:
    """Every template of a workflow, with those that are written in steps and tasks."""
    for root in ("spec", "spec.workflowSpec"):
        volumes = next((node for _, node in concrete(value, f"{root}.volumes")), None)
        pending = [*concrete(value, f"{root}.templates[]")]
        pending += concrete(value, f"{root}.templateDefaults")
        owner = next((node for _, node in concrete(value, root)), None)
        known = Parameters(value, owner, [node for _, node in pending])
        for place, node in pending:  # it grows on the way
            template = mapping(known.filled(node), place)
            pending += _inline(template, place)
            yield from _template(template, place, volumes)


def _inline(template: Mapping[str, Any], place: str) -> Iterator[_Placed]:
    """Templates in tasks, and in steps, which are a list of lists."""
    found = [*concrete(template, "dag.tasks[].inline")]
    for at, group in concrete(template, "steps[]"):
        for index, step in enumerate(array(group, f"{place}.{at}")):
            here = f"{at}[{index}]"
            below = mapping(step, f"{place}.{here}").get("inline")
            found += [(f"{here}.inline", below)] if below is not None else []
    return ((f"{place}.{at}", node) for at, node in found)


def _template(template: Mapping[str, Any], place: str, volumes: Any) -> Iterator[Part]:
    pod: dict[str, Any] = {"containers": [], "initContainers": []}
    moves = []
    for path, where in _CONTAINERS:
        for at, node in concrete(template, path):
            here = f"{place}.{at}"
            container = dict(mapping(node, here))
            if path in ("container", "script"):
                container["name"] = _MAIN
            moves.append(Move(f"{place}.{where}[{len(pod[where])}]", here))
            pod[where].append(container)
    if moves:
        pod["volumes"] = [*array(volumes or (), "volumes"), *_list(template, "volumes", place)]
        yield from _pod(pod, template, place, moves)


def _list(node: Mapping[str, Any], name: str, place: str) -> Any:
    return array(node.get(name) or (), field(place, name))


def _pod(
    pod: dict[str, Any], template: Mapping[str, Any], place: str, moves: list[Move]
) -> Iterator[Part]:
    if patch := text(template, "podSpecPatch", place):
        at = field(place, "podSpecPatch")
        try:
            over = mapping_of_text(patch, Token("podSpecPatch", at))
        except (Refuses, Unclear):
            detail = "podSpecPatch changes the pod in a way that is known only when it runs"
            row = Opaque(_MAIN, Code.UNKNOWN_SERVER, detail, at)
            yield Part(place, PodSpec(), facts=ContainerFacts(opaque=(row,)))
        else:
            laid = Patched(pod, place)
            laid.lay(over, at)
            pod = laid.value
            moves += [Move(move.made, at, ends=True) for move in laid.moves]
    spec = converted(pod, PodSpec, place)
    for source in (node for _, node in concrete(template, "script")):
        spec = _with_script(spec, text(source, "source", place))
        at = f"{place}.containers[0].command[{len(spec.containers[0].command or ()) - 1}]"
        moves.append(Move(at, f"{place}.script.source", ends=True))
    yield Part(place, with_holes(spec, GO), tuple(moves))


def _with_script(spec: PodSpec, source: str) -> PodSpec:
    """The first container, with a script in the file that it is given."""
    main = spec.containers[0]
    main = msgspec.structs.replace(main, command=running(main.command or (), source, _FILE))
    return msgspec.structs.replace(spec, containers=(main, *spec.containers[1:]))
