"""What running pods load and run, read once for all replicas of a workload."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from msgspec.structs import replace

from pinfold.inspect.podspec import Container, Volume, VolumeMount
from pinfold.inspect.read import NO_FILES, Files, inspect_pods
from pinfold.inspect.servers.case import Hints
from pinfold.inspect.workload import Code, Workload
from pinfold.kube.config_map_names import config_maps_of
from pinfold.kube.pods import RunningSpec
from pinfold.reconciler.readings import Readings

# The ServiceAccount admission plugin mounts its token under a name that ends in random letters, so
# that no two replicas would be alike.
_TOKEN_VOLUME = "kube-api-access-"  # noqa: S105 - a volume's name
_TOKEN_NAME = "kube-api-access"  # noqa: S105 - a volume's name
_REMEMBERED = 512
T = TypeVar("T")


class ConfigMaps(Protocol):
    """Where the texts of ConfigMaps come from."""

    async def read(self, namespace: str, name: str) -> Mapping[str, str] | None:
        """Key to text; None where it cannot be had."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A pod's spec without what tells replicas apart: the key of all that is worked out once."""

    namespace: str
    spec: RunningSpec


def shape_of(namespace: str, spec: RunningSpec) -> Shape:
    """The shape of a pod."""
    token = next((v.name for v in spec.volumes or () if _is_token(v)), None)
    if token is None or any(v.name == _TOKEN_NAME for v in spec.volumes or ()):
        return Shape(namespace, replace(spec, node_name=""))
    volumes = tuple(_renamed(volume, token) for volume in spec.volumes or ())
    return Shape(
        namespace,
        replace(
            spec,
            node_name="",
            volumes=volumes,
            containers=_without_name(spec.containers, token),
            init_containers=_without_name(spec.init_containers, token),
            ephemeral_containers=_without_name(spec.ephemeral_containers, token),
        ),
    )


def _is_token(volume: Volume) -> bool:
    return volume.projected is not None and volume.name.startswith(_TOKEN_VOLUME)


def _renamed(volume: Volume, token: str) -> Volume:
    return replace(volume, name=_TOKEN_NAME) if volume.name == token else volume


def _without_name(containers: tuple[Container, ...] | None, token: str) -> tuple[Container, ...]:
    return tuple(
        replace(container, volume_mounts=tuple(_mounts(container, token)))
        for container in containers or ()
    )


def _mounts(container: Container, token: str) -> Iterator[VolumeMount]:
    for mount in container.volume_mounts or ():
        yield replace(mount, name=_TOKEN_NAME) if mount.name == token else mount


class Facts(Generic[T]):
    """Of one scan: what `judge` says of each shape, asked once.

    Pods come by namespace, so what is remembered is of one namespace at a time.
    """

    def __init__(
        self,
        config_maps: ConfigMaps,
        hints: Callable[[str], Hints],
        judge: Callable[[Shape, Workload], T],
        readings: Readings,
    ) -> None:
        self._config_maps = config_maps
        self._hints = hints
        self._judge = judge
        self._readings = readings
        self._namespace = ""
        self._known: dict[RunningSpec, T] = {}
        self._files: dict[str, Mapping[str, str] | None] = {}

    async def of(self, shape: Shape) -> T:
        """What is said of pods of that shape."""
        if shape.namespace != self._namespace:
            self._namespace, self._known, self._files = shape.namespace, {}, {}
        known = self._known.get(shape.spec)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            known = self._known[shape.spec] = self._judge(shape, await self._read(shape))
        return known

    async def _read(self, shape: Shape) -> Workload:
        """Without ConfigMaps first: few readings ask for one."""
        hints = self._hints(shape.namespace)
        workload = self._readings.of(
            shape.namespace, shape.spec, hints, lambda: _inspect(shape, NO_FILES, hints)
        )
        if not any(opaque.code is Code.CONFIGMAP for opaque in workload.opaque):
            return workload
        files = {}
        for name in sorted(set(config_maps_of(shape.spec))):
            if name not in self._files:
                self._files[name] = await self._config_maps.read(shape.namespace, name)
            text = self._files[name]
            if text is not None:
                files[name] = text
        return _inspect(shape, files, hints) if files else workload


def _inspect(shape: Shape, files: Files, hints: Hints) -> Workload:
    pods = {"spec": shape.spec}
    return inspect_pods("Pod", shape.namespace, "", pods, files=files, hints=hints)
