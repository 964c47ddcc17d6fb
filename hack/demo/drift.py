"""What the demo shows of the rescan: a status on what runs, and how a changed policy turns it."""

from collections.abc import Callable

from hack.demo import screen
from hack.demo.tour import Kubectl, shown
from tests.cluster.client import wait_until

Metrics = Callable[[], str]  # the text of the reconciler's /metrics

_WAIT_SECONDS = 90.0
_STATUS = r"{.metadata.annotations.pinfold\.dev/scan-status}"
_TABLE = (
    "get deployments -A -l app=llama -o custom-columns='NAMESPACE:.metadata.namespace,"
    r"NAME:.metadata.name,STATUS:.metadata.annotations.pinfold\.dev/scan-status,"
    r"RULES:.metadata.annotations.pinfold\.dev/violations'"
)
_TIGHTENED = (
    "patch scpol default --type=merge -p "
    """'{"spec": {"rules": {"imageRegistry": {"allowed": ["registry.example.com/ml"]}}}}'"""
)
_AS_BEFORE = (
    """patch scpol default --type=merge -p '{"spec": {"rules": {"imageRegistry": null}}}'"""
)
_DRIFTED = 'pinfold_drifted_workloads{kind="policy",namespace="ml"} 1.0'


def drift(kubectl: Kubectl, metrics: Metrics) -> list[str]:
    """Two Deployments run, one pinned and one not. What was not as expected, a line each."""
    screen.heading("What runs is looked at again, and says so itself")
    _until(kubectl, "playground", "Violating")
    failures = _shows(kubectl, _TABLE, "Violating", "Compliant")
    screen.say("Other registries are approved. Within seconds the pinned one has drifted:")
    failures += _shows(kubectl, _TIGHTENED, "patched")
    _until(kubectl, "ml", "Drifted")
    failures += _shows(kubectl, _TABLE, "Drifted", "image-registry")
    events = "events -n ml --for deployment/llama --types=Warning"
    failures += _shows(kubectl, events, "Drifted", "image-registry", 'policy "default" changed')
    failures += _shows(kubectl, "get scpol", "VIOLATING", "LAST SCAN")
    screen.say("… and the metric that the alert PinfoldWorkloadDrifted reads:")
    line = next((one for one in metrics().splitlines() if one == _DRIFTED), None)
    screen.quote(line or "nothing")
    screen.verdict("it is what the alert fires on", good=line is not None)
    failures += _shows(kubectl, _AS_BEFORE, "patched")
    _until(kubectl, "ml", "Compliant")
    failures += _shows(kubectl, _TABLE, "Compliant")
    return failures if line else [*failures, f"the reconciler's metrics lack {_DRIFTED}"]


def _until(kubectl: Kubectl, namespace: str, status: str) -> None:
    what = ("get", "deployment", "llama", "-n", namespace, "-o", f"jsonpath={_STATUS}")
    wait_until(
        f"{status} on deployment llama of {namespace}",
        lambda: kubectl(*what, check=False).stdout == status,
        seconds=_WAIT_SECONDS,
        check=lambda: None,
    )


def _shows(kubectl: Kubectl, command: str, *words: str) -> list[str]:
    said = shown(kubectl, command).stdout
    missing = [word for word in words if word not in said]
    screen.verdict(f"it lacks {missing[0]!r}" if missing else "as expected", good=not missing)
    return [f"kubectl {command}: it lacks {word!r}" for word in missing]
