"""From a report to an answer: refuse or admit, and what to say."""

from dataclasses import dataclass, field

from pinfold.policy import message
from pinfold.policy.evaluate import Report
from pinfold.policy.violation import Mode

INJECTED = "Not in your manifest? It was added by admission: ask your cluster admin."
_NOTHING: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to a review; `audit` are annotations of the audit event, by bare key."""

    allowed: bool
    message: str = ""
    warnings: tuple[str, ...] = ()
    audit: dict[str, str] = field(default_factory=dict)


ADMITTED = Verdict(allowed=True, audit=_NOTHING)


def enforced(report: Report, *, owned: bool) -> Verdict:
    """Where a refusal is meant: `owned` says that a controller made the pod from a template."""
    if not report.findings:
        return ADMITTED
    refused = report.of(Mode.ENFORCE)
    warned = report.of(Mode.WARN)
    return Verdict(
        allowed=not refused,
        message=message.denial(refused, INJECTED if owned else "") if refused else "",
        warnings=tuple(message.warnings(warned, "pinfold:")),
        audit=_audit(report),
    )


def observed(report: Report) -> Verdict:
    """Where nothing is refused yet: say what would be, from the first minute on."""
    if not report.findings:
        return ADMITTED
    would, warned = report.of(Mode.ENFORCE), report.of(Mode.WARN)
    return Verdict(
        allowed=True,
        warnings=(
            *message.warnings(would, "pinfold would refuse this:"),
            *message.warnings(warned, "pinfold:"),
        ),
        audit=_audit(report),
    )


def _audit(report: Report) -> dict[str, str]:
    """What an audit event keeps: rule ids by mode, and the exemptions that were used."""
    annotations = {}
    for mode in Mode:
        rules = sorted({finding.violation.rule for finding in report.of(mode)})
        if rules:
            annotations[mode.lower()] = ",".join(rules)
    exemptions = sorted({f.exemption for f in report.findings if f.exemption is not None})
    if exemptions:
        annotations["exemptions"] = ",".join(exemptions)
    return annotations
