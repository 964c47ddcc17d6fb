"""Tekton's tasks: steps are containers of one pod, with scripts beside their commands.

Source: pkg/apis/pipeline/v1 of Tekton. What parameters stand for is known only when a task runs.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from pinfold.inspect.podspec import Container, PodSpec, Volume
from pinfold.inspect.resources.parts import Move, Part
from pinfold.inspect.resources.paths import array, concrete, converted, field, mapping, text
from pinfold.inspect.resources.placeholders import Holes, with_holes
from pinfold.inspect.resources.scripts import running

_PARAMETERS = Holes(
    re.compile(r"\$\((?:params|inputs|workspaces|steps|tasks|results|context)[.\[][^()]*\)")
)
_PATHS = (
    "spec", "spec.taskSpec", "spec.tasks[].taskSpec", "spec.finally[].taskSpec",
    "spec.pipelineSpec.tasks[].taskSpec", "spec.pipelineSpec.finally[].taskSpec",
)  # fmt: skip
_SHEBANG = re.compile(r"#![ \t]*(?:/usr/bin/env[ \t]+(?:-S[ \t]+)?)?(\S+)([^\n]*)(?:\n|\Z)")
_SHELL = ("sh", "-e")  # what runs a script that does not say
_FILE = "/tekton/scripts/script"


def more(value: Mapping[str, Any], _parts: tuple[Part, ...]) -> Iterator[Part]:
    """The pod of each task: its steps one after the other, its sidecars beside them."""
    for path in _PATHS:
        for place, node in concrete(value, path):
            task = mapping(node, place)
            base = mapping(task.get("stepTemplate") or {}, field(place, "stepTemplate"))
            found = [*_all(task, "steps", place, base), *_all(task, "sidecars", place, {})]
            if not found and task.get("image"):  # a StepAction is a step by itself
                found = [_step(task, {}, place)]
            if found:
                yield _pod(task, place, found)


def _all(
    task: Mapping[str, Any], name: str, place: str, base: Mapping[str, Any]
) -> Iterator[tuple[Container, str, str]]:
    at = field(place, name)
    for index, node in enumerate(array(task.get(name) or (), at)):
        here = f"{at}[{index}]"
        yield _step(mapping(node, here), base, here)


def _step(
    node: Mapping[str, Any], base: Mapping[str, Any], place: str
) -> tuple[Container, str, str]:
    """The container, its place, and the step of it that holds a script."""
    env = [*array(base.get("env") or (), "env"), *array(node.get("env") or (), f"{place}.env")]
    container = converted({**base, **node, "env": env}, Container, place)
    script = text(node, "script", place)
    if not script:
        return container, place, ""
    found = _SHEBANG.match(script)
    shell = (found[1], *found[2].split()) if found is not None else _SHELL
    command = running(shell, script, _FILE)
    made = f"command[{len(command) - 1}]"
    return msgspec.structs.replace(container, command=command), place, made


def _pod(task: Mapping[str, Any], place: str, found: list[tuple[Container, str, str]]) -> Part:
    volumes = converted(task.get("volumes") or (), tuple[Volume, ...], field(place, "volumes"))
    spec = PodSpec(tuple(container for container, _, _ in found), volumes=volumes)
    moves = []
    for index, (_, at, script) in enumerate(found):
        made = f"{place}.containers[{index}]"
        moves.append(Move(made, at))
        if script:
            moves.append(Move(f"{made}.{script}", f"{at}.script", ends=True))
    return Part(place, with_holes(spec, _PARAMETERS), tuple(moves))
