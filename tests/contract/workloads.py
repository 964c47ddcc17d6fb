"""One small object of every kind that the webhook is asked about."""

import json

from tests.cluster.control_plane import Cluster
from tests.contract.chart import Document
from tests.custom_kinds import manifest

POD_SPEC = {
    "containers": [{"name": "main", "image": "web:1"}],
    "initContainers": [{"name": "first", "image": "init:1"}],
}
TEMPLATE = {"metadata": {"labels": {"app": "x"}}, "spec": {"containers": POD_SPEC["containers"]}}
JOB_TEMPLATE = {
    "metadata": {"labels": {"app": "x"}},
    "spec": {"containers": POD_SPEC["containers"], "restartPolicy": "Never"},
}
SELECTED = {"selector": {"matchLabels": {"app": "x"}}, "template": TEMPLATE}
SPECS: dict[str, tuple[str, Document]] = {
    "pod": ("v1", POD_SPEC),
    "replicationcontroller": ("v1", {"replicas": 0, "template": TEMPLATE}),
    "deployment": ("apps/v1", {"replicas": 0, **SELECTED}),
    "replicaset": ("apps/v1", {"replicas": 0, **SELECTED}),
    "statefulset": ("apps/v1", {"replicas": 0, "serviceName": "x", **SELECTED}),
    "daemonset": ("apps/v1", SELECTED),
    "job": ("batch/v1", {"suspend": True, "template": JOB_TEMPLATE}),
    "cronjob": (
        "batch/v1",
        {"schedule": "0 0 1 1 *", "jobTemplate": {"spec": {"template": JOB_TEMPLATE}}},
    ),
}
CUSTOM: dict[str, Document] = {
    "leaderworkerset": manifest(
        "leaderworkerset.x-k8s.io",
        "LeaderWorkerSet",
        spec={"replicas": 1, "leaderWorkerTemplate": {"workerTemplate": TEMPLATE}},
    ),
    "inferenceservice": manifest(
        "serving.kserve.io", "InferenceService", spec={"predictor": POD_SPEC}
    ),
    "workspace": manifest("kaito.sh", "Workspace", inference={"template": TEMPLATE}),
    "clusterservingruntime": manifest("serving.kserve.io", "ClusterServingRuntime", spec=POD_SPEC),
    "podtemplate": {"apiVersion": "v1", "kind": "PodTemplate", "template": TEMPLATE},
}
KINDS = {
    "pod": "Pod",
    "replicationcontroller": "ReplicationController",
    "deployment": "Deployment",
    "replicaset": "ReplicaSet",
    "statefulset": "StatefulSet",
    "daemonset": "DaemonSet",
    "job": "Job",
    "cronjob": "CronJob",
}


def make(cluster: Cluster, kind: str, name: str, *, namespace: str) -> None:
    if kind in CUSTOM:
        document = CUSTOM[kind] | {"metadata": {"name": name}}
        cluster.kubectl("apply", "-n", namespace, "-f", "-", input=json.dumps(document))
        return
    api_version, spec = SPECS[kind]
    document = {
        "apiVersion": api_version,
        "kind": KINDS[kind],
        "metadata": {"name": name},
        "spec": spec,
    }
    cluster.kubectl("apply", "-n", namespace, "-f", "-", input=json.dumps(document))
