"""The rescan over time: in a cluster that has its bad days, by clocks that the test moves."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from pinfold.policy.exemption import Exemption, ExemptionSpec
from pinfold.policy.policy_set import PolicySet
from tests.reconciler.cluster_of_pods import Fault
from tests.reconciler.over_time import POLICY, Place, run, scans
from tests.reconciler.scan_material import (
    HOUR,
    NOON,
    policies,
    policy,
    text,
)


def test_it_scans_at_once_and_then_every_ten_minutes() -> None:
    async def scenario(place: Place) -> None:
        await place.run()
        assert scans(place) in (6, 7)
        assert place.status() == "Violating"

    run(scenario, 3600)


def test_the_status_of_the_policy_tells_of_the_scan() -> None:
    async def scenario(place: Place) -> None:
        await place.run()
        assert place.cluster.objects[POLICY]["status"] == {
            "workloads": 1,
            "violating": 1,
            "wouldRefuse": 1,
            "lastScanTime": "2026-11-25T12:00:00Z",
            "specSince": "2026-11-25T03:00:00Z",
            "enforcedSince": {"ml": "2026-11-25T12:00:00Z"},
        }

    run(scenario, 60)


def test_no_policy_known_is_no_scan() -> None:
    async def scenario(place: Place) -> None:
        place.set = None
        place.time.events.append((30.0, lambda: place.change(policies())))
        await place.run()
        assert scans(place) == 1
        assert sum(place.time.waits[:30]) <= 31

    run(scenario, 60)


def test_a_policy_that_changed_is_followed_in_seconds_and_its_status_is_no_change() -> None:
    async def scenario(place: Place) -> None:
        changed = policies(replace(policy(), generation=2))
        place.time.events += [
            (100.0, lambda: place.change(changed)),
            (200.0, lambda: place.change(PolicySet(changed.policies))),
        ]
        await place.run()
        assert scans(place) == 2
        assert place.cluster.objects[POLICY]["status"]["lastScanTime"] == "2026-11-25T12:01:45Z"

    run(scenario, 300)


def test_a_flood_of_changes_is_one_scan_a_minute() -> None:
    async def scenario(place: Place) -> None:
        for number in range(300):
            change = policies(replace(policy(), generation=number + 2))
            place.time.events.append((number * 2.0, lambda to=change: place.change(to)))  # type: ignore[misc]
        await place.run()
        assert scans(place) <= 13

    run(scenario, 600)


def test_an_exemption_that_ends_is_followed() -> None:
    async def scenario(place: Place) -> None:
        exempted = ExemptionSpec(
            rules=("image-digest",),
            namespaces=("ml",),
            reason="being fixed",
            expires_at=NOON + timedelta(seconds=100),
        )
        granted = Exemption("a", NOON - 2 * HOUR, exempted, uid="a")
        place.set = PolicySet(policies().policies, (granted,))
        said: list[str | None] = []
        place.time.events.append((90.0, lambda: said.append(place.status())))
        await place.run()
        assert said == ["Compliant"]
        assert place.status() == "Drifted"

    run(scenario, 110)


def test_an_exemption_that_is_taken_back_makes_no_bypass() -> None:
    async def scenario(place: Place) -> None:
        place.cluster.objects[POLICY]["status"] = {"enforcedSince": {"ml": text(NOON - 5 * HOUR)}}
        exempted = ExemptionSpec(
            rules=("image-digest",),
            namespaces=("ml",),
            reason="being fixed",
            expires_at=NOON + HOUR,
        )
        granted = Exemption("a", NOON - 2 * HOUR, exempted, uid="a")
        place.set = PolicySet(policies().policies, (granted,))
        place.time.events.append((30.0, lambda: place.change(policies())))
        await place.run()
        assert place.status() == "Drifted"

    run(scenario, 60)


@pytest.mark.parametrize(("call", "status", "times"), [
    pytest.param("GET /api/v1/pods", 403, 2, id="pods forbidden"),
    pytest.param("GET /api/v1/pods", 410, 7, id="lists forgotten"),
    pytest.param("GET /api/v1/pods", 429, 2, id="throttled"),
    pytest.param("GET /api/v1/namespaces", 503, 3, id="no API server"),
    pytest.param("GET /apis/apps/v1/replicasets", 500, 2, id="no owners"),
    pytest.param("GET /apis/admissionregistration", 403, 1, id="no configuration"),
])  # fmt: skip
def test_a_scan_that_comes_to_nothing_is_made_again_soon_and_not_at_once(
    call: str, status: int, times: int
) -> None:
    async def scenario(place: Place) -> None:
        headers = {"Retry-After": "20"} if status == 429 else {}
        place.cluster.faults.append(Fault(call, status, times, headers))
        await place.run()
        assert place.status() == "Violating"
        assert place.count("pinfold_scans_total failure") >= 1
        assert len(place.time.waits) < 12
        assert min(place.time.waits) >= (20 if status == 429 else 5)

    run(scenario, 300)


def test_who_no_longer_leads_writes_nothing_and_goes_on_waiting() -> None:
    async def scenario(place: Place) -> None:
        place.cluster.api = place.cluster.api.writing_only_while(lambda: False)
        place.__post_init__()
        await place.run()
        assert place.cluster.writes() == []
        assert len(place.time.waits) < 12

    run(scenario, 300)


@pytest.mark.parametrize("jump", [timedelta(days=400), timedelta(days=-400)])
def test_a_wall_clock_that_jumps_makes_no_hot_loop(jump: timedelta) -> None:
    async def scenario(place: Place) -> None:
        exempted = ExemptionSpec(
            rules=("image-digest",),
            namespaces=("ml",),
            reason="being fixed",
            expires_at=NOON + HOUR,
        )
        place.set = PolicySet(
            policies().policies, (Exemption("a", NOON - 2 * HOUR, exempted, uid="a"),)
        )

        def leap() -> None:
            place.time.jump = jump

        place.time.events.append((50.0, leap))
        await place.run()
        assert scans(place) <= 4

    run(scenario, 1300)


def test_a_fault_of_ours_does_not_end_it() -> None:
    async def scenario(place: Place) -> None:
        namespace = place.cluster.objects["/api/v1/namespaces/ml"]
        labels = namespace["metadata"].pop("name")  # what no API server sends

        def heal() -> None:
            namespace["metadata"]["name"] = labels

        place.time.events.append((30.0, heal))
        await place.run()
        assert place.status() == "Violating"

    run(scenario, 300)


def test_gauges_are_told_by_who_leads() -> None:
    async def scenario(place: Place) -> None:
        seen = []
        place.time.events.append(
            (30.0, lambda: seen.append(place.count("pinfold_workloads ml Violating")))
        )
        await place.run()
        assert seen == [1.0]
        with pytest.raises(KeyError):
            place.count("pinfold_workloads ml Violating")
        assert place.count("pinfold_scans_total success") == 1

    run(scenario, 60)
