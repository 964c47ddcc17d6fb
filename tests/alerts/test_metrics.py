"""The table of metrics in docs/operate.md is what both programs tell, and it is bounded."""

import asyncio
import json
import re
from pathlib import Path
from typing import get_args

import pytest
from kubernetes.aio.client import Configuration

from pinfold.kube.client import Api
from pinfold.policy.violation import Mode
from pinfold.reconciler.drift import COMPLIANT, Kind, Reason, outcome_of
from pinfold.reconciler.operator import Reconciler
from pinfold.reconciler.writer import Fate
from pinfold.settings import ReconcilerSettings
from pinfold.webhook.review import Outcome
from tests.alerts.exposed import (
    Exposed,
    from_rescan,
    from_rescan_of_one,
    from_webhook,
    read,
    scan_of,
)
from tests.alerts.test_alerts import DASHBOARD, ROOT, alerts
from tests.alerts.test_operate import rows
from tests.cluster.processes import free_port
from tests.installation import http_get
from tests.webhook.material import UNPINNED, MountedSecret, as_bytes, pod, review
from tests.webhook.running import request, running, settings_for

SOURCES = ROOT / "controller" / "pinfold"
FROM_API_SERVER = {
    "apiserver_admission_webhook_rejection_count",
    "apiserver_admission_webhook_fail_open_count",
    "apiserver_admission_webhook_admission_duration_seconds_bucket",
}
ISSUED = (
    "pinfold_admission_reviews_total",
    "pinfold_admission_review_duration_seconds",
    "pinfold_violations_total",
    "pinfold_workloads",
    "pinfold_drifted_workloads",
    "pinfold_scan_duration_seconds",
    "pinfold_scan_last_success_timestamp_seconds",
    "pinfold_scan_objects_read_total",
    "pinfold_scan_writes_total",
    "pinfold_certificate_expiry_timestamp_seconds",
    "pinfold_exemption_expiry_timestamp_seconds",
    "pinfold_policies",
    "pinfold_policies_age_seconds",
    "pinfold_leader",
)


def table(*programs: str) -> dict[str, tuple[str, set[str]]]:
    """Type and labels, by name, of what the table says of these programs."""
    return {
        name.strip("`"): (kind, {label.strip() for label in labels.split(",") if label})
        for name, kind, labels, program, _ in rows("Metrics")
        if program in programs
    }


def told(found: dict[str, Exposed]) -> dict[str, tuple[str, set[str]]]:
    return {name: (metric.type, metric.labels) for name, metric in found.items()}


def from_reconciler() -> dict[str, Exposed]:
    """What its process tells when it has not found an API server yet."""
    port = free_port()
    settings = ReconcilerSettings(health_host="127.0.0.1", health_port=port)

    async def scenario() -> str:
        async with Api(Configuration(host=f"http://127.0.0.1:{free_port()}")) as api:
            made = Reconciler(api, settings)
            await made.start()
            try:
                return (await asyncio.to_thread(http_get, f"http://127.0.0.1:{port}/metrics"))[1]
            finally:
                await made.end()

    return read(asyncio.run(scenario()))


def test_the_table_is_what_the_webhook_tells(tmp_path: Path) -> None:
    assert told(from_webhook(tmp_path)) == table("webhook")


def test_the_table_is_what_the_reconciler_tells() -> None:
    waiting = from_reconciler()
    assert waiting.keys() == table("reconciler").keys()
    assert waiting["pinfold_leader"].series == [{}]
    leading = told(from_rescan_of_one()) | told({"pinfold_leader": waiting["pinfold_leader"]})
    assert leading == table("reconciler", "leader")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("pinfold_admission_reviews_total", set(get_args(Outcome))),
        ("pinfold_violations_total", {mode.value for mode in Mode} | {"Exempted"}),
        ("pinfold_scans_total", {"success", "failure"}),
        ("pinfold_scan_objects_read_total", {"pods", "configmaps"}),
        ("pinfold_scan_writes_total", {fate.value for fate in Fate}),
    ],
)
def test_the_values_of_labels_are_told(name: str, values: set[str]) -> None:
    (says,) = (cells[4] for cells in rows("Metrics") if cells[0] == f"`{name}`")
    assert set(re.findall("`(.*?)`", says)) == values


def test_nothing_else_is_in_the_sources() -> None:
    named = {
        name
        for path in SOURCES.rglob("*.py")
        for name in re.findall(r'"(pinfold_[a-z_]+)"', path.read_text("utf-8"))
    }
    assert {name.removesuffix("_total") for name in table("webhook", "reconciler", "leader")} == (
        named
    )


def test_what_was_promised_is_there() -> None:
    assert set(ISSUED) - table("webhook", "reconciler", "leader").keys() == set()


def test_alerts_and_dashboard_ask_for_what_there_is() -> None:
    panels = json.loads(DASHBOARD.read_text("utf-8"))["panels"]
    asked = " ".join(
        [alert["expr"] for alert in alerts()]
        + [target["expr"] for panel in panels for target in panel["targets"]]
    )
    known = set(FROM_API_SERVER)
    for name, (kind, _) in table("webhook", "reconciler", "leader").items():
        suffixes = ("_bucket", "_sum", "_count") if kind == "histogram" else ("",)
        known |= {name + suffix for suffix in suffixes}
    names = set(re.findall(r"\b(?:pinfold|apiserver)_\w+", asked))
    assert names - known == set()


def test_labels_that_alerts_and_dashboard_choose_by_are_values_that_there_are() -> None:
    asked = DASHBOARD.read_text("utf-8").replace('\\"', '"')
    asked += " ".join(alert["expr"] for alert in alerts())
    kinds = {k for found in re.findall(r'kind=~?"([^"]+)"', asked) for k in found.split("|")}
    assert kinds == {kind.value for kind in Kind}


def test_a_cluster_of_any_size_makes_no_more_series() -> None:
    drifted = outcome_of([Reason(Kind.IMAGE, "image-drift", "")])
    places = [(f"ns-{n}", drifted if n % 2 else COMPLIANT) for n in range(5000)]
    found = from_rescan(scan_of(places, {f"p-{n}": 1 for n in range(500)}), exemptions=500)
    assert {name: len(metric.series) for name, metric in found.items()} == {
        "pinfold_scans_total": 2,
        "pinfold_scan_duration_seconds": 1,
        "pinfold_scan_objects_read_total": 2,
        "pinfold_scan_read_bytes_total": 1,
        "pinfold_scan_writes_total": 1,
        "pinfold_forged_annotations_total": 1,
        "pinfold_scan_interval_seconds": 1,
        "pinfold_scan_last_success_timestamp_seconds": 1,
        "pinfold_workloads": 101 * 4,
        "pinfold_drifted_workloads": 101 * 6,
        "pinfold_would_refuse_pods": 100,
        "pinfold_exemption_expiry_timestamp_seconds": 100,
    }
    values = {v for m in found.values() for series in m.series for v in series.values()}
    assert "secret-name" not in values


def test_nobody_can_make_labels_by_what_they_send(tmp_path: Path) -> None:
    """Kinds, paths, methods and namespaces of somebody else's choosing."""

    async def scenario() -> set[tuple[str, ...]]:
        secret = MountedSecret(tmp_path / "tls")
        secret.update("good")
        async with running(settings_for(secret.folder)) as run:
            body = as_bytes(
                review(pod(UNPINNED), kind={"group": "x", "version": "v1", "kind": "Y"})
            )
            for sent in (
                request(body),
                request(as_bytes(review(pod(UNPINNED), namespace="n" * 63))),
                request(b"{}"),
                request(body, "/a"),
                request(body, "/b"),
                request(body, method="PURGE"),
                request(body, method="WHATEVER"),
            ):
                client = await run.connect()
                await client.send(sent)
                await client.reply()
                await client.close()
            return {*run.counts.reviews, *run.counts.violations, *run.counts.rejected}

    assert asyncio.run(scenario()) == {
        ("enforce", "other", "unreadable"),
        ("enforce", "Pod", "refused"),
        ("enforce", "image-digest", "Enforce"),
        ("enforce", "model-revision", "Enforce"),
        ("path",),
        ("method",),
    }
