"""What Prometheus reads of the rescan: bounded, and with zeroes for what went away."""

from datetime import UTC, datetime, timedelta

from pinfold.kube.owners import Ref
from pinfold.reconciler.drift import COMPLIANT, Kind, Outcome, Reason, outcome_of
from pinfold.reconciler.read import Read
from pinfold.reconciler.rescan import Scan
from pinfold.reconciler.rescan_metrics import RescanMetrics
from pinfold.reconciler.workloads import Workload

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
BAD = outcome_of([Reason(Kind.IMAGE, "image-drift", "")])


def workload(namespace: str, name: str, outcome: Outcome = COMPLIANT) -> Workload:
    return Workload(Ref("apps/v1", "Deployment", namespace, name, name), outcome, 1)


def told(*workloads: Workload) -> dict[tuple[str, ...], float]:
    metrics = RescanMetrics()
    scan = Scan(
        workloads=workloads,
        marks=(),
        right=0,
        would_refuse={f"policy-{number:03d}": number for number in range(200)},
        forged=3,
        seen=frozenset(),
        read=Read(pods=5, bytes=100, config_maps=1),
    )
    metrics.scanned(scan, 0.7, NOON)
    metrics.exempted({f"e-{n:03d}": NOON + timedelta(hours=n) for n in range(200)})
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in metrics.collect()
        for sample in family.samples
    }


def test_workloads_are_counted_by_namespace_status_and_kind() -> None:
    found = told(workload("a", "x"), workload("a", "y", BAD), workload("b", "z"))
    assert found["pinfold_workloads", "a", "Compliant"] == 1
    assert found["pinfold_workloads", "a", "Drifted"] == 1
    assert found["pinfold_workloads", "b", "Drifted"] == 0
    assert found["pinfold_drifted_workloads", "a", "image"] == 1
    assert found["pinfold_drifted_workloads", "b", "image"] == 0


def test_of_many_namespaces_those_with_most_that_is_wrong_have_a_name() -> None:
    well = [workload(f"ns-{number:03d}", f"w-{number}") for number in range(150)]
    bad = [workload("zzz", "bad", BAD)]
    found = told(*well, *bad)
    names = {key[1] for key in found if key[0] == "pinfold_workloads"}
    assert len(names) == 101
    assert {"zzz", "_others", "ns-000"} <= names
    assert found["pinfold_workloads", "_others", "Compliant"] == 51


def test_policies_and_exemptions_are_bounded_too() -> None:
    found = told()
    assert sum(key[0] == "pinfold_would_refuse_pods" for key in found) == 100
    assert sum(key[0] == "pinfold_exemption_expiry_timestamp_seconds" for key in found) == 100
    assert ("pinfold_exemption_expiry_timestamp_seconds", "e-000") in found


def test_counts_go_on_when_another_leads_and_gauges_stop() -> None:
    metrics = RescanMetrics()
    metrics.failed()
    metrics.no_longer_leading()
    names = {sample.name for family in metrics.collect() for sample in family.samples}
    assert "pinfold_scans_total" in names
    assert "pinfold_workloads" not in names
