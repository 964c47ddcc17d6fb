"""What Prometheus reads."""

import pytest

from pinfold.metrics import AdmissionCounts, Gauges, exposition, registry_of


def lines(*collectors: AdmissionCounts | Gauges) -> list[str]:
    text = exposition(registry_of(*collectors)).decode()
    return [line for line in text.splitlines() if not line.startswith("#")]


def test_reviews_are_counted_by_endpoint_kind_and_verdict() -> None:
    counts = AdmissionCounts()
    counts.reviewed("enforce", "Pod", "refused", 0.0002)
    counts.reviewed("enforce", "Pod", "refused", 0.0002)
    counts.reviewed("observe", "Job", "admitted", 0.0002)
    found = [line for line in lines(counts) if line.startswith("pinfold_admission_reviews_total")]
    assert found == [
        'pinfold_admission_reviews_total{endpoint="enforce",kind="Pod",verdict="refused"} 2.0',
        'pinfold_admission_reviews_total{endpoint="observe",kind="Job",verdict="admitted"} 1.0',
    ]


@pytest.mark.parametrize(
    ("seconds", "bucket"),
    [
        pytest.param(0.0, "5e-05", id="nothing"),
        pytest.param(0.0001, "0.0001", id="a bound belongs to its bucket"),
        pytest.param(0.00011, "0.00025", id="just above"),
        pytest.param(9.0, "+Inf", id="above all"),
    ],
)
def test_durations_fall_into_the_first_bucket_that_holds_them(seconds: float, bucket: str) -> None:
    counts = AdmissionCounts()
    counts.reviewed("enforce", "Pod", "admitted", seconds)
    name = "pinfold_admission_review_duration_seconds"
    first = next(line for line in lines(counts) if line.startswith(name) and line.endswith(" 1.0"))
    assert first == f'{name}_bucket{{endpoint="enforce",le="{bucket}"}} 1.0'
    assert f'{name}_count{{endpoint="enforce"}} 1.0' in lines(counts)


def test_violations_and_rejected_requests_are_counted() -> None:
    counts = AdmissionCounts()
    counts.violations["enforce", "image-digest", "Warn"] += 1
    counts.rejected[("size",)] += 1
    assert lines(counts) == [
        'pinfold_violations_total{endpoint="enforce",mode="Warn",rule="image-digest"} 1.0',
        'pinfold_rejected_requests_total{reason="size"} 1.0',
    ]


def test_a_gauge_is_read_when_somebody_asks_and_left_out_until_it_has_a_value() -> None:
    values: list[float | None] = [None, 3.0]
    gauges = Gauges()
    gauges.add("pinfold_policies", "Policies.", lambda: values.pop(0))
    registry = registry_of(gauges)
    assert exposition(registry) == b""
    assert exposition(registry).splitlines()[-1] == b"pinfold_policies 3.0"
