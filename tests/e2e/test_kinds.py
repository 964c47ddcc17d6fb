"""Kinds that are not Kubernetes' own, in front of the real API server."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.bypass.rows import COMMIT, DIGEST
from tests.cluster.control_plane import Cluster
from tests.custom_kinds import NAMES, install, manifest, row
from tests.e2e.conftest import enforce
from tests.installation import Installation

pytestmark = pytest.mark.cluster
LWS = ("leaderworkerset.x-k8s.io", "LeaderWorkerSet")


@pytest.fixture(scope="module")
def cluster(pinfold: Installation) -> Cluster:
    install(pinfold.cluster)
    return pinfold.cluster


def cases() -> list[Any]:
    text = Path(__file__).with_name("kinds.yaml").read_text("utf-8")
    text = text.replace("@DIGEST", f"@{DIGEST}").replace("COMMIT", COMMIT)
    return [pytest.param(c, id=f"{c['kind']}: {c['what']}") for c in yaml.safe_load(text)]


@pytest.mark.parametrize("case", cases())
def test_case(case: dict[str, Any], cluster: Cluster, namespace: Callable[..., str]) -> None:
    where = namespace(enforced=True)
    group, kind = case["kind"].split()
    document = manifest(group, kind, where, **case["fields"])
    done = apply(cluster, where, document, check=False)
    assert (done.returncode == 0) is ("refused" not in case), done.stderr
    for words in (*case.get("refused", ()), *case.get("warned", ())):
        assert words in done.stderr
    if not {"refused", "warned"} & case.keys():
        assert done.stderr == ""


def apply(cluster: Cluster, where: str, document: dict[str, Any], *, check: bool = True) -> Any:
    return cluster.kubectl("apply", "-n", where, "-f", "-", input=json.dumps(document), check=check)


def lws(image: str, replicas: int = 1) -> dict[str, Any]:
    containers = [{"name": "main", "image": image}]
    template = {"workerTemplate": {"spec": {"containers": containers}}}
    return manifest(*LWS, spec={"replicas": replicas, "leaderWorkerTemplate": template})


@pytest.fixture
def grandfathered(cluster: Cluster, namespace: Callable[..., str]) -> str:
    """A namespace in which an unpinned LeaderWorkerSet stood before anything was enforced."""
    where = namespace(enforced=False)
    apply(cluster, where, lws("nginx:1"))
    enforce(cluster, where)
    refused = apply(cluster, where, lws("nginx:1") | {"metadata": {"name": "new"}}, check=False)
    assert '"nginx:1" has no digest' in refused.stderr
    return where


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(["label", "LWS", "a=b"], id="label"),
        pytest.param(["scale", "LWS", "--replicas=0"], id="scale"),
        pytest.param(
            ["patch", "LWS", "--type=merge", "-p", '{"spec":{"replicas":3}}'], id="replicas"
        ),
        pytest.param(
            ["patch", "LWS", "--type=merge", "--subresource=status", "-p", '{"status":{"a":1}}'],
            id="status",
        ),
        pytest.param(["delete", "LWS"], id="delete"),
    ],
)
def test_what_stood_before_can_go_on(
    cluster: Cluster, grandfathered: str, command: list[str]
) -> None:
    words = ["leaderworkerset/attempt" if word == "LWS" else word for word in command]
    done = cluster.kubectl("-n", grandfathered, *words, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_what_an_update_brings_in_is_judged(cluster: Cluster, grandfathered: str) -> None:
    done = apply(cluster, grandfathered, lws("nginx:2"), check=False)
    assert '"nginx:2" has no digest' in done.stderr
    apply(cluster, grandfathered, lws(f"nginx@{DIGEST}"))


def test_the_object_of_another_controller_is_left_to_its_pods(
    cluster: Cluster, namespace: Callable[..., str]
) -> None:
    """And one that names what its pods do not show is not: anybody can write such a reference."""
    where = namespace(enforced=True)
    uid = "6f3c4bd5-0000-4000-8000-000000000000"
    owner = {"apiVersion": "v1", "kind": "ConfigMap", "name": "x", "uid": uid, "controller": True}
    owned = {"metadata": {"name": "owned", "ownerReferences": [owner]}}
    apply(cluster, where, lws("nginx:1") | owned)
    config = "applications: [{args: {llm_configs: [{model_loading_config: {model_id: org/m}}]}}]"
    service = manifest("ray.io", "RayService", spec={"serveConfigV2": config}) | owned
    assert '"org/m" follows' in apply(cluster, where, service, check=False).stderr


def test_every_kind_of_the_table_above_has_a_case() -> None:
    tried = {tuple(case.values[0]["kind"].split()) for case in cases()}
    assert tried == set(NAMES)
    assert all(row(*name) for name in NAMES)
