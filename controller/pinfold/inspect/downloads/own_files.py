"""What a container's commands put on its own file system, and what a server finds there.

A server that is given `org/model` looks for a folder of that name before it asks the hub, and a
path outside all volumes is the image's only if nothing wrote there before.
"""

import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pinfold.inspect.commands.files import slashed
from pinfold.inspect.commands.model import HOLE, Commands, Process
from pinfold.inspect.commands.mounts import Mounts, is_within
from pinfold.inspect.commands.wrappers import basename
from pinfold.inspect.downloads.target import weakest
from pinfold.inspect.workload import Act, Artefact, ContainerFacts, Origin, Provenance, State, Write

_COPIERS = frozenset({"cp", "install", "ln", "mv", "rsync"})
_FOLDERS = {"tar": ("-C", "--directory"), "bsdtar": ("-C", "--directory"), "unzip": ("-d",)}
_HTTP = "http-download"


@dataclass(frozen=True, slots=True)
class Made:
    """A path that a command made or filled, whole or `tree`: with folders below it."""

    path: str
    by: str
    state: str
    tree: bool

    def touches(self, path: str) -> bool:
        """Whether a server finds it at a path."""
        if self.path.startswith("/") != path.startswith("/"):
            longer, shorter = sorted((self.path, path), key=lambda one: not one.startswith("/"))
            return f"/{shorter}/" in f"{longer}/"
        above = self.path == "." or is_within(path, self.path)
        return is_within(self.path, path) or (self.tree and above)


def _made_by_download(writes: Sequence[Write], server: str) -> Iterator[Made]:
    """What a download left on the container's own file system."""
    for write in writes:
        if write.inside is not None:
            yield Made(write.inside, write.by, write.state, server != _HTTP)


def made_by(process: Process) -> Iterator[Made]:
    """What a tool for files makes; what lies in it then is not known."""
    program = basename(process.argv[0])
    by = process.argv[0].place
    if program == "mkdir":
        yield from (Made(path, by, "unknown", tree=False) for path in _paths(process))
    elif program in _COPIERS:
        yield from _copied(process, by, deep=program != "cp" or _is_recursive(process))
    elif program in _FOLDERS and _extracts(process):
        folder = _value(process, _FOLDERS[program])
        if HOLE not in folder:
            yield Made(_normal(folder, process.folder), by, "unknown", tree=True)


def _copied(process: Process, by: str, *, deep: bool) -> Iterator[Made]:
    paths = _paths(process)
    named = _value(process, ("-t", "--target-directory"))
    target = paths[-1] if named == "." and paths else _normal(named, process.folder)
    if HOLE not in target:
        yield Made(target, by, "unknown", tree=deep)
        for source in paths[:-1]:
            name = posixpath.join(target, posixpath.basename(source))
            yield Made(name, by, "unknown", tree=deep)


def _is_recursive(process: Process) -> bool:
    options = [w.text for w in process.argv[1:] if w.text.startswith("-")]
    return any(
        one in ("--archive", "--recursive") or (one[1:2] != "-" and not {*one}.isdisjoint("arR"))
        for one in options
    )


def _extracts(process: Process) -> bool:
    words = [word.text for word in process.argv[1:]]
    if basename(process.argv[0]) == "unzip":
        return True
    first = words[0] if words else ""
    short = [w for w in (first, *words) if w.startswith("-") and not w.startswith("--")]
    return "--extract" in words or any("x" in w for w in (first.lstrip("-"), *short))


def _paths(process: Process) -> list[str]:
    words = [word.text for word in process.argv[1:] if not word.text.startswith("-")]
    return [_normal(word, process.folder) for word in words]


def _value(process: Process, options: Sequence[str]) -> str:
    """The value of an option; `.` where it is not given."""
    words = [word.text for word in process.argv[1:]]
    for word, after in zip(words, (*words[1:], ""), strict=False):
        for option in options:
            cluster = word[:1] == "-" and word[1:2] != "-" and word.endswith(option[1:])
            if word == option or (len(option) == 2 and cluster):
                return after or "."
            if word.startswith(f"{option}=") and option.startswith("--"):
                return word.partition("=")[2]
    return "."


def _normal(path: str, folder: str | None) -> str:
    return slashed(posixpath.join(folder or "", path))


# -- what is found there -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ran:
    """A command that was read: its place among the facts, and where it runs."""

    index: int
    server: str
    folder: str | None  # None: the image's own
    home: str | None  # the folder of the server's own images
    paths_first: bool


def with_own_files(
    facts: list[ContainerFacts],
    ran: Sequence[Ran],
    commands: Commands,
    mounts: Mounts,
    *,
    understood: bool,
) -> None:
    """Replace what servers load, where commands of the same container put it there before.

    `understood` says that each command of the container is known.
    """
    made = [one for process in commands.processes if process.argv for one in made_by(process)]
    made += [Made(p, _start(commands), "unknown", tree=False) for p in commands.written if p]
    for one in ran:
        made += _made_by_download(facts[one.index].own, one.server)
        understood &= all(write.inside is not None for write in facts[one.index].own)
    for one in ran if made else ():
        rows = facts[one.index].artefacts
        found = tuple(_found(row, made, one, mounts, understood=understood) for row in rows)
        facts[one.index] = replace(facts[one.index], artefacts=found)


def _start(commands: Commands) -> str:
    return commands.scripts[0].place if commands.scripts else ""


def _found(
    row: Artefact, made: Sequence[Made], ran: Ran, mounts: Mounts, *, understood: bool
) -> Artefact:
    if not _may_be_here(row, ran) or row.id is None:
        return row
    folders = {ran.folder, ran.home} if ran.folder is None else {ran.folder}
    paths = [_normal(row.id, folder) for folder in folders]
    found = [one for one in made if any(one.touches(path) for path in paths)]
    if not found or any(path[:1] == "/" and mounts.at(path) for path in paths):
        return row
    state = weakest([one.state for one in found])
    by = next(one.by for one in found if one.state == state)
    provenance = Provenance(None, by, state if understood else "unknown")
    if row.origin is Origin.LOCAL:
        return replace(row, provenance=provenance)
    return replace(
        row,
        origin=Origin.LOCAL,
        state=State.LOCAL,
        endpoint=None,
        revision=None,
        pin=None,
        provenance=provenance,
    )


def _may_be_here(row: Artefact, ran: Ran) -> bool:
    """Whether a server looks for it among its files: a path, or a name that can be a folder's."""
    if row.act is not Act.LOAD or HOLE in (ran.folder or ""):
        return False
    by_name = row.origin in (Origin.HUB, Origin.MODELSCOPE) and ran.paths_first
    return row.origin is Origin.LOCAL or by_name
