"""Verdicts of the real API server, as data: apply this, as this user, expect this."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.installation import Installation

pytestmark = pytest.mark.cluster
IMAGE_VOLUMES = (1, 35)  # the Kubernetes that knows them without a feature gate
ROOT = Path(__file__).parent.parent.parent


def cases() -> list[Any]:
    raw = yaml.safe_load(Path(__file__).with_name("admission.yaml").read_text("utf-8"))
    return [pytest.param(case, id=case["case"]) for case in raw]


@pytest.mark.parametrize("case", cases())
def test_case(case: dict[str, Any], pinfold: Installation, namespace: Callable[..., str]) -> None:
    cluster = pinfold.cluster
    where = namespace(enforced=case.get("enforced", True))
    user = cluster.kubeconfig if case.get("as") == "admin" else cluster.kubeconfig_of_alice()
    done = cluster.kubectl(
        "apply", "-n", where, "-f", str(ROOT / case["apply"]), check=False, kubeconfig=user
    )
    verdict = "refused" if done.returncode else "warned" if done.stderr else "admitted"
    assert verdict == case["expect"], done.stderr
    for words in case.get("says", ()):
        assert words in done.stderr


def test_every_good_sample_is_admitted_and_every_bad_one_is_not(
    pinfold: Installation, namespace: Callable[..., str]
) -> None:
    good = _verdicts(pinfold, namespace(enforced=True), "good")
    bad = _verdicts(pinfold, namespace(enforced=True), "bad")
    assert set(good.values()) == {""}
    assert "" not in bad.values()


def _verdicts(pinfold: Installation, where: str, folder: str) -> dict[str, str]:
    """What kubectl says on standard error, by sample."""
    return {
        path.name: pinfold.cluster.kubectl(
            "apply", "-n", where, "-f", str(path), check=False
        ).stderr
        for path in sorted((ROOT / "manifests/samples" / folder).glob("*.yaml"))
        if path.stem != "image-volume" or pinfold.cluster.version >= IMAGE_VOLUMES
    }
