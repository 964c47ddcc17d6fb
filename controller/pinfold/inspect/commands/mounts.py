"""What lies behind a path of a container: the mount that covers it, and a ConfigMap's text."""

import posixpath
from dataclasses import dataclass, field

from pinfold.inspect.commands.environment import Files
from pinfold.inspect.commands.expansion import MAX_WORK, Budget
from pinfold.inspect.commands.files import slashed
from pinfold.inspect.commands.model import HOLE
from pinfold.inspect.commands.sources import file_of, names_of
from pinfold.inspect.podspec import Container, Volume, VolumeMount
from pinfold.inspect.workload import Code

_LOOKED_AT = 500  # characters for one piece of work
_PARSED = 8


@dataclass(frozen=True, slots=True)
class Mounted:
    """A mount that covers a path; `inside` is the rest of the path below it."""

    mount: VolumeMount
    volume: Volume | None
    index: int  # of the volume in the PodSpec; -1 where there is none
    inside: str

    @property
    def below(self) -> str | None:
        """The path from the root of the volume; None where it is known only when the pod runs."""
        if self.mount.sub_path_expr:
            return None
        return posixpath.normpath(posixpath.join(self.mount.sub_path, self.inside))


@dataclass(frozen=True, slots=True)
class Mounts:
    """The mounts of one container, and how much work may still be done to read it."""

    container: Container
    volumes: tuple[Volume, ...]
    files: Files
    work: Budget = field(default_factory=lambda: Budget(MAX_WORK), compare=False)
    parsed: set[str] = field(default_factory=set, compare=False)  # texts, as YAML
    folders: dict[str, VolumeMount] = field(default_factory=dict, compare=False)
    lengths: list[int] = field(default_factory=list, compare=False)  # of their paths
    indexes: dict[str, int] = field(default_factory=dict, compare=False)  # of the volumes
    by_volume: dict[str, list[VolumeMount]] = field(default_factory=dict, compare=False)

    def at(self, path: str) -> Mounted | None:
        """The mount that covers an absolute path: the longest mountPath wins."""
        path = slashed(path)
        below = f"{path}/"
        lengths, mounts = self._folders()
        for length in lengths:
            mount = mounts.get(below[:length])
            if mount is not None:
                return self._mounted(mount, below[length:].strip("/") or ".")
        return None

    def of(self, volume: str | None) -> list[VolumeMount]:
        """The mounts of one volume."""
        if not self.by_volume:
            for mount in self.container.volume_mounts or ():
                self.by_volume.setdefault(mount.name, []).append(mount)
        return self.by_volume.get(volume or "", [])

    def _folders(self) -> tuple[list[int], dict[str, VolumeMount]]:
        """The mounts by their paths, and how long those are; of two alike the later one."""
        if not self.folders:
            for mount in self.container.volume_mounts or ():
                self.folders[normal(mount.mount_path)] = mount
            self.lengths.extend(sorted({len(folder) for folder in self.folders}, reverse=True))
        return self.lengths, self.folders

    def _mounted(self, best: VolumeMount, inside: str) -> Mounted:
        index = self._index(best.name)
        return Mounted(best, self.volumes[index] if index >= 0 else None, index, inside)

    def begins_empty(self, volume: str) -> bool:
        """Whether the volume of a name has only what its Pod puts there."""
        index = self._index(volume)
        return index >= 0 and self.volumes[index].begins_empty

    def _index(self, name: str) -> int:
        if not self.indexes:
            for index, volume in enumerate(self.volumes):
                self.indexes.setdefault(volume.name, index)
        return self.indexes.get(name, -1)

    def absolute(self, path: str, folder: str | None) -> str | None:
        """The path from the root; None where the working directory is not known."""
        if path.startswith("/"):
            return slashed(path)
        if folder is None or HOLE in folder:
            return None
        return slashed(posixpath.join(folder, path))

    def config(self, path: str, folder: str | None) -> tuple[str, str] | tuple[Code, str]:
        """The same as `text`, of a file that is parsed as YAML: that takes work, once."""
        text, step = self.text(path, folder)
        if isinstance(text, Code) or text in self.parsed:
            return text, step
        self.parsed.add(text)
        if not self.work.spend(len(text) // _PARSED):
            return Code.TOO_LARGE, f"{path} takes more work than is done to read a Pod"
        return text, step

    def text(self, path: str, folder: str | None) -> tuple[str, str] | tuple[Code, str]:
        """A file's text and the step to it; or the code and the sentence of why it is not known."""
        absolute = self.absolute(path, folder)
        mounted = self.at(absolute) if absolute else None
        if mounted is None:
            return Code.SCRIPT_IN_IMAGE, f"{path} lies in the image"
        if mounted.volume is None:
            return Code.VOLUME, f"{path} lies on volume {mounted.mount.name}"
        text, step = file_of(mounted.volume, mounted.below, self.files, path)
        if not isinstance(text, Code) and not self.work.spend(len(text) // _LOOKED_AT):
            return Code.TOO_LARGE, f"{path} takes more work than is done to read a Pod"
        return text, step

    def names(self, folder: str) -> tuple[str, ...]:
        """The names of the files in a folder, if all that it is made of is at hand."""
        mounted = self.at(folder)
        if mounted is None or mounted.volume is None or mounted.below != ".":
            return ()
        return names_of(mounted.volume, self.files)

    def is_fixed(self, path: str) -> bool:
        """Whether nothing can be written at a path: what lies there stays."""
        mounted = self.at(path)
        if mounted is None:
            return False
        return bool(mounted.mount.read_only) or is_small(mounted.volume)


def is_small(volume: Volume | None) -> bool:
    """Whether the kubelet makes it, of ConfigMaps and their like: a megabyte that nobody writes."""
    if volume is None:
        return False
    sources = (volume.config_map, volume.secret, volume.projected, volume.downward_api)
    return any(source is not None for source in sources)


def rooted(folder: str) -> str:
    """Where a mount lies: the kubelet takes a path without a slash from the root."""
    return slashed(f"/{folder}")


def normal(folder: str) -> str:
    """A mount's path with a slash at its end, so that it begins what lies in it."""
    return f"{rooted(folder).rstrip('/')}/"


def is_within(path: str, folder: str) -> bool:
    """Whether `path` is `folder` or lies below it."""
    folder = slashed(folder or "/")
    return path == folder or path.startswith(folder if folder == "/" else f"{folder}/")
