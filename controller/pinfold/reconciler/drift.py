"""What is said of a running workload: its status, and why. Pure.

Moments decide, and those the API server wrote: when the pod was made, since when its namespace is
enforced, since when the policy says what it says.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from pinfold.inspect.workload import Opaque
from pinfold.policy.evaluate import Finding, Report
from pinfold.policy.exemption import Exemption
from pinfold.policy.model import Policy
from pinfold.policy.rules import command_understood
from pinfold.policy.violation import Mode
from pinfold.reconciler.images import Another, Difference, Untold

IMAGE_DRIFT = "image-drift"  # stands where a rule's id stands; no policy turns it off
# Replicas of the webhook hear of a change a moment after it was made, and creationTimestamp has
# whole seconds: what was made within this time of a change may have been judged by the old one.
SETTLING = timedelta(seconds=30)
_MOST_REASONS = 16


class Status(StrEnum):
    """The annotation pinfold.dev/scan-status."""

    VIOLATING = "Violating"
    DRIFTED = "Drifted"
    UNKNOWN = "Unknown"
    COMPLIANT = "Compliant"


class Kind(StrEnum):
    """Why a workload is not what it should be; the gravest first."""

    BYPASSED = "bypassed"
    IMAGE = "image"
    EXEMPTION_ENDED = "exemption-ended"
    POLICY = "policy"
    PREDATES = "predates"
    OUT_OF_SCOPE = "out-of-scope"

    @property
    def status(self) -> Status:
        """What such a workload is called."""
        return Status.DRIFTED if self in _DRIFT else Status.VIOLATING

    @property
    def rank(self) -> int:
        """0 is the gravest."""
        return _RANKS[self]


_DRIFT = frozenset({Kind.IMAGE, Kind.EXEMPTION_ENDED, Kind.POLICY})
_RANKS = {kind: rank for rank, kind in enumerate(Kind)}


@dataclass(frozen=True, slots=True)
class PolicyTimes:
    """Since when a policy is there, says what it says, and is enforced in each namespace.

    Of more namespaces than are kept, `*` stands for the rest.
    """

    made: datetime
    spec_since: datetime
    enforced_since: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What is the same for all workloads of a scan."""

    now: datetime
    policies: Mapping[str, Policy]
    times: Mapping[str, PolicyTimes]
    exemptions: Sequence[Exemption] = ()
    settling: timedelta = SETTLING


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One running pod; `before` is what was last said of it.

    `before` chooses between two words for what is not compliant, and nothing else: whether a policy
    that changed is the cause, or it never complied.
    """

    namespace: str
    created: datetime
    report: Report
    is_enforced: bool
    opaque: Sequence[Opaque] = ()
    images: Sequence[Difference] = ()
    before: Status | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that is wrong; `kind` is None where it is only unknown whether it is."""

    kind: Kind | None
    rule: str
    text: str
    policy: str = ""
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is said of a pod or of a workload; the gravest reason first."""

    status: Status
    reasons: tuple[Reason, ...] = ()

    @property
    def kind(self) -> Kind | None:
        """The gravest kind; None where the status is Compliant or Unknown."""
        return self.reasons[0].kind if self.reasons else None

    @property
    def rules(self) -> tuple[str, ...]:
        """Ids of the rules that are violated, sorted."""
        return tuple(sorted({reason.rule for reason in self.reasons if reason.kind is not None}))


COMPLIANT = Outcome(Status.COMPLIANT)


def judge(seen: Seen, site: Site) -> Outcome:
    """What is said of a pod."""
    return outcome_of([*_reasons(seen, site)])


def outcome_of(reasons: Sequence[Reason]) -> Outcome:
    """From all that was found, the gravest first, each once."""
    if not reasons:
        return COMPLIANT
    ordered = tuple(sorted(dict.fromkeys(reasons), key=_gravity))[:_MOST_REASONS]
    kind = ordered[0].kind
    return Outcome(Status.UNKNOWN if kind is None else kind.status, ordered)


def _gravity(reason: Reason) -> tuple[int, str, str, str]:
    rank = len(Kind) if reason.kind is None else reason.kind.rank
    return rank, reason.policy, reason.rule, reason.text


def _reasons(seen: Seen, site: Site) -> Iterator[Reason]:
    for finding in seen.report.findings:
        if finding.exemption is None:
            yield _of_finding(finding, seen, site)
    for difference in seen.images:
        yield _of_image(difference)
    if any(f.violation.rule == command_understood.ID for f in seen.report.findings):
        return  # said already, or accepted for a time by an exemption
    for opaque in seen.opaque:
        text = f'container "{opaque.container}", {opaque.place}: {opaque.detail} ({opaque.code})'
        yield Reason(None, command_understood.ID, text)


def _of_image(difference: Difference) -> Reason:
    match difference:
        case Another(container, place, pinned, runs):
            text = f'container "{container}", {place}: runs {runs}, the spec pins {pinned}'
            return Reason(Kind.IMAGE, IMAGE_DRIFT, text, fix="delete the pod, and ask who changed")
        case Untold(container, why):
            return Reason(None, IMAGE_DRIFT, f'container "{container}": {why}')


def _of_finding(finding: Finding, seen: Seen, site: Site) -> Reason:
    violation = finding.violation
    kind: Kind | None
    kind, why = _why(finding, seen, site)
    if finding.mode is not Mode.ENFORCE and violation.rule == command_understood.ID:
        kind = None  # it cannot be told, and nobody wants it refused: no violation
    text = f'container "{violation.container}", {violation.place}: {violation.found}; {why}'
    return Reason(kind, violation.rule, text, finding.policy, violation.fix)


def _why(finding: Finding, seen: Seen, site: Site) -> tuple[Kind, str]:
    """The kind, and a clause that explains it."""
    name = f'policy "{finding.policy}"'
    if finding.mode is not Mode.ENFORCE:
        return Kind.OUT_OF_SCOPE, f"{name} refuses nothing here: {finding.mode}"
    times = site.times[finding.policy]
    since = _enforced_since(seen, times)
    ended = _ended_exemption(finding, seen, site)
    if ended is not None:
        return Kind.EXEMPTION_ENDED, f'exemption "{ended[1]}" ended at {_text(ended[0])}'
    if _is_by_change(seen, times, since):
        return Kind.POLICY, f"{name} changed at {_text(times.spec_since)}, after it was made"
    if not seen.is_enforced:
        return Kind.OUT_OF_SCOPE, f'namespace "{seen.namespace}" is not enforced'
    if since is None or seen.created < since:
        return Kind.PREDATES, "it is older than enforcement here"
    new = max(since, times.spec_since)
    if seen.created < new + site.settling:
        return Kind.POLICY, f"{name} was new when it was made"
    return Kind.BYPASSED, f"it was made after {_text(new)}, since when it would be refused here"


def _enforced_since(seen: Seen, times: PolicyTimes) -> datetime | None:
    if not seen.is_enforced:
        return None
    return times.enforced_since.get(seen.namespace, times.enforced_since.get("*"))


def _is_by_change(seen: Seen, times: PolicyTimes, since: datetime | None) -> bool:
    """Whether it was admitted, or compliant, before the policy became what it is."""
    if seen.created >= times.spec_since or times.spec_since <= times.made:
        return False
    if since is not None and since <= seen.created:
        return True
    return seen.before in (Status.COMPLIANT, Status.DRIFTED)


def _ended_exemption(finding: Finding, seen: Seen, site: Site) -> tuple[datetime, str] | None:
    """The exemption that covered it last, if any did while it ran: its end, and its name."""
    policy = site.policies[finding.policy]
    ended = [
        (exemption.ends(policy), exemption.name)
        for exemption in site.exemptions
        if seen.created < exemption.ends(policy) <= site.now
        and exemption.covers(finding.violation, seen.namespace)
    ]
    return max(ended, default=None)


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
