"""Whether a workload reads as before but for what was to be pinned."""

from dataclasses import replace
from typing import Any

from pinfold.inspect.workload import Artefact, State, Workload


def is_pinned_alone(before: Workload, after: Workload, index: int, revision: str) -> bool:
    """The artefact at `index` is pinned to `revision` now, and every other fact as it was."""
    if not may_follow(before, after, before.artefacts[index], revision):
        return False
    now = after.artefacts[index]
    return now.state is State.PINNED and now.revision == revision


def may_follow(before: Workload, after: Workload, wanted: Artefact, revision: str) -> bool:
    """Every fact is as it was, but for artefacts that are `wanted`, or named alike.

    One text may name several (an anchor, a script's variable, a ConfigMap): they move along.
    """
    if len(before.artefacts) != len(after.artefacts) or _others(before) != _others(after):
        return False
    return all(
        _is_as_it_was(old, new) or (_same_name(old, wanted) and _moved(old, new, revision))
        for old, new in zip(before.artefacts, after.artefacts, strict=True)
    )


def _moved(old: Artefact, new: Artefact, revision: str) -> bool:
    return _plain(old) == _plain(new) and new.state is State.PINNED and new.revision == revision


def _others(workload: Workload) -> Any:
    images = [(use.container, use.role, use.pod, use.text) for use in workload.images]
    hazards = [(row.container, row.hazard) for row in workload.hazards]
    opaque = [(row.container, row.code, row.detail) for row in workload.opaque]
    return images, hazards, opaque


def _same_name(one: Artefact, other: Artefact) -> bool:
    return (one.id, one.origin, one.endpoint) == (other.id, other.origin, other.endpoint)


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
