"""Pods of a cluster as an API server holds them: 4 to 12 KB each, four replicas a workload."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from bench.containers import MAKERS, Object
from bench.reviews import _pod

REPLICAS = 4
NAMESPACES = 200
_SEED = 20261125
_GPU_MAKERS, _OTHER_MAKERS = MAKERS[:2], MAKERS[2:]


@dataclass(frozen=True, slots=True)
class Template:
    """A pod as text, with tokens where replicas and workloads differ."""

    text: str

    def pod(self, namespace: str, workload: str, number: int, owner: str) -> str:
        """One pod of a workload."""
        name = f"{workload}-6d4cf56db6-{number:05d}"
        return (
            self.text.replace("@NAMESPACE@", namespace)
            .replace("@NAME@", name)
            .replace("@UID@", f"uid-{namespace}-{name}")
            .replace("@APP@", workload)
            .replace("@OWNER@", owner)
            .replace("@TOK@", f"{number:05d}")
            .replace("@TPL-0000@", workload)
        )


def templates(*, gpu: bool, count: int = 50) -> list[Template]:
    """The same ones in each run."""
    random = Random(_SEED + gpu)
    return [_template(random, gpu=gpu) for _ in range(count)]


def _template(random: Random, *, gpu: bool) -> Template:
    containers, init_containers = random.choice(_GPU_MAKERS if gpu else _OTHER_MAKERS)(random)
    pod = _pod(random, "@APP@", containers, init_containers)
    metadata = pod["metadata"]
    del metadata["generateName"]
    metadata |= {"name": "@NAME@", "namespace": "@NAMESPACE@", "uid": "@UID@"}
    metadata["ownerReferences"] = [
        {
            "apiVersion": "batch/v1",
            "kind": "CronJob",
            "name": "@OWNER@",
            "uid": "uid-@NAMESPACE@-@OWNER@",
            "controller": True,
        }
    ]
    pod["status"] = _status(containers)
    return Template(json.dumps(pod, separators=(",", ":")))


def _status(containers: list[Object]) -> dict[str, Any]:
    running = {"running": {"startedAt": "2026-11-25T08:00:00Z"}}
    return {
        "phase": "Running",
        "containerStatuses": [
            {
                "name": container["name"],
                "image": container["image"],
                "imageID": container["image"],
                "containerID": "containerd://" + "0" * 64,
                "ready": True,
                "restartCount": 0,
                "state": running,
            }
            for container in containers
        ],
        "conditions": [
            {"type": kind, "status": "True", "lastTransitionTime": "2026-11-25T08:00:00Z"}
            for kind in ("PodReadyToStartContainers", "Initialized", "Ready", "PodScheduled")
        ],
    }


@dataclass(frozen=True, slots=True)
class Workload:
    """Some replicas of one template in one namespace."""

    namespace: str
    name: str
    template: Template
    pods: int


def workloads(gpu_pods: int, other_pods: int) -> Iterator[Workload]:
    """In the order of a LIST: by namespace, then by name."""
    kinds = [("gpu", gpu_pods, templates(gpu=True)), ("web", other_pods, templates(gpu=False))]
    for place in range(NAMESPACES):
        for label, pods, of in kinds:
            for number in range(place, pods // REPLICAS, NAMESPACES):
                name = f"{label}-{number:05d}"
                yield Workload(f"team-{place:03d}", name, of[number % len(of)], REPLICAS)
