"""When an exemption is near its end, and what is told of that."""

from datetime import UTC, datetime
from typing import Any

import pytest

from pinfold.reconciler.ending import happening_of, stage_of

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def at(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 11, day, hour, 0, tzinfo=UTC)


@pytest.mark.parametrize(("created", "ends", "stage"), [
    pytest.param(at(1), at(29), "InForce", id="four days are left"),
    pytest.param(at(1), at(28), "EndsSoon", id="three days are left"),
    pytest.param(at(25, 0), at(26, 0), "InForce", id="half of a day's exemption is left"),
    pytest.param(at(24, 20), at(25, 16), "EndsSoon", id="a fifth of one is left"),
    pytest.param(at(1), at(25, 12), "Ended", id="at its very end"),
])  # fmt: skip
def test_an_exemption_has_three_stages(created: datetime, ends: datetime, stage: str) -> None:
    assert stage_of(created, ends, NOON) == stage


def exemption(reason: str | None) -> dict[str, Any]:
    conditions = [] if reason is None else [{"type": "Ready", "reason": reason}]
    return {
        "apiVersion": "pinfold.dev/v1alpha1",
        "kind": "PolicyExemption",
        "metadata": {"name": "migration", "uid": "e1"},
        "spec": {"rules": ["image-digest", "model-revision"], "namespaces": ["ml"]},
        "status": {"conditions": conditions},
    }


@pytest.mark.parametrize(("before", "after", "told"), [
    pytest.param(None, "InForce", None, id="it is new"),
    pytest.param("InForce", "EndsSoon", "EndsSoon", id="its last days have come"),
    pytest.param(None, "EndsSoon", "EndsSoon", id="it was short from the beginning"),
    pytest.param("EndsSoon", "EndsSoon", None, id="that was told already"),
    pytest.param("EndsSoon", "Ended", "Ended", id="it is over"),
    pytest.param("Ended", "Ended", None, id="that too"),
    pytest.param("InForce", "Unreadable", None, id="another trouble"),
])  # fmt: skip
def test_each_stage_is_told_once(before: str | None, after: str, told: str | None) -> None:
    status = {"endsAt": "2026-11-28T12:00:00Z", "conditions": [{"type": "Ready", "reason": after}]}
    happening = happening_of(exemption(before), status)
    assert (happening and happening.reason) == told


def test_the_event_says_what_ends_and_what_to_do() -> None:
    status = {
        "endsAt": "2026-11-28T12:00:00Z",
        "conditions": [{"type": "Ready", "reason": "EndsSoon"}],
    }
    happening = happening_of(exemption("InForce"), status)
    assert happening is not None
    assert happening.about.kind == "PolicyExemption"
    assert happening.message == (
        "It ends at 2026-11-28T12:00:00Z, and with it the exemption from image-digest,"
        " model-revision in ml. Pin what it covers until then, or make another: an exemption never"
        " changes"
    )
