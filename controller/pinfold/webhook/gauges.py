"""Gauges of what the webhook works with: its certificate and its policies."""

from pinfold.metrics import Gauges
from pinfold.policy.policy_set import PolicySet
from pinfold.webhook.policies import PolicySource
from pinfold.webhook.tls import ServingCertificate


def of_certificate(gauges: Gauges, certificate: ServingCertificate) -> None:
    """Until a first one was loaded, no expiry is told."""
    gauges.add(
        "pinfold_certificate_expiry_timestamp_seconds",
        "When the serving certificate expires, in seconds since 1970.",
        lambda: None if certificate.expires is None else certificate.expires.timestamp(),
    )
    gauges.add(
        "pinfold_certificate_passed_over",
        "1 while what is in the folder cannot be served, and an older certificate is.",
        lambda: float(certificate.problem is not None),
    )


def of_policies(gauges: Gauges, policies: PolicySource) -> None:
    """Until they were first read, nothing is told."""
    gauges.add(
        "pinfold_policies",
        "Policies that reviews are judged by.",
        lambda: None if (now := policies.current()) is None else float(len(now.policies)),
    )
    gauges.add(
        "pinfold_policies_broken",
        "Policies and exemptions that cannot be read.",
        lambda: None if (now := policies.current()) is None else float(len(now.broken)),
    )
    gauges.add(
        "pinfold_policies_unknown_fields",
        "Fields of policies that a later version knows, and that are not honoured here.",
        lambda: None if (now := policies.current()) is None else _unknown_fields(now),
    )
    gauges.add(
        "pinfold_policies_age_seconds",
        "Seconds since the policies were last proved to be the API server's.",
        policies.age_seconds,
    )


def _unknown_fields(policies: PolicySet) -> float:
    return float(sum(len(policy.unknown) for policy in policies.policies))
