"""Durations as Kubernetes writes them."""

from datetime import timedelta

import pytest

from pinfold.policy.durations import parse_duration, parse_period


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("720h", timedelta(days=30)),
        ("1h30m", timedelta(minutes=90)),
        ("90s", timedelta(seconds=90)),
        ("1h1s", timedelta(seconds=3601)),
    ],
)
def test_hours_minutes_and_seconds(text: str, duration: timedelta) -> None:
    assert parse_duration(text) == duration


@pytest.mark.parametrize("text", ["", "720", "30d", "1.5h", "30m1h", "-1h", "1h ", "1h\n", "٣h"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="write it as 720h, 1h30m or 90s"):
        parse_duration(text)


def test_no_time_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match="leave the field out"):
        parse_duration("0h0m")


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("30d", timedelta(days=30)),
        ("1d12h", timedelta(hours=36)),
        ("12h", timedelta(hours=12)),
        ("0d1s", timedelta(seconds=1)),
    ],
)
def test_people_count_in_days_too(text: str, period: timedelta) -> None:
    assert parse_period(text) == period


@pytest.mark.parametrize("text", ["", "30", "0d", "d", "12h1d", "1d\n", "1.5d", "-1d"])
def test_any_other_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="write it as 30d, 12h or 1d12h"):
        parse_period(text)
