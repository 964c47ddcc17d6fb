"""What a policy's status keeps of scans, and what is read back from it."""

from datetime import datetime
from typing import Any

import pytest

from pinfold.kube.owners import Ref
from pinfold.policy.policy_set import PolicySet
from pinfold.reconciler.drift import Kind, Reason, outcome_of
from pinfold.reconciler.read import Read
from pinfold.reconciler.rescan import Scan
from pinfold.reconciler.status import Since, status_after, times_of
from pinfold.reconciler.workloads import Workload
from tests.reconciler.scan_material import HOUR, NOON, policies, policy, text

MADE, CHANGED = NOON - 9 * HOUR, NOON - 2 * HOUR


def written(moment: datetime, field: str = "f:spec", subresource: str = "") -> dict[str, Any]:
    return {"time": text(moment), "subresource": subresource, "fieldsV1": {field: {}}}


def object_of(
    *entries: dict[str, Any], generation: int = 1, since: dict[str, str] | None = None
) -> dict[str, Any]:
    return {
        "metadata": {
            "uid": "uid-default",
            "generation": generation,
            "creationTimestamp": text(MADE),
            "managedFields": list(entries),
        },
        "status": {"enforcedSince": since or {}},
    }


@pytest.mark.parametrize(("entries", "since"), [
    pytest.param([written(MADE)],                                  MADE,    id="as made"),
    pytest.param([written(MADE), written(CHANGED)],                CHANGED, id="by another since"),
    pytest.param([written(MADE), written(CHANGED, "f:metadata")],  MADE,    id="only a label"),
    pytest.param([written(MADE), written(CHANGED, "f:spec", "status")], MADE, id="only its status"),
    pytest.param([],                                               MADE,    id="not told"),
    pytest.param([{"time": "yesterday", "fieldsV1": {"f:spec": {}}}], MADE, id="no moment"),
])  # fmt: skip
def test_since_when_a_spec_is_what_it_is(entries: list[dict[str, Any]], since: datetime) -> None:
    found = times_of({"default": object_of(*entries)}, policies(), {"ml"}, Since(), NOON)
    assert found["default"].spec_since == since


def test_the_same_generation_keeps_its_moment_whatever_else_is_written() -> None:
    since = Since()
    times_of({"default": object_of(written(MADE))}, policies(), {"ml"}, since, NOON)
    labelled = object_of(written(CHANGED))
    found = times_of({"default": labelled}, policies(), {"ml"}, since, NOON)
    assert found["default"].spec_since == MADE
    changed = object_of(written(CHANGED), generation=2)
    found = times_of({"default": changed}, policies(), {"ml"}, since, NOON)
    assert found["default"].spec_since == CHANGED


def test_a_namespace_is_enforced_since_it_was_first_seen_so() -> None:
    value = object_of(since={"ml": text(MADE), "open": text(MADE)})
    found = times_of({"default": value}, policies(), {"ml", "new"}, Since(), NOON)
    assert found["default"].enforced_since == {"ml": MADE, "new": NOON}


def test_a_policy_counts_only_the_namespaces_that_it_is_for() -> None:
    by = policies(policy(namespaces=("ml",)))
    found = times_of({"default": object_of()}, by, {"ml", "other"}, Since(), NOON)
    assert found["default"].enforced_since == {"ml": NOON}


def test_of_too_many_namespaces_the_latest_stand_under_a_star() -> None:
    known = {f"ns-{number:04d}": text(MADE) for number in range(1023)}
    enforced = {*known, "zz-1", "zz-2"}
    value = object_of(since=known)
    found = times_of({"default": value}, policies(), enforced, Since(), NOON)["default"]
    assert len(found.enforced_since) == 1024
    assert found.enforced_since["*"] == NOON
    assert found.enforced_since["ns-0000"] == MADE
    again = object_of(since={name: text(at) for name, at in found.enforced_since.items()})
    later = NOON + HOUR
    kept = times_of({"default": again}, policies(), enforced, Since(), later)["default"]
    assert kept.enforced_since == found.enforced_since


def test_a_policy_that_is_not_among_the_objects_is_new() -> None:
    found = times_of({}, PolicySet((policy(),)), {"ml"}, Since(), NOON)
    assert found["default"].made == NOON


def workload(name: str, *reasons: Reason, namespace: str = "ml") -> Workload:
    return Workload(Ref("apps/v1", "Deployment", namespace, name, name), outcome_of(reasons), 1)


def test_the_counts_are_of_the_policy_alone() -> None:
    scan = Scan(
        workloads=(
            workload("well"),
            workload("bad", Reason(Kind.PREDATES, "image-digest", "", "default")),
            workload("by-another", Reason(Kind.PREDATES, "image-digest", "", "strict")),
            workload("unknown", Reason(None, "command-understood", "", "default")),
            workload("elsewhere", namespace="other"),
        ),
        marks=(),
        right=0,
        would_refuse={"default": 7, "strict": 9},
        forged=0,
        seen=frozenset(),
        read=Read(),
    )
    mine = policy(namespaces=("ml",))
    value = object_of(since={"ml": text(MADE), "gone": text(MADE)})
    times = times_of({"default": value}, policies(mine), {"ml"}, Since(), NOON)["default"]
    assert status_after(value, mine, times, scan, NOON) == {
        "workloads": 4,
        "violating": 1,
        "wouldRefuse": 7,
        "lastScanTime": "2026-11-25T12:00:00Z",
        "specSince": "2026-11-25T03:00:00Z",
        "enforcedSince": {"ml": "2026-11-25T03:00:00Z", "gone": None},
    }
