"""When scans are made: times in seconds, of a clock that the test moves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinfold.reconciler.schedule import Pace, Schedule

EVEN = Pace(jitter=0.0)


def after_first(now: float = 0.0, pace: Pace = EVEN) -> Schedule:
    schedule = Schedule(pace, now, 0.5)
    schedule.started(now)
    return schedule


def test_the_first_scan_is_due_at_once() -> None:
    assert Schedule(EVEN, 100.0, 0.5).seconds_left(100.0) == 0


def test_without_a_change_the_next_comes_after_the_interval() -> None:
    assert after_first().seconds_left(0.0) == 600
    assert after_first().seconds_left(599.0) == 1
    assert after_first().seconds_left(700.0) == 0


@pytest.mark.parametrize(("spread", "seconds"), [(0.0, 540), (0.5, 600), (1.0, 660)])
def test_processes_keep_no_step(spread: float, seconds: float) -> None:
    schedule = Schedule(Pace(), 0.0, spread)
    schedule.started(0.0)
    assert schedule.seconds_left(0.0) == pytest.approx(seconds)


def test_after_a_change_it_comes_in_five_seconds_whatever_follows() -> None:
    schedule = after_first()
    schedule.changed(100.0)
    schedule.changed(104.0)
    assert schedule.seconds_left(104.0) == 1
    assert schedule.seconds_left(105.0) == 0


def test_a_change_during_a_scan_is_seen_by_the_next() -> None:
    schedule = after_first()
    schedule.started(100.0)
    schedule.changed(101.0)
    assert schedule.seconds_left(101.0) == 5


def test_three_may_follow_each_other_and_then_one_a_minute() -> None:
    schedule = Schedule(EVEN, 0.0, 0.5)
    moments, now = [], 0.0
    for _ in range(6):
        now += schedule.seconds_left(now)
        moments.append(now)
        schedule.started(now)
        schedule.changed(now)
    assert moments == pytest.approx([0, 5, 10, 60, 120, 180])


def test_an_end_that_is_known_wakes_it() -> None:
    schedule = after_first()
    schedule.wake_at(250.0)
    assert schedule.seconds_left(200.0) == 50
    schedule.changed(210.0)
    assert schedule.seconds_left(210.0) == 5  # a change before it does not wait for it
    schedule.started(215.0)
    assert schedule.seconds_left(215.0) == 35
    schedule.started(250.0)
    assert schedule.seconds_left(250.0) == 600


def test_a_failed_scan_is_made_again() -> None:
    schedule = after_first()
    schedule.failed(1.0, 30.0)
    assert schedule.seconds_left(1.0) == 30


@given(st.lists(st.floats(0, 100), max_size=60))
def test_in_any_time_there_are_no_more_than_burst_and_one_a_minute(steps: list[float]) -> None:
    schedule, now, made = Schedule(EVEN, 0.0, 0.5), 0.0, []
    for step in steps:
        schedule.changed(now)
        now += step
        if schedule.seconds_left(now) == 0:
            schedule.started(now)
            made.append(now)
    for index, first in enumerate(made):
        for count, last in enumerate(made[index:], start=1):
            assert count <= 3 + (last - first) / 60 + 1e-6
