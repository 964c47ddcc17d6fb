"""Reviews as an API server sends them for Pods: 4 to 12 KB, with all that it and others fill in.

Tokens let the load generator make each review new without changing its length: @POD-0000@ and
@TOK@ differ in every review, as the names of pods and of their token volumes do; @TPL-0000@ stands
in arguments and environment, and differs only where no container may have been seen before.
"""

import json
from random import Random

from bench.containers import MAKERS, Object

COUNT = 300
_SEED = 20261125


def make_reviews(count: int = COUNT) -> list[bytes]:
    """`count` different reviews, the same ones in each run; about one in six is to be refused."""
    random = Random(_SEED)
    return [_review(random, index) for index in range(count)]


def _review(random: Random, index: int) -> bytes:
    make = random.choices(MAKERS, weights=(3, 1, 3, 3, 2))[0]
    containers, init_containers = make(random)
    pod = _pod(random, f"app-{index}", containers, init_containers)
    request = {
        "uid": "d1f7c5a0-6e0b-4f0e-9c3a-@POD-0000@",
        "kind": {"group": "", "version": "v1", "kind": "Pod"},
        "resource": {"group": "", "version": "v1", "resource": "pods"},
        "requestKind": {"group": "", "version": "v1", "kind": "Pod"},
        "requestResource": {"group": "", "version": "v1", "resource": "pods"},
        "name": pod["metadata"]["name"],
        "namespace": "ml-team",
        "operation": "CREATE",
        "userInfo": {
            "username": "system:serviceaccount:kube-system:replicaset-controller",
            "uid": "5b1c0a3e-7b55-4a1e-8b5a-0e9b3b1c2d3e",
            "groups": [
                "system:serviceaccounts",
                "system:serviceaccounts:kube-system",
                "system:authenticated",
            ],
        },
        "object": pod,
        "oldObject": None,
        "dryRun": False,
        "options": {"kind": "CreateOptions", "apiVersion": "meta.k8s.io/v1"},
    }
    review = {"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": request}
    return json.dumps(review, separators=(",", ":")).encode()


def _pod(
    random: Random, app: str, containers: list[Object], init_containers: list[Object]
) -> Object:
    for container in (*containers, *init_containers):
        container["volumeMounts"] = [*container.get("volumeMounts", []), _token_mount()]
    spec = {
        "volumes": [
            {"name": "cache", "emptyDir": {"sizeLimit": "200Gi"}},
            {"name": "shm", "emptyDir": {"medium": "Memory", "sizeLimit": "16Gi"}},
            _token_volume(),
        ],
        "containers": containers,
        "restartPolicy": "Always",
        "terminationGracePeriodSeconds": 30,
        "dnsPolicy": "ClusterFirst",
        "serviceAccountName": "inference",
        "serviceAccount": "inference",
        "nodeSelector": {"nvidia.com/gpu.product": "NVIDIA-H100-80GB-HBM3"},
        "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
        "affinity": _affinity(app),
        "schedulerName": "default-scheduler",
        "tolerations": _tolerations(),
        "priority": 1000,
        "priorityClassName": "inference",
        "enableServiceLinks": True,
        "preemptionPolicy": "PreemptLowerPriority",
    }
    if init_containers:
        spec["initContainers"] = init_containers
    return {
        "kind": "Pod",
        "apiVersion": "v1",
        "metadata": _metadata(random, app),
        "spec": spec,
        "status": {"phase": "Pending", "qosClass": "Burstable"},
    }


def _metadata(random: Random, app: str) -> Object:
    labels = {
        "app.kubernetes.io/name": app,
        "app.kubernetes.io/instance": f"{app}-prod",
        "app.kubernetes.io/part-of": "inference",
        "pod-template-hash": "6d4cf56db6",
        "team": "ml-platform",
    }
    manager = {
        "manager": "kube-controller-manager",
        "operation": "Update",
        "apiVersion": "v1",
        "time": "2026-11-25T08:00:00Z",
        "fieldsType": "FieldsV1",
        "fieldsV1": _managed(labels),
    }
    return {
        "name": f"{app}-6d4cf56db6-@POD-0000@",
        "generateName": f"{app}-6d4cf56db6-",
        "namespace": "ml-team",
        "uid": "0f1e2d3c-4b5a-6978-8796-@POD-0000@",
        "creationTimestamp": "2026-11-25T08:00:00Z",
        "labels": labels,
        "annotations": {
            "prometheus.io/scrape": "true",
            "prometheus.io/port": "8000",
            "checksum/config": f"{random.getrandbits(256):064x}",
        },
        "ownerReferences": [
            {
                "apiVersion": "apps/v1",
                "kind": "ReplicaSet",
                "name": f"{app}-6d4cf56db6",
                "uid": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
                "controller": True,
                "blockOwnerDeletion": True,
            }
        ],
        "managedFields": [manager] * random.choice((0, 1, 1, 2)),
    }


def _managed(labels: dict[str, str]) -> Object:
    leaf: Object = {}
    names = ("args", "env", "image", "imagePullPolicy", "livenessProbe", "name", "ports")
    return {
        "f:metadata": {
            "f:generateName": leaf,
            "f:labels": {".": leaf} | {f"f:{key}": leaf for key in labels},
            "f:ownerReferences": {".": leaf, 'k:{"uid":"aaaaaaaa-bbbb-cccc-dddd-eeeeee"}': leaf},
        },
        "f:spec": {
            "f:affinity": {".": leaf, "f:podAntiAffinity": leaf},
            "f:containers": {'k:{"name":"main"}': {f"f:{name}": leaf for name in names}},
            "f:dnsPolicy": leaf,
            "f:nodeSelector": leaf,
            "f:restartPolicy": leaf,
            "f:securityContext": leaf,
            "f:tolerations": leaf,
        },
    }


def _affinity(app: str) -> Object:
    selector = {"matchLabels": {"app.kubernetes.io/name": app}}
    term = {"labelSelector": selector, "topologyKey": "kubernetes.io/hostname"}
    preferred = [{"weight": 100, "podAffinityTerm": term}]
    return {"podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": preferred}}


def _tolerations() -> list[Object]:
    taints = ("nvidia.com/gpu", "node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")
    return [
        {"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}
        for key in taints
    ]


def _token_mount() -> Object:
    return {
        "name": "kube-api-access-@TOK@",
        "readOnly": True,
        "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount",
    }


def _token_volume() -> Object:
    item = {
        "path": "namespace",
        "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"},
    }
    sources = [
        {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
        {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
        {"downwardAPI": {"items": [item]}},
    ]
    volume = {"sources": sources, "defaultMode": 420}
    return {"name": "kube-api-access-@TOK@", "projected": volume}
