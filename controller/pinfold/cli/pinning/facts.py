"""Whether a workload reads as before but for what was to be pinned."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pinfold.inspect.workload import Artefact, Origin, State, Workload


def are_pinned_alone(before: Workload, after: Workload, wanted: Mapping[int, str]) -> bool:
    """The artefacts of `wanted` are pinned to its revisions now, and every other fact as it was."""
    if _others(before) != _others(after):
        return False
    if len(before.artefacts) != len(after.artefacts):
        return len(wanted) == 1 and _readings_meet(before, after, *next(iter(wanted.items())))
    for index, (old, new) in enumerate(zip(before.artefacts, after.artefacts, strict=True)):
        if index in wanted:
            right = _moved(old, new, wanted[index])
        else:
            right = _is_as_it_was(old, new) or any(
                _follows(old, new, before.artefacts[at], revision)
                for at, revision in wanted.items()
            )
        if not right:
            return False
    return True


def _readings_meet(before: Workload, after: Workload, index: int, revision: str) -> bool:
    """The pin is one that not all readings take: those that are left say what they said before."""
    wanted = before.artefacts[index]
    own = (wanted.container, wanted.pod)
    if wanted.reading is None:
        return False
    was, now = (
        [a for a in workload.artefacts if (a.container, a.pod) == own]
        for workload in (before, after)
    )
    rest = (
        [a for a in before.artefacts if a not in was],
        [a for a in after.artefacts if a not in now],
    )
    known = [(_key(old), old.revision, old.state) for old in was]
    left = {_key(new) for new in now}
    return (
        len(rest[0]) == len(rest[1])
        and all(_is_as_it_was(old, new) for old, new in zip(*rest, strict=True))
        and all(_key(old) in left for old in was if old.reading is None or old is wanted)
        and all(
            (new.state, new.revision) == (State.PINNED, revision)
            if _key(new) == _key(wanted)
            else (_key(new), new.revision, new.state) in known
            for new in now
        )
    )


def _key(artefact: Artefact) -> Artefact:
    return replace(_plain(artefact), reading=None)


def may_follow(before: Workload, after: Workload, wanted: Artefact, revision: str) -> bool:
    """Every fact is as it was, but for artefacts that are `wanted`, or move along with it."""
    if len(before.artefacts) != len(after.artefacts) or _others(before) != _others(after):
        return False
    return all(
        _is_as_it_was(old, new) or _follows(old, new, wanted, revision)
        for old, new in zip(before.artefacts, after.artefacts, strict=True)
    )


def is_downloaded(before: Workload, after: Workload, index: int, name: str, commit: str) -> bool:
    """The artefact at `index` is a path that the pinned download of init container `name` fills."""
    fetched = [a for a in after.artefacts if a.container == name]
    rest = tuple(a for a in after.artefacts if a.container != name)
    images = tuple(use for use in after.images if use.container != name)
    others = replace(after, images=images)
    if len(rest) != len(before.artefacts) or _others(before) != _others(others):
        return False
    if [(a.state, a.revision) for a in fetched] != [(State.PINNED, commit)]:
        return False
    now = rest[index].provenance
    if rest[index].state is not State.LOCAL or now is None or now.state != State.PINNED:
        return False
    pairs = enumerate(zip(before.artefacts, rest, strict=True))
    return all(at == index or _is_as_it_was(old, new) for at, (old, new) in pairs)


def _follows(old: Artefact, new: Artefact, wanted: Artefact, revision: str) -> bool:
    """It moves along: one text names several (an anchor, a variable), or is read in several ways.

    In another reading the same flag may pin another artefact, such as a server's default model.
    """
    alike = _name(old) == _name(wanted)
    same_container = (old.container, old.pod) == (wanted.container, wanted.pod)
    read_otherwise = same_container and None not in (old.reading, wanted.reading)
    return _moved(old, new, revision) and (
        alike or (read_otherwise and old.reading != wanted.reading)
    )


def _moved(old: Artefact, new: Artefact, revision: str) -> bool:
    return _plain(old) == _plain(new) and new.state is State.PINNED and new.revision == revision


def _others(workload: Workload) -> Any:
    images = [(use.container, use.role, use.pod, use.text) for use in workload.images]
    hazards = [(row.container, row.hazard) for row in workload.hazards]
    opaque = [(row.container, row.code, row.detail) for row in workload.opaque]
    return images, hazards, opaque


def _name(artefact: Artefact) -> tuple[str | None, Origin, str | None]:
    return artefact.id, artefact.origin, artefact.endpoint


def _plain(artefact: Artefact) -> Artefact:
    """Without what a pin or a shifted place changes."""
    return replace(
        artefact, revision=None, state=State.LOCAL, place="", pin=None, provenance=None, via=()
    )


def _is_as_it_was(old: Artefact, new: Artefact) -> bool:
    if (old.revision, old.state) != (new.revision, new.state) or _plain(old) != _plain(new):
        return False
    if old.provenance is None or new.provenance is None:
        return old.provenance == new.provenance
    fills = new.provenance.state in (old.provenance.state, State.PINNED)
    return fills and old.provenance.volume == new.provenance.volume
