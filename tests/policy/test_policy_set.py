"""A cluster's policies as one set: what cannot be read never takes a good policy with it."""

from typing import Any

from pinfold.policy.policy_set import PolicySet, read_policy_set
from pinfold.policy.violation import Mode


def policy(uid: str, mode: str) -> dict[str, Any]:
    return {
        "apiVersion": "pinfold.dev/v1alpha1",
        "kind": "SupplyChainPolicy",
        "metadata": {"name": f"policy-{uid}", "uid": uid},
        "spec": {"mode": mode},
    }


def test_good_policies_are_read_beside_a_broken_one() -> None:
    read = read_policy_set([policy("1", "Warn"), policy("2", "Block")], [], PolicySet())
    assert [one.name for one in read.policies] == ["policy-1"]
    assert [name for name, _why in read.broken] == ["policy-2"]
    assert read.unread == ("policy-2",)


def test_the_last_good_version_of_a_broken_policy_stays() -> None:
    before = read_policy_set([policy("1", "Enforce")], [], PolicySet())
    after = read_policy_set([policy("1", "Block")], [], before)
    assert [one.spec.mode for one in after.policies] == [Mode.ENFORCE]
    assert [name for name, _why in after.broken] == ["policy-1"]
    assert after.unread == ()


def test_a_policy_that_is_gone_is_gone() -> None:
    before = read_policy_set([policy("1", "Enforce")], [], PolicySet())
    assert read_policy_set([], [], before).policies == ()


def test_an_exemption_that_cannot_be_read_exempts_from_nothing() -> None:
    good = {
        "apiVersion": "pinfold.dev/v1alpha1",
        "kind": "PolicyExemption",
        "metadata": {"name": "good", "creationTimestamp": "2026-11-25T12:00:00Z"},
        "spec": {
            "rules": ["image-digest"],
            "namespaces": ["ml"],
            "reason": "until Friday",
            "expiresAt": "2026-12-01T00:00:00Z",
        },
    }
    read = read_policy_set([], [good, {"metadata": {"name": "broken"}}, {}], PolicySet())
    assert [one.name for one in read.exemptions] == ["good"]
    assert [name for name, _why in read.broken] == ["broken", ""]


def test_hints_come_from_the_policies_of_the_namespace() -> None:
    ours = policy("1", "Warn")
    ours["spec"] |= {
        "match": {"namespaces": ["ml"]},
        "servers": [{"image": "*/our-llm:*", "server": "vllm"}],
    }
    read = read_policy_set([ours, policy("2", "Warn")], [], PolicySet())
    assert read.hints("ml") == (("*/our-llm:*", "vllm"),)
    assert read.hints("web") == ()


def test_a_hint_at_a_server_that_is_not_read_is_refused_in_words() -> None:
    ours = policy("1", "Warn")
    ours["spec"]["servers"] = [{"image": "*/our-llm:*", "server": "vlm"}]
    read = read_policy_set([ours], [], PolicySet())
    assert "'vlm' is not read; known are dynamo, infinity, kserve," in read.broken[0][1]
