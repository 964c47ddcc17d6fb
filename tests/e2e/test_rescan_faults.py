"""A leader that dies, and an API server that goes away, in the midst of a scan's writes."""

import json
import time

import pytest

from tests.e2e.rescanned import SCAN_STATUS, Place

pytestmark = pytest.mark.cluster
PODS = 150
_TAKEN_OVER_SECONDS = 30.0


def crowd(place: Place, name: str) -> None:
    """Pods that nobody owns: each is a workload, with an event, a report and an annotation."""
    place.cluster.kubectl("create", "namespace", name)
    container = {
        "name": "vllm",
        "image": "vllm/vllm-openai:latest",
        "args": ["--model=org/m"],
        "resources": {"limits": {"nvidia.com/gpu": "1"}},
    }
    pods = [
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": f"pod-{number}", "namespace": name},
            "spec": {"containers": [container]},
        }
        for number in range(PODS)
    ]
    listed = {"apiVersion": "v1", "kind": "List", "items": pods}
    place.cluster.kubectl("create", "-f", "-", input=json.dumps(listed))


def marked(place: Place, namespace: str) -> int:
    items = place.get("pods", "-n", namespace).get("items", ())
    return sum(SCAN_STATUS in item["metadata"].get("annotations", {}) for item in items)


def told(place: Place, namespace: str) -> list[str]:
    """The names of the pods that our events are about."""
    items = place.get("events", "-n", namespace)["items"]
    ours = [item for item in items if item["source"].get("component") == "pinfold"]
    return sorted(item["involvedObject"]["name"] for item in ours)


def everybody() -> list[str]:
    return sorted(f"pod-{number}" for number in range(PODS))


def test_when_the_leader_is_killed_in_the_midst_another_goes_on(place: Place) -> None:
    leader = place.pinfold.reconciler
    place.pinfold.start_reconciler()
    crowd(place, "killed")
    place.until("the first marks", lambda: marked(place, "killed") > 5)
    leader.kill()
    leader.wait(10)
    at_the_kill, killed_at = marked(place, "killed"), time.monotonic()
    assert at_the_kill < PODS
    place.until("another mark", lambda: marked(place, "killed") > at_the_kill + 5)
    assert time.monotonic() - killed_at < _TAKEN_OVER_SECONDS
    place.until("all marks", lambda: marked(place, "killed") == PODS)
    assert told(place, "killed") == everybody()
    assert place.metrics("pinfold_leader") == ["pinfold_leader 1.0"]
    place.cluster.kubectl("delete", "namespace", "killed", "--wait=false")


def test_when_the_api_server_goes_away_in_the_midst_nothing_is_lost(place: Place) -> None:
    crowd(place, "away")
    place.until("the first marks", lambda: marked(place, "away") > 5)
    place.cluster.stop_api_server()
    time.sleep(3)
    place.cluster.start_api_server()
    place.until("all marks", lambda: marked(place, "away") == PODS, seconds=120)
    place.until("all events", lambda: told(place, "away") == everybody())
    place.pinfold.reconciler.check()
    place.cluster.kubectl("delete", "namespace", "away", "--wait=false")
