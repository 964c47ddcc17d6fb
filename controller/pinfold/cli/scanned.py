"""What the policies would say of a live cluster if they were enforced: by namespace and owner."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from msgspec.structs import replace

from pinfold.cli.judge import Objection, objections_of
from pinfold.cli.notes import Note
from pinfold.inspect.workload import Workload
from pinfold.policy.evaluate import evaluate
from pinfold.policy.policy_set import PolicySet
from pinfold.policy.violation import Mode

Key = tuple[str, str, str]


@dataclass(slots=True)
class Entry:
    """One thing that is objected to in a workload, and in how many of its pods."""

    objection: Objection
    pods: int = 0
    is_hidden: bool = False  # stands in a ConfigMap: the rescan tells of it, the webhook cannot

    @property
    def is_refused(self) -> bool:
        return not self.is_hidden and self.objection.mode is Mode.ENFORCE


@dataclass(slots=True)
class Found:
    """A top-level workload; `pods` run now, of which `refused` could not be made again."""

    kind: str
    namespace: str
    name: str
    pods: int = 0
    refused: int = 0
    entries: dict[Key, Entry] = field(default_factory=dict)

    @property
    def refusals(self) -> Sequence[Entry]:
        return [entry for entry in self.entries.values() if entry.is_refused]

    def merge(self, other: "Found") -> None:
        """The same workload, seen from another side."""
        self.pods += other.pods
        self.refused += other.refused
        for key, entry in other.entries.items():
            known = self.entries.setdefault(key, Entry(entry.objection, 0, entry.is_hidden))
            known.pods += entry.pods
            if not other.pods:  # a template: what stands in it is what somebody can change
                known.objection = entry.objection


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """What a scan found; `enforced` is None where it could not be told."""

    source: str  # of the policies: cluster, file or default
    policies: PolicySet
    workloads: tuple[Found, ...]
    enforced: frozenset[str] | None
    unjudged: tuple[str, ...]  # namespaces that the webhook is never called for
    notes: tuple[Note, ...]

    @property
    def refused(self) -> Sequence[Found]:
        return [found for found in self.workloads if found.refusals]

    @property
    def has_gaps(self) -> bool:
        return any(note.is_gap for note in self.notes)


class Judge:
    """Judges as if every policy were enforced; a rule's own mode stays."""

    def __init__(self, policies: PolicySet, now: datetime) -> None:
        self.policies = policies
        self._now = now
        self._strict = tuple(
            replace(policy, spec=replace(policy.spec, mode=Mode.ENFORCE))
            for policy in policies.policies
        )

    def entries(self, seen: Workload, whole: Workload | None) -> Iterator[tuple[Key, Entry]]:
        """Of what the webhook sees, and of `whole`, which was read with the ConfigMaps at hand."""
        said = dict(self._objections(seen))
        for key, objection in said.items():
            yield key, Entry(objection)
        for key, objection in self._objections(whole) if whole else ():
            if key not in said:
                yield key, Entry(objection, is_hidden=True)

    def _objections(self, workload: Workload) -> Iterator[tuple[Key, Objection]]:
        report = evaluate(workload, self._strict, self.policies.exemptions, self._now)
        for objection in objections_of(report):
            violation = objection.violation
            yield (violation.rule, violation.container, violation.found), objection


def found_in(
    kind: str, namespace: str, name: str, entries: Iterable[tuple[Key, Entry]], *, is_pod: bool
) -> Found:
    """One pod, or one template, of which no pod is counted."""
    found = Found(kind, namespace, name, pods=int(is_pod))
    for key, entry in entries:
        found.entries.setdefault(key, entry).pods = int(is_pod)
    found.refused = int(is_pod and bool(found.refusals))
    return found
