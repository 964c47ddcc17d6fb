"""What is told of a workload: an event where it changed, a report where it is not well. Pure."""

from pinfold.kube.events import Happening
from pinfold.kube.reports import Report, Result
from pinfold.reconciler.drift import Kind, Reason, Status
from pinfold.reconciler.workloads import Workload

_BAD = (Status.VIOLATING, Status.DRIFTED)
_SEVERITIES = {
    Kind.BYPASSED: "critical",
    Kind.IMAGE: "high",
    Kind.EXEMPTION_ENDED: "high",
    Kind.POLICY: "high",
    Kind.PREDATES: "medium",
    Kind.OUT_OF_SCOPE: "low",
    None: "info",
}


def happening_of(workload: Workload) -> Happening | None:
    """The event for a workload that became Violating or Drifted, or Compliant again."""
    before, outcome = workload.before, workload.outcome
    if outcome.status in _BAD and before is not outcome.status:
        return Happening(workload.ref, outcome.status.value, _message(workload), is_warning=True)
    if outcome.status is Status.COMPLIANT and before in _BAD:
        words = "What it runs and loads is what the policies allow"
        return Happening(workload.ref, "Compliant", words, is_warning=False)
    return None


def _message(workload: Workload) -> str:
    """The gravest first; a text of the workload alone, so that the same is told the same way."""
    reasons = [reason for reason in workload.outcome.reasons if reason.kind is not None]
    lines = [f"[{reason.rule}] {reason.kind}: {reason.text}" for reason in reasons]
    return "\n".join(lines)


def report_of(workload: Workload) -> Report | None:
    """The report of a workload; none where it is compliant."""
    if workload.outcome.status is Status.COMPLIANT:
        return None
    return Report(workload.ref, tuple(_result(reason) for reason in workload.outcome.reasons))


def _result(reason: Reason) -> Result:
    return Result(
        policy=reason.policy or "pinfold",
        rule=reason.rule,
        result=_word(reason.kind),
        severity=_SEVERITIES[reason.kind],
        message=f"{reason.text}. Fix: {reason.fix}" if reason.fix else reason.text,
        category=str(reason.kind or "unknown"),
    )


def _word(kind: Kind | None) -> str:
    """Error is what the API calls a rule that could not be judged; warn refuses nothing."""
    if kind is None:
        return "error"
    return "warn" if kind is Kind.OUT_OF_SCOPE else "fail"
