"""`cp` out of an image, or an image volume: what lies there then is what the image holds.

That is a modelcar: an init container whose image carries the model. The image counts only if
nothing else in the container may have changed it before. KServe's is a container that stays, and
links to its own files by way of its process: `ln -sf /proc/$$/root/models /mnt/models`
(pkg/utils/storage.go).
"""

import posixpath
import re
from dataclasses import dataclass

from pinfold.inspect.commands.model import HOLE, Process
from pinfold.inspect.commands.mounts import Mounts
from pinfold.inspect.commands.wrappers import basename
from pinfold.inspect.downloads.target import weakest
from pinfold.inspect.servers.provenance import image_state
from pinfold.inspect.workload import Write

_LETTERS = frozenset("-aAdfiLnpPrRTuvxH")
_LONG = frozenset(
    {"--archive", "--dereference", "--force", "--no-clobber", "--recursive", "--update",
     "--verbose", "--no-target-directory", "--no-dereference", "--preserve"}
)  # fmt: skip


_LINK_LETTERS = frozenset("-sfnvT")
_OWN_ROOT = re.compile(rf"/proc/{HOLE}/root(/.+)")
_OWN_PROCESS = "$$ "  # how it begins what is said of a word that names the process itself
_UNSURE = re.compile(rf"[{HOLE}*?\[{{]")


@dataclass(frozen=True, slots=True)
class Image:
    """The image of a container, and whether its own files are still what it came with."""

    text: str
    place: str  # of its reference
    untouched: bool


def is_copy(process: Process) -> bool:
    """Whether a process is `cp`, or `ln -s`."""
    return not process.entrypoint and basename(process.argv[0]) in ("cp", "ln")


def leaves_the_image(process: Process, mounts: Mounts) -> bool:
    """Whether a `cp` surely writes to a volume, and not to the image."""
    target = _target(process, mounts)
    return target is not None and mounts.at(target) is not None


def copies_of(process: Process, image: Image, mounts: Mounts) -> list[Write]:
    """What a `cp` leaves on the volumes of the pod; anywhere, where its words are not known."""
    target = _target(process, mounts)
    by = process.argv[0].place
    if target is None:
        named = mounts.container.volume_mounts or ()
        return [Write(mount.name, None, by, "unknown") for mount in named]
    mounted = mounts.at(target)
    if mounted is None:
        return []
    inside = posixpath.normpath(posixpath.join(mounted.mount.sub_path, mounted.inside))
    found = [_state_of(source, process, image, mounts) for source in _places(process)[:-1]]
    state = weakest([state for state, _place in found])
    at = next(place for one, place in found if one == state)
    return [Write(mounted.mount.name, inside, at or by, state)]


def _places(process: Process) -> list[str]:
    """The sources and the target; none where an option or a number of words is not known."""
    words = [word.text for word in process.argv[1:]]
    options = [word for word in words if word.startswith("-")]
    if _links(process):
        known = any("s" in one for one in options) and _LINK_LETTERS.issuperset("".join(options))
    else:
        known = all(option in _LONG or _LETTERS.issuperset(option) for option in options)
    if not known or any(word.many and HOLE in word.text for word in process.argv):
        return []
    return [word for word in words if not word.startswith("-")]


def _links(process: Process) -> bool:
    return basename(process.argv[0]) == "ln"


def _linked(source: str, process: Process) -> str:
    """The path in the image to which a link leads; "" where it is not the container's own."""
    match = _OWN_ROOT.fullmatch(source)
    words = [word for word in process.argv if word.text == source and word.unread is not None]
    own = all(word.unread and word.unread.detail.startswith(_OWN_PROCESS) for word in words)
    return match[1] if match is not None and words and own else ""


def _target(process: Process, mounts: Mounts) -> str | None:
    places = _places(process)
    if len(places) < 2 or _UNSURE.search(places[-1]):
        return None
    return mounts.absolute(places[-1], process.folder)


def _state_of(source: str, process: Process, image: Image, mounts: Mounts) -> tuple[str, str]:
    """Whether a digest names what holds a path, and where that digest is to be written."""
    if _links(process):
        source = _linked(source, process)
    path = mounts.absolute(source, process.folder) if source else None
    if path is None or ".." in source or _UNSURE.search(source.replace("*", "")):
        return "unknown", ""
    folder = posixpath.dirname(path.partition("*")[0]) if "*" in path else path
    below = f"{folder.rstrip('/')}/"
    named = [mount.mount_path.rstrip("/") for mount in mounts.container.volume_mounts or ()]
    if any(f"{name}/".startswith(below) and name != folder for name in named):
        return "unknown", ""
    mounted = mounts.at(folder)
    if mounted is None:
        return (image_state(image.text), image.place) if image.untouched else ("unknown", "")
    volume = mounted.volume
    if volume is None or volume.image is None:
        return "unknown", ""
    pod = image.place.rpartition(".image")[0].rpartition(".")[0]
    place = f"{pod}.volumes[{mounted.index}].image.reference"
    return image_state(volume.image.reference), place
