"""Containers of five sorts of Pods: vLLM, TGI, web, service, batch; with what people write in them.

@TPL-0000@ stands where a text may have to be new: see bench/reviews.py.
"""

from collections.abc import Callable, Iterator
from random import Random
from typing import Any

Object = dict[str, Any]

_DIGEST = "sha256:" + "0123456789abcdef" * 4
_COMMIT = "9f3c" * 10
_MODELS = ("meta-llama/Llama-3.1-8B-Instruct", "Qwen/Qwen3-32B", "mistralai/Mistral-Small-3.2")


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
    container = _container("main", f"nginx:1.29{digest}", env=_env(random, random.randrange(40)))
    return [container, *_sidecars(random)], []


def _service(random: Random) -> tuple[list[Object], list[Object]]:
    image = f"registry.example.com/team/api:{random.randrange(100)}@{_DIGEST}"
    migrate = _container(
        "migrate", image, command=["/app/migrate"], args=["--to=latest"], env=_env(random, 4)
    )
    settings = _env(random, random.randrange(5, 75))
    main = _container("main", image, args=["serve", "--listen=:8000"], env=settings)
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


MAKERS: tuple[Callable[[Random], tuple[list[Object], list[Object]]], ...] = (
    _vllm,
    _tgi,
    _web,
    _service,
    _batch,
)
