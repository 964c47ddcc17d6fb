"""Exemptions on the real API server: what one lets in, where, and that it ends."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.cluster.client import wait_until
from tests.cluster.control_plane import Cluster
from tests.installation import Installation

pytestmark = pytest.mark.cluster


def grant(
    cluster: Cluster, where: str, seconds: float = 3600, *, name: str = "", **spec: Any
) -> str:
    """A PolicyExemption for one namespace; its name."""
    name = name or f"for-{where}"
    ends = datetime.now(UTC) + timedelta(seconds=seconds)
    exemption = {
        "apiVersion": "pinfold.dev/v1alpha1",
        "kind": "PolicyExemption",
        "metadata": {"name": name},
        "spec": {
            "rules": ["image-digest"],
            "namespaces": [where],
            "reason": "until the mirror is up (ML-42)",
            "expiresAt": ends.strftime("%Y-%m-%dT%H:%M:%SZ"),
            **spec,
        },
    }
    cluster.kubectl("apply", "-f", "-", input=json.dumps(exemption))
    return name


def refusal(cluster: Cluster, where: str, image: str = "nginx") -> str:
    """What kubectl says of a dry run; "" where it is admitted."""
    done = cluster.kubectl(
        "create", "deployment", "x", f"--image={image}", "-n", where, "--dry-run=server",
        check=False,
    )  # fmt: skip
    return done.stderr if done.returncode else ""


def until_admitted(cluster: Cluster, where: str, image: str = "nginx") -> None:
    wait_until(
        "the exemption", lambda: not refusal(cluster, where, image), seconds=15, check=lambda: None
    )


def test_an_exemption_holds_in_its_namespace_and_nowhere_else(
    pinfold: Installation, namespace: Callable[..., str]
) -> None:
    cluster, here, there = pinfold.cluster, namespace(enforced=True), namespace(enforced=True)
    assert '"nginx" has no digest' in refusal(cluster, here)
    grant(cluster, here)
    until_admitted(cluster, here)
    assert '"nginx" has no digest' in refusal(cluster, there)


def test_an_exemption_narrowed_to_an_image_covers_no_other(
    pinfold: Installation, namespace: Callable[..., str]
) -> None:
    cluster, where = pinfold.cluster, namespace(enforced=True)
    grant(cluster, where, images=["docker.io/library/nginx"])
    until_admitted(cluster, where)
    assert '"busybox" has no digest' in refusal(cluster, where, "busybox")
    assert '"nginx-evil" has no digest' in refusal(cluster, where, "nginx-evil")


def test_two_exemptions_cover_no_more_together_than_each_alone(
    pinfold: Installation, namespace: Callable[..., str]
) -> None:
    """One of another image, one of another rule, one of another namespace: none covers busybox."""
    cluster, here, there = pinfold.cluster, namespace(enforced=True), namespace(enforced=True)
    grant(cluster, there)
    grant(cluster, here, rules=["model-revision"], name="of-a-rule")
    grant(cluster, here, images=["docker.io/library/nginx"])
    until_admitted(cluster, here)
    until_admitted(cluster, there, "busybox")
    assert '"busybox" has no digest' in refusal(cluster, here, "busybox")


def test_an_exemption_ends_by_itself_and_says_so(
    pinfold: Installation, namespace: Callable[..., str]
) -> None:
    cluster, where = pinfold.cluster, namespace(enforced=True)
    name = grant(cluster, where, seconds=8)
    until_admitted(cluster, where)
    wait_until("its end", lambda: refusal(cluster, where), seconds=20, check=lambda: None)

    def ready() -> str:
        return cluster.kubectl(
            "get", "policyexemption", name, "-o", "jsonpath={.status.conditions[0].reason}"
        ).stdout

    wait_until("its status", lambda: ready() == "Ended", seconds=40, check=lambda: None)
    told = cluster.kubectl("events", "-n", "default", "--for", f"policyexemption/{name}").stdout
    assert "Ended" in told
    assert f"image-digest in {where} is judged as if it were not there" in told


def test_an_exemption_can_be_stretched_by_nobody(
    pinfold: Installation, namespace: Callable[..., str]
) -> None:
    name = grant(pinfold.cluster, namespace(enforced=True))
    done = pinfold.cluster.kubectl(
        "patch", "policyexemption", name, "--type=merge",
        "-p", '{"spec": {"expiresAt": "2999-01-01T00:00:00Z"}}', check=False,
    )  # fmt: skip
    assert "an exemption never changes" in done.stderr


def test_a_policy_says_what_is_in_force(pinfold: Installation) -> None:
    def columns() -> str:
        return pinfold.cluster.kubectl("get", "scpol", "default").stdout

    wait_until("its status", lambda: "True" in columns(), seconds=20, check=lambda: None)
    message = pinfold.cluster.kubectl(
        "get", "scpol", "default",
        "-o", "jsonpath={.status.conditions[?(@.type=='Ready')].message}",
    ).stdout  # fmt: skip
    assert message == (
        "Enforce: image-digest, model-revision, command-understood;"
        " Warn: remote-code, weights-format, hub-redirect, python-packages, remote-script"
    )
