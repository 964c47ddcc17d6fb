"""From pods to workloads: what is said of all pods below one owner."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from pinfold.kube.owners import Owners, Ref
from pinfold.kube.pods import Annotations, Owner
from pinfold.reconciler.drift import Outcome, Reason, Status, outcome_of
from pinfold.reconciler.memory import Memory, wanted

_MOST_REASONS = 64


@dataclass(frozen=True, slots=True)
class Mark:
    """What stands on an object, and what should."""

    ref: Ref
    wanted: Annotations
    found: Annotations


@dataclass(frozen=True, slots=True)
class Workload:
    """A top-level workload; `before` is what was last said of it."""

    ref: Ref
    outcome: Outcome
    pods: int
    before: Status | None = None


@dataclass(slots=True)
class Group:
    """The covered pods of one controller; a pod that nobody made is a group of its own."""

    pod: Ref
    controller: Owner | None
    pods: int = 0
    before: Status | None = None
    reasons: dict[Reason, None] = field(default_factory=dict)

    def add(self, outcome: Outcome, before: Status | None) -> None:
        """One more pod of it."""
        self.pods += 1
        self.before = _worse(self.before, before)
        if len(self.reasons) < _MOST_REASONS:
            self.reasons.update(dict.fromkeys(outcome.reasons))


_RANK = {status: rank for rank, status in enumerate(Status)}  # the worst is 0


def _worse(one: Status | None, other: Status | None) -> Status | None:
    said = [status for status in (one, other) if status is not None]
    return min(said, key=_RANK.__getitem__, default=None)


@dataclass(slots=True)
class _Above:
    ref: Ref
    is_top: bool = False
    group: Group = field(default_factory=lambda: Group(Ref("", "", "", "", ""), None))


def gather(
    groups: Iterable[Group], owners: Owners, memory: Memory
) -> tuple[list[Workload], list[Mark]]:
    """The top-level workloads, and the marks of all owners that carry one."""
    above: dict[str, _Above] = {}
    for group in groups:
        _, *chain = owners.chain(group.pod, group.controller)
        for ref in chain or [group.pod]:
            entry = above.setdefault(ref.uid, _Above(ref))
            entry.is_top = entry.is_top or ref is (chain or [group.pod])[-1]
            _merge(entry.group, group)
    workloads, marks = [], []
    for entry in above.values():
        outcome = outcome_of(tuple(entry.group.reasons))
        if entry.is_top:
            workloads.append(_workload(entry, outcome, owners, memory))
        if entry.ref.is_annotated:
            marks.append(Mark(entry.ref, wanted(outcome), owners.marks(entry.ref.uid)))
    return workloads, marks


def _merge(into: Group, group: Group) -> None:
    into.pods += group.pods
    into.before = _worse(into.before, group.before)
    into.reasons.update(group.reasons)


def _workload(entry: _Above, outcome: Outcome, owners: Owners, memory: Memory) -> Workload:
    uid = entry.ref.uid
    before = memory.last_told(uid, owners.marks(uid))
    if before is None and not entry.ref.is_annotated:
        before = entry.group.before
    return Workload(entry.ref, outcome, entry.group.pods, before)
