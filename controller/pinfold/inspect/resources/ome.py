"""OME's services and runtimes: components that are PodSpecs with a runner beside the containers.

Source: pkg/apis/ome/v1beta1 (inference_service.go, servingruntime_types.go) of sgl-project/ome. Its
controller fills in `$(MODEL_PATH)`, the folder to which it has fetched a BaseModel of its own.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from pinfold.inspect.podspec import Container, EnvVar, PodSpec, Volume, VolumeMount
from pinfold.inspect.resources.parts import Label, Move, Part
from pinfold.inspect.resources.paths import concrete, converted, field, mapping

_COMPONENTS = (
    "spec.predictor", "spec.engine", "spec.decoder", "spec.router", "spec.engineConfig",
    "spec.decoderConfig", "spec.routerConfig", "spec.workers", "spec",
)  # fmt: skip
_ROLES = ("", ".leader", ".worker")
_FOLDER = "/mnt/models/of-a-base-model"
_VOLUME = "base-model"


def more(value: Mapping[str, Any], _parts: tuple[Part, ...]) -> Iterator[Part]:
    """The pods of each component: alone, or a leader and workers."""
    for path in _COMPONENTS:
        for role in _ROLES:
            for place, node in concrete(value, path + role):
                part = _pod(mapping(node, place), place)
                if part.spec.containers or part.spec.init_containers:
                    yield part


def _pod(value: Mapping[str, Any], place: str) -> Part:
    spec = converted(value, PodSpec, place)
    containers, moves = list(spec.containers), []
    if value.get("runner") is not None:
        at = field(place, "runner")
        moves.append(Move(f"{place}.containers[{len(containers)}]", at))
        containers.append(converted(value["runner"], Container, at))
    label = Label(leaves_out=_FOLDER)
    moves += [
        Move(f"{place}.containers[{index}].{name}", f"{_placed(moves, place, index)}.{name}", label)
        for index in range(len(containers))
        for name in ("command", "args", "env")
    ]
    spec = msgspec.structs.replace(
        spec,
        containers=tuple(map(_with_model, containers)),
        volumes=(*(spec.volumes or ()), Volume(_VOLUME)),
    )
    return Part(place, spec, tuple(moves))


def _placed(moves: list[Move], place: str, index: int) -> str:
    made = f"{place}.containers[{index}]"
    return next((move.place for move in moves if move.made == made), made)


def _with_model(container: Container) -> Container:
    """A container with the variable and the folder that the controller adds, behind its own."""
    env = (*(container.env or ()), EnvVar("MODEL_PATH", _FOLDER))
    mounts = (*(container.volume_mounts or ()), VolumeMount(_VOLUME, _FOLDER, read_only=True))
    return msgspec.structs.replace(container, env=env, volume_mounts=mounts)
