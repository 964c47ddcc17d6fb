"""What is remembered of a judgement, and what makes it be judged anew."""

from datetime import timedelta

import pytest

from pinfold.policy.evaluate import NOTHING, Report
from pinfold.policy.exemption import read_exemption
from pinfold.policy.policy_set import PolicySet
from pinfold.webhook.judgement import Endpoint, Judgements, judge
from pinfold.webhook.request import Unreadable
from pinfold.webhook.review import Reviewer
from pinfold.webhook.subject import Matter, Subject, with_common_token_name
from tests.webhook.material import NOON, UNPINNED, Object, as_bytes, pod, policies, review

EXEMPTION: Object = {
    "apiVersion": "pinfold.dev/v1alpha1",
    "kind": "PolicyExemption",
    "metadata": {"name": "migration", "creationTimestamp": "2026-11-01T00:00:00Z"},
    "spec": {
        "rules": ["image-digest", "model-revision"],
        "namespaces": ["ml"],
        "reason": "until the mirror is there",
        "expiresAt": "2026-11-25T12:00:01Z",
    },
}
SPEC = as_bytes(pod(UNPINNED)["spec"])


class CountingJudge:
    """The real one, and how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, matter: Matter, policies: PolicySet, now: object) -> Report:
        self.asked += 1
        return judge(matter, policies, now)  # type: ignore[arg-type]  # it is a datetime


def subject(spec: bytes = SPEC, *, namespace: str = "ml", owned: bool = False) -> Subject:
    return Subject(Matter("Pod", namespace, (("spec", spec),)), "llama", owned)


def test_an_equal_matter_is_judged_once() -> None:
    counting, loaded = CountingJudge(), policies()
    judgements = Judgements(counting)
    first = judgements.of("enforce", subject(), loaded, NOON)
    later = judgements.of("enforce", subject(), loaded, NOON + timedelta(hours=1))
    assert counting.asked == 1
    assert later is first
    assert judgements.remembered() == 1


@pytest.mark.parametrize(
    ("endpoint", "other"),
    [
        pytest.param("observe", subject(), id="another endpoint"),
        pytest.param("enforce", subject(namespace="web"), id="another namespace"),
        pytest.param("enforce", subject(owned=True), id="a controller's pod"),
        pytest.param("enforce", subject(SPEC + b" "), id="another spec"),
    ],
)
def test_all_that_changes_the_answer_tells_matters_apart(
    endpoint: Endpoint, other: Subject
) -> None:
    counting, loaded = CountingJudge(), policies()
    judgements = Judgements(counting)
    judgements.of("enforce", subject(), loaded, NOON)
    judgements.of(endpoint, other, loaded, NOON)
    assert counting.asked == 2


def test_other_policies_judge_anew() -> None:
    judgements = Judgements()
    assert not judgements.of("enforce", subject(), policies(), NOON).verdict.allowed
    assert judgements.of("enforce", subject(), policies("Warn"), NOON).verdict.allowed
    assert judgements.of("enforce", subject(), PolicySet(), NOON).report is NOTHING


def test_an_exemption_ends_on_time() -> None:
    loaded = PolicySet(policies().policies, (read_exemption(EXEMPTION),))
    judgements = Judgements()
    for milliseconds, allowed in ((0, True), (900, True), (1000, False), (60_000, False)):
        now = NOON + timedelta(milliseconds=milliseconds)
        assert judgements.of("enforce", subject(), loaded, now).verdict.allowed is allowed


def test_a_huge_matter_is_judged_and_not_kept() -> None:
    judgements = Judgements()
    huge = subject(SPEC + b" " * 40_000)
    assert not judgements.of("enforce", huge, policies(), NOON).verdict.allowed
    assert judgements.remembered() == 0


def test_what_cannot_be_read_is_not_kept() -> None:
    judgements = Judgements()
    for _ in range(2):
        with pytest.raises(Unreadable, match=r"`spec\.containers`"):
            judgements.of("enforce", subject(b'{"containers": 7}'), policies(), NOON)
    assert judgements.remembered() == 0


def replica(name: str) -> Object:
    """A Pod as the API server's admission leaves it."""
    folder = "/var/run/secrets/kubernetes.io/serviceaccount"
    token = {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}}
    mount = {"name": name, "readOnly": True, "mountPath": folder}
    volume = {"name": name, "projected": {"sources": [token]}}
    container = {**UNPINNED, "volumeMounts": [{"name": "c", "mountPath": "/c"}, mount]}
    return pod(container, {**container, "name": "side"}, volumes=[volume])


def test_replicas_are_judged_once() -> None:
    counting = CountingJudge()
    reviewer, loaded = Reviewer("-", Judgements(counting)), policies()
    for name in ("kube-api-access-x7k2p", "kube-api-access-9qwzt"):
        body = as_bytes(review(replica(name))).replace(b": ", b":").replace(b", ", b",")
        answer = reviewer.review("enforce", body, loaded, NOON)
        assert answer.outcome == "refused"
    assert counting.asked == 1


VOLUME = b'{"name":"kube-api-access-%b","projected":{"sources":[{"serviceAccountToken":{}}]}}'
MOUNT = (
    b'{"name":"kube-api-access-%b","readOnly":true,'
    b'"mountPath":"/var/run/secrets/kubernetes.io/serviceaccount"}'
)
RENAMED = VOLUME % b"00000" + MOUNT % b"00000"


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        pytest.param(VOLUME % b"x7k2p" + MOUNT % b"x7k2p", RENAMED, id="as the API server adds it"),
        pytest.param(VOLUME % b"x7k2p", VOLUME % b"00000", id="mounted nowhere"),
        pytest.param(RENAMED, RENAMED, id="by that name already"),
        pytest.param(b'{"containers":[]}', b'{"containers":[]}', id="none"),
    ],
)
def test_the_tokens_volume_gets_a_common_name(spec: bytes, expected: bytes) -> None:
    assert with_common_token_name(spec) == expected


@pytest.mark.parametrize(
    "spec",
    [
        pytest.param(
            VOLUME % b"x7k2p" + MOUNT % b"x7k2p" + b'"args":["kube-api-access-x7k2p"]',
            id="its name is an argument too",
        ),
        pytest.param(
            VOLUME % b"x7k2p"
            + b'{"name":"kube-api-access-x7k2p","mountPath":"/models","readOnly":true}',
            id="it is mounted elsewhere too",
        ),
        pytest.param(
            VOLUME % b"x7k2p" + VOLUME % b"00000" + MOUNT % b"x7k2p",
            id="another volume has the common name",
        ),
        pytest.param(
            b'{"name":"kube-api-access-x7k2p","image":{"reference":"a"}}' + MOUNT % b"x7k2p",
            id="a volume of another sort",
        ),
        pytest.param(VOLUME % b"x7k2pp" + MOUNT % b"x7k2pp", id="a longer name"),
        pytest.param(MOUNT % b"x7k2p", id="a mount without a volume"),
        pytest.param(b"kube-api-access-x7", id="cut off"),
    ],
)
def test_where_it_stands_anywhere_else_the_name_stays(spec: bytes) -> None:
    assert with_common_token_name(spec) == spec
