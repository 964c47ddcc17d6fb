"""What Prometheus reads of the rescan, from the replica that leads.

Labels are closed lists, but for namespaces, policies and exemptions, of which there is a most.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from pinfold.reconciler.drift import Kind, Status
from pinfold.reconciler.rescan import Scan
from pinfold.reconciler.workloads import Workload

MOST_NAMESPACES = 100
MOST_NAMES = 100  # of policies, and of exemptions
OTHERS = "_others"  # no namespace can be called so
BUCKETS_SECONDS = (0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)


class RescanMetrics(Collector):
    """Counts for as long as the process lives; gauges while it leads."""

    def __init__(self) -> None:
        self.writes: Mapping[tuple[str, ...], int] = {}
        self.interval_seconds: float | None = None
        self._scans: Counter[str] = Counter()
        self._took = [0] * (len(BUCKETS_SECONDS) + 1)
        self._seconds = 0.0
        self._read: Counter[str] = Counter()
        self._bytes = 0
        self._forged = 0
        self._last: Scan | None = None
        self._last_success: datetime | None = None
        self._exemptions: Mapping[str, datetime] = {}

    def scanned(self, scan: Scan, seconds: float, now: datetime) -> None:
        """A scan that came to its end."""
        self._scans["success"] += 1
        self._took[bisect_left(BUCKETS_SECONDS, seconds)] += 1
        self._seconds += seconds
        self._read["pods"] += scan.read.pods
        self._read["configmaps"] += scan.read.config_maps
        self._bytes += scan.read.bytes
        self._forged += scan.forged
        self._last, self._last_success = scan, now

    def failed(self) -> None:
        """A scan that came to nothing."""
        self._scans["failure"] += 1

    def exempted(self, ends: Mapping[str, datetime]) -> None:
        """The exemptions that there are, and when each ends."""
        self._exemptions = ends

    def no_longer_leading(self) -> None:
        """Another replica tells the gauges from now on."""
        self._last = self._last_success = None
        self._exemptions = {}

    def collect(self) -> Iterator[Metric]:
        """Samples, for prometheus_client."""
        yield _counter("pinfold_scans", "Scans made.", "result", self._scans)
        yield self._durations()
        yield _counter(
            "pinfold_scan_objects_read", "Objects that scans read.", "resource", self._read
        )
        bytes_read = CounterMetricFamily("pinfold_scan_read_bytes", "Bytes that scans read.")
        bytes_read.add_metric((), self._bytes)
        yield bytes_read
        yield self._fates()
        forged = CounterMetricFamily(
            "pinfold_forged_annotations", "Annotations of ours that somebody else had written."
        )
        forged.add_metric((), self._forged)
        yield forged
        if self.interval_seconds is not None:
            yield GaugeMetricFamily(
                "pinfold_scan_interval_seconds",
                "From one scan to the next, as it is set.",
                value=self.interval_seconds,
            )
        if self._last is not None:
            yield from self._gauges(self._last)

    def _fates(self) -> Metric:
        family = CounterMetricFamily(
            "pinfold_scan_writes",
            "Objects written after scans, by what became of it.",
            labels=("resource", "fate"),
        )
        for labels, count in self.writes.items():
            family.add_metric(labels, count)
        return family

    def _durations(self) -> Metric:
        family = HistogramMetricFamily(
            "pinfold_scan_duration_seconds", "Reading and judging all running pods."
        )
        buckets, total = [], 0
        for bound, count in zip((*BUCKETS_SECONDS, float("inf")), self._took, strict=True):
            total += count
            buckets.append(("+Inf" if bound == float("inf") else str(bound), float(total)))
        family.add_metric((), buckets, self._seconds)
        return family

    def _gauges(self, scan: Scan) -> Iterator[Metric]:
        if self._last_success is not None:
            yield GaugeMetricFamily(
                "pinfold_scan_last_success_timestamp_seconds",
                "When the last scan ended that came to its end.",
                value=self._last_success.timestamp(),
            )
        yield from _workloads(scan.workloads)
        refused = GaugeMetricFamily(
            "pinfold_would_refuse_pods",
            "Running pods that the policy would refuse if it were enforced everywhere.",
            labels=("policy",),
        )
        for policy, count in sorted(scan.would_refuse.items())[:MOST_NAMES]:
            refused.add_metric((policy,), count)
        yield refused
        ends = GaugeMetricFamily(
            "pinfold_exemption_expiry_timestamp_seconds",
            "When an exemption ends; of those that have not, the first hundred.",
            labels=("exemption",),
        )
        soonest = sorted(self._exemptions.items(), key=lambda entry: (entry[1], entry[0]))
        for name, moment in soonest[:MOST_NAMES]:
            ends.add_metric((name,), moment.timestamp())
        yield ends


def _workloads(workloads: Sequence[Workload]) -> Iterator[Metric]:
    by_status = GaugeMetricFamily(
        "pinfold_workloads",
        "Workloads that are looked at, by what is said of them.",
        labels=("namespace", "status"),
    )
    by_kind = GaugeMetricFamily(
        "pinfold_drifted_workloads",
        "Workloads that are Violating or Drifted, by the gravest kind.",
        labels=("namespace", "kind"),
    )
    kept = _namespaces(workloads)
    counts: Counter[tuple[str, Status]] = Counter()
    kinds: Counter[tuple[str, Kind]] = Counter()
    for workload in workloads:
        namespace = workload.ref.namespace if workload.ref.namespace in kept else OTHERS
        counts[namespace, workload.outcome.status] += 1
        if workload.outcome.kind is not None:
            kinds[namespace, workload.outcome.kind] += 1
    for name in sorted({namespace for namespace, _ in counts}):
        for status in Status:  # zeroes too: what goes from one to none is seen to go
            by_status.add_metric((name, status.value), counts[name, status])
        for kind in Kind:
            by_kind.add_metric((name, kind.value), kinds[name, kind])
    yield by_status
    yield by_kind


def _namespaces(workloads: Iterable[Workload]) -> frozenset[str]:
    """Those told by name: the ones with most that is wrong, then with most workloads."""
    weights: Counter[str] = Counter()
    for workload in workloads:
        is_well = workload.outcome.status is Status.COMPLIANT
        weights[workload.ref.namespace] += 1 if is_well else 1_000_000
    ordered = sorted(weights, key=lambda name: (-weights[name], name))
    return frozenset(ordered[:MOST_NAMESPACES])


def _counter(name: str, text: str, label: str, counts: Mapping[str, int]) -> Metric:
    family = CounterMetricFamily(name, text, labels=(label,))
    for value, count in counts.items():
        family.add_metric((value,), count)
    return family
