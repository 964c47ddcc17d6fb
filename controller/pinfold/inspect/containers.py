"""What one container will load: the hot path of the webhook.

It is a pure function of the container, the pod's volumes, and the ConfigMaps at hand, so answers
are kept: pods of one workload differ in nothing that is read here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from pinfold.inspect.commands.environment import Files
from pinfold.inspect.commands.mounts import Mounts
from pinfold.inspect.podspec import Container, PodSpec, Volume
from pinfold.inspect.servers.case import Container as Place
from pinfold.inspect.servers.suspect import Reader
from pinfold.inspect.workload import ContainerFacts

_NO_FILES: Mapping[str, Mapping[str, str]] = {}


@dataclass(frozen=True, slots=True)
class PodContext:
    """What a container's reading needs of its pod."""

    path: str
    volumes: tuple[Volume, ...]
    files: Files

    @classmethod
    def of(cls, spec: PodSpec, path: str, files: Files = _NO_FILES) -> "PodContext":
        """The context of a PodSpec at a field path, with the ConfigMaps at hand by name."""
        return cls(path, spec.volumes or (), files)


def read_container(container: Container, context: PodContext, place: str) -> ContainerFacts:
    """What the container loads, and what of it could not be read. Never raises."""
    volumes = context.volumes if container.volume_mounts else ()
    if context.files:
        return _read(container, volumes, context.files, context.path, place)
    return _read_without_files(container, volumes, context.path, place)


@lru_cache(maxsize=2048)
def _read_without_files(
    container: Container, volumes: tuple[Volume, ...], path: str, place: str
) -> ContainerFacts:
    return _read(container, volumes, _NO_FILES, path, place)


def _read(
    container: Container, volumes: tuple[Volume, ...], files: Files, path: str, place: str
) -> ContainerFacts:
    mounts = Mounts(container, volumes, files)
    return Reader(container, Place(container.name, path, place, container.image, mounts)).read()
