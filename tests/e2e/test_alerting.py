"""From a Pod that drifts to somebody who is paged: real API server, Prometheus and Alertmanager."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.alerts.test_alerts import DASHBOARD, RUNBOOKS, alerts, commands
from tests.alerts.test_metrics import table
from tests.e2e.alerting import Watched, watched_or_skip
from tests.e2e.test_exemptions import grant
from tests.installation import http_get
from tests.webhook.running import trusting

pytestmark = pytest.mark.cluster
SAMPLES = Path(__file__).parent.parent.parent / "manifests" / "samples"
GOOD, BAD = (SAMPLES / verdict / "vllm-deployment.yaml" for verdict in ("good", "bad"))
ENFORCED = "pinned-only"
OPEN = "anything-goes"
FAILING = 'apiserver_admission_webhook_rejection_count{name="enforce.pinfold.dev"}'
REFUSED = FAILING.replace("}", ', error_type="no_error", rejection_code="403"}')
DEAD = FAILING.replace("}", ', error_type="calling_webhook_error"}')
LET_THROUGH = 'apiserver_admission_webhook_fail_open_count{name="observe.pinfold.dev"}'
NODE_RUNS_ANOTHER = ("labels: {app: llama}\n    spec", "labels: {app: llama, %s}\n    spec")
ONLY_READS = re.compile(r"kubectl( -n \S+)? (get (?!--raw)|auth can-i )")


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    with watched_or_skip(tmp_path_factory.mktemp("prometheus")) as watched:
        watched.namespace(ENFORCED, enforced=True)
        watched.namespace(OPEN, enforced=False)
        yield watched


def apply(watched: Watched, where: str, manifest: str) -> subprocess.CompletedProcess[str]:
    return watched.cluster.kubectl("apply", "-n", where, "-f", "-", input=manifest, check=False)


def text(sample: Path) -> str:
    return sample.read_text("utf-8")


def alert(name: str) -> dict[str, Any]:
    return next(one for one in alerts() if one["alert"] == name)


def test_a_pod_that_drifts_pages_somebody_and_its_end_is_told(watched: Watched) -> None:
    before, after = NODE_RUNS_ANOTHER
    drifting = text(GOOD).replace(before, after % "test.pinfold.dev/image-id: other")
    assert apply(watched, ENFORCED, drifting).returncode == 0
    watched.until("a page", lambda: watched.prometheus.has_paged("PinfoldWorkloadDrifted"), 120)
    (page,) = watched.prometheus.pages("PinfoldWorkloadDrifted")
    assert page["labels"] == {
        "alertname": "PinfoldWorkloadDrifted",
        "severity": "warning",
        "namespace": ENFORCED,  # the workload's, not that of the target
        "kind": "image",
    }
    expected = alert("PinfoldWorkloadDrifted")["annotations"]
    assert page["annotations"] == {
        "summary": f"1 of the workloads in {ENFORCED} drifted: image",
        "description": expected["description"],
        "runbook_url": expected["runbook_url"],
    }
    watched.cluster.kubectl("delete", "-n", ENFORCED, "deployment", "llama")
    watched.until(
        "the all-clear",
        lambda: watched.prometheus.has_paged("PinfoldWorkloadDrifted", "resolved"),
        120,
    )


def test_the_api_server_tells_what_the_alerts_read(watched: Watched) -> None:
    """A refusal, then a webhook that is dead, at both of its entries."""
    for number in range(3):
        refused = apply(watched, ENFORCED, text(BAD).replace("llama\n", f"bad-{number}\n"))
        assert "has no digest" in refused.stderr
        watched.until("the refusal", lambda seen=number: count(watched, REFUSED) > seen)
    watched.pinfold.stop_webhook()
    try:
        for number in range(3):
            assert "failed calling webhook" in apply(watched, ENFORCED, text(GOOD)).stderr
            named = text(GOOD).replace("llama\n", f"open-{number}\n")
            assert apply(watched, OPEN, named).returncode == 0
            watched.until("the failure", lambda seen=number: count(watched, DEAD) > seen)
        watched.until("what went through", lambda: count(watched, LET_THROUGH) >= 3)
        for name in ("PinfoldWebhookFailing", "PinfoldWebhookFailingOpen"):
            watched.until(name, lambda one=name: watched.has_data(alert(one)["expr"]))
    finally:
        watched.pinfold.start_webhook()
        watched.pinfold.wait_ready()


def count(watched: Watched, selector: str) -> float:
    return sum(float(found["value"][1]) for found in watched.prometheus.query(selector))


def test_every_metric_that_is_promised_is_there(watched: Watched) -> None:
    """Somebody is exempted, something violates, and a stranger knocks; then all have a value."""
    grant(watched.cluster, OPEN)
    assert apply(watched, OPEN, text(BAD)).returncode == 0
    assert "has no digest" in apply(watched, ENFORCED, text(BAD)).stderr
    knock = f"https://127.0.0.1:{watched.pinfold.port}/"
    assert http_get(knock, trusting())[0] == 404
    for name, (kind, _) in table("webhook", "reconciler", "leader").items():
        query = f"{name}_count" if kind == "histogram" else name
        watched.until(query, lambda one=query: watched.has_data(one))
    ours = 'pinfold_admission_reviews_total{endpoint="enforce"}'  # not the target's endpoint
    assert watched.has_data(ours)
    violating = f'pinfold_drifted_workloads{{namespace="{OPEN}", kind="out-of-scope"}} == 1'
    watched.until("what violates", lambda: watched.has_data(violating))


def test_every_query_of_the_dashboard_finds_something(watched: Watched) -> None:
    for panel in json.loads(DASHBOARD.read_text("utf-8"))["panels"]:
        for target in panel["targets"]:
            watched.until(
                f"data of {panel['title']!r}",
                lambda expression=target["expr"]: watched.has_data(expression),
            )


def test_every_alert_is_a_query_that_prometheus_takes(watched: Watched) -> None:
    for one in alerts():
        watched.prometheus.query(one["expr"])


@pytest.mark.parametrize("page", sorted(RUNBOOKS.glob("Pinfold*.md")), ids=lambda path: path.stem)
def test_what_a_page_tells_to_look_at_can_be_looked_at(watched: Watched, page: Path) -> None:
    path = f"{watched.cluster.programs.kubectl.parent}:{os.environ['PATH']}"
    for command in commands(page):
        if ONLY_READS.match(command) and not re.search(r"\bx\b", command):
            done = subprocess.run(
                ["bash", "-c", command],
                env=watched.cluster.environment() | {"PATH": path},
                capture_output=True,
                text=True,
                check=False,
            )
            assert re.sub(r"No resources found.*\n", "", done.stderr) == "", command
