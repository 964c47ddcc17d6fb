"""What Prometheus reads of the webhook. Labels are closed lists: no names from the cluster.

The counts of the request path are plain numbers, turned into samples when somebody asks: a
prometheus_client histogram costs more than a whole decision of ours (2 us an observation).
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS_SECONDS = (0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.01, 0.05, 0.25, 1.0, 4.0)


class AdmissionCounts(Collector):
    """Reviews, how long they took, and what they found."""

    def __init__(self) -> None:
        self.reviews: Counter[tuple[str, ...]] = Counter()  # endpoint, kind, verdict
        self.violations: Counter[tuple[str, ...]] = Counter()  # endpoint, rule, mode
        self.rejected: Counter[tuple[str, ...]] = Counter()  # why a request was no review
        self._took: dict[str, list[int]] = {}
        self._seconds: dict[str, float] = {}

    def reviewed(self, endpoint: str, kind: str, verdict: str, seconds: float) -> None:
        """One answered review; `kind` is one of those read here, or "other"."""
        self.reviews[endpoint, kind, verdict] += 1
        took = self._took.get(endpoint)
        if took is None:
            took = self._took[endpoint] = [0] * (len(BUCKETS_SECONDS) + 1)
            self._seconds[endpoint] = 0.0
        took[bisect_left(BUCKETS_SECONDS, seconds)] += 1
        self._seconds[endpoint] += seconds

    def collect(self) -> Iterator[Metric]:
        """Samples of all counts, for prometheus_client."""
        yield _counters(
            "pinfold_admission_reviews",
            "Reviews answered.",
            ("endpoint", "kind", "verdict"),
            self.reviews,
        )
        yield self._durations()
        yield _counters(
            "pinfold_violations",
            "Violations found in reviews, by the mode that applied.",
            ("endpoint", "rule", "mode"),
            self.violations,
        )
        yield _counters(
            "pinfold_rejected_requests",
            "Requests that were no review, by reason.",
            ("reason",),
            self.rejected,
        )

    def _durations(self) -> HistogramMetricFamily:
        family = HistogramMetricFamily(
            "pinfold_admission_review_duration_seconds",
            "From a review's last byte to its answer, without TLS and HTTP.",
            labels=("endpoint",),
        )
        for endpoint, took in self._took.items():
            buckets, total = [], 0
            for bound, count in zip((*BUCKETS_SECONDS, float("inf")), took, strict=True):
                total += count
                buckets.append(("+Inf" if bound == float("inf") else str(bound), float(total)))
            family.add_metric((endpoint,), buckets, self._seconds[endpoint])
        return family


class Gauges(Collector):
    """Values that are read when somebody asks; one that has none yet is left out."""

    def __init__(self) -> None:
        self._gauges: dict[str, tuple[str, Callable[[], float | None]]] = {}

    def add(self, name: str, help_text: str, read: Callable[[], float | None]) -> None:
        """From now on, `read` is called at each scrape."""
        self._gauges[name] = (help_text, read)

    def collect(self) -> Iterator[Metric]:
        """Samples of all gauges that have a value."""
        for name, (help_text, read) in self._gauges.items():
            value = read()
            if value is not None:
                yield GaugeMetricFamily(name, help_text, value=value)


def registry_of(*collectors: Collector) -> CollectorRegistry:
    """A registry of its own for one program, so that two in one process (tests) stay apart."""
    registry = CollectorRegistry(auto_describe=False)
    for collector in collectors:
        registry.register(collector)
    return registry


def exposition(registry: CollectorRegistry) -> bytes:
    """The text that Prometheus scrapes."""
    return generate_latest(registry)


def _counters(
    name: str,
    help_text: str,
    labels: tuple[str, ...],
    counts: Mapping[tuple[str, ...], int],
) -> CounterMetricFamily:
    family = CounterMetricFamily(name, help_text, labels=labels)
    for values, count in counts.items():
        family.add_metric(values, count)
    return family
