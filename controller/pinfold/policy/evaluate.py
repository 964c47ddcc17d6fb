"""A workload against policies and exemptions: the one judgement of webhook, rescan and CLI."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from pinfold.inspect.workload import Workload
from pinfold.policy.exemption import Exemption
from pinfold.policy.model import Policy
from pinfold.policy.rules import RULES
from pinfold.policy.violation import Mode, Violation


@dataclass(frozen=True, slots=True)
class Finding:
    """A violation as one policy sees it; `exemption` names the one that covers it today."""

    policy: str
    violation: Violation
    mode: Mode
    exemption: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """All that the policies object to in one workload, by policy name and rule order."""

    findings: tuple[Finding, ...] = ()

    def of(self, mode: Mode) -> tuple[Finding, ...]:
        """The findings of one mode that no exemption covers."""
        return tuple(f for f in self.findings if f.mode is mode and f.exemption is None)


NOTHING = Report()


def evaluate(
    workload: Workload,
    policies: Sequence[Policy],
    exemptions: Sequence[Exemption],
    now: datetime,
) -> Report:
    """Every violation of every policy that covers the workload's namespace; `now` has a time zone.

    Policies add up: none can loosen another. An exemption covers a violation whole or not at all.
    """
    findings = tuple(
        finding
        for policy in sorted(policies, key=lambda policy: policy.name)
        if policy.spec.match.covers(workload.namespace)
        for finding in _of_policy(workload, policy, exemptions, now)
    )
    return Report(findings) if findings else NOTHING


def _of_policy(
    workload: Workload, policy: Policy, exemptions: Sequence[Exemption], now: datetime
) -> Iterator[Finding]:
    for rule in RULES:
        options = policy.spec.rules.options(rule.FIELD)
        if options is None:
            continue
        base = options.mode_in(policy.spec.mode)
        for violation in rule.check(workload, options):
            yield Finding(
                policy=policy.name,
                violation=violation,
                mode=_mode(violation, base),
                exemption=_exempted(violation, workload.namespace, policy, exemptions, now),
            )


def _mode(violation: Violation, base: Mode) -> Mode:
    if violation.mode is not None:
        return violation.mode
    if violation.at_most is not None and violation.at_most.strictness < base.strictness:
        return violation.at_most
    return base


def _exempted(
    violation: Violation,
    namespace: str,
    policy: Policy,
    exemptions: Sequence[Exemption],
    now: datetime,
) -> str | None:
    for exemption in exemptions:
        if exemption.covers(violation, namespace) and now < exemption.ends(policy):
            return exemption.name
    return None
