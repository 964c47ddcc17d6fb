"""Copies: what lies at their target then is what was copied, from an image or from a download.

An image that carries a model is a modelcar; it counts only if nothing else in the container may
have changed it before. Archives are copied as they are unpacked. KServe's modelcar is a container
that stays, and links to its own files by way of its process: `ln -sf /proc/$$/root/models
/mnt/models` (pkg/utils/storage.go).
"""

import posixpath
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pinfold.inspect.commands.files import slashed
from pinfold.inspect.commands.model import HOLE, Process
from pinfold.inspect.commands.mounts import Mounted, Mounts, is_within, rooted
from pinfold.inspect.commands.wrappers import basename
from pinfold.inspect.downloads.target import weakest
from pinfold.inspect.servers.provenance import image_state
from pinfold.inspect.workload import Write

# A program -> the letters and the words of its options that take no value.
_LETTERS = {
    "cp": frozenset("-aAdfiLnpPrRTuvxH"), "ln": frozenset("-sfnvT"), "mv": frozenset("-finuvT"),
    "rsync": frozenset("-aAhHlLoprtuvWxXzgD"),
}  # fmt: skip
_LONG = frozenset(
    {"--archive", "--dereference", "--force", "--no-clobber", "--recursive", "--update",
     "--verbose", "--no-target-directory", "--no-dereference", "--preserve", "--symbolic",
     "--delete", "--progress", "--partial", "--checksum", "--inplace", "--whole-file"}
)  # fmt: skip
_UNPACKERS = frozenset({"tar", "unzip"})
_OF_TAR = re.compile(r"-?[xzjJvpf]*x[zjJvp]*f|-?[zjJvp]*xf|--extract")


_OWN_ROOT = re.compile(rf"/proc/{HOLE}/root(/.+)")
_OWN_PROCESS = "$$ "  # how it begins what is said of a word that names the process itself
_UNKNOWN = ("unknown", "")
_UNSURE = re.compile(rf"[{HOLE}*?\[{{]")


@dataclass(frozen=True, slots=True)
class Source:
    """What the sources of a container's copies are, as far as that is known."""

    image: str
    place: str  # of its reference
    untouched: bool  # the image's own files are still what it came with
    writes: Sequence[Write] = ()  # what was left on the volumes of the pod, and by whom
    own: Sequence[Write] = ()  # what downloads of the container left outside them
    understood: Callable[[str], bool] = bool  # whether all that writes to a volume is known
    fixed: Callable[[str], bool] = bool  # whether all containers have it at the same path


def is_copy(process: Process) -> bool:
    """Whether a process copies, moves, links or unpacks files."""
    if process.entrypoint:
        return False
    program = basename(process.argv[0])
    return program in _LETTERS or (program in _UNPACKERS and bool(_places(process)))


def leaves_the_image(process: Process, mounts: Mounts) -> bool:
    """Whether a `cp` surely writes to a volume, and not to the image."""
    target = _target(process, mounts)
    return target is not None and mounts.at(target) is not None


def copies_of(process: Process, source: Source, mounts: Mounts) -> list[Write]:
    """What a copy leaves on the volumes of the pod; anywhere, where its words are not known."""
    target = _target(process, mounts)
    by = process.argv[0].place
    if target is None:
        named = mounts.container.volume_mounts or ()
        return [Write(mount.name, None, by, "unknown") for mount in named]
    mounted = mounts.at(target)
    if mounted is None:
        return []
    inside = mounted.below
    found = [_state_of(each, process, source, mounts) for each in _places(process)[:-1]]
    state = weakest([state for state, _place in found])
    at = next(place for one, place in found if one == state)
    return [Write(mounted.mount.name, inside, at or by, state)]


def _places(process: Process) -> list[str]:
    """The sources and the target; none where an option or a number of words is not known."""
    program = basename(process.argv[0])
    words = [word.text for word in process.argv[1:]]
    if any(word.many and HOLE in word.text for word in process.argv):
        return []
    if program in _UNPACKERS:
        return _unpacked(program, words)
    options = [word for word in words if word.startswith("-")]
    letters = _LETTERS.get(program, frozenset())
    if not all(option in _LONG or letters.issuperset(option) for option in options):
        return []
    places = [word for word in words if not word.startswith("-")]
    return places if program != "rsync" or not any(":" in place for place in places) else []


def _unpacked(program: str, words: list[str]) -> list[str]:
    """The archive and the folder that it is unpacked to."""
    folder, rest = ".", list(words)
    option = "-C" if program == "tar" else "-d"
    if option in rest[:-1]:
        at = rest.index(option)
        folder = rest[at + 1]
        del rest[at : at + 2]
    if program == "unzip":
        rest = [word for word in rest if word not in ("-o", "-q", "-qo", "-oq", "-n")]
        return [rest[0], folder] if len(rest) == 1 and not rest[0].startswith("-") else []
    is_plain = len(rest) == 2 and _OF_TAR.fullmatch(rest[0]) is not None
    return [rest[1], folder] if is_plain and not rest[1].startswith("-") else []


def _target(process: Process, mounts: Mounts) -> str | None:
    places = _places(process)
    if len(places) < 2 or _UNSURE.search(places[-1]):
        return None
    return mounts.absolute(places[-1], process.folder)


def _is_symbolic(process: Process) -> bool:
    return any(word.text[:1] == "-" and "s" in word.text for word in process.argv[1:])


def _linked(source: str, process: Process) -> str:
    """The path in the image to which a link leads; "" where it is not the container's own."""
    match = _OWN_ROOT.fullmatch(source)
    words = [word for word in process.argv if word.text == source and word.unread is not None]
    own = all(word.unread and word.unread.detail.startswith(_OWN_PROCESS) for word in words)
    return match[1] if match is not None and words and own else ""


def _state_of(name: str, process: Process, source: Source, mounts: Mounts) -> tuple[str, str]:
    """The state of what lies at a path, and the place of what brought it there."""
    if basename(process.argv[0]) == "ln":
        own = _linked(name, process) if _is_symbolic(process) else ""
        if not own:
            return _state_of_link(name, process, source, mounts)
        name = own
    path = mounts.absolute(name, process.folder)
    if path is None or ".." in name or _UNSURE.search(name.replace("*", "")):
        return _downloaded(slashed(name), source.own) if path is None else _UNKNOWN
    folder = posixpath.dirname(path.partition("*")[0]) if "*" in path else path
    below = f"{folder.rstrip('/')}/"
    named = [rooted(mount.mount_path).rstrip("/") for mount in mounts.container.volume_mounts or ()]
    if any(f"{name}/".startswith(below) and name != folder for name in named):
        return _UNKNOWN
    mounted = mounts.at(folder)
    if mounted is None:
        return _outside(folder, process, source)
    return _on_volume(mounted, source)


def _state_of_link(name: str, process: Process, source: Source, mounts: Mounts) -> tuple[str, str]:
    """What a link leads to: another container sees its own files at a path outside all volumes."""
    target = _target(process, mounts)
    symbolic = _is_symbolic(process)
    folder = posixpath.dirname(target) if symbolic and target else process.folder
    path = None if ".." in name or _UNSURE.search(name) else mounts.absolute(name, folder)
    mounted = mounts.at(path) if path is not None else None
    if mounted is None:
        return _UNKNOWN
    if symbolic and name.startswith("/") and not source.fixed(mounted.mount.name):
        return _UNKNOWN
    return _on_volume(mounted, source)


def _on_volume(mounted: Mounted, source: Source) -> tuple[str, str]:
    volume = mounted.volume
    if volume is not None and volume.image is not None:
        pod = source.place.rpartition(".image")[0].rpartition(".")[0]
        place = f"{pod}.volumes[{mounted.index}].image.reference"
        return image_state(volume.image.reference), place
    is_empty = volume is not None and volume.empty_dir is not None
    inside = mounted.below
    if inside is None or not is_empty or not source.understood(mounted.mount.name):
        return _UNKNOWN
    return _downloaded(inside, [w for w in source.writes if w.volume == mounted.mount.name])


def _outside(path: str, process: Process, source: Source) -> tuple[str, str]:
    """The state of what lies outside all volumes: of the image, or downloaded to it."""
    own = [write for write in source.own if write.inside is None or _meets(write, path)]
    is_archive = basename(process.argv[0]) in _UNPACKERS
    if not own and source.untouched and not is_archive:
        return image_state(source.image), source.place
    inside = all(write.inside and is_within(path, write.inside) for write in own)
    return _downloaded(path, own) if inside else _UNKNOWN


def _downloaded(path: str, writes: Sequence[Write]) -> tuple[str, str]:
    """The weakest of what was left at a path, or below or around it."""
    found = [write for write in writes if _meets(write, path)]
    state = weakest([write.state for write in found])
    return state, next((write.by for write in found if write.state == state), "")


def _meets(write: Write, path: str) -> bool:
    if write.inside is None or "." in (write.inside, path):
        return True
    return is_within(path, write.inside) or is_within(write.inside, path)
