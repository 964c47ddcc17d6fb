"""KServe's storage: what its initializer will fetch, as an init container of the pod.

Source: pkg/webhook/admission/pod/storage_initializer_injector.go of KServe: the initializer gets
an address and a folder, and the volume that it fills is mounted in the server's container.
"""

from dataclasses import dataclass

import msgspec

from pinfold.inspect.podspec import Container, PodSpec, Present, Volume, VolumeMount
from pinfold.inspect.resources.parts import Label, Move, Part
from pinfold.inspect.workload import Kind, Where

FOLDER = "/mnt/models"
_VOLUME = "kserve-provision-location"
_IMAGE = "kserve/storage-initializer"


@dataclass(frozen=True, slots=True)
class Stored:
    """An address that a field names; `component` is the field that holds it."""

    address: str
    place: str
    component: str = "model"
    folder: str = FOLDER
    kind: Kind | None = None


def fetched(path: str, address: str, place: str, component: str, label: Label) -> Part:
    """An address that is fetched for pods which another object makes."""
    container = Container(component, _IMAGE, args=(address, FOLDER))
    made = f"{path}.initContainers[0]"
    spec = PodSpec(init_containers=(container,))
    return Part(path, spec, (Move(made, place, label, ends=True),), frozenset({made}))


def with_stored(part: Part, stored: list[Stored], pod: str, servers: tuple[str, ...]) -> Part:
    """The part with what is fetched before its containers named `servers` start."""
    if not stored:
        return part
    spec = part.spec
    first = len(spec.init_containers or ())
    places = [f"{part.path}.initContainers[{first + i}]" for i in range(len(stored))]
    return Part(
        part.path,
        msgspec.structs.replace(
            spec,
            init_containers=(*(spec.init_containers or ()), *map(_initializer, stored)),
            containers=tuple(
                _mounted(one, stored) if one.name in servers else one for one in spec.containers
            ),
            volumes=(*(spec.volumes or ()), Volume(_VOLUME, empty_dir=Present())),
        ),
        (
            *part.moves,
            *(
                Move(place, one.place, Label(kind=one.kind, where=Where.STORAGE_URI, pod=pod), True)
                for place, one in zip(places, stored, strict=True)
            ),
        ),
        part.made | {*places},
        part.images,
        part.facts,
    )


def awaiting(spec: PodSpec) -> PodSpec:
    """A runtime's pod: its folder of models is filled for services that it cannot know."""
    nobody = [Stored("", "")]
    return msgspec.structs.replace(
        spec,
        containers=tuple(_mounted(one, nobody) for one in spec.containers),
        volumes=(*(spec.volumes or ()), Volume(_VOLUME, empty_dir=Present())),
    )


def _initializer(stored: Stored) -> Container:
    return Container(
        name=stored.component,
        image=_IMAGE,
        args=(stored.address, stored.folder),
        volume_mounts=(VolumeMount(_VOLUME, stored.folder),),
    )


def _mounted(container: Container, stored: list[Stored]) -> Container:
    mounts = tuple(
        VolumeMount(_VOLUME, folder, read_only=True)
        for folder in dict.fromkeys(one.folder for one in stored)
    )
    both = (*(container.volume_mounts or ()), *mounts)
    return msgspec.structs.replace(container, volume_mounts=both)
