"""From the bytes of a review to the bytes of its answer."""

from datetime import datetime

import pytest

from pinfold.policy.evaluate import Report
from pinfold.policy.policy_set import PolicySet
from pinfold.webhook.judgement import Endpoint, Judgements
from pinfold.webhook.review import Reviewer
from pinfold.webhook.subject import Matter
from tests.webhook.material import (
    BREAK_GLASS,
    CONTROLLED,
    DEBUG,
    PINNED,
    TEMPLATE_KINDS,
    UID,
    UNPINNED,
    Object,
    answer_to,
    as_bytes,
    pod,
    policies,
    response,
    review,
    workload,
)

NOT_LOADED = "pinfold has not loaded its policies yet: try again in a few seconds."


def test_a_refusal_says_all_that_is_wrong_and_echoes_the_uid() -> None:
    found = response(answer_to(review(pod(UNPINNED))))
    message = found["status"].pop("message")
    assert found == {
        "uid": UID,
        "allowed": False,
        "status": {"code": 403, "reason": "Forbidden"},
        "auditAnnotations": {"enforce": "image-digest,model-revision"},
    }
    assert message.startswith('policy "default": 2 violations\n[image-digest] container "vllm"')


def test_an_admission_in_silence_is_as_short_as_it_can_be() -> None:
    found = answer_to(review(pod(PINNED))).body
    assert found == (
        b'{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","response":'
        b'{"uid":"705ab4f5-6393-11e8-b7cc-42010a800002","allowed":true}}'
    )


def test_observe_admits_and_says_what_would_be_refused() -> None:
    found = response(answer_to(review(pod(UNPINNED)), "observe"))
    assert found["allowed"] is True
    assert [text[:41] for text in found["warnings"]] == [
        "pinfold would refuse this: [image-digest]",
        "pinfold would refuse this: [model-revisio",
    ]
    assert found["auditAnnotations"] == {"enforce": "image-digest,model-revision"}


def test_a_warning_policy_admits_at_enforce() -> None:
    found = response(answer_to(review(pod(UNPINNED)), loaded=policies("Warn")))
    assert found["allowed"] is True
    assert len(found["warnings"]) == 2


def test_a_dry_run_is_judged_like_any_other() -> None:
    assert response(answer_to(review(pod(UNPINNED), dryRun=True)))["allowed"] is False


@pytest.mark.parametrize("kind", TEMPLATE_KINDS)
class TestTemplates:
    def test_are_judged(self, kind: str) -> None:
        assert response(answer_to(review(workload(kind, UNPINNED))))["allowed"] is False
        assert response(answer_to(review(workload(kind, PINNED))))["allowed"] is True

    def test_of_another_controllers_object_are_left_to_the_pods(self, kind: str) -> None:
        owned = workload(kind, UNPINNED, owners=CONTROLLED)
        assert response(answer_to(review(owned)))["allowed"] is True

    def test_of_an_owner_that_does_not_control_are_judged(self, kind: str) -> None:
        owners: list[Object] = [{**CONTROLLED[0], "controller": False}, {"kind": "Application"}]
        owned = workload(kind, UNPINNED, owners=owners)
        assert response(answer_to(review(owned)))["allowed"] is False

    def test_that_did_not_change_pass(self, kind: str) -> None:
        old = workload(kind, UNPINNED)
        new = {
            **old,
            "metadata": {**old["metadata"], "labels": {"a": "b"}, "finalizers": ["x/y"]},
            "spec": {**old["spec"], "replicas": 0},
        }
        assert response(answer_to(review(new, old)))["allowed"] is True

    def test_that_changed_are_judged_whole(self, kind: str) -> None:
        old, new = workload(kind, UNPINNED), workload(kind, UNPINNED, {**PINNED, "name": "b"})
        message = response(answer_to(review(new, old)))["status"]["message"]
        assert 'container "vllm"' in message

    def test_cannot_be_missing(self, kind: str) -> None:
        empty = {**workload(kind), "spec": {}}
        found = response(answer_to(review(empty)))
        assert found["status"]["message"].startswith(f"pinfold cannot read this {kind}: ")


class TestPods:
    def test_a_forged_owner_changes_no_verdict(self) -> None:
        found = response(answer_to(review(pod(UNPINNED, owners=CONTROLLED))))
        assert found["allowed"] is False
        assert found["status"]["message"].endswith(
            "\nNot in your manifest? It was added by admission: ask your cluster admin."
        )

    def test_who_adds_a_debug_container_is_a_person(self) -> None:
        old = pod(PINNED, owners=CONTROLLED)
        new = pod(PINNED, owners=CONTROLLED, ephemeralContainers=[DEBUG])
        message = response(answer_to(review(new, old)))["status"]["message"]
        assert "added by admission" not in message

    def test_no_annotation_changes_a_verdict(self) -> None:
        forged = pod(UNPINNED)
        forged["metadata"]["annotations"] = {"pinfold.dev/scan-status": "Compliant"}
        assert response(answer_to(review(forged)))["allowed"] is False

    def test_one_that_is_being_deleted_is_judged(self) -> None:
        leaving = pod(UNPINNED, DEBUG)
        leaving["metadata"]["deletionTimestamp"] = "2026-11-25T12:00:00Z"
        assert response(answer_to(review(leaving, pod(UNPINNED))))["allowed"] is False

    @pytest.mark.parametrize("field", ["initContainers", "ephemeralContainers"])
    def test_every_list_of_containers_counts(self, field: str) -> None:
        found = response(answer_to(review(pod(PINNED, **{field: [DEBUG]}))))
        assert f"spec.{field}[0].image" in found["status"]["message"]

    @pytest.mark.parametrize(
        ("new", "blamed"),
        [
            pytest.param(pod(UNPINNED), [], id="nothing"),
            pytest.param(
                pod(UNPINNED, ephemeralContainers=[DEBUG]), ["debug"], id="an ephemeral container"
            ),
            pytest.param(pod({**UNPINNED, "image": "vllm/vllm-openai:2"}), ["vllm"], id="an image"),
            pytest.param(pod({**UNPINNED, "args": ["--model", "a/b"]}), ["vllm"], id="arguments"),
            pytest.param(
                pod({**UNPINNED, "resources": {"limits": {"cpu": "2"}}}), [], id="resources"
            ),
            pytest.param(
                {**pod(UNPINNED), "metadata": {"name": "llama", "labels": {"a": "b"}}},
                [],
                id="a label",
            ),
        ],
    )
    def test_an_update_is_blamed_for_what_it_brings_in(
        self, new: Object, blamed: list[str]
    ) -> None:
        found = response(answer_to(review(new, pod(UNPINNED))))
        assert found["allowed"] is not bool(blamed)
        message = found.get("status", {}).get("message", "")
        assert [name for name in ("vllm", "debug") if f'container "{name}"' in message] == blamed

    def test_an_update_without_an_old_object_is_judged_whole(self) -> None:
        found = answer_to(review(pod(UNPINNED), None, operation="UPDATE"))
        assert response(found)["allowed"] is False

    def test_a_subresource_makes_no_difference(self) -> None:
        new = pod(PINNED, ephemeralContainers=[DEBUG])
        found = answer_to(review(new, pod(PINNED), subResource="ephemeralcontainers"))
        assert 'container "debug"' in response(found)["status"]["message"]


@pytest.mark.parametrize("endpoint", ["enforce", "observe"])
@pytest.mark.parametrize("operation", ["DELETE", "CONNECT"])
def test_what_starts_nothing_is_admitted(endpoint: Endpoint, operation: str) -> None:
    found = answer_to(review(None, pod(UNPINNED), operation=operation), endpoint)
    assert response(found) == {"uid": UID, "allowed": True}


class TestWithoutAJudgement:
    def test_enforce_refuses_until_policies_were_read(self) -> None:
        found = response(answer_to(review(pod(PINNED)), loaded=None))
        assert found["status"] == {
            "code": 503,
            "reason": "ServiceUnavailable",
            "message": f"{NOT_LOADED} If it stays so, a cluster admin can end all refusals:"
            f" {BREAK_GLASS}",
        }

    def test_observe_warns_until_policies_were_read(self) -> None:
        assert response(answer_to(review(pod(PINNED)), "observe", loaded=None)) == {
            "uid": UID,
            "allowed": True,
            "warnings": [f"{NOT_LOADED} Nothing is enforced here."],
        }

    def test_what_brings_nothing_in_waits_for_no_policies(self) -> None:
        found = answer_to(review(pod(UNPINNED), pod(UNPINNED)), loaded=None)
        assert response(found)["allowed"] is True

    def test_a_cluster_without_policies_admits(self) -> None:
        assert response(answer_to(review(pod(UNPINNED)), loaded=PolicySet()))["allowed"] is True

    def test_a_fault_of_ours_refuses_at_enforce_and_says_whose_it_is(self) -> None:
        answer = answer_to(
            review(pod(PINNED)), reviewer=Reviewer(BREAK_GLASS, Judgements(broken_judge))
        )
        message = response(answer)["status"]["message"]
        assert "the fault is Pinfold's, not your manifest's" in message
        assert BREAK_GLASS in message
        assert "secret value" not in message
        assert isinstance(answer.error, ZeroDivisionError)

    def test_a_fault_of_ours_warns_at_observe(self) -> None:
        reviewer = Reviewer(BREAK_GLASS, Judgements(broken_judge))
        found = response(answer_to(review(pod(PINNED)), "observe", reviewer=reviewer))
        assert found["allowed"] is True
        assert len(found["warnings"][0]) <= 256

    def test_a_review_that_waited_too_long_is_not_judged(self) -> None:
        reviewer, body = Reviewer(BREAK_GLASS), as_bytes(review(pod(PINNED)))
        assert response(reviewer.late("enforce", body))["status"]["code"] == 504
        assert response(reviewer.late("observe", body))["allowed"] is True
        assert reviewer.late("enforce", b"").status == 400


def broken_judge(_matter: Matter, _policies: PolicySet, _now: datetime) -> Report:
    raise ZeroDivisionError("secret value")
