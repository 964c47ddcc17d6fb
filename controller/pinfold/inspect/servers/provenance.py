"""Where the bytes behind a local path come from, and whether a path comes before the hub."""

import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pinfold.inspect.commands.model import HOLE
from pinfold.inspect.commands.mounts import Mounts, is_within
from pinfold.inspect.images.reference import InvalidReference, parse_reference
from pinfold.inspect.workload import Provenance, State

if TYPE_CHECKING:
    from pinfold.inspect.servers.case import Container

_UNKNOWN = "unknown"


def provenance_of(path: str | None, container: "Container") -> Provenance:
    """The image, image volume or volume that holds a path; None is one that is not known."""
    mounted = container.mounts.at(path) if path else None
    if mounted is None:
        by = f"{container.place}.image"
        return Provenance(None, by, image_state(container.image) if path else _UNKNOWN)
    volume = mounted.volume
    if volume is not None and volume.image is not None:
        by = f"{container.pod}.volumes[{mounted.index}].image.reference"
        return Provenance(volume.name, by, image_state(volume.image.reference))
    return Provenance(mounted.mount.name, None, _UNKNOWN)


def image_state(text: str) -> str:
    """Whether an image is named by its digest."""
    try:
        return State.PINNED if parse_reference(text).digest is not None else State.UNPINNED
    except InvalidReference:
        return _UNKNOWN


def shadowing(text: str, folder: str | None, mounts: Mounts) -> Iterator[str]:
    """The volumes in which `org/name` may be a folder, so that it is loaded instead of the hub's.

    The servers test first whether the path exists, from their working directory.
    """
    if folder is None or HOLE in folder:
        # Nobody knows which folder this is: it may be any of the volumes.
        yield from (m.name for m in mounts.container.volume_mounts or () if folder)
        return
    path = posixpath.normpath(posixpath.join(folder, text))
    for mount in mounts.container.volume_mounts or ():
        below = posixpath.dirname(path) != folder and is_within(
            posixpath.normpath(mount.mount_path), posixpath.dirname(path)
        )
        if is_within(path, mount.mount_path) or below:
            yield mount.name
