"""The simulated cluster does what a real one does."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cluster.commands import CommandFailed
from tests.cluster.control_plane import Cluster

pytestmark = pytest.mark.cluster

DIGEST = "sha256:" + "9f3c" * 16


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with Cluster() as running:
        yield running


def eventually(what: str, ready: Callable[[], object], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < deadline, f"after {seconds} s: {what}"
        time.sleep(0.05)


def pod_template(image: str, **labels: str) -> dict[str, Any]:
    container = {
        "name": "server",
        "image": image,
        "resources": {"limits": {"nvidia.com/gpu": "1"}},
    }
    return {"metadata": {"labels": labels}, "spec": {"containers": [container]}}


def pod(name: str, image: str, **labels: str) -> dict[str, Any]:
    template = pod_template(image, **labels)
    template["metadata"]["name"] = name
    return {"apiVersion": "v1", "kind": "Pod", **template}


def apply(cluster: Cluster, document: dict[str, Any]) -> None:
    cluster.kubectl("apply", "-f", "-", input=json.dumps(document))


def running(cluster: Cluster, name: str) -> dict[str, Any]:
    """The Pod's status once it is ready."""
    cluster.kubectl("wait", f"pod/{name}", "--for=condition=Ready", "--timeout=30s")
    status: dict[str, Any] = get(cluster, f"pod/{name}")["status"]
    return status


def get(cluster: Cluster, *what: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(cluster.kubectl("get", *what, "-o", "json").stdout)
    return document


def image_ids(status: dict[str, Any], kind: str = "containerStatuses") -> list[str]:
    return [container["imageID"] for container in status.get(kind, [])]


# -- Pods ----------------------------------------------------------------------------------------


def test_two_nodes_offer_gpus_and_one_does_not(cluster: Cluster) -> None:
    nodes = get(cluster, "nodes")["items"]
    offers = {n["metadata"]["name"]: n["status"]["capacity"].get("nvidia.com/gpu") for n in nodes}
    assert offers == {"cpu-0": None, "gpu-0": "8", "gpu-1": "8"}


def test_a_gpu_deployment_becomes_available_with_the_digest_of_its_spec(cluster: Cluster) -> None:
    labels = {"app": "available"}
    spec = {
        "replicas": 2,
        "selector": {"matchLabels": labels},
        "template": pod_template(f"vllm/vllm-openai:v0.11@{DIGEST}", **labels),
    }
    metadata = {"name": "available"}
    apply(
        cluster,
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec},
    )
    cluster.kubectl("wait", "deployment/available", "--for=condition=Available", "--timeout=30s")
    pods = get(cluster, "pods", "-l", "app=available")["items"]
    assert [p["status"]["phase"] for p in pods] == ["Running", "Running"]
    assert {p["spec"]["nodeName"][:4] for p in pods} == {"gpu-"}
    expected = f"docker.io/vllm/vllm-openai@{DIGEST}"
    assert [image_ids(p["status"]) for p in pods] == [[expected], [expected]]


@pytest.mark.parametrize(
    ("name", "image", "repository"),
    [
        pytest.param("familiar", "nginx", "docker.io/library/nginx", id="familiar name"),
        pytest.param("hub", "docker.io/nginx", "docker.io/library/nginx", id="hub, no library"),
        pytest.param("port", "r.example.com:5000/a/b:1", "r.example.com:5000/a/b", id="port, tag"),
        pytest.param("local", "localhost/a:1", "localhost/a", id="localhost is a registry"),
    ],
)
def test_a_tag_gets_the_full_name_and_always_the_same_digest(
    cluster: Cluster, name: str, image: str, repository: str
) -> None:
    apply(cluster, pod(f"{name}-0", image))
    apply(cluster, pod(f"{name}-1", image))
    (first,), (second,) = (image_ids(running(cluster, f"{name}-{i}")) for i in (0, 1))
    cluster.kubectl("delete", "pod", f"{name}-0", f"{name}-1")
    assert first.partition("@")[0] == repository
    assert len(first.partition("@sha256:")[2]) == 64
    assert first == second


def test_the_drift_label_makes_another_digest_run(cluster: Cluster) -> None:
    apply(cluster, pod("drift", f"nginx@{DIGEST}", **{"test.pinfold.dev/image-id": "other"}))
    (image_id,) = image_ids(running(cluster, "drift"))
    assert image_id.startswith("docker.io/library/nginx@sha256:")
    assert not image_id.endswith(DIGEST)


def test_init_containers_end_and_sidecars_go_on(cluster: Cluster) -> None:
    document = pod("helpers", f"nginx@{DIGEST}")
    document["spec"]["initContainers"] = [
        {"name": "fetch", "image": f"busybox@{DIGEST}"},
        {"name": "proxy", "image": f"envoy@{DIGEST}", "restartPolicy": "Always"},
    ]
    apply(cluster, document)
    fetch, proxy = running(cluster, "helpers")["initContainerStatuses"]
    assert fetch["state"]["terminated"]["exitCode"] == 0
    assert "running" in proxy["state"]
    assert [fetch["imageID"], proxy["imageID"]] == [
        f"docker.io/library/busybox@{DIGEST}",
        f"docker.io/library/envoy@{DIGEST}",
    ]


def test_a_changed_image_and_an_ephemeral_container_get_statuses(cluster: Cluster) -> None:
    apply(cluster, pod("changes", "nginx:1"))
    running(cluster, "changes")
    cluster.kubectl("set", "image", "pod/changes", f"server=nginx@{DIGEST}")
    cluster.kubectl("debug", "changes", f"--image=busybox@{DIGEST}", "--attach=false")

    def follows() -> bool:
        status = get(cluster, "pod/changes")["status"]
        debuggers = image_ids(status, "ephemeralContainerStatuses")
        return image_ids(status) + debuggers == [
            f"docker.io/library/nginx@{DIGEST}",
            f"docker.io/library/busybox@{DIGEST}",
        ]

    eventually("the statuses follow the spec", follows)


def test_a_job_succeeds_and_keeps_what_it_ran(cluster: Cluster) -> None:
    template = pod_template(f"busybox@{DIGEST}", app="job")
    template["spec"]["restartPolicy"] = "Never"
    metadata = {"name": "job"}
    spec = {"template": template}
    apply(cluster, {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": spec})
    cluster.kubectl("wait", "job/job", "--for=condition=Complete", "--timeout=30s")
    (done,) = get(cluster, "pods", "-l", "app=job")["items"]
    assert done["status"]["phase"] == "Succeeded"
    assert image_ids(done["status"]) == [f"docker.io/library/busybox@{DIGEST}"]


def test_image_volumes_are_accepted_where_the_release_has_them(cluster: Cluster) -> None:
    document = pod("volume", f"nginx@{DIGEST}")
    document["spec"]["volumes"] = [{"name": "model", "image": {"reference": f"model@{DIGEST}"}}]
    answer = cluster.kubectl("apply", "-f", "-", input=json.dumps(document), check=False)
    # Kubernetes 1.35: the feature ImageVolume is on by default (KEP-4639).
    assert (answer.returncode == 0) is (cluster.version >= (1, 35)), answer.stderr


def test_a_deleted_pod_is_gone(cluster: Cluster) -> None:
    apply(cluster, pod("short", "nginx"))
    running(cluster, "short")
    cluster.kubectl("delete", "pod/short", "--timeout=30s")
    assert "NotFound" in cluster.kubectl("get", "pod/short", check=False).stderr


# -- users and programs --------------------------------------------------------------------------


def whoami(cluster: Cluster, kubeconfig: Path) -> tuple[str, list[str]]:
    answer = cluster.kubectl("auth", "whoami", "-o", "json", kubeconfig=kubeconfig)
    user = json.loads(answer.stdout)["status"]["userInfo"]
    return user["username"], user["groups"]


def test_alice_may_edit_workloads_and_no_roles(cluster: Cluster) -> None:
    alice = cluster.kubeconfig_of_alice()
    assert whoami(cluster, alice) == ("alice", ["ml-engineers", "system:authenticated"])
    cluster.kubectl("auth", "can-i", "create", "deployments", kubeconfig=alice)
    with pytest.raises(CommandFailed):
        cluster.kubectl("auth", "can-i", "create", "clusterroles", kubeconfig=alice)


def test_anybody_can_be_impersonated(cluster: Cluster) -> None:
    bob = cluster.kubeconfig_as("bob", ["auditors"])
    assert whoami(cluster, bob) == ("bob", ["auditors", "system:authenticated"])


def test_a_controller_gets_the_rights_of_its_service_account(cluster: Cluster) -> None:
    cluster.kubectl("create", "serviceaccount", "controller")
    name, _ = whoami(cluster, cluster.kubeconfig_for("default", "controller"))
    assert name == "system:serviceaccount:default:controller"


def test_helm_talks_to_the_cluster(cluster: Cluster) -> None:
    assert cluster.helm("list", "--output", "json").stdout.strip() == "[]"


def test_changes_are_in_the_audit_log(cluster: Cluster) -> None:
    cluster.kubectl("create", "configmap", "audited")
    names = [event.get("objectRef", {}).get("name") for event in cluster.audit_events()]
    assert "audited" in names


def test_after_an_outage_the_same_address_answers(cluster: Cluster) -> None:
    cluster.kubectl("create", "configmap", "before")
    cluster.stop_api_server()
    refused = cluster.kubectl("get", "configmap/before", check=False)
    cluster.start_api_server()
    assert "refused" in refused.stderr
    cluster.kubectl("get", "configmap/before")
