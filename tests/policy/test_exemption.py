"""Exemptions: what one covers, when it ends, what is refused."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pinfold.policy.exemption import Exemption, read_exemption
from pinfold.policy.model import ExemptionLimits, InvalidPolicy, Policy, Spec
from pinfold.policy.violation import Mode, Violation
from tests.policy.facts import NOON


def exemption(
    spec: dict[str, Any] | None = None, created: str = "2026-11-25T12:00:00Z"
) -> Exemption:
    return read_exemption(
        {
            "apiVersion": "pinfold.dev/v1alpha1",
            "kind": "PolicyExemption",
            "metadata": {"name": "migration", "uid": "e1", "creationTimestamp": created},
            "spec": {
                "rules": ["image-digest"],
                "namespaces": ["ml"],
                "reason": "until the mirror is up (ML-42)",
                "expiresAt": "2026-12-01T00:00:00Z",
                **(spec or {}),
            },
        }
    )


def violation(rule: str = "image-digest", **subject: Any) -> Violation:
    return Violation(rule=rule, container="c", place="p", found="f", why="w", fix="x", **subject)


def a_policy(max_duration: str = "720h") -> Policy:
    limits = ExemptionLimits(max_duration=max_duration)
    return Policy(name="default", spec=Spec(mode=Mode.ENFORCE, exemptions=limits))


@pytest.mark.parametrize(
    ("spec", "violated", "namespace", "covered"),
    [
        pytest.param({}, violation(image="docker.io/vllm/x"), "ml", True, id="rule and namespace"),
        pytest.param({}, violation(), "prod", False, id="another namespace"),
        pytest.param({}, violation("model-revision"), "ml", False, id="another rule"),
        pytest.param(
            {"images": ["docker.io/vllm"]},
            violation(image="docker.io/vllm/x"),
            "ml",
            True,
            id="an image below the entry",
        ),
        pytest.param(
            {"images": ["docker.io/vllm"]},
            violation(image="docker.io/vllm-evil/x"),
            "ml",
            False,
            id="an image beside the entry",
        ),
        pytest.param(
            {"images": ["docker.io/vllm"]},
            violation(),
            "ml",
            False,
            id="narrowed to images, and the violation is about none",
        ),
        pytest.param(
            {"rules": ["model-revision"], "artefacts": ["org/*"]},
            violation("model-revision", artefact="org/m"),
            "ml",
            True,
            id="an artefact that fits",
        ),
        pytest.param(
            {"rules": ["model-revision"], "artefacts": ["org/*"]},
            violation("model-revision", artefact="other/m"),
            "ml",
            False,
            id="an artefact that does not",
        ),
        pytest.param(
            {"rules": ["model-revision"], "images": ["docker.io/vllm"]},
            violation("model-revision", artefact="org/m"),
            "ml",
            False,
            id="narrowed to images only: no artefact is covered",
        ),
    ],
)
def test_an_exemption_covers_what_it_names(
    spec: dict[str, Any], violated: Violation, namespace: str, covered: bool
) -> None:
    assert exemption(spec).covers(violated, namespace) is covered


@pytest.mark.parametrize(
    ("max_duration", "ends"),
    [
        pytest.param("720h", datetime(2026, 12, 1, tzinfo=UTC), id="its own date comes first"),
        pytest.param("24h", NOON + timedelta(days=1), id="the policy's limit comes first"),
    ],
)
def test_an_exemption_ends_at_the_sooner_of_two_dates(max_duration: str, ends: datetime) -> None:
    assert exemption().ends(a_policy(max_duration)) == ends


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"rules": ["image-digests"]}, "there is no rule 'image-digests'; known are command-"),
        ({"rules": []}, "length >= 1"),
        ({"namespaces": []}, "length >= 1"),
        ({"reason": ""}, "length >= 8"),
        ({"expiresAt": "2026-12-01T00:00:00"}, "timezone"),
        ({"images": ["vllm"]}, "write docker.io/vllm for Docker Hub"),
        ({"artefacts": ["org/ m"]}, "can match no repository"),
    ],
)
def test_a_wrong_exemption_is_refused_in_words(spec: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidPolicy) as error:
        exemption(spec)
    assert message in str(error.value)


def test_an_exemption_without_a_birth_has_no_end_and_is_refused() -> None:
    with pytest.raises(InvalidPolicy, match="creationTimestamp"):
        exemption(created="yesterday")
