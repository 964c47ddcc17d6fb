"""Where the bytes behind a local path come from, and whether a path comes before the hub."""

import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pinfold.inspect.commands.files import slashed
from pinfold.inspect.commands.model import HOLE
from pinfold.inspect.commands.mounts import Mounts, is_small, is_within, rooted
from pinfold.inspect.images.reference import InvalidReference, parse_reference
from pinfold.inspect.workload import Provenance, State

if TYPE_CHECKING:
    from pinfold.inspect.servers.case import Container

_UNKNOWN = "unknown"
_EACH = 4  # pieces of work to find what is mounted at a place


def provenance_of(path: str | None, container: "Container") -> Provenance:
    """The image, image volume or volume that holds a path; None is one that is not known.

    What is mounted below the path is a part of what is loaded, so that the weaker of them counts.
    """
    own = _of_place(path, container)
    if path is None or _is_unsteady(own, container.mounts):
        return own
    for place in _mounted_below(path, container.mounts):
        part = _of_place(place, container)
        if part.state == _UNKNOWN:  # a download is traced to all of a path, so to none of this
            named = part.volume if _is_unsteady(part, container.mounts) else None
            return Provenance(named, None, _UNKNOWN)
        if part.state != State.PINNED:
            own = part
    return own


def _of_place(path: str | None, container: "Container") -> Provenance:
    mounted = container.mounts.at(path) if path else None
    if mounted is None:
        by = f"{container.place}.image"
        return Provenance(None, by, image_state(container.image) if path else _UNKNOWN)
    volume = mounted.volume
    if volume is not None and volume.image is not None:
        by = f"{container.pod}.volumes[{mounted.index}].image.reference"
        return Provenance(volume.name, by, image_state(volume.image.reference))
    return Provenance(mounted.mount.name, None, _UNKNOWN)


def _is_unsteady(source: Provenance, mounts: Mounts) -> bool:
    """Whether it is not known and never will be: a volume that others fill."""
    empty = any(one.name == source.volume and one.begins_empty for one in mounts.volumes)
    return source.state == _UNKNOWN and not empty


def _mounted_below(path: str, mounts: Mounts) -> Iterator[str]:
    """The mounts below a path, but for what is too small for weights."""
    for mount in mounts.container.volume_mounts or ():
        place = rooted(mount.mount_path)
        if place != path and is_within(place, path):
            mounts.work.spend(_EACH)
            mounted = mounts.at(place)
            if mounted is not None and not is_small(mounted.volume):
                yield place


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
    folder = rooted(folder)
    path = slashed(posixpath.join(folder, text))
    around = posixpath.dirname(path)
    around = path if around == folder else around  # what is mounted there makes the folder
    every = [(rooted(one.mount_path), one.name) for one in mounts.container.volume_mounts or ()]
    over = max((len(place) for place, _ in every if is_within(path, place)), default=0)
    for place, name in every:
        # Of those above it the nearest hides the others.
        is_nearest = len(place) == over and is_within(path, place)
        if is_nearest or is_within(place, around):
            yield name
