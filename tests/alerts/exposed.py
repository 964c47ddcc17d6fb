"""What both programs tell Prometheus, once there is something to tell of everything."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from pinfold.kube.owners import Ref
from pinfold.metrics import exposition, registry_of
from pinfold.reconciler.drift import COMPLIANT, Outcome
from pinfold.reconciler.read import Read
from pinfold.reconciler.rescan import Scan
from pinfold.reconciler.rescan_metrics import RescanMetrics
from pinfold.reconciler.workloads import Workload
from pinfold.webhook.operator import Webhook
from tests.webhook.material import MountedSecret, policies
from tests.webhook.running import settings_for
from tests.webhook.test_health import Policies

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


@dataclass(slots=True)
class Exposed:
    """One metric, as Prometheus reads it: by the name that queries go by."""

    type: str
    series: Sequence[Mapping[str, str]] = ()  # their labels, without buckets

    @property
    def labels(self) -> set[str]:
        return {label for series in self.series for label in series}


def read(text: str) -> dict[str, Exposed]:
    """By name, with the _total of a counter; those that have no sample yet too."""
    found = {}
    for family in text_string_to_metric_families(text):
        name = f"{family.name}_total" if family.type == "counter" else family.name
        of_series = name if family.type != "histogram" else f"{name}_count"
        series = [sample.labels for sample in family.samples if sample.name == of_series]
        found[name] = Exposed(family.type, series)
    return found


def webhook_with_all(folder: Path) -> Webhook:
    """A webhook that has a certificate and policies, and has judged."""
    secret = MountedSecret(folder / "tls")
    secret.update("good")
    made = Webhook(settings_for(secret.folder), Policies(policies(), age=2.0))
    made.certificate.look()
    made.counts.reviewed("enforce", "Pod", "refused", 0.1)
    made.counts.violations["enforce", "image-digest", "Enforce"] += 1
    made.counts.rejected[("method",)] += 1
    return made


def from_webhook(folder: Path) -> dict[str, Exposed]:
    return read(exposition(webhook_with_all(folder).registry).decode())


def scan_of(places: Iterable[tuple[str, Outcome]], would_refuse: Mapping[str, int]) -> Scan:
    """A scan that found a Deployment in each namespace."""
    return Scan(
        workloads=tuple(
            Workload(Ref("apps/v1", "Deployment", namespace, "secret-name", namespace), outcome, 1)
            for namespace, outcome in places
        ),
        marks=(),
        right=0,
        would_refuse=would_refuse,
        forged=0,
        seen=frozenset(),
        read=Read(pods=5, bytes=100, config_maps=1),
    )


def from_rescan(scan: Scan, exemptions: int = 1) -> dict[str, Exposed]:
    told = RescanMetrics()
    told.failed()
    told.scanned(scan, 1.0, NOON)
    told.exempted({f"e-{n}": NOON + timedelta(hours=n) for n in range(exemptions)})
    told.writes = {("pod", "written"): 1}
    told.interval_seconds = 600.0
    return read(exposition(registry_of(told)).decode())


def from_rescan_of_one() -> dict[str, Exposed]:
    return from_rescan(scan_of([("ml", COMPLIANT)], {"default": 1}))
