"""What is said of a running workload, and why: noon is when the namespace became enforced."""

from datetime import datetime, timedelta

import pytest

from pinfold.inspect.workload import Code, Workload
from pinfold.policy.evaluate import evaluate
from pinfold.policy.exemption import Exemption, ExemptionSpec
from pinfold.policy.model import Policy, Rules, Spec
from pinfold.policy.rules import command_understood, image_digest
from pinfold.policy.violation import Mode
from pinfold.reconciler.drift import (
    Kind,
    Outcome,
    PolicyTimes,
    Reason,
    Seen,
    Site,
    Status,
    judge,
    outcome_of,
)
from pinfold.reconciler.images import Another, Difference, Untold
from tests.policy.facts import NOON, image, opaque, workload

HOUR = timedelta(hours=1)
UNPINNED = workload(image("vllm/vllm-openai:latest"))
PINNED = workload(image("vllm/vllm-openai@sha256:" + "ab" * 32))
UNREADABLE = workload(opaque(Code.UNSET_VARIABLE))
MORNING, TEN, ELEVEN, ONE, TWO, THREE, FOUR = (NOON + n * HOUR for n in (-6, -2, -1, 1, 2, 3, 4))
SOON = NOON + timedelta(seconds=5)
VIOLATING, DRIFTED, UNKNOWN, COMPLIANT = Status
BYPASSED, IMAGE, EXEMPTION_ENDED, POLICY, PREDATES, OUT_OF_SCOPE = Kind


def policy(
    mode: Mode = Mode.ENFORCE, understood: command_understood.Options | None = None
) -> Policy:
    rules = Rules(image_digest=image_digest.Options(), command_understood=understood)
    return Policy("default", Spec(mode=mode, rules=rules))


def exemption(name: str, made: datetime, ends: datetime, rule: str = "image-digest") -> Exemption:
    spec = ExemptionSpec(rules=(rule,), namespaces=("ml",), reason="being fixed", expires_at=ends)
    return Exemption(name, made, spec)


def said(
    facts: Workload = UNPINNED,
    *,
    created: datetime,
    changed: datetime = TEN,
    enforced: datetime | None = NOON,
    rules: Policy | None = None,
    exemptions: tuple[Exemption, ...] = (),
    before: Status | None = None,
    images: tuple[Difference, ...] = (),
    everywhere: str = "ml",
) -> Outcome:
    """At three o'clock, of a policy that was made at ten."""
    rules = rules or policy()
    times = PolicyTimes(TEN, changed, {everywhere: enforced} if enforced else {})
    site = Site(
        now=THREE,
        policies={"default": rules},
        times={"default": times},
        exemptions=exemptions,
    )
    seen = Seen(
        namespace="ml",
        created=created,
        report=evaluate(facts, [rules], exemptions, THREE),
        is_enforced=enforced is not None,
        opaque=facts.opaque,
        images=images,
        before=before,
    )
    return judge(seen, site)


@pytest.mark.parametrize(("created", "changed", "enforced", "before", "kind"), [
    # An unpinned pod, and a policy that was made at ten.
    pytest.param(MORNING, TEN, NOON, None,      PREDATES,     id="before all"),
    pytest.param(ELEVEN,  TEN, NOON, None,      PREDATES,     id="before enforcement"),
    pytest.param(ONE,     TEN, NOON, None,      BYPASSED,     id="after it"),
    pytest.param(ONE,     TEN, NOON, VIOLATING, BYPASSED,     id="after it, told before"),
    pytest.param(ONE,     TEN, NOON, COMPLIANT, BYPASSED,     id="after it, said to comply"),
    pytest.param(SOON,    TEN, NOON, None,      POLICY,       id="just after it"),
    pytest.param(ONE,     TWO, NOON, None,      POLICY,       id="admitted, then changed"),
    pytest.param(ONE,     TWO, NOON, VIOLATING, POLICY,       id="admitted, whatever was said"),
    pytest.param(TWO,     ONE, NOON, None,      BYPASSED,     id="after the change"),
    pytest.param(MORNING, TWO, NOON, COMPLIANT, POLICY,       id="old, complied before"),
    pytest.param(MORNING, TWO, NOON, DRIFTED,   POLICY,       id="old, complied before, told"),
    pytest.param(MORNING, TWO, NOON, VIOLATING, PREDATES,     id="old, never complied"),
    pytest.param(MORNING, TWO, NOON, None,      PREDATES,     id="old, never looked at"),
    pytest.param(MORNING, TEN, None, None,      OUT_OF_SCOPE, id="open"),
    pytest.param(ONE,     TEN, None, None,      OUT_OF_SCOPE, id="open, new"),
    pytest.param(MORNING, TWO, None, COMPLIANT, POLICY,       id="open, complied before"),
    pytest.param(MORNING, TWO, None, VIOLATING, OUT_OF_SCOPE, id="open, never complied"),
    pytest.param(MORNING, TEN, None, COMPLIANT, OUT_OF_SCOPE, id="open, a forged word"),
])  # fmt: skip
def test_moments_tell_the_kind(
    created: datetime,
    changed: datetime,
    enforced: datetime | None,
    before: Status | None,
    kind: Kind,
) -> None:
    found = said(created=created, changed=changed, enforced=enforced, before=before)
    assert found.kind is kind


@pytest.mark.parametrize(("kind", "status"), [
    (BYPASSED,        VIOLATING),
    (IMAGE,           DRIFTED),
    (EXEMPTION_ENDED, DRIFTED),
    (POLICY,          DRIFTED),
    (PREDATES,        VIOLATING),
    (OUT_OF_SCOPE,    VIOLATING),
])  # fmt: skip
def test_each_kind_has_its_status(kind: Kind, status: Status) -> None:
    assert outcome_of([Reason(kind, "image-digest", "")]).status is status


def test_the_gravest_comes_first_and_each_once() -> None:
    old, new = Reason(PREDATES, "b", "x"), Reason(BYPASSED, "a", "y")
    unknown = Reason(None, "c", "z")
    found = outcome_of([unknown, old, new, old])
    assert found == Outcome(VIOLATING, (new, old, unknown))
    assert found.rules == ("a", "b")


def test_what_complies_is_compliant() -> None:
    assert said(PINNED, created=MORNING) == Outcome(COMPLIANT)


@pytest.mark.parametrize(("granted", "kind"), [
    pytest.param(exemption("a", TEN, TWO),                    EXEMPTION_ENDED, id="it ended"),
    pytest.param(exemption("a", TEN, FOUR),                   None,            id="it holds"),
    pytest.param(exemption("a", TEN, NOON),                   BYPASSED,        id="over by then"),
    pytest.param(exemption("a", TEN, TWO, "image-registry"),  BYPASSED,        id="another rule"),
])  # fmt: skip
def test_an_exemption_that_ended_is_told(granted: Exemption, kind: Kind | None) -> None:
    assert said(created=ONE, exemptions=(granted,)).kind is kind


def test_a_reason_is_a_sentence() -> None:
    where = 'container "vllm", spec.containers[0].image: "vllm/vllm-openai:latest" has no digest; '
    ended = (exemption("a", TEN, TWO),)
    rows = {
        "it is older than enforcement here": said(created=MORNING),
        'namespace "ml" is not enforced': said(created=MORNING, enforced=None),
        'policy "default" changed at 2026-11-25T14:00:00Z, after it was made': said(
            created=ONE, changed=TWO
        ),
        'exemption "a" ended at 2026-11-25T14:00:00Z': said(created=ONE, exemptions=ended),
        "it was made after 2026-11-25T12:00:00Z, since when it would be refused here": said(
            created=ONE
        ),
        'policy "default" refuses nothing here: Warn': said(created=ONE, rules=policy(Mode.WARN)),
        'policy "default" was new when it was made': said(created=SOON),
    }
    for words, found in rows.items():
        assert [reason.text for reason in found.reasons] == [where + words]


def test_a_rule_that_refuses_nothing_is_violated_all_the_same() -> None:
    found = said(created=ONE, changed=TWO, before=COMPLIANT, rules=policy(Mode.AUDIT))
    assert (found.status, found.kind) == (VIOLATING, OUT_OF_SCOPE)


ACCEPTED = (exemption("a", TEN, FOUR, "command-understood"),)
WARNS, REFUSES = command_understood.Options(mode=Mode.WARN), command_understood.Options()


@pytest.mark.parametrize(("rule", "exemptions", "status"), [
    pytest.param(None,    (),       UNKNOWN,   id="no rule asks"),
    pytest.param(WARNS,   (),       UNKNOWN,   id="a warning"),
    pytest.param(REFUSES, (),       VIOLATING, id="would be refused"),
    pytest.param(REFUSES, ACCEPTED, COMPLIANT, id="accepted for a time"),
])  # fmt: skip
def test_what_cannot_be_told_is_never_called_compliant(
    rule: command_understood.Options | None, exemptions: tuple[Exemption, ...], status: Status
) -> None:
    found = said(UNREADABLE, created=ONE, rules=policy(understood=rule), exemptions=exemptions)
    assert found.status is status


def test_another_image_is_drift_whatever_the_policies_say() -> None:
    other = Another("vllm", "spec.containers[0].image", "sha256:aa", "docker.io/x@sha256:bb")
    found = said(PINNED, created=MORNING, images=(other,))
    assert (found.status, found.kind, found.rules) == (DRIFTED, IMAGE, ("image-drift",))
    assert found.reasons[0].text == (
        'container "vllm", spec.containers[0].image: runs docker.io/x@sha256:bb,'
        " the spec pins sha256:aa"
    )


def test_an_image_that_cannot_be_told_is_unknown() -> None:
    found = said(PINNED, created=MORNING, images=(Untold("vllm", "the runtime does not say"),))
    assert (found.status, found.rules) == (UNKNOWN, ())


def test_of_more_namespaces_than_are_kept_a_star_stands_for_the_rest() -> None:
    assert said(created=ONE, everywhere="*").kind is BYPASSED
    assert said(created=ELEVEN, everywhere="*").kind is PREDATES
    assert said(created=ONE, everywhere="other").kind is PREDATES  # since when is not known
