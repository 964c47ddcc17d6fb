"""Objects in the same input that others build upon, such as KServe's ServingRuntimes.

Source: pkg/controller/v1beta1/inferenceservice/utils/utils.go of KServe: the service's container is
merged over the runtime's, arguments of both are joined, and `{{.Name}}` is the service's name.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from pinfold.inspect.podspec import Container, Volume
from pinfold.inspect.resources.parts import Label, Move
from pinfold.inspect.resources.paths import field

_KINDS = ("ServingRuntime", "ClusterServingRuntime")
CONFIG = "LLMInferenceServiceConfig"
TRAINING, CLUSTER_TRAINING = "TrainingRuntime", "ClusterTrainingRuntime"
_GROUPS = {
    "serving.kserve.io": (*_KINDS, CONFIG),
    "trainer.kubeflow.org": (TRAINING, CLUSTER_TRAINING),
}
_SERVER = "kserve-container"


class _Format(msgspec.Struct, frozen=True, rename="camel"):
    name: str = ""
    auto_select: bool | None = None


class _Spec(msgspec.Struct, frozen=True, rename="camel"):
    containers: tuple[Container, ...] = ()
    volumes: tuple[Volume, ...] | None = None
    supported_model_formats: tuple[_Format, ...] | None = None
    disabled: bool | None = None


@dataclass(frozen=True, slots=True)
class Runtime:
    """The container of a runtime, and where the service says that it wants this one."""

    container: Container
    volumes: tuple[Volume, ...]
    place: str
    label: Label | None = None  # of what only the runtime names


class Runtimes:
    """The objects at hand, those of the service's namespace before those of the cluster."""

    def __init__(self, objects: Sequence[Mapping[str, Any]] = (), service: str = "") -> None:
        self._objects = objects
        self.service = service  # the name of the service that uses them

    def of(self, service: Mapping[str, Any]) -> "Runtimes":
        """Those that a service can use."""
        namespace = _metadata(service, "namespace")
        ours = [one for one in self._objects if one.get("kind") == _KINDS[0]]
        theirs = [one for one in self._objects if one.get("kind") == _KINDS[1]]
        near = [one for one in ours if _metadata(one, "namespace") == namespace]
        return Runtimes([*near, *theirs], _metadata(service, "name"))

    def named(self, kind: str, name: str, user: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The object of this kind and name that `user` refers to; a near one before others."""
        found = [
            one
            for one in self._objects
            if one.get("kind") == kind and _metadata(one, "name") == name
        ]
        namespace = _metadata(user, "namespace")
        near = (one for one in found if _metadata(one, "namespace") == namespace)
        return next(near, found[0] if found else None)

    def find(self, server: Mapping[str, Any], wanted: str, place: str) -> Runtime | None:
        """The one that `server`, a model's field, names; else the only one that fits its format."""
        name = server.get("runtime")
        if name:
            found = list(self._specs(name))[:1]
            place = field(place, "runtime")
        else:
            found = [spec for spec in self._specs() if _fits(spec, wanted)]
        if len(found) != 1:
            return None
        container = next((one for one in found[0].containers if one.name == _SERVER), None)
        if container is None:
            return None
        return Runtime(container, found[0].volumes or (), place)

    def _specs(self, name: str = "") -> Iterator[_Spec]:
        for one in self._objects:
            if not name or _metadata(one, "name") == name:
                try:
                    yield msgspec.convert(one.get("spec"), _Spec)
                except msgspec.ValidationError:
                    continue  # its own row says what is wrong with it


def is_runtime(value: Any) -> bool:
    """Whether others build upon an object of this kind."""
    version = value.get("apiVersion") if isinstance(value, Mapping) else None
    if not isinstance(version, str):
        return False
    return value.get("kind") in _GROUPS.get(version.partition("/")[0], ())


def merged(runtime: Runtime, own: Container, made: str, place: str) -> tuple[Container, list[Move]]:
    """The runtime's container with the service's over it, and where each piece was written.

    The service's container stands at `place`, the result at `made`.
    """
    base = runtime.container
    moves = [
        Move(f"{made}.{name}", runtime.place, runtime.label, ends=True)
        for name, theirs, ours in (
            ("image", base.image, own.image),
            ("command", base.command, own.command),
            ("workingDir", base.working_dir, own.working_dir),
        )
        if theirs and not ours
    ]
    names = {variable.name for variable in own.env or ()}
    env = [variable for variable in base.env or () if variable.name not in names]
    for name, first, ours in (("args", base.args or (), own.args), ("env", env, own.env)):
        moves += [
            Move(f"{made}.{name}[{i}]", runtime.place, runtime.label, ends=True)
            for i in range(len(first))
        ]
        moves += [
            Move(f"{made}.{name}[{len(first) + i}]", f"{place}.{name}[{i}]")
            for i in range(len(ours or ()))
        ]
    container = msgspec.structs.replace(
        base,
        name=own.name,
        image=own.image or base.image,
        command=own.command or base.command,
        args=(*(base.args or ()), *(own.args or ())),
        env=(*env, *(own.env or ())),
        env_from=(*(base.env_from or ()), *(own.env_from or ())),
        working_dir=own.working_dir or base.working_dir,
        volume_mounts=(*(base.volume_mounts or ()), *(own.volume_mounts or ())),
        resources=own.resources or base.resources,
    )
    return container, moves


def _metadata(value: Mapping[str, Any], name: str) -> str:
    metadata = value.get("metadata")
    return str(metadata.get(name) or "") if isinstance(metadata, Mapping) else ""


def _fits(spec: _Spec, wanted: str) -> bool:
    return not spec.disabled and any(
        one.name == wanted and one.auto_select for one in spec.supported_model_formats or ()
    )
