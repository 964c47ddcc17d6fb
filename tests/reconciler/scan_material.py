"""Pods, owners and policies for tests of the rescan. Noon is when the scan is made."""

from datetime import UTC, datetime, timedelta
from typing import Any

from pinfold.policy.model import Match, Policy, Rules, Spec
from pinfold.policy.policy_set import PolicySet
from pinfold.policy.rules import image_digest, model_revision
from pinfold.policy.violation import Mode
from pinfold.reconciler.drift import PolicyTimes
from tests.reconciler.cluster_of_pods import ClusterOfPods, Object

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DIGEST = "sha256:" + "ab" * 32
PINNED = f"docker.io/vllm/vllm-openai@{DIGEST}"
UNPINNED = "vllm/vllm-openai:latest"
COMMIT = "9f3c" * 10
GPU = {"limits": {"nvidia.com/gpu": "1"}}
ENFORCED = {"pinfold.dev/enforce": "true"}
CONFIGURATION = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/pinfold"


def text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def spec(image: str = PINNED, revision: str | None = COMMIT, **more: Any) -> Object:
    args = ["--model=org/m", *([f"--revision={revision}"] if revision else [])]
    container = {"name": "vllm", "image": image, "args": args, "resources": GPU, **more}
    return {"containers": [container], "nodeName": "gpu-0"}


def status(image_id: str = PINNED) -> Object:
    running = {"running": {"startedAt": text(NOON)}}
    one = {"name": "vllm", "imageID": image_id, "containerID": "containerd://0", "state": running}
    return {"phase": "Running", "containerStatuses": [one]}


def owned_by(owner: Object, kind: str, version: str = "apps/v1") -> list[Object]:
    metadata = owner["metadata"]
    return [
        {
            "apiVersion": version,
            "kind": kind,
            "name": metadata["name"],
            "uid": metadata["uid"],
            "controller": True,
        }
    ]


def add_pod(
    cluster: ClusterOfPods,
    name: str,
    of: Object,
    *,
    namespace: str = "ml",
    owners: list[Object] | None = None,
    created: datetime = NOON - HOUR,
    state: Object | None = None,
    **metadata: Any,
) -> str:
    path = f"/api/v1/namespaces/{namespace}/pods/{name}"
    about = {"creationTimestamp": text(created), "ownerReferences": owners or [], **metadata}
    cluster.put(path, {"metadata": about, "spec": of, "status": state or status()})
    return path


def add_deployment(
    cluster: ClusterOfPods, name: str, of: Object, *, pods: int = 2, namespace: str = "ml"
) -> str:
    """A Deployment, its ReplicaSet, and its pods."""
    base = f"/apis/apps/v1/namespaces/{namespace}"
    deployment = cluster.put(f"{base}/deployments/{name}", {})
    owners = owned_by(deployment, "Deployment")
    replica_set = cluster.put(
        f"{base}/replicasets/{name}-abc", {"metadata": {"ownerReferences": owners}}
    )
    for number in range(pods):
        add_pod(
            cluster,
            f"{name}-abc-{number}",
            of,
            namespace=namespace,
            owners=owned_by(replica_set, "ReplicaSet"),
        )
    return f"{base}/deployments/{name}"


def add_namespace(cluster: ClusterOfPods, name: str, labels: dict[str, str] | None = None) -> None:
    cluster.put(f"/api/v1/namespaces/{name}", {"metadata": {"labels": labels or {}}})


def add_configuration(cluster: ClusterOfPods) -> None:
    """As the chart writes it."""
    excluded = {
        "key": "kubernetes.io/metadata.name", "operator": "NotIn", "values": ["kube-system"],
    }  # fmt: skip
    open_ = {"key": "pinfold.dev/enforce", "operator": "NotIn", "values": ["true"]}
    enforce = {"matchLabels": ENFORCED, "matchExpressions": [excluded]}
    observe = {"matchExpressions": [open_, excluded]}
    webhooks = [
        {"name": "enforce.pinfold.dev", "namespaceSelector": enforce},
        {"name": "observe.pinfold.dev", "namespaceSelector": observe},
    ]
    cluster.put(CONFIGURATION, {"webhooks": webhooks})


def policy(name: str = "default", mode: Mode = Mode.ENFORCE, **match: Any) -> Policy:
    rules = Rules(image_digest=image_digest.Options(), model_revision=model_revision.Options())
    return Policy(name, Spec(mode=mode, rules=rules, match=Match(**match)), uid=f"uid-{name}")


def policies(*of: Policy) -> PolicySet:
    return PolicySet(of or (policy(),))


LONG_AGO = PolicyTimes(NOON - 9 * HOUR, NOON - 9 * HOUR, {"ml": NOON - 3 * HOUR})
