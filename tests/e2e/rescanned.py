"""A cluster in which two GPU Deployments ran before Pinfold was installed."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.cluster.client import wait_until
from tests.cluster.control_plane import Cluster
from tests.installation import Installation, http_get

SAMPLES = Path(__file__).parent.parent.parent / "manifests" / "samples"
GOOD, BAD = (SAMPLES / verdict / "vllm-deployment.yaml" for verdict in ("good", "bad"))
REPORT_CRD = Path(__file__).with_name("report_crd.yaml")
SCAN_STATUS = "pinfold.dev/scan-status"
_OFTEN = {"PINFOLD_RESCAN_INTERVAL_SECONDS": "10", "PINFOLD_SCAN_BUDGET_SECONDS": "5"}


class Place:
    """A namespace, what runs in it, and what Pinfold says of it."""

    def __init__(self, cluster: Cluster, name: str) -> None:
        self.cluster, self.name = cluster, name
        self.pinfold: Installation
        cluster.kubectl("create", "namespace", name)

    def deploy(self, name: str, sample: str) -> None:
        """`sample` is the text of a Deployment "llama"."""
        text = sample.replace("llama\n", f"{name}\n").replace("app: llama", f"app: {name}")
        self.cluster.kubectl("apply", "-n", self.name, "-f", "-", input=text)
        rollout = ("rollout", "status", "-n", self.name, f"deployment/{name}", "--timeout=60s")
        self.cluster.kubectl(*rollout)

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

    def events(self, name: str) -> list[tuple[str, int]]:
        """Reason and count of our events on a Deployment, as they came first."""
        about = f"involvedObject.name={name},involvedObject.kind=Deployment"
        items = self.get("events", "--field-selector", about)["items"]
        ours = [item for item in items if item["source"].get("component") == "pinfold"]
        ours.sort(key=lambda item: (item["firstTimestamp"], item["reason"]))
        return [(item["reason"], item["count"]) for item in ours]

    def reported(self) -> dict[str, list[str]]:
        """The rules in the report of each workload that has one."""
        items = self.get("reports.openreports.io").get("items", [])
        return {
            item["scope"]["name"]: [result["rule"] for result in item["results"]] for item in items
        }

    def tighten(self, rules: dict[str, Any]) -> None:
        patch = json.dumps({"spec": {"rules": rules}})
        self.cluster.kubectl(
            "patch", "supplychainpolicy", "default", "--type=merge", "-p", patch
        )  # fmt: skip

    def metrics(self, name: str) -> list[str]:
        """The samples of the reconciler whose names begin so."""
        _, text = http_get(f"http://127.0.0.1:{self.pinfold.reconciler_health_port}/metrics")
        return [line for line in text.splitlines() if line.startswith(name)]

    def until(self, what: str, holds: Callable[[], bool], seconds: float = 60.0) -> None:
        wait_until(what, holds, seconds=seconds, check=self.pinfold.reconciler.check)


@contextmanager
def rescanned() -> Iterator[Place]:
    with Cluster() as cluster:
        cluster.kubectl("apply", "-f", str(REPORT_CRD))
        place = Place(cluster, "before")
        place.deploy("pinned", GOOD.read_text("utf-8"))
        place.deploy("unpinned", BAD.read_text("utf-8"))
        with Installation(cluster, reconciler=_OFTEN) as pinfold:
            place.pinfold = pinfold
            yield place
