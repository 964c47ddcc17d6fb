"""Durations as Kubernetes writes them: 720h, 1h30m, 90s."""

import re
from datetime import timedelta

_DURATION = re.compile(r"(?=.)(?:([0-9]{1,5})h)?(?:([0-9]{1,5})m)?(?:([0-9]{1,6})s)?", re.ASCII)


def parse_duration(text: str) -> timedelta:
    """Whole hours, minutes and seconds, in that order. Raises ValueError; zero is no duration."""
    found = _DURATION.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is no duration: write it as 720h, 1h30m or 90s")
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    duration = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if not duration:
        raise ValueError(f"{text!r} is no time at all: leave the field out for the default")
    return duration


_PERIOD = re.compile(r"(?:([0-9]{1,4})d)?(.*)", re.ASCII | re.DOTALL)


def parse_period(text: str) -> timedelta:
    """A duration as people say it, with days before the rest: 30d, 1d12h, 12h. Raises ValueError.

    Kubernetes has no days, so no policy has them either.
    """
    found = _PERIOD.fullmatch(text)
    assert found is not None  # the rest is anything
    days, rest = timedelta(days=int(found[1] or 0)), found[2]
    if days and not rest:
        return days
    try:
        return days + parse_duration(rest)
    except ValueError as error:
        raise ValueError(f"{text!r} is no duration: write it as 30d, 12h or 1d12h") from error
