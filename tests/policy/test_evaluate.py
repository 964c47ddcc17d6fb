"""A workload against policies and exemptions."""

from datetime import timedelta
from typing import Any

import pytest

from pinfold.inspect.workload import Code
from pinfold.policy.evaluate import NOTHING, Report, evaluate
from pinfold.policy.exemption import Exemption, ExemptionSpec
from pinfold.policy.model import Policy, read_policy
from pinfold.policy.violation import Mode
from tests.policy.facts import NOON, hazard, image, model, opaque, workload

BAD = workload(image("vllm/vllm-openai:latest"), model())


def policy(name: str, mode: str, rules: dict[str, Any], **spec: Any) -> Policy:
    return read_policy(
        {
            "apiVersion": "pinfold.dev/v1alpha1",
            "kind": "SupplyChainPolicy",
            "metadata": {"name": name},
            "spec": {"mode": mode, "rules": rules, **spec},
        }
    )


def exemption(*rules: str, days: int = 7) -> Exemption:
    spec = ExemptionSpec(
        rules=rules,
        namespaces=("ml",),
        reason="until the mirror is up",
        expires_at=NOON + timedelta(days=days),
    )
    return Exemption(name="migration", created=NOON - timedelta(days=30), spec=spec)


def rows(report: Report) -> list[tuple[str, str, str]]:
    return [(f.policy, f.violation.rule, f.mode.value) for f in report.findings]


def test_every_violation_is_found_at_once_in_rule_order() -> None:
    both = policy("default", "Enforce", {"modelRevision": {}, "imageDigest": {}})
    assert rows(evaluate(BAD, [both], [], NOON)) == [
        ("default", "image-digest", "Enforce"),
        ("default", "model-revision", "Enforce"),
    ]


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        pytest.param([], [], id="no policy at all"),
        pytest.param([policy("p", "Enforce", {})], [], id="a policy without rules"),
        pytest.param(
            [policy("p", "Enforce", {"imageDigest": {}}, match={"namespaces": ["prod"]})],
            [],
            id="a policy for another namespace",
        ),
        pytest.param(
            [policy("p", "Enforce", {"imageDigest": {"mode": "Audit"}})],
            [("p", "image-digest", "Audit")],
            id="a rule's mode replaces the policy's: milder",
        ),
        pytest.param(
            [policy("p", "Audit", {"imageDigest": {"mode": "Enforce"}})],
            [("p", "image-digest", "Enforce")],
            id="a rule's mode replaces the policy's: stricter",
        ),
        pytest.param(
            [
                policy("z", "Enforce", {"imageDigest": {}}),
                policy("a", "Audit", {"imageDigest": {}}),
            ],
            [("a", "image-digest", "Audit"), ("z", "image-digest", "Enforce")],
            id="policies add up, in the order of their names",
        ),
    ],
)
def test_policies_by_mode_and_namespace(
    policies: list[Policy], expected: list[tuple[str, str, str]]
) -> None:
    assert rows(evaluate(BAD, policies, [], NOON)) == expected


@pytest.mark.parametrize(
    ("mode", "rule", "code", "found"),
    [
        pytest.param("Enforce", {}, Code.CONFIGMAP, "Warn", id="a default makes it milder"),
        pytest.param("Audit", {}, Code.CONFIGMAP, "Audit", id="and never stricter"),
        pytest.param("Enforce", {}, Code.SECRET, "Enforce", id="other codes follow the rule"),
        pytest.param(
            "Audit",
            {"codes": {"configmap": "Enforce"}},
            Code.CONFIGMAP,
            "Enforce",
            id="a policy's own word replaces all",
        ),
    ],
)
def test_modes_by_code(mode: str, rule: dict[str, Any], code: Code, found: str) -> None:
    strict = policy("p", mode, {"commandUnderstood": rule})
    report = evaluate(workload(opaque(code)), [strict], [], NOON)
    assert rows(report) == [("p", "command-understood", found)]


@pytest.mark.parametrize(
    ("mode", "rule", "found"),
    [
        pytest.param("Enforce", {}, "Warn", id="it warns in a policy that enforces"),
        pytest.param("Warn", {}, "Warn", id="and in one that warns"),
        pytest.param("Audit", {}, "Audit", id="and never makes it stricter"),
        pytest.param("Audit", {"mode": "Enforce"}, "Enforce", id="its own mode counts"),
    ],
)
def test_a_rule_that_warns_unless_it_is_told_otherwise(
    mode: str, rule: dict[str, Any], found: str
) -> None:
    one = policy("p", mode, {"remoteCode": rule})
    report = evaluate(workload(hazard("import-path")), [one], [], NOON)
    assert rows(report) == [("p", "remote-code", found)]


def test_an_exempted_violation_is_reported_but_not_counted() -> None:
    rules: dict[str, Any] = {"imageDigest": {}, "modelRevision": {}}
    both = policy("p", "Enforce", rules, exemptions={"maxDuration": "8760h"})
    report = evaluate(BAD, [both], [exemption("image-digest")], NOON)
    assert [f.exemption for f in report.findings] == ["migration", None]
    assert [f.violation.rule for f in report.of(Mode.ENFORCE)] == ["model-revision"]


@pytest.mark.parametrize(
    ("days", "limit", "exempted"),
    [
        pytest.param(7, "8760h", True, id="before its date"),
        pytest.param(0, "8760h", False, id="at its date"),
        pytest.param(7, "719h", False, id="after the policy's limit"),
    ],
)
def test_an_ended_exemption_is_none(days: int, limit: str, exempted: bool) -> None:
    strict = policy("p", "Enforce", {"imageDigest": {}}, exemptions={"maxDuration": limit})
    report = evaluate(BAD, [strict], [exemption("image-digest", days=days)], NOON)
    assert (report.findings[0].exemption is not None) is exempted


def test_two_exemptions_never_add_up_to_cover_another_rule() -> None:
    strict = policy("p", "Enforce", {"modelRevision": {}})
    granted = [exemption("image-digest"), exemption("command-understood")]
    assert evaluate(BAD, [strict], granted, NOON).of(Mode.ENFORCE)


def test_a_good_workload_gives_the_empty_report() -> None:
    strict = policy("p", "Enforce", {"imageDigest": {}})
    assert evaluate(workload(), [strict], [], NOON) is NOTHING
