"""Reviews as an API server sends them for Pods: 4 to 12 KB, with all that it and others fill in.

Tokens let the load generator make each review new without changing its length: @POD-0000@ and
@TOK@ differ in every review, as the names of pods and of their token volumes do; @TPL-0000@ stands
in arguments and environment, and differs only where no container may have been seen before.
"""

import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

COUNT = 300
_SEED = 20261125
_DIGEST = "sha256:" + "0123456789abcdef" * 4
_COMMIT = "9f3c" * 10
_MODELS = ("meta-llama/Llama-3.1-8B-Instruct", "Qwen/Qwen3-32B", "mistralai/Mistral-Small-3.2")

Object = dict[str, Any]


def make_reviews(count: int = COUNT) -> list[bytes]:
    """`count` different reviews, the same ones in each run; about one in six is to be refused."""
    random = Random(_SEED)
    return [_review(random, index) for index in range(count)]


def _review(random: Random, index: int) -> bytes:
    make = random.choices(_MAKERS, weights=(3, 1, 3, 3, 2))[0]
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
    labels = {
        "app.kubernetes.io/name": app,
        "app.kubernetes.io/instance": f"{app}-prod",
        "app.kubernetes.io/part-of": "inference",
        "pod-template-hash": "6d4cf56db6",
        "team": "ml-platform",
    }
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
        "metadata": _metadata(random, app, labels),
        "spec": spec,
        "status": {"phase": "Pending", "qosClass": "Burstable"},
    }


def _metadata(random: Random, app: str, labels: dict[str, str]) -> Object:
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
        "managedFields": [
            {
                "manager": "kube-controller-manager",
                "operation": "Update",
                "apiVersion": "v1",
                "time": "2026-11-25T08:00:00Z",
                "fieldsType": "FieldsV1",
                "fieldsV1": _managed(labels),
            }
        ],
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


def _container(name: str, image: str, **fields: Any) -> Object:
    probe = {"path": "/health", "port": 8000, "scheme": "HTTP"}
    return {
        "name": name,
        "image": image,
        "ports": [{"name": "http", "containerPort": 8000, "protocol": "TCP"}],
        "resources": {"limits": {"memory": "1Gi"}, "requests": {"cpu": "100m", "memory": "256Mi"}},
        "livenessProbe": {"httpGet": probe, "timeoutSeconds": 5, "periodSeconds": 10},
        "readinessProbe": {"httpGet": probe, "timeoutSeconds": 5, "periodSeconds": 5},
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
        "imagePullPolicy": "IfNotPresent",
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
    } | fields


def _env(random: Random, count: int) -> list[Object]:
    names = (f"SETTING_{index:02d}" for index in range(count))
    plain = [{"name": name, "value": f"{random.getrandbits(64):x}"} for name in names]
    field = {"fieldRef": {"apiVersion": "v1", "fieldPath": "status.podIP"}}
    return [
        *plain,
        {"name": "POD_IP", "valueFrom": field},
        {"name": "RELEASE", "value": "@TPL-0000@"},
    ]


def _gpu(count: int) -> Object:
    amount = {"nvidia.com/gpu": str(count), "memory": "256Gi"}
    return {"limits": amount, "requests": amount | {"cpu": "16"}}


def _vllm(random: Random) -> tuple[list[Object], list[Object]]:
    model, is_pinned = random.choice(_MODELS), random.random() < 0.7
    image = "docker.io/vllm/vllm-openai:v0.33.0" + (f"@{_DIGEST}" if is_pinned else "")
    token = {"secretKeyRef": {"name": "hf-token", "key": "token"}}
    arguments = [
        "--model",
        model,
        "--served-model-name=llm-@TPL-0000@",
        f"--tensor-parallel-size={random.choice((1, 2, 4, 8))}",
        "--gpu-memory-utilization=0.92",
        "--max-model-len",
        str(random.choice((8192, 32768, 131072))),
        "--enable-prefix-caching",
        "--port=8000",
    ]
    container = _container(
        "vllm",
        image,
        args=[*arguments, f"--revision={_COMMIT}"] if is_pinned else arguments,
        env=[{"name": "HF_TOKEN", "valueFrom": token}, *_env(random, 6)],
        resources=_gpu(2),
        volumeMounts=[
            {"name": "cache", "mountPath": "/root/.cache/huggingface"},
            {"name": "shm", "mountPath": "/dev/shm"},
        ],
    )
    return [container, *_sidecars(random)], []


def _tgi(random: Random) -> tuple[list[Object], list[Object]]:
    model = random.choice(_MODELS)
    container = _container(
        "tgi",
        f"ghcr.io/huggingface/text-generation-inference:3.3.6@{_DIGEST}",
        args=["--model-id", model, "--revision", _COMMIT, "--num-shard=2", "--hostname=@TPL-0000@"],
        env=_env(random, 8),
        resources=_gpu(2),
        volumeMounts=[{"name": "cache", "mountPath": "/data"}],
    )
    return [container], []


def _web(random: Random) -> tuple[list[Object], list[Object]]:
    digest = f"@{_DIGEST}" if random.random() < 0.9 else ""
    container = _container("main", f"nginx:1.29{digest}", env=_env(random, 10))
    return [container, *_sidecars(random)], []


def _service(random: Random) -> tuple[list[Object], list[Object]]:
    image = f"registry.example.com/team/api:{random.randrange(100)}@{_DIGEST}"
    migrate = _container(
        "migrate", image, command=["/app/migrate"], args=["--to=latest"], env=_env(random, 4)
    )
    main = _container("main", image, args=["serve", "--listen=:8000"], env=_env(random, 20))
    return [main], [migrate]


def _batch(random: Random) -> tuple[list[Object], list[Object]]:
    image = f"python:3.13@{_DIGEST}"
    script = ["/bin/sh", "-c", "python -m job --day @TPL-0000@"]
    return [_container("job", image, command=script, env=_env(random, 12))], []


def _sidecars(random: Random) -> Iterator[Object]:
    if random.random() < 0.5:
        image = f"docker.io/istio/proxyv2:1.29.0@{_DIGEST}"
        arguments = ["proxy", "sidecar", "--domain", "$(POD_NAMESPACE).svc.cluster.local"]
        yield _container("istio-proxy", image, args=arguments, env=_env(random, 16))
    else:
        yield _container("metrics", f"quay.io/acme/exporter:2.1@{_DIGEST}", env=_env(random, 3))


_MAKERS: tuple[Callable[[Random], tuple[list[Object], list[Object]]], ...] = (
    _vllm,
    _tgi,
    _web,
    _service,
    _batch,
)
