"""From a report to an answer."""

from pinfold.policy.evaluate import NOTHING, Finding, Report
from pinfold.policy.verdict import ADMITTED, enforced, observed
from pinfold.policy.violation import Mode, Violation


def finding(mode: Mode, rule: str = "image-digest", exemption: str | None = None) -> Finding:
    violation = Violation(
        rule=rule,
        container="vllm",
        place=f"spec.{mode}",
        found='"x" has no digest',
        why="what runs can change",
        fix="append @sha256:<digest>",
    )
    return Finding("default", violation, mode, exemption)


def test_nothing_found_is_admitted_in_silence() -> None:
    assert enforced(NOTHING, owned=False) is ADMITTED
    assert observed(NOTHING) is ADMITTED


def test_enforce_refuses_and_still_warns_of_the_rest() -> None:
    verdict = enforced(Report((finding(Mode.ENFORCE), finding(Mode.WARN))), owned=False)
    assert not verdict.allowed
    assert verdict.message.startswith('policy "default": 1 violation\n')
    assert [text[:9] for text in verdict.warnings] == ["pinfold: "]
    assert verdict.audit == {"enforce": "image-digest", "warn": "image-digest"}


def test_warn_admits_with_a_warning() -> None:
    verdict = enforced(Report((finding(Mode.WARN),)), owned=False)
    assert verdict.allowed
    assert verdict.message == ""
    assert len(verdict.warnings) == 1


def test_audit_admits_in_silence_and_leaves_a_trace() -> None:
    verdict = enforced(Report((finding(Mode.AUDIT),)), owned=False)
    assert verdict.allowed
    assert verdict.warnings == ()
    assert verdict.audit == {"audit": "image-digest"}


def test_an_exempted_violation_admits_and_names_the_exemption() -> None:
    verdict = enforced(Report((finding(Mode.ENFORCE, exemption="migration"),)), owned=False)
    assert verdict.allowed
    assert verdict.audit == {"exemptions": "migration"}


def test_a_pod_of_a_controller_is_told_that_admission_may_have_added_it() -> None:
    verdict = enforced(Report((finding(Mode.ENFORCE),)), owned=True)
    assert verdict.message.endswith(
        "\nNot in your manifest? It was added by admission: ask your cluster admin."
    )


def test_where_nothing_is_enforced_yet_the_refusal_is_a_warning() -> None:
    verdict = observed(Report((finding(Mode.WARN, "image-registry"), finding(Mode.ENFORCE))))
    assert verdict.allowed
    assert [text.split(" [")[0] for text in verdict.warnings] == [
        "pinfold would refuse this:",
        "pinfold:",
    ]
    assert verdict.audit == {"enforce": "image-digest", "warn": "image-registry"}
