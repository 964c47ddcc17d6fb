"""Documents in, objections out: what the webhook would say of each workload if it were new."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pinfold.cli.policies import is_ours
from pinfold.cli.report import Inspected, line_of, report_on
from pinfold.documents.model import BrokenDocument, Document
from pinfold.inspect.kinds import kind_of
from pinfold.inspect.resources.listed import parts_of
from pinfold.inspect.resources.parts import container_count
from pinfold.inspect.resources.paths import without_nulls
from pinfold.policy.evaluate import Finding, Report, evaluate
from pinfold.policy.policy_set import PolicySet
from pinfold.policy.violation import Mode, Violation

MOST_CONTAINERS = 500  # of one pod, as in the webhook
_LISTS = ("containers", "initContainers", "ephemeralContainers")


@dataclass(frozen=True, slots=True)
class Objection:
    """A violation, once, and what each policy that sees it makes of it."""

    violation: Violation
    findings: tuple[Finding, ...]

    @property
    def mode(self) -> Mode | None:
        """The strictest of those that no exemption covers; None where all are covered."""
        modes = [finding.mode for finding in self.findings if finding.exemption is None]
        return max(modes, key=lambda mode: mode.strictness, default=None)


@dataclass(frozen=True, slots=True)
class Judged:
    """A workload with all that the policies object to in it."""

    read: Inspected
    objections: tuple[Objection, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """What was judged and what could not be read, in the order of the input."""

    policies: tuple[str, ...]
    workloads: tuple[Judged, ...]
    errors: tuple[BrokenDocument, ...]
    others: int  # documents in which there is nothing to judge
    unused: int  # policies and exemptions among them: those of the input do not count
    unbuilt: tuple[str, ...] = ()  # a line for each sort of others that stand for workloads

    def fails(self, least: Mode) -> bool:
        """Whether an objection is as strict as `least`, or stricter."""
        return any(is_as_strict(o, least) for row in self.workloads for o in row.objections)


def is_as_strict(objection: Objection, least: Mode) -> bool:
    """Whether it counts where everything from `least` on does."""
    return objection.mode is not None and objection.mode.strictness >= least.strictness


def check_documents(
    documents: Iterable[Document | BrokenDocument],
    policies: PolicySet,
    now: datetime,
    *,
    namespace: str = "default",
) -> Check:
    """The judgement of every workload; `namespace` is that of documents which name none."""
    placed = tuple(_placed(document, namespace) for document in documents)
    report = report_on(placed)
    judged: list[Judged] = []
    unread: list[BrokenDocument] = list(report.errors)
    for read in report.workloads:
        if refusal := _refusal(read):
            unread.append(refusal)
        elif not _is_left_to_its_pods(read):
            judged.append(judge(_with_hints(read, policies), policies, now))
    return Check(
        policies=tuple(sorted(policy.name for policy in policies.policies)),
        workloads=tuple(judged),
        errors=_in_order(unread, placed),
        others=len(placed) - len(judged) - len(unread),
        unused=sum(isinstance(row, Document) and is_ours(row.value) for row in placed),
        unbuilt=report.unbuilt,
    )


def judge(read: Inspected, policies: PolicySet, now: datetime) -> Judged:
    """What the policies object to in one workload, each thing once."""
    report = evaluate(read.workload, policies.policies, policies.exemptions, now)
    return Judged(read, objections_of(report))


def objections_of(report: Report) -> tuple[Objection, ...]:
    """Each violation of a report once, with what each policy makes of it."""
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in report.findings:
        violation = finding.violation
        groups.setdefault((violation.rule, violation.place, violation.found), []).append(finding)
    return tuple(Objection(group[0].violation, tuple(group)) for group in groups.values())


def _placed(document: Document | BrokenDocument, namespace: str) -> Document | BrokenDocument:
    """The document as kubectl would send it: in a namespace."""
    if isinstance(document, BrokenDocument) or not isinstance(document.value, dict):
        return document
    if _is_cluster_scoped(document.value):
        return document
    metadata = document.value.get("metadata")
    metadata = {} if metadata is None else metadata
    if not isinstance(metadata, dict) or metadata.get("namespace"):
        return document
    placed = {**document.value, "metadata": {**metadata, "namespace": namespace}}
    return replace(document, value=placed)


def _is_cluster_scoped(value: dict[str, Any]) -> bool:
    row = kind_of(str(value.get("apiVersion")), str(value.get("kind")))
    return row is not None and row.is_cluster_scoped


def _with_hints(read: Inspected, policies: PolicySet) -> Inspected:
    """Read once more where a policy says which servers are in images of the user's own."""
    hints = policies.hints(read.workload.namespace)
    return read.with_hints(hints) if hints else read


def _is_left_to_its_pods(read: Inspected) -> bool:
    """A template that a controller made, such as a Deployment's ReplicaSet; a Pod never is."""
    if read.row.kind == "Pod" or read.row.tells_more:
        return False
    metadata = read.document.value["metadata"]
    owners = metadata.get("ownerReferences") if isinstance(metadata, dict) else None
    return isinstance(owners, list) and any(
        isinstance(owner, dict) and owner.get("controller") is True for owner in owners
    )


def _refusal(read: Inspected) -> BrokenDocument | None:
    """What the webhook refuses unread."""
    for path, count, first in _counts(read):
        document = read.document
        line = line_of(document, path)
        if not first:
            words = f"{path}.containers is empty: a pod runs something"
            return BrokenDocument(document.source, document.index, line, words)
        if count > MOST_CONTAINERS:
            words = f"{path} has {count} containers; no more than {MOST_CONTAINERS} are read"
            return BrokenDocument(document.source, document.index, line, words)
    return None


def _counts(read: Inspected) -> Iterator[tuple[str, int, int]]:
    """By PodSpec: all its containers, and those of `containers`; all of another kind's at once."""
    if not read.row.is_built_in:
        count = container_count(
            parts_of(read.row, without_nulls(read.document.value), read.runtimes)
        )
        yield read.row.roots[0], count, 1
        return
    for path in read.row.pods:
        spec: Any = read.document.value
        for step in path.split("."):
            spec = spec[step]
        counts = [len(spec.get(field) or ()) for field in _LISTS]
        yield path, sum(counts), counts[0]


def _in_order(
    unread: list[BrokenDocument], placed: tuple[Document | BrokenDocument, ...]
) -> tuple[BrokenDocument, ...]:
    """By the place in the input, files in the order in which they were named."""
    sources = list(dict.fromkeys(document.source for document in placed))
    return tuple(sorted(unread, key=lambda row: (sources.index(row.source), row.index, row.line)))
