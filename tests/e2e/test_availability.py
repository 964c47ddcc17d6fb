"""Fail closed without locking out: what still works with every replica gone, and after."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cluster.client import wait_until
from tests.cluster.control_plane import Cluster
from tests.e2e.conftest import enforce
from tests.installation import Installation

pytestmark = pytest.mark.cluster
SAMPLES = Path(__file__).parent.parent.parent / "manifests" / "samples"
BAD = str(SAMPLES / "bad" / "vllm-deployment.yaml")
BAD_POD = str(SAMPLES / "bad" / "vllm-pod.yaml")
GOOD_POD = str(SAMPLES / "good" / "vllm-pod.yaml")


def old_deployment(cluster: Cluster, where: str) -> None:
    """An unpinned Deployment that ran before its namespace was enforced."""
    cluster.kubectl("apply", "-n", where, "-f", BAD)
    cluster.kubectl("rollout", "status", "-n", where, "deployment/llama", "--timeout=60s")
    enforce(cluster, where)


def heal(cluster: Cluster, where: str) -> None:
    """Everything that a cluster needs to do with an old workload; raises where it cannot."""
    cluster.kubectl("label", "-n", where, "deployment/llama", "owner=ml")
    cluster.kubectl("annotate", "-n", where, "deployment/llama", "note=old")
    cluster.kubectl("label", "-n", where, "pod", "-l", "app=llama", "owner=ml")
    finalizers = '{"metadata": {"finalizers": %s}}'
    for value in ('["test.pinfold.dev/held"]', "null"):
        cluster.kubectl(
            "patch", "-n", where, "deployment/llama", "--type=merge", "-p", finalizers % value
        )
    cluster.kubectl("scale", "-n", where, "deployment/llama", "--replicas=0")
    cluster.kubectl("wait", "-n", where, "pod", "-l", "app=llama", "--for=delete", "--timeout=30s")
    cluster.kubectl("delete", "-n", where, "deployment/llama", "--timeout=30s")


def test_an_old_workload_can_be_healed(
    pinfold: Installation, namespace: Callable[..., str]
) -> None:
    where = namespace(enforced=False)
    old_deployment(pinfold.cluster, where)
    heal(pinfold.cluster, where)


def test_a_replica_of_an_old_deployment_is_refused_and_its_owner_reads_why(
    pinfold: Installation, namespace: Callable[..., str]
) -> None:
    cluster, where = pinfold.cluster, namespace(enforced=False)
    old_deployment(cluster, where)
    cluster.kubectl("delete", "-n", where, "pod", "-l", "app=llama")

    def described() -> str:
        return cluster.kubectl("describe", "rs", "-n", where).stdout

    wait_until(
        "an event", lambda: "denied the request" in described(), seconds=30, check=lambda: None
    )
    for words in (
        'policy "default": 2 violations',
        '"vllm/vllm-openai:latest" has no digest; what runs can change.',
        "Print it: crane digest vllm/vllm-openai:latest",
        "Print it: git ls-remote https://huggingface.co/meta-llama/Llama-3.1-8B-Instruct HEAD",
        "Not in your manifest? It was added by admission: ask your cluster admin.",
    ):
        assert words in described()


def test_with_every_replica_gone_the_enforced_waits_and_the_rest_goes_on(
    pinfold: Installation, namespace: Callable[..., str]
) -> None:
    cluster = pinfold.cluster
    old, open_, enforced = (
        namespace(enforced=False),
        namespace(enforced=False),
        namespace(enforced=True),
    )
    old_deployment(cluster, old)
    pinfold.stop_webhook()
    try:
        heal(cluster, old)
        assert cluster.kubectl("apply", "-n", open_, "-f", BAD_POD).stdout.endswith("created\n")
        for manifest in (BAD_POD, GOOD_POD):
            done = cluster.kubectl("apply", "-n", enforced, "-f", manifest, check=False)
            assert 'failed calling webhook "enforce.pinfold.dev"' in done.stderr
    finally:
        pinfold.start_webhook()
        pinfold.wait_ready()
    assert cluster.kubectl("apply", "-n", enforced, "-f", GOOD_POD).stdout.endswith("created\n")
    done = cluster.kubectl("apply", "-n", enforced, "-f", BAD, check=False)
    assert 'policy "default": 2 violations' in done.stderr


def test_an_audit_event_keeps_what_was_found(
    pinfold: Installation, namespace: Callable[..., str]
) -> None:
    where = namespace(enforced=False)
    pinfold.cluster.kubectl("apply", "-n", where, "-f", BAD_POD)
    about = {"namespace": where, "resource": "pods"}
    kept = [
        event["annotations"]
        for event in pinfold.cluster.audit_events()
        if about.items() <= event.get("objectRef", {}).items()
        and "observe.pinfold.dev/enforce" in event.get("annotations", {})
    ]
    assert [row["observe.pinfold.dev/enforce"] for row in kept] == ["image-digest,model-revision"]
