"""What ran before Pinfold came is found; what drifts is told; what is put right is taken back."""

import asyncio
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pinfold.kube.client import Api
from pinfold.kube.policies import PolicyWatch
from pinfold.metrics import exposition, registry_of
from pinfold.reconciler.rescan_metrics import RescanMetrics
from pinfold.reconciler.scan_settings import ScanSettings
from pinfold.reconciler.scanning import run
from tests.alerts.debian import NoPackages, program
from tests.alerts.running import Monitoring
from tests.alerts.test_alerts import DASHBOARD, RULES
from tests.cluster.client import wait_until
from tests.cluster.control_plane import Cluster
from tests.installation import Installation

pytestmark = pytest.mark.cluster
SAMPLES = Path(__file__).parent.parent.parent / "manifests" / "samples"
GOOD, BAD = (SAMPLES / verdict / "vllm-deployment.yaml" for verdict in ("good", "bad"))
REPORT_CRD = Path(__file__).with_name("report_crd.yaml")
SCAN_STATUS = "pinfold.dev/scan-status"


class Scanning:
    """The rescan, in this process, with all rights."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self.metrics = RescanMetrics()
        self._loop = asyncio.new_event_loop()
        self._task: asyncio.Task[None] | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def close(self) -> None:
        if self._task is not None:
            self._loop.call_soon_threadsafe(self._task.cancel)
        self._thread.join()

    def _run(self) -> None:
        self._task = self._loop.create_task(self._scan())
        self._loop.run_until_complete(asyncio.gather(self._task, return_exceptions=True))
        self._loop.close()

    async def _scan(self) -> None:
        settings = ScanSettings(rescan_interval_seconds=10, scan_budget_seconds=5)
        async with await Api.login(self._cluster.kubeconfig) as api:
            watch = PolicyWatch(api)
            async with asyncio.TaskGroup() as group:
                group.create_task(watch.run())
                group.create_task(run(api, watch, settings, self.metrics))


class Place:
    """A namespace in which two Deployments ran before anything was installed."""

    def __init__(self, cluster: Cluster, name: str) -> None:
        self.cluster, self.name = cluster, name
        self.metrics = RescanMetrics()
        cluster.kubectl("create", "namespace", name)

    def deploy(self, name: str, sample: Path) -> None:
        text = (
            sample.read_text("utf-8")
            .replace("llama\n", f"{name}\n")
            .replace("app: llama", f"app: {name}")
        )
        self.cluster.kubectl("apply", "-n", self.name, "-f", "-", input=text)
        self.cluster.kubectl(
            "rollout", "status", "-n", self.name, f"deployment/{name}", "--timeout=60s"
        )

    def get(self, *what: str) -> Any:
        done = self.cluster.kubectl("get", "-n", self.name, *what, "-o", "json", check=False)
        return json.loads(done.stdout) if done.returncode == 0 else {}

    def status(self, *what: str) -> str | None:
        found: str | None = self.annotations(*what).get(SCAN_STATUS)
        return found

    def annotations(self, *what: str) -> dict[str, str]:
        found: dict[str, str] = self.get(*what).get("metadata", {}).get("annotations", {})
        return found

    def pod_statuses(self, app: str) -> list[str | None]:
        items = self.get("pods", "-l", f"app={app}")["items"]
        return [item["metadata"].get("annotations", {}).get(SCAN_STATUS) for item in items]

    def events(self, name: str) -> list[str]:
        about = f"involvedObject.name={name}"
        items = self.get("events", "--field-selector", about)["items"]
        return [item["reason"] for item in items if item["source"].get("component") == "pinfold"]

    def reported(self) -> dict[str, list[str]]:
        items = self.get("reports.openreports.io").get("items", [])
        return {
            item["scope"]["name"]: [result["rule"] for result in item["results"]] for item in items
        }

    def until(self, what: str, holds: Any, seconds: float = 30.0) -> None:
        wait_until(what, holds, seconds=seconds, check=lambda: None)


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    with Cluster() as cluster:
        cluster.kubectl("apply", "-f", str(REPORT_CRD))
        place = Place(cluster, "before")
        place.deploy("pinned", GOOD)
        place.deploy("unpinned", BAD)
        with Installation(cluster):
            scanning = Scanning(cluster)
            place.metrics = scanning.metrics
            try:
                yield place
            finally:
                scanning.close()


def metric(place: Place, name: str) -> str:
    text = exposition(registry_of(place.metrics)).decode()
    return "\n".join(line for line in text.splitlines() if line.startswith(name))


def test_what_ran_before_is_found(place: Place) -> None:
    place.until("a status", lambda: place.status("deployment", "unpinned") == "Violating")
    assert place.annotations("deployment", "unpinned")["pinfold.dev/violations"] == (
        "image-digest,model-revision"
    )
    place.until("the other", lambda: place.status("deployment", "pinned") == "Compliant")
    assert place.pod_statuses("unpinned") == ["Violating"]
    assert place.pod_statuses("pinned") == ["Compliant"]
    assert place.events("unpinned") == ["Violating"]
    assert place.events("pinned") == []
    assert place.reported() == {"unpinned": ["image-digest", "model-revision"]}
    template = place.get("deployment", "unpinned")["spec"]["template"]["metadata"]
    assert "annotations" not in template
    policy = place.get("supplychainpolicy", "default")["status"]
    assert (policy["workloads"], policy["violating"], policy["wouldRefuse"]) == (2, 1, 1)
    assert 'status="Violating"} 1.0' in metric(place, 'pinfold_workloads{namespace="before"')


def test_a_tightened_policy_turns_a_compliant_one_to_drifted_in_ten_seconds(place: Place) -> None:
    place.until("a status", lambda: place.status("deployment", "pinned") == "Compliant")
    rules = {"spec": {"rules": {"imageRegistry": {"allowed": ["registry.example.com/ml"]}}}}
    place.cluster.kubectl(
        "patch", "supplychainpolicy", "default", "--type=merge", "-p", json.dumps(rules)
    )
    place.until("drift", lambda: place.status("deployment", "pinned") == "Drifted", seconds=10)
    assert place.annotations("deployment", "pinned")["pinfold.dev/violations"] == "image-registry"
    assert place.status("deployment", "unpinned") == "Violating"
    assert place.events("pinned") == ["Drifted"]
    assert 'kind="policy",namespace="before"} 1.0' in metric(place, "pinfold_drifted_workloads")
    place.cluster.kubectl(
        "patch", "supplychainpolicy", "default", "--type=merge", "-p",
        '{"spec": {"rules": {"imageRegistry": null}}}',
    )  # fmt: skip
    place.until("peace", lambda: place.status("deployment", "pinned") == "Compliant", seconds=90)
    assert sorted(place.events("pinned")) == ["Compliant", "Drifted"]
    place.until("no report", lambda: list(place.reported()) == ["unpinned"])


def test_another_image_than_the_pinned_one_is_found_and_somebody_is_paged(
    place: Place, tmp_path: Path
) -> None:
    other = GOOD.read_text("utf-8").replace(
        "labels: {app: llama}\n    spec",
        "labels: {app: llama, test.pinfold.dev/image-id: other}\n    spec",
    )
    path = tmp_path / "other.yaml"
    path.write_text(other, "utf-8")
    with monitoring(place, tmp_path) as watching:
        place.deploy("other", path)
        place.until("drift", lambda: place.status("deployment", "other") == "Drifted", seconds=90)
        marks = place.annotations("deployment", "other")
        assert marks["pinfold.dev/violations"] == "image-drift"
        place.until("a page", lambda: watching.has_paged("PinfoldWorkloadDrifted"))
        for panel in json.loads(DASHBOARD.read_text("utf-8"))["panels"]:
            for target in panel["targets"]:
                watching.query(target["expr"])
        assert watching.query('sum(pinfold_drifted_workloads{kind="image"})')[0]["value"][1] == "1"
        place.cluster.kubectl("delete", "-n", place.name, "deployment", "other")
        place.until("its report gone", lambda: "other" not in place.reported(), seconds=90)
        place.until(
            "the all-clear", lambda: watching.has_paged("PinfoldWorkloadDrifted", "resolved"), 90
        )


def monitoring(place: Place, folder: Path) -> Monitoring:
    try:
        program("prometheus")
    except NoPackages as error:
        pytest.skip(f"no Prometheus: {error}")
    return Monitoring(folder, RULES, lambda: exposition(registry_of(place.metrics)))


def test_a_forged_status_is_put_right(place: Place) -> None:
    forged = f"{SCAN_STATUS}=Compliant"
    place.until("a status", lambda: place.status("deployment", "unpinned") == "Violating")
    place.cluster.kubectl(
        "annotate", "-n", place.name, "deployment/unpinned", forged, "--overwrite"
    )
    place.until("truth", lambda: place.status("deployment", "unpinned") == "Violating", seconds=90)


def test_what_is_put_right_is_taken_back(place: Place) -> None:
    place.deploy("unpinned", GOOD)
    place.until(
        "a status", lambda: place.status("deployment", "unpinned") == "Compliant", seconds=90
    )
    assert sorted(place.events("unpinned")) == ["Compliant", "Violating"]
    place.until("no report", lambda: place.reported() == {})


def test_it_leaves_no_finalizer_anywhere(place: Place) -> None:
    kinds = "deployments,replicasets,pods,reports.openreports.io,supplychainpolicies"
    items = place.get(kinds)["items"]
    assert [item["metadata"]["name"] for item in items if item["metadata"].get("finalizers")] == []
