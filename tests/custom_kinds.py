"""Small CRDs for kinds that are not Kubernetes' own: any field goes."""

import json
from typing import Any

from pinfold.inspect.kinds import WorkloadKind, row_of
from tests.cluster.control_plane import Cluster

VERSION = "v1"
_KEPT = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
NAMES = (
    ("leaderworkerset.x-k8s.io", "LeaderWorkerSet"),
    ("jobset.x-k8s.io", "JobSet"),
    ("ray.io", "RayService"),
    ("serving.kserve.io", "InferenceService"),
    ("serving.kserve.io", "ClusterServingRuntime"),
    ("batch.volcano.sh", "Job"),
    ("kaito.sh", "Workspace"),
    ("workloads.x-k8s.io", "RoleBasedGroup"),
    ("kubeai.org", "Model"),
    ("argoproj.io", "Workflow"),
)


def row(group: str, kind: str) -> WorkloadKind:
    found = row_of(group, kind)
    assert found is not None
    return found


def install(cluster: Cluster) -> None:
    """The CRDs of NAMES, served when this returns."""
    crds = [_crd(row(*name)) for name in NAMES]
    document = {"apiVersion": "v1", "kind": "List", "items": crds}
    cluster.kubectl("apply", "-f", "-", input=json.dumps(document))
    names = [f"crd/{crd['metadata']['name']}" for crd in crds]
    cluster.kubectl("wait", "--for=condition=Established", *names)


def manifest(group: str, kind: str, name: str = "attempt", **fields: Any) -> dict[str, Any]:
    """An object with these top-level fields."""
    version = f"{group}/{VERSION}"
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name}, **fields}


def _crd(kind: WorkloadKind) -> dict[str, Any]:
    replicas = {"specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas"}
    version = {
        "name": VERSION,
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": _KEPT},
        "subresources": {"status": {}, "scale": replicas},
    }
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {
            "name": f"{kind.resource}.{kind.group}",
            # Asked for of groups below k8s.io; these CRDs are nobody's but the test's.
            "annotations": {"api-approved.kubernetes.io": "unapproved, for a test"},
        },
        "spec": {
            "group": kind.group,
            "names": {"kind": kind.kind, "plural": kind.resource, "singular": kind.kind.lower()},
            "scope": "Cluster" if kind.is_cluster_scoped else "Namespaced",
            "versions": [version],
        },
    }
