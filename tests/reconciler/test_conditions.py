"""What the status of policies and exemptions says."""

from datetime import UTC, datetime
from typing import Any

import pytest

from pinfold.policy.policy_set import PolicySet, read_policy_set
from pinfold.reconciler.conditions import exemption_status, policy_status

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def policy(mode: str = "Enforce", rules: Any = None, **status: Any) -> dict[str, Any]:
    return {
        "apiVersion": "pinfold.dev/v1alpha1",
        "kind": "SupplyChainPolicy",
        "metadata": {"name": "default", "uid": "u1", "generation": 2},
        "spec": {"mode": mode, "rules": rules or {}},
        "status": status,
    }


def exemption(expires: str = "2026-12-01T00:00:00Z", **spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "pinfold.dev/v1alpha1",
        "kind": "PolicyExemption",
        "metadata": {
            "name": "migration",
            "uid": "e1",
            "generation": 1,
            "creationTimestamp": "2026-11-20T00:00:00Z",
        },
        "spec": {
            "rules": ["image-digest"],
            "namespaces": ["ml"],
            "reason": "until the mirror is up",
            "expiresAt": expires,
            **spec,
        },
    }


def condition(kind: str, status: str, reason: str, message: str, generation: int = 2) -> Any:
    return {
        "type": kind,
        "status": status,
        "reason": reason,
        "message": message,
        "observedGeneration": generation,
        "lastTransitionTime": "2026-11-25T12:00:00Z",
    }


READY = condition("Ready", "True", "InForce", "Enforce: image-digest, model-revision")
FINE = condition("Degraded", "False", "AsWritten", "")
RULES: dict[str, Any] = {"modelRevision": {}, "imageDigest": {}}


def test_a_policy_in_force_says_what_is_on() -> None:
    value = policy(rules=RULES)
    assert policy_status(value, read_policy_set([value], [], PolicySet()), NOON) == {
        "observedGeneration": 2,
        "conditions": [READY, FINE],
    }


def test_a_rule_that_has_another_mode_is_said_apart() -> None:
    value = policy(rules={"remoteCode": {}, "imageDigest": {}, "modelRevision": {"mode": "Audit"}})
    status = policy_status(value, read_policy_set([value], [], PolicySet()), NOON)
    assert status is not None
    assert status["conditions"][0]["message"] == (
        "Enforce: image-digest; Audit: model-revision; Warn: remote-code"
    )


def test_a_status_that_stands_is_not_written_again() -> None:
    value = policy(rules=RULES, observedGeneration=2, conditions=[READY, FINE], workloads=7)
    later = NOON.replace(hour=18)
    assert policy_status(value, read_policy_set([value], [], PolicySet()), later) is None


def test_a_policy_with_fields_of_a_later_version_is_degraded() -> None:
    value = policy(rules={"imageDigest": {"later": True}})
    status = policy_status(value, read_policy_set([value], [], PolicySet()), NOON)
    assert status is not None
    words = "not honoured here: spec.rules.imageDigest.later"
    assert status["conditions"][1] == condition("Degraded", "True", "UnknownFields", words)


def test_conditions_of_others_stay() -> None:
    other = {"type": "Reviewed", "status": "True"}
    value = policy(rules=RULES, conditions=[other])
    status = policy_status(value, read_policy_set([value], [], PolicySet()), NOON)
    assert status is not None
    assert status["conditions"] == [other, READY, FINE]


@pytest.mark.parametrize(
    ("before", "degraded"),
    [
        pytest.param([], FINE, id="never read"),
        pytest.param(
            [policy()],
            condition(
                "Degraded",
                "True",
                "LastGoodVersion",
                "reviews are judged by the last version that could be read",
            ),
            id="an earlier version stays in force",
        ),
    ],
)
def test_a_policy_that_cannot_be_read_says_why(before: list[Any], degraded: Any) -> None:
    value = policy("Block")
    found = read_policy_set([value], [], read_policy_set(before, [], PolicySet()))
    status = policy_status(value, found, NOON)
    assert status is not None
    ready, second = status["conditions"]
    assert (ready["status"], ready["reason"]) == ("False", "Unreadable")
    assert "Invalid enum value 'Block'" in ready["message"]
    assert second == degraded


def test_an_exemption_of_the_same_name_is_no_trouble_of_the_policy() -> None:
    value = policy(rules=RULES)
    broken = exemption(rules=["no-such-rule"])
    broken["metadata"]["name"] = value["metadata"]["name"]
    found = read_policy_set([value], [broken], PolicySet())
    assert policy_status(value, found, NOON) == {
        "observedGeneration": 2,
        "conditions": [READY, FINE],
    }


def test_a_new_version_waits_until_it_is_in_force() -> None:
    value = policy(rules=RULES)
    older = policy("Warn")
    older["metadata"] = value["metadata"] | {"generation": 1}
    assert policy_status(value, read_policy_set([older], [], PolicySet()), NOON) is None


def test_a_policy_that_the_set_does_not_know_yet_is_left_alone() -> None:
    assert policy_status(policy(), PolicySet(), NOON) is None
    assert exemption_status(exemption(), PolicySet(), NOON) is None


@pytest.mark.parametrize(
    ("policies", "value", "ends", "ready"),
    [
        pytest.param(
            [],
            exemption(),
            "2026-12-01T00:00:00Z",
            condition("Ready", "True", "InForce", "", 1),
            id="its own date",
        ),
        pytest.param(
            [policy() | {"spec": {"mode": "Warn", "exemptions": {"maxDuration": "192h"}}}],
            exemption(),
            "2026-11-28T00:00:00Z",
            condition("Ready", "True", "InForce", "", 1),
            id="a policy grants less",
        ),
        pytest.param(
            [],
            exemption("2026-11-25T12:00:00Z"),
            "2026-11-25T12:00:00Z",
            condition("Ready", "False", "Ended", "it ended at 2026-11-25T12:00:00Z", 1),
            id="over",
        ),
    ],
)
def test_an_exemption_says_when_it_ends(
    policies: list[Any], value: dict[str, Any], ends: str, ready: Any
) -> None:
    found = read_policy_set(policies, [value], PolicySet())
    status = exemption_status(value, found, NOON)
    assert status == {"endsAt": ends, "observedGeneration": 1, "conditions": [ready]}


def test_an_exemption_that_cannot_be_read_says_why() -> None:
    value = exemption(rules=["no-such-rule"])
    status = exemption_status(value, read_policy_set([], [value], PolicySet()), NOON)
    assert status is not None
    assert "there is no rule 'no-such-rule'" in status["conditions"][0]["message"]
