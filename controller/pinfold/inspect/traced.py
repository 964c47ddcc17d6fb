"""Local paths of a pod, traced to the download that fills their volume.

An emptyDir starts empty, so that what a server loads from it was put there by a container of the
same pod. Only if each command of each container that can write to it is known, the state of the
downloads is that of the path; several count as the weakest of them.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from pinfold.inspect.commands.expansion import Budget
from pinfold.inspect.commands.model import Process
from pinfold.inspect.commands.mounts import Mounts, is_within
from pinfold.inspect.commands.wrappers import basename
from pinfold.inspect.containers import Row
from pinfold.inspect.downloads.checkout import is_steady
from pinfold.inspect.downloads.image_copies import Source, copies_of, is_copy, leaves_the_image
from pinfold.inspect.downloads.python_files import found_in
from pinfold.inspect.downloads.target import weakest
from pinfold.inspect.podspec import Container
from pinfold.inspect.workload import Act, Artefact, ContainerFacts, Origin, Provenance, Write

_WRITES_NOTHING = frozenset(
    {
        "[", "[[", ":", "basename", "cat", "chgrp", "chmod", "chown", "date", "df", "dirname", "du",
        "echo", "exit", "false", "free", "getent", "grep", "head", "hostname", "id", "ls",
        "mkdir", "nvidia-smi", "printenv", "printf", "ps", "pwd", "sleep", "stat", "sync", "tail",
        "test", "true", "type", "uname", "wait", "wc", "which", "whoami",
    }
)  # fmt: skip
_NOBODY = Source("", "", untouched=False)
_WRITES = 10  # of a pod, for a piece of work
_INSTALLERS = frozenset({"apk", "apt", "apt-get", "dnf", "pip", "pip3", "yum"})
_HARMLESS_REDIRECT = re.compile(r"[0-9&]?>>?\s*(?:/dev/(?:null|stdout|stderr)|&[0-9-])|>=")


def traced(rows: Sequence[Row], rest: Budget) -> list[ContainerFacts]:
    """The facts of the containers of one pod, with the provenance that only the pod tells.

    `rest` is the work that was not needed to read them.
    """
    volumes = _Volumes(rows, rest)
    return [
        replace(facts, artefacts=tuple(_artefact(a, row, volumes) for a in facts.artefacts))
        if any(_lies_on_empty(a, row.mounts) for a in facts.artefacts)
        else facts
        for row in rows
        for facts in (_with_possible(row, rows),)
    ]


class _Volumes:
    """What the containers of a pod leave on its volumes; each container is asked once."""

    def __init__(self, rows: Sequence[Row], rest: Budget) -> None:
        self.rows = rows
        self.rest = rest
        self._found: dict[str | None, tuple[list[Write], bool]] = {}
        self._left: dict[int, dict[str | None, list[Write]]] = {}  # by row, by volume
        self._known: dict[int, bool] = {}

    def writes(self, volume: str | None) -> tuple[list[Write], bool]:
        """What is written there, and whether that is all."""
        if volume not in self._found:
            rows = range(len(self.rows))
            writes = [write for row in rows for write in self._of(row).get(volume, ())]
            self._found[volume] = writes, all(self._is_understood(row, volume) for row in rows)
        return self._found[volume]

    def _of(self, index: int) -> dict[str | None, list[Write]]:
        """What a container leaves, by downloads and by copies."""
        if index not in self._left:
            row, found = self.rows[index], self._left.setdefault(index, {})
            for write in (*row.facts.writes, *self._copies(index)):
                found.setdefault(write.volume, []).append(write)
        return self._left[index]

    def _copies(self, index: int) -> list[Write]:
        """What a container copies to the volumes that it mounts: from its image, from downloads."""
        row = self.rows[index]
        if not row.container.volume_mounts:
            return []
        commands = row.taken.later(self.rest)
        copies = [process for process in commands.processes if is_copy(process)]
        if not copies:
            return []
        untouched = not commands.problems and not _redirects(row.container)
        for process in commands.processes:
            untouched &= _leaves_images_alone(process, row.mounts)
        left = self._left_before(index)
        source = Source(
            row.container.image,
            f"{row.place}.image",
            untouched,
            left,
            row.facts.own,
            self._all_understood,
            self._is_fixed,
        )
        found: list[Write] = []
        for process in copies:
            known = self.rest.spend(len(left) // _WRITES)
            writes = copies_of(process, source if known else _NOBODY, row.mounts)
            found += writes
            left += writes
        return found

    def _left_before(self, index: int) -> list[Write]:
        """What all downloads leave, and copies of the containers before one."""
        left = [write for row in self.rows for write in row.facts.writes]
        for before in range(index):
            left += (write for writes in self._of(before).values() for write in writes)
        return left

    def _all_understood(self, volume: str) -> bool:
        return all(self._is_understood(row, volume) for row in range(len(self.rows)))

    def _is_fixed(self, volume: str) -> bool:
        """Whether all containers that have a volume have it at the same path."""
        mounts = [mount for row in self.rows for mount in row.mounts.of(volume)]
        is_known = not any(mount.sub_path_expr for mount in mounts)
        return is_known and len({(mount.mount_path, mount.sub_path) for mount in mounts}) == 1

    def _is_understood(self, index: int, volume: str | None) -> bool:
        """Whether nothing but known downloads of a container can write to the volume."""
        row = self.rows[index]
        mounts = row.mounts.of(volume)
        if all(mount.read_only for mount in mounts):
            return True
        if any(mount.sub_path_expr for mount in mounts):
            return False
        if index not in self._known:
            self._known[index] = _is_all_known(row, self.rest)
        return self._known[index]


def _with_possible(row: Row, rows: Sequence[Row]) -> ContainerFacts:
    """What is fetched is a model where a server loads what lies there, whatever its name."""
    facts = row.facts
    if not facts.possible:
        return facts
    written = {write.volume for write in facts.writes}
    loading = [one for one in rows if _loads_from(one)]
    if any(one is row or not written.isdisjoint(_loads_from(one)) for one in loading):
        return replace(facts, artefacts=(*facts.artefacts, *facts.possible))
    return facts


def _loads_from(row: Row) -> set[str | None]:
    """The volumes that a container loads a model from; None is its own image."""
    sources = [a.provenance for a in row.facts.artefacts if a.act is Act.LOAD]
    return {source.volume for source in sources if source is not None}


def _lies_on_empty(artefact: Artefact, mounts: Mounts) -> bool:
    source = artefact.provenance
    if artefact.origin is not Origin.LOCAL or source is None or source.volume is None:
        return False
    return mounts.begins_empty(source.volume)


def _artefact(artefact: Artefact, row: Row, volumes: _Volumes) -> Artefact:
    if not _lies_on_empty(artefact, row.mounts):
        return artefact
    assert artefact.id is not None
    assert artefact.provenance is not None
    volume = artefact.provenance.volume
    path = row.mounts.absolute(artefact.id, None)  # a script may have left the working directory
    mounted = row.mounts.at(path) if path else None
    inside = mounted.below if mounted else None
    writes, is_all = volumes.writes(volume)
    touching = [write for write in writes if _meet(write, inside)]
    if not touching:
        return artefact
    states = [write.state for write in touching]
    if not is_all:
        states.append("unknown")
    state = weakest(states)
    by = next((write.by for write in touching if write.state == state), touching[0].by)
    return replace(artefact, provenance=Provenance(volume, by, state))


def _leaves_images_alone(process: Process, mounts: Mounts) -> bool:
    if is_copy(process):
        return leaves_the_image(process, mounts)
    return not process.entrypoint and basename(process.argv[0]) in _WRITES_NOTHING


def _meet(write: Write, inside: str | None) -> bool:
    """Whether a download lies at, above or below a path of the same volume."""
    if write.inside is None or inside is None or "." in (write.inside, inside):
        return True
    return is_within(inside, write.inside) or is_within(write.inside, inside)


def _is_all_known(row: Row, rest: Budget) -> bool:
    """Whether nothing but known downloads of a container writes anything."""
    if _redirects(row.container):
        return False
    commands = row.taken.later(rest)
    return not commands.problems and all(_is_known(one, row) for one in commands.processes)


def _redirects(container: Container) -> bool:
    words = (*(container.command or ()), *(container.args or ()))
    return any(
        ">" in _HARMLESS_REDIRECT.sub("", word) for word in words if "\n" in word or " " in word
    )


def _is_known(process: Process, row: Row) -> bool:
    """A server, a download that was read, or a program that writes nothing."""
    if process.entrypoint:
        return row.runs_server and bool(row.facts.artefacts or row.facts.writes)
    program = basename(process.argv[0])
    if program in _WRITES_NOTHING or is_copy(process):
        return True
    if program in _INSTALLERS:  # they write to the image, if no folder is named
        return not any("/" in word.text for word in process.argv[1:])
    if found_in(process, row.mounts) is None:
        return program == "git" and is_steady(process.argv)
    return bool(row.facts.writes or row.facts.artefacts) and not row.facts.opaque
