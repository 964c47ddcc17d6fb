"""Which kinds hold pods, and where."""

import pytest

from pinfold.inspect.kinds import KINDS, kind_of


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


def test_resources_are_named_as_webhook_rules_name_them() -> None:
    assert [row.resource for row in KINDS] == [
        "pods",
        "replicationcontrollers",
        "daemonsets",
        "deployments",
        "replicasets",
        "statefulsets",
        "cronjobs",
        "jobs",
    ]
