"""docs/operate.md and the code say the same."""

import dataclasses
import re
from collections.abc import Iterator
from datetime import UTC, datetime

from pinfold.kube.owners import Ref
from pinfold.metrics import AdmissionCounts
from pinfold.reconciler.drift import COMPLIANT
from pinfold.reconciler.rescan import Read, Scan
from pinfold.reconciler.rescan_metrics import RescanMetrics
from pinfold.reconciler.workloads import Workload
from pinfold.settings import ScanSettings
from tests.alerts.test_alerts import ROOT, alerts

PAGE = (ROOT / "docs" / "operate.md").read_text("utf-8")
SOURCES = ROOT / "controller" / "pinfold"
NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def rows(heading: str) -> list[list[str]]:
    """The cells of the first table below a heading, without its head."""
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    table = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[2:]]


def metrics() -> dict[str, set[str]]:
    return {
        name.strip("`"): {label.strip() for label in labels.split(",") if label}
        for name, labels, *_ in rows("Metrics")
    }


def in_sources() -> Iterator[str]:
    for path in SOURCES.rglob("*.py"):
        yield from re.findall(r'"(pinfold_[a-z_]+)"', path.read_text("utf-8"))


def test_every_metric_is_in_the_table_and_nothing_else_is() -> None:
    assert {name.removesuffix("_total") for name in metrics()} == set(in_sources())


def test_the_labels_are_those_of_the_table() -> None:
    counts, told = AdmissionCounts(), RescanMetrics()
    counts.reviewed("enforce", "Pod", "allowed", 0.1)
    counts.violations["enforce", "image-digest", "Enforce"] += 1
    counts.rejected[("method",)] += 1
    workload = Workload(Ref("v1", "Pod", "ml", "x", "1"), COMPLIANT, 1)
    scan = Scan(
        workloads=(workload,),
        marks=(),
        right=0,
        would_refuse={"default": 1},
        forged=0,
        seen=frozenset(),
        read=Read(),
    )
    told.scanned(scan, 1.0, NOW)
    told.exempted({"a": NOW})
    told.writes = {("pod", "written"): 1}
    found = {
        sample.name.removesuffix("_count"): set(sample.labels)
        for collector in (counts, told)
        for family in collector.collect()
        for sample in family.samples
        if not sample.name.endswith(("_bucket", "_sum", "_created"))
    }
    table = metrics()
    assert {name: table[name] for name in found} == found


def test_every_setting_is_in_the_table_with_its_default() -> None:
    table = {name.strip("`"): default for name, default, _ in rows("Settings")}
    fields = {field.name: field.default for field in dataclasses.fields(ScanSettings)}
    assert table.keys() == fields.keys()
    for name, default in fields.items():
        if isinstance(default, float):
            assert float(table[name]) == default
        elif isinstance(default, str):
            assert table[name] == default


def test_every_alert_is_in_the_table_with_its_severity() -> None:
    table = {name.partition("]")[0].strip("["): severity for name, severity, _ in rows("Alerts")}
    assert table == {alert["alert"]: alert["labels"]["severity"] for alert in alerts()}


def test_every_query_asks_for_metrics_that_there_are() -> None:
    asked = set(
        re.findall(
            r"pinfold_[a-z_]+",
            " ".join(alert["expr"] for alert in alerts())
            + (ROOT / "charts" / "pinfold" / "dashboards" / "pinfold.json").read_text("utf-8"),
        )
    )
    known = metrics().keys()
    suffixes = ("", "_bucket", "_sum", "_count")
    assert {name for name in asked if name not in {k + s for k in known for s in suffixes}} == set()
