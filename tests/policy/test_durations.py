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


@pytest.mark.parametrize(("text", "period"), [
    pytest.param("30d", timedelta(days=30), id="days"),
    pytest.param("1d12h", timedelta(hours=36), id="days and hours"),
    pytest.param("12h", timedelta(hours=12), id="what a policy writes"),
    pytest.param("0d12h", timedelta(hours=12), id="no day, and hours"),
])  # fmt: skip
def test_people_say_days(text: str, period: timedelta) -> None:
    assert parse_period(text) == period


@pytest.mark.parametrize("text", ["", "0d", "30", "d", "12h1d", "30d0h", "30 d", "٣d", "1d\n"])
def test_what_is_no_period_is_told_in_words(text: str) -> None:
    with pytest.raises(ValueError, match="is no duration: write it as 30d, 12h or 1d12h"):
        parse_period(text)
