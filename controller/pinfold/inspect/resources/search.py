"""PodSpecs in an object of a kind that nobody has told us of, found by their looks."""

from collections.abc import Iterator, Mapping
from typing import Any

from pinfold.inspect.kinds import WorkloadKind
from pinfold.inspect.resources.paths import field

# They hold patterns, schemas or measurements that look like a PodSpec.
_NOT_WORKLOADS = (
    "admissionregistration.k8s.io", "apiextensions.k8s.io", "constraints.gatekeeper.sh",
    "kyverno.io", "metrics.k8s.io", "mutations.gatekeeper.sh", "openreports.io", "pinfold.dev",
    "policies.kyverno.io", "templates.gatekeeper.sh", "wgpolicyk8s.io",
)  # fmt: skip
UNKNOWN = "unknown"  # the shape of such a kind
_PASSED_OVER = ("metadata", "status")
_TELLING = ("image", "command", "args")
_MOST = 100_000  # values that are looked at: an object in etcd has fewer


def unknown_kind(value: Mapping[str, Any]) -> WorkloadKind | None:
    """A row for an object of a kind that is in no table; None where nothing looks like a pod."""
    version, kind = value.get("apiVersion"), value.get("kind")
    if not isinstance(version, str) or not isinstance(kind, str):
        return None
    group = version.rpartition("/")[0]
    if group in _NOT_WORKLOADS:
        return None
    found = next(pod_specs(value), None)
    return None if found is None else WorkloadKind(group, kind, "", (), shape=UNKNOWN)


def pod_specs(value: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every mapping with a list of containers, outermost first."""
    pending: list[tuple[str, Any]] = [
        (field("", key), node)
        for key, node in reversed([*value.items()])
        if key not in _PASSED_OVER
    ]
    looked_at = 0
    while pending and looked_at < _MOST:
        place, node = pending.pop()
        looked_at += 1
        if isinstance(node, Mapping):
            if _has_containers(node):
                yield place, node
                continue
            pending += [(field(place, str(key)), below) for key, below in reversed([*node.items()])]
        elif isinstance(node, list):
            pending += [(f"{place}[{i}]", below) for i, below in reversed([*enumerate(node)])]


def _has_containers(node: Mapping[str, Any]) -> bool:
    containers = node.get("containers")
    return (
        isinstance(containers, list)
        and bool(containers)
        and all(isinstance(one, Mapping) for one in containers)
        and any(one.get(name) for one in containers for name in _TELLING)
    )
