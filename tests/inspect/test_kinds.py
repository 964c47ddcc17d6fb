"""Which kinds hold pods, and where."""

from typing import Any

import pytest

from pinfold.inspect.kinds import CUSTOM, KINDS, WorkloadKind, kind_of
from pinfold.inspect.read import inspect_object
from tests.kinds import manifest_around, place_of


@pytest.mark.parametrize(
    ("api_version", "kind", "pods"),
    [
        pytest.param("v1", "Pod", ("spec",), id="Pod"),
        pytest.param("v1", "ReplicationController", ("spec.template.spec",), id="RC"),
        pytest.param("apps/v1", "Deployment", ("spec.template.spec",), id="Deployment"),
        pytest.param("apps/v1", "StatefulSet", ("spec.template.spec",), id="StatefulSet"),
        pytest.param("apps/v1", "DaemonSet", ("spec.template.spec",), id="DaemonSet"),
        pytest.param("apps/v1", "ReplicaSet", ("spec.template.spec",), id="ReplicaSet"),
        pytest.param("batch/v1", "Job", ("spec.template.spec",), id="Job"),
        pytest.param("batch/v1", "CronJob", ("spec.jobTemplate.spec.template.spec",), id="CronJob"),
        pytest.param("apps/v1beta2", "Deployment", ("spec.template.spec",), id="another version"),
        pytest.param(
            "jobset.x-k8s.io/v1alpha2",
            "JobSet",
            ("spec.replicatedJobs[].template.spec.template.spec",),
            id="below a list",
        ),
        pytest.param(
            "kubeflow.org/v1",
            "PyTorchJob",
            ("spec.pytorchReplicaSpecs{}.template.spec",),
            id="below a mapping",
        ),
    ],
)
def test_a_kind_says_where_its_pods_are(api_version: str, kind: str, pods: tuple[str, ...]) -> None:
    row = kind_of(api_version, kind)
    assert row is not None
    assert row.pods == pods


@pytest.mark.parametrize(
    ("api_version", "kind"),
    [
        pytest.param("v1", "Service", id="holds no pods"),
        pytest.param("v1", "Deployment", id="of another group"),
        pytest.param("apps.example.com/v1", "Deployment", id="of a group with a like name"),
        pytest.param("apps/v1", "deployment", id="in lower case"),
        pytest.param("apps", "Deployment", id="a group without a version"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_another_kind_is_not_read(api_version: str, kind: str) -> None:
    assert kind_of(api_version, kind) is None


def test_no_row_stands_twice() -> None:
    assert len({(row.group, row.kind) for row in KINDS}) == len(KINDS)
    assert len({(row.group, row.resource) for row in KINDS}) == len(KINDS)
    assert len({row.name for row in KINDS}) == len(KINDS)


def test_a_name_says_whose_kind_it_is() -> None:
    assert [row.name for row in KINDS if row.kind == "Job"] == ["Job", "Job.batch.volcano.sh"]


@pytest.mark.parametrize("row", KINDS, ids=lambda row: row.name)
def test_a_pod_is_read_where_its_row_says(row: WorkloadKind) -> None:
    spec = {"containers": [{"name": "main", "image": "busybox:1", "command": ["sleep"]}]}
    for path in row.pods:
        workload = inspect_object(row, manifest_around(row, path, spec))
        (use,) = workload.images
        assert use.pod == place_of(path)
        assert use.place == f"{place_of(path)}.containers[0].image"


@pytest.mark.parametrize("row", CUSTOM, ids=lambda row: row.name)
def test_an_object_without_pods_is_read_too(row: WorkloadKind) -> None:
    """Their API servers know which fields must be there, and their pods are judged as well."""
    objects: list[dict[str, Any]] = [{}, {"spec": {}}, {"spec": None}]
    for spec in objects:
        workload = inspect_object(row, {"metadata": {"name": "a"}, **spec})
        assert (workload.kind, workload.name, workload.images) == (row.kind, "a", ())
