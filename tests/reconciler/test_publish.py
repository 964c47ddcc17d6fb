"""What a scan found, written: only on change, tried again where that may help, never lost."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from pinfold.kube.enforcement import read_enforcement
from pinfold.kube.errors import NotLeading
from pinfold.policy.policy_set import PolicySet
from pinfold.reconciler.drift import Site
from pinfold.reconciler.memory import Memory
from pinfold.reconciler.publish import Publisher
from pinfold.reconciler.rescan import Question, Scan, Scanner
from pinfold.reconciler.writer import Writer
from tests.reconciler.cluster_of_pods import ClusterOfPods, Fault
from tests.reconciler.scan_material import (
    ENFORCED,
    LONG_AGO,
    NOON,
    PINNED,
    UNPINNED,
    add_configuration,
    add_deployment,
    add_namespace,
    add_pod,
    owned_by,
    policies,
    spec,
)

DEPLOYMENT = "/apis/apps/v1/namespaces/ml/deployments/llama"
POD = "/api/v1/namespaces/ml/pods/llama-abc-0"
EVENTS = "/api/v1/namespaces/ml/events"
REPORTS = "/apis/openreports.io/v1alpha1/namespaces/ml/reports"
VIOLATING = {
    "pinfold.dev/scan-status": "Violating",
    "pinfold.dev/violations": "image-digest",
}
COMPLIANT = {"pinfold.dev/scan-status": "Compliant"}


@dataclass
class Place:
    """A cluster with one Deployment, and one leader after another."""

    cluster: ClusterOfPods
    memory: Memory = field(default_factory=Memory)
    slept: list[float] = field(default_factory=list)
    reports: str = "auto"
    by: PolicySet = field(default_factory=policies)

    def __post_init__(self) -> None:
        self.writer = Writer(1e6, self._sleep)

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def another_leader(self) -> None:
        self.memory = Memory()

    async def scan(self) -> Scan:
        self.cluster.calls.clear()
        site = Site(
            now=NOON, policies={"default": self.by.policies[0]}, times={"default": LONG_AGO}
        )
        enforcement = await read_enforcement(self.cluster.api, "pinfold")
        scanner = Scanner(self.cluster.api, self.memory, ["nvidia.com/*"])
        scan = await scanner.scan(Question(self.by, site, enforcement))
        publisher = Publisher(self.cluster.api, self.memory, self.reports, self.writer)
        await publisher.publish(scan, NOON)
        return scan

    def events(self) -> list[tuple[str, str, int]]:
        return [
            (value["type"], value["reason"], value["count"])
            for path, value in self.cluster.objects.items()
            if path.startswith(EVENTS)
        ]

    def report(self) -> Any:
        found = [v for path, v in self.cluster.objects.items() if "reports/" in path]
        return found[0] if found else None

    def change(self, path: str, image: str) -> None:
        self.cluster.objects[path]["spec"] = spec(image)


def run(scenario: Callable[[Place], Awaitable[None]], image: str = UNPINNED) -> None:
    async def main() -> None:
        async with ClusterOfPods() as cluster:
            add_configuration(cluster)
            add_namespace(cluster, "ml", {"kubernetes.io/metadata.name": "ml", **ENFORCED})
            add_deployment(cluster, "llama", spec(image), pods=1)
            await scenario(Place(cluster))

    asyncio.run(main())


def test_a_violation_is_marked_evented_and_reported() -> None:
    async def scenario(site: Place) -> None:
        await site.scan()
        assert site.cluster.annotations(POD) == VIOLATING
        assert site.cluster.annotations(DEPLOYMENT) == VIOLATING
        assert site.events() == [("Warning", "Violating", 1)]
        report = site.report()
        assert report["kind"] == "Report"
        assert report["scope"]["name"] == "llama"
        assert report["metadata"]["ownerReferences"][0]["kind"] == "Deployment"
        assert report["summary"] == {"pass": 0, "fail": 1, "warn": 0, "error": 0, "skip": 0}
        [result] = report["results"]
        assert (result["policy"], result["rule"]) == ("default", "image-digest")
        assert (result["result"], result["severity"]) == ("fail", "critical")
        assert result["message"] == (
            'container "vllm", spec.containers[0].image: "vllm/vllm-openai:latest" has no digest;'
            " it was made after 2026-11-25T09:00:00Z, since when it would be refused here."
            " Fix: append @sha256:<digest>"
        )

    run(scenario)


def test_nothing_is_written_when_nothing_changed() -> None:
    async def scenario(site: Place) -> None:
        await site.scan()
        await site.scan()
        assert site.cluster.writes() == []
        site.another_leader()
        await site.scan()
        assert site.cluster.writes() == []

    run(scenario)


def test_when_it_is_put_right_all_of_it_is_taken_back() -> None:
    async def scenario(site: Place) -> None:
        await site.scan()
        site.change(POD, PINNED)
        await site.scan()
        assert site.cluster.annotations(POD) == COMPLIANT
        assert site.cluster.annotations(DEPLOYMENT) == COMPLIANT
        assert site.report() is None
        assert site.events() == [("Warning", "Violating", 1), ("Normal", "Compliant", 1)]

    run(scenario)


def test_what_comes_again_is_one_event_that_counts() -> None:
    async def scenario(site: Place) -> None:
        for image in (UNPINNED, PINNED, UNPINNED, PINNED):
            site.change(POD, image)
            await site.scan()
        assert site.events() == [("Warning", "Violating", 2), ("Normal", "Compliant", 2)]

    run(scenario)


def test_what_was_always_compliant_makes_no_event_and_no_report() -> None:
    async def scenario(site: Place) -> None:
        await site.scan()
        assert site.cluster.annotations(DEPLOYMENT) == COMPLIANT
        assert (site.events(), site.report()) == ([], None)

    run(scenario, PINNED)


def test_a_forged_annotation_makes_no_event() -> None:
    async def scenario(site: Place) -> None:
        await site.scan()
        for path in (POD, DEPLOYMENT):
            site.cluster.objects[path]["metadata"]["annotations"] = dict(COMPLIANT)
        scan = await site.scan()
        assert scan.forged == 2
        assert site.cluster.annotations(DEPLOYMENT) == VIOLATING
        assert site.events() == [("Warning", "Violating", 1)]

    run(scenario)


@pytest.mark.parametrize(
    ("kind", "version"),
    [
        pytest.param("RayCluster", "ray.io/v1", id="RayCluster"),
        pytest.param("Job", "batch.volcano.sh/v1alpha1", id="named as one of Kubernetes' own"),
        pytest.param("Thing", "example.com/v1", id="of no kind that is read"),
    ],
)
def test_an_owner_of_a_kind_of_somebody_else_is_told_once(kind: str, version: str) -> None:
    async def scenario(site: Place) -> None:
        cluster = {"metadata": {"name": "ray", "uid": "ray-1"}}
        owners = owned_by(cluster, kind, version)
        add_pod(site.cluster, "ray-0", spec(UNPINNED), owners=owners)
        for _ in range(2):
            await site.scan()
        site.another_leader()
        await site.scan()
        assert sorted(site.events()) == [("Warning", "Violating", 1)] * 2
        assert not any(call.startswith(f"PATCH /apis/{version}") for call in site.cluster.calls)

    run(scenario)


@pytest.mark.parametrize(("served", "setting", "path"), [
    pytest.param({"openreports.io", "wgpolicyk8s.io"}, "auto", "openreports.io", id="the new one"),
    pytest.param({"wgpolicyk8s.io"}, "auto", "wgpolicyk8s.io", id="the old one"),
    pytest.param({"openreports.io", "wgpolicyk8s.io"}, "wgpolicyk8s.io", "wgpolicyk8s.io",
                 id="as set"),
    pytest.param(set(), "auto", None, id="neither"),
    pytest.param({"openreports.io"}, "none", None, id="not wanted"),
])  # fmt: skip
def test_reports_go_to_the_api_that_is_served(
    served: set[str], setting: str, path: str | None
) -> None:
    async def scenario(site: Place) -> None:
        site.cluster.served, site.reports = served, setting
        await site.scan()
        made = [key.split("/")[2] for key in site.cluster.objects if "reports/" in key]
        assert made == ([] if path is None else [path])
        await site.scan()
        assert site.cluster.writes() == []

    run(scenario)


def test_a_report_that_somebody_changed_is_put_right() -> None:
    async def scenario(site: Place) -> None:
        await site.scan()
        site.report()["results"] = []
        await site.scan()
        assert len(site.report()["results"]) == 1

    run(scenario)


@pytest.mark.parametrize(("status", "headers", "waits"), [
    pytest.param(429, {"Retry-After": "7"}, True, id="throttled"),
    pytest.param(500, {}, True, id="an internal error"),
    pytest.param(503, {}, True, id="not there for a moment"),
])  # fmt: skip
def test_what_may_work_later_is_tried_again(
    status: int, headers: dict[str, str], waits: bool
) -> None:
    async def scenario(site: Place) -> None:
        fault = Fault(f"PATCH {DEPLOYMENT}", status, 2, headers)
        site.cluster.faults.append(fault)
        await site.scan()
        assert site.cluster.annotations(DEPLOYMENT) == VIOLATING
        assert sum(site.slept) > (14 if headers else 1)
        assert site.writer.fates["deployment", "written"] == 1

    run(scenario)


@pytest.mark.parametrize(("call", "status", "fate"), [
    pytest.param(f"PATCH {POD}", 403, ("pod", "refused"), id="forbidden"),
    pytest.param(f"PATCH {POD}", 404, ("pod", "gone"), id="deleted meanwhile"),
    pytest.param(f"PATCH {POD}", 409, ("pod", "gone"), id="another object"),
    pytest.param(f"PATCH {POD}", 500, ("pod", "failed"), id="never available"),
    pytest.param(f"PATCH {DEPLOYMENT}", 500, ("deployment", "failed"), id="the owner neither"),
    pytest.param(f"POST {EVENTS}", 500, ("event", "failed"), id="no event"),
    pytest.param(f"POST {REPORTS}", 500, ("report", "failed"), id="no report"),
    pytest.param("GET /apis/openreports.io", 500, ("report", "failed"), id="no list of reports"),
])  # fmt: skip
def test_what_could_not_be_written_is_counted_and_written_by_the_next_scan(
    call: str, status: int, fate: tuple[str, str]
) -> None:
    async def scenario(site: Place) -> None:
        fault = Fault(call, status, 99)
        site.cluster.faults.append(fault)
        await site.scan()
        assert site.writer.fates[fate] == 1
        site.cluster.faults.clear()
        scan = await site.scan()
        assert scan.forged == 0
        assert site.cluster.annotations(POD) == VIOLATING
        assert site.cluster.annotations(DEPLOYMENT) == VIOLATING
        assert site.events() == [("Warning", "Violating", 1)]
        assert site.report() is not None
        await site.scan()
        assert site.cluster.writes() == []

    run(scenario)


def test_an_object_of_the_same_name_that_came_after_is_left_alone() -> None:
    async def scenario(site: Place) -> None:
        def replace() -> None:
            owners = site.cluster.objects[POD]["metadata"]["ownerReferences"]
            add_pod(site.cluster, "llama-abc-0", spec(PINNED), owners=owners, uid="another")

        site.cluster.faults.append(Fault(f"PATCH {POD}", 503, 1, then=replace))
        await site.scan()
        assert site.cluster.annotations(POD) == {}
        assert site.writer.fates["pod", "gone"] + site.writer.fates["pod", "refused"] == 1

    run(scenario)


def test_who_no_longer_leads_writes_nothing_more() -> None:
    async def scenario(site: Place) -> None:
        site.cluster.api = site.cluster.api.writing_only_while(lambda: False)
        with pytest.raises(NotLeading):
            await site.scan()
        assert site.cluster.writes() == []

    run(scenario)
