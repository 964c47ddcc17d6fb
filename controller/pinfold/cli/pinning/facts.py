"""Whether a workload reads as before but for what was to be pinned."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pinfold.inspect.workload import Artefact, Origin, State, Workload


def are_pinned_alone(before: Workload, after: Workload, wanted: Mapping[int, str]) -> bool:
    """The artefacts of `wanted` are pinned to its revisions now, and every other fact as it was."""
    if len(before.artefacts) != len(after.artefacts) or _others(before) != _others(after):
        return False
    known = {_name(before.artefacts[index]): revision for index, revision in wanted.items()}
    for index, (old, new) in enumerate(zip(before.artefacts, after.artefacts, strict=True)):
        moved = _name(old) in known and _moved(old, new, known[_name(old)])
        if not moved and (index in wanted or not _is_as_it_was(old, new)):
            return False
    return True


def may_follow(before: Workload, after: Workload, wanted: Artefact, revision: str) -> bool:
    """Every fact is as it was, but for artefacts that are `wanted`, or named alike.

    One text may name several (an anchor, a script's variable, a ConfigMap): they move along.
    """
    if len(before.artefacts) != len(after.artefacts) or _others(before) != _others(after):
        return False
    return all(
        _is_as_it_was(old, new) or (_name(old) == _name(wanted) and _moved(old, new, revision))
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
