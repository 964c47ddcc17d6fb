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
