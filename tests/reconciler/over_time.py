"""A leader over time: a cluster with one unpinned Deployment, and clocks that the test moves."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from pinfold.policy.policy_set import PolicySet
from pinfold.reconciler.rescan_metrics import RescanMetrics
from pinfold.reconciler.scanning import Clocks, Rescan
from pinfold.settings import ScanSettings
from tests.reconciler.cluster_of_pods import ClusterOfPods
from tests.reconciler.scan_material import (
    ENFORCED,
    HOUR,
    NOON,
    UNPINNED,
    add_configuration,
    add_deployment,
    add_namespace,
    policies,
    spec,
    text,
)

DEPLOYMENT = "/apis/apps/v1/namespaces/ml/deployments/llama"
POLICY = "/apis/pinfold.dev/v1alpha1/supplychainpolicies/default"
SCANS = "GET /api/v1/pods"


class Over(Exception):
    """The time that the test gives is over."""


@dataclass
class Time:
    """Waiting takes none of it: the clocks are moved on."""

    until: float
    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)
    jump: timedelta = timedelta()
    events: list[tuple[float, Callable[[], None]]] = field(default_factory=list)

    def clocks(self) -> Clocks:
        return Clocks(
            monotonic=lambda: self.seconds, wall=self.wall, wait=self.wait, sleep=self.sleep
        )

    def wall(self) -> datetime:
        return NOON + timedelta(seconds=self.seconds) + self.jump

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)
        self.seconds += seconds

    async def wait(self, event: asyncio.Event, seconds: float) -> None:
        await asyncio.sleep(0)
        self.waits.append(seconds)
        end = self.seconds + seconds
        while self.events and self.events[0][0] <= end:
            moment, happen = self.events.pop(0)
            self.seconds = max(self.seconds, moment)
            happen()
            if event.is_set():
                return
        self.seconds = end
        if end > self.until:
            raise Over


@dataclass
class Place:
    """One leader on a cluster with one unpinned Deployment."""

    cluster: ClusterOfPods
    time: Time
    set: PolicySet | None = field(default_factory=policies)
    metrics: RescanMetrics = field(default_factory=RescanMetrics)
    scans: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        settings = ScanSettings(writes_per_second=1e6)
        watch = self
        self.rescan = Rescan(self.cluster.api, watch, settings, self.metrics, self.time.clocks())

    def current(self) -> PolicySet | None:
        return self.set

    @property
    def policy_objects(self) -> Mapping[str, Any]:
        value = self.cluster.objects.get(POLICY)
        return {} if value is None else {"default": value}

    def change(self, to: PolicySet) -> None:
        self.set = to
        self.rescan.changed(to)

    async def run(self) -> None:
        with pytest.raises(Over):
            await self.rescan.run()

    def count(self, name: str) -> float:
        return {
            (sample.name, *sample.labels.values()): sample.value
            for family in self.metrics.collect()
            for sample in family.samples
        }[tuple(name.split())]

    def status(self) -> str | None:
        return self.cluster.annotations(DEPLOYMENT).get("pinfold.dev/scan-status")


def run(scenario: Callable[[Place], Any], seconds: float) -> None:
    async def main() -> None:
        async with ClusterOfPods() as cluster:
            add_configuration(cluster)
            add_namespace(cluster, "ml", {"kubernetes.io/metadata.name": "ml", **ENFORCED})
            add_deployment(cluster, "llama", spec(UNPINNED), pods=1)
            made = text(NOON - 9 * HOUR)
            about = {"uid": "uid-default", "generation": 1, "creationTimestamp": made}
            cluster.put(POLICY, {"metadata": about})
            await scenario(Place(cluster, Time(seconds)))

    asyncio.run(main())


def scans(place: Place) -> int:
    return place.cluster.calls.count(SCANS)
