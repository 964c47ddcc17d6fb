"""What is no review, or has no object that can be read: answered in words, and never admitted."""

import pytest

from tests.webhook.material import (
    PINNED,
    UID,
    Object,
    answer_to,
    as_bytes,
    pod,
    response,
    review,
    workload,
)

UNREADABLE = [
    pytest.param(review(None), "the review has no object", id="no object"),
    pytest.param(review(pod(), namespace=""), "the review names no namespace", id="no namespace"),
    pytest.param(
        review(pod(), kind={"group": "", "version": "v1", "kind": "Binding"}),
        "cannot read this Binding: objects of this kind are not read",
        id="a kind that is not read",
    ),
    pytest.param(
        review(pod(), kind={"group": "apps", "version": "v1", "kind": "Pod"}),
        "objects of this kind are not read",
        id="a kind of another group",
    ),
    pytest.param(
        review(workload("Job"), kind={"group": "apps", "version": "v1", "kind": "Deployment"}),
        "its object is a 'Job'",
        id="an object of another kind",
    ),
    pytest.param(
        review(workload("Job"), kind={"group": "", "version": "v1", "kind": "Pod"}),
        "its object is a 'Job'",
        id="a template in place of a Pod",
    ),
    pytest.param(
        review({**pod(), "spec": {"containers": []}}),
        "spec.containers is empty",
        id="no containers",
    ),
    pytest.param(
        review(pod(*[PINNED] * 400, initContainers=[PINNED] * 101)),
        "spec has 501 containers; no more than 500 are read",
        id="more containers than anybody runs",
    ),
    pytest.param(
        review(pod({"name": "a", "image": 7})),
        "Expected `str`, got `int` - at `spec.containers[0].image`",
        id="an image that is a number",
    ),
    pytest.param(
        review(pod({"name": "a", "args": "--model"})),
        "Expected `array | null`, got `str` - at `spec.containers[0].args`",
        id="arguments that are text",
    ),
    pytest.param(
        review({**pod(), "spec": ["containers"]}),
        "Expected `object`, got `array` - at `spec`",
        id="a list as spec",
    ),
    pytest.param(
        review(workload("Deployment", {"name": "a", "image": None})),
        "Expected `str`, got `null` - at `spec.template.spec.containers[0].image`",
        id="a template with wrong types",
    ),
]


class TestUnreadableObjects:
    @pytest.mark.parametrize(("value", "words"), UNREADABLE)
    def test_enforce_refuses_in_words(self, value: Object, words: str) -> None:
        found = response(answer_to(value))
        assert (found["uid"], found["allowed"]) == (UID, False)
        assert found["status"]["code"] == 400
        assert words in found["status"]["message"]

    @pytest.mark.parametrize(("value", "words"), UNREADABLE)
    def test_observe_admits_with_a_warning(self, value: Object, words: str) -> None:
        found = response(answer_to(value, "observe"))
        assert (found["uid"], found["allowed"]) == (UID, True)
        assert words in found["warnings"][0]
        assert len(found["warnings"][0]) <= 256


def without(field: str) -> Object:
    made = review(pod(PINNED))
    del made["request"][field]
    return made


NO_REVIEW = [
    pytest.param(b"", False, id="nothing"),
    pytest.param(b"uid=1", False, id="a form"),
    pytest.param(b"[]", False, id="a list"),
    pytest.param(b"null", False, id="null"),
    pytest.param(b"{}", False, id="an empty object"),
    pytest.param(b"[" * 200_000, False, id="brackets without end"),
    pytest.param(b'{"request":' * 100_000, False, id="objects without end"),
    pytest.param(b"\xff\xfe", False, id="another encoding"),
    pytest.param(as_bytes(review(pod(PINNED)))[:-2], False, id="cut off"),
    pytest.param(as_bytes(review(pod(PINNED))) + b"{}", False, id="two documents"),
    pytest.param(as_bytes(without("uid")), False, id="no uid"),
    pytest.param(as_bytes(review(pod(PINNED), uid="")), False, id="an empty uid"),
    pytest.param(as_bytes(review(pod(PINNED), uid=7)), False, id="a uid that is a number"),
    pytest.param(as_bytes(review(pod(PINNED), uid="u" * 129)), False, id="an endless uid"),
    pytest.param(as_bytes(without("kind")), True, id="no kind"),
    pytest.param(as_bytes(without("operation")), True, id="no operation"),
    pytest.param(as_bytes(review(pod(PINNED), operation="PATCH")), True, id="another operation"),
    pytest.param(as_bytes(review(pod(PINNED), namespace=["ml"])), True, id="namespaces"),
    pytest.param(
        as_bytes(review(pod(PINNED)) | {"apiVersion": "admission.k8s.io/v1beta1"}),
        True,
        id="v1beta1",
    ),
    pytest.param(as_bytes(review(pod(PINNED)) | {"kind": "ConversionReview"}), True, id="no kin"),
    pytest.param(
        as_bytes({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview"}),
        False,
        id="no request",
    ),
]


class TestWhatIsNoReview:
    @pytest.mark.parametrize(("body", "has_uid"), NO_REVIEW)
    def test_enforce_refuses_where_it_can_and_never_admits(
        self, body: bytes, has_uid: bool
    ) -> None:
        answer = answer_to(body)
        if has_uid:
            found = response(answer)
            assert (found["uid"], found["allowed"]) == (UID, False)
            assert found["status"]["message"].startswith("this is no AdmissionReview of ")
        else:
            assert answer.status == 400
            assert answer.body.startswith(b"this is no AdmissionReview of admission.k8s.io/v1: ")

    @pytest.mark.parametrize(("body", "has_uid"), NO_REVIEW)
    def test_observe_answers_with_an_error(self, body: bytes, has_uid: bool) -> None:
        assert answer_to(body, "observe").status == 400

    def test_an_object_that_is_nested_too_deep_is_refused(self) -> None:
        body = as_bytes(review({**pod(PINNED), "deep": 0})).replace(
            b'"deep": 0', b'"deep": ' + b"[" * 100_000 + b"]" * 100_000
        )
        answer = answer_to(body)
        assert answer.status == 400
        assert answer.body.endswith(b": it is nested too deep\n")
