"""A cluster on its bad days: no status is lost, nothing ends, and nobody is asked in a hot loop."""

from collections.abc import Sequence

import pytest

from tests.reconciler.cluster_of_pods import Fault
from tests.reconciler.over_time import DEPLOYMENT, SCANS, Place, run, scans
from tests.reconciler.scan_material import UNPINNED, add_deployment, add_namespace, spec

HALF_AN_HOUR = 1800.0
OTHER = "/apis/apps/v1/namespaces/ops/deployments/other"
PATCHES_OF_ML = "PATCH /api/v1/namespaces/ml/"

# What happens, and the most lists of pods that may come of it in half an hour; four is none.
FAULTS: list[tuple[str, Sequence[Fault], int]] = [
    ("nothing", [], 4),
    ("the API server is away for a while", [Fault("", 503, 4)], 9),
    ("it answers everything with an error for long", [Fault("", 500, 9)], 12),
    ("the list is forgotten in its midst", [Fault(SCANS, 410)], 5),
    ("the list is forgotten each time for a while", [Fault(SCANS, 410, 7)], 13),
    ("pods may not be listed for a while", [Fault(SCANS, 403, 3)], 9),
    ("lists are throttled", [Fault(SCANS, 429, 2, {"Retry-After": "7"})], 6),
    ("lists are slow", [Fault(SCANS, 0, 2, seconds=0.3)], 4),
    ("namespaces may not be listed for a while", [Fault("GET /api/v1/namespaces", 403, 2)], 6),
    ("pods of one namespace may not be marked", [Fault(PATCHES_OF_ML, 403, 1)], 4),
    ("no event can be made for a while", [Fault("POST /api/v1/namespaces/ml/events", 500, 5)], 4),
    ("the status of policies is refused once", [Fault("PATCH /apis/pinfold.dev", 409)], 4),
]


@pytest.mark.parametrize(("what", "faults", "most"), FAULTS, ids=[row[0] for row in FAULTS])
def test_no_status_is_lost(what: str, faults: Sequence[Fault], most: int) -> None:
    async def scenario(place: Place) -> None:
        add_namespace(place.cluster, "ops")
        add_deployment(place.cluster, "other", spec(UNPINNED), namespace="ops")
        place.cluster.faults += [fault.fresh() for fault in faults]
        await place.run()
        assert place.status() == "Violating"
        for path, value in place.cluster.objects.items():
            if "/pods/" in path or path in (DEPLOYMENT, OTHER):
                assert value["metadata"]["annotations"]["pinfold.dev/scan-status"] == "Violating"
        events = [value for path, value in place.cluster.objects.items() if "/events/" in path]
        assert sorted(event["involvedObject"]["name"] for event in events) == ["llama", "other"]
        assert scans(place) <= most

    run(scenario, seconds=HALF_AN_HOUR)
