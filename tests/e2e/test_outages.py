"""Trouble of the API server and of our own: verdicts stay, and somebody always leads."""

import json
import ssl
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.cluster.client import wait_until
from tests.cluster.control_plane import Cluster
from tests.e2e.test_certificates import bundles
from tests.installation import NAMESPACE, RELEASE, Installation, http_post

pytestmark = pytest.mark.cluster

# Kopf's own backoffs end an operator after 54 s without an answer of the API server.
OUTAGE_SECONDS = 75


def review(image: str) -> bytes:
    """A review as the API server sends it, of a Pod with one container."""
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "x", "namespace": "ml"},
        "spec": {"containers": [{"name": "main", "image": image}]},
    }
    return json.dumps(
        {
            "apiVersion": "admission.k8s.io/v1",
            "kind": "AdmissionReview",
            "request": {
                "uid": "705ab4f5-6393-11e8-b7cc-42010a800002",
                "kind": {"group": "", "version": "v1", "kind": "Pod"},
                "resource": {"group": "", "version": "v1", "resource": "pods"},
                "name": "x",
                "namespace": "ml",
                "operation": "CREATE",
                "userInfo": {"username": "alice"},
                "object": pod,
                "oldObject": None,
            },
        }
    ).encode()


def test_an_api_server_that_is_away_neither_ends_us_nor_changes_a_verdict(
    pinfold: Installation, namespace: Callable[..., str]
) -> None:
    cluster = pinfold.cluster
    context = ssl.create_default_context(cadata=bundles(cluster)[0].decode())
    url = f"https://127.0.0.1:{pinfold.port}/enforce"

    def verdict(image: str) -> bool:
        status, text = http_post(url, review(image), context)
        assert status == 200, text
        answer: dict[str, Any] = json.loads(text)
        return bool(answer["response"]["allowed"])

    where = namespace(enforced=True)
    cluster.stop_api_server()
    try:
        end = time.monotonic() + OUTAGE_SECONDS
        while time.monotonic() < end:
            assert not verdict("nginx")
            assert verdict("nginx@sha256:" + "ab" * 32)
            time.sleep(1)
    finally:
        cluster.start_api_server()
    assert pinfold.webhook.alive()
    assert pinfold.reconciler.alive()
    pinfold.wait_ready()
    done = cluster.kubectl("create", "deployment", "x", "--image=nginx", "-n", where, check=False)
    assert '"nginx" has no digest' in done.stderr


def holder(cluster: Cluster) -> str:
    return cluster.kubectl(
        "get", "lease", f"{RELEASE}-reconciler", "-n", NAMESPACE,
        "-o", "jsonpath={.spec.holderIdentity}",
    ).stdout  # fmt: skip


def test_when_the_leader_is_killed_another_goes_on_within_30_seconds(
    pinfold: Installation,
) -> None:
    cluster = pinfold.cluster
    wait_until("a leader", lambda: holder(cluster), seconds=30, check=lambda: None)
    first, leading = pinfold.reconciler, holder(cluster)
    second = pinfold.start_reconciler()
    time.sleep(3)
    assert holder(cluster) == leading
    first.kill()
    started = time.monotonic()
    wait_until("another leader", lambda: holder(cluster) != leading, seconds=30, check=second.check)
    assert time.monotonic() - started < 30


def test_a_leader_that_ends_in_order_lets_go_at_once(pinfold: Installation) -> None:
    cluster = pinfold.cluster
    wait_until("a leader", lambda: holder(cluster), seconds=30, check=lambda: None)
    pinfold.reconciler.terminate()
    assert pinfold.reconciler.wait(15) == 0
    assert holder(cluster) == ""
    pinfold.start_reconciler()
    wait_until("a leader", lambda: holder(cluster), seconds=30, check=lambda: None)
