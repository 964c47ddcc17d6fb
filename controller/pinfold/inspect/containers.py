"""What one container will load: the hot path of the webhook.

It is a pure function of the container, the pod's volumes, and the ConfigMaps at hand, so answers
are kept: pods of one workload differ in nothing that is read here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from pinfold.inspect.commands.environment import Files
from pinfold.inspect.commands.mounts import Mounts
from pinfold.inspect.kept import is_kept
from pinfold.inspect.podspec import Container, PodSpec, Volume
from pinfold.inspect.servers.case import Container as Place
from pinfold.inspect.servers.case import Hints
from pinfold.inspect.servers.suspect import Reader
from pinfold.inspect.workload import ContainerFacts

_NO_FILES: Mapping[str, Mapping[str, str]] = {}


@dataclass(frozen=True, slots=True)
class PodContext:
    """What a container's reading needs of its pod."""

    path: str
    volumes: tuple[Volume, ...]
    files: Files
    hints: Hints = ()

    @classmethod
    def of(
        cls, spec: PodSpec, path: str, files: Files = _NO_FILES, hints: Hints = ()
    ) -> "PodContext":
        """The context of a PodSpec at a field path, with the ConfigMaps at hand by name.

        `hints` tell which server is in an image of a name of the user's own.
        """
        return cls(path, spec.volumes or (), files, hints)


def read_container(container: Container, context: PodContext, place: str) -> ContainerFacts:
    """What the container loads, and what of it could not be read. Never raises."""
    if context.files:
        return _read(container, context, place)
    volumes = context.volumes if container.volume_mounts else ()
    if not is_kept(container, volumes):
        return _read(container, context, place)
    return _read_without_files(container, volumes, context.path, place, context.hints)


@lru_cache(maxsize=2048)
def _read_without_files(
    container: Container, volumes: tuple[Volume, ...], path: str, place: str, hints: Hints
) -> ContainerFacts:
    return _read(container, PodContext(path, volumes, _NO_FILES, hints), place)


def _read(container: Container, context: PodContext, place: str) -> ContainerFacts:
    mounts = Mounts(container, context.volumes, context.files)
    where = Place(container.name, context.path, place, container.image, mounts, context.hints)
    return Reader(container, where).read()
