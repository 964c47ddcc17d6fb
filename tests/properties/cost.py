"""What a reading costs, in the processor's time and against a piece of work of the same run.

A neighbour's load or a slower machine makes both dearer; what is bounded is how many times dearer.
"""

import sys
import time
from collections.abc import Callable
from functools import cache
from typing import Any

MOST_SECONDS = 0.050  # of one Pod, on a machine that does the piece of work in UNIT_SECONDS
UNIT_SECONDS = 0.004
_SLACK = 4.0  # for a processor that changes its pace between the two measurements


def seconds_of(work: Callable[[], Any]) -> float:
    """Processor time of the whole process; nobody counts branches meanwhile."""
    trace = sys.gettrace()
    sys.settrace(None)
    try:
        started = time.process_time()
        work()
        return time.process_time() - started
    finally:
        sys.settrace(trace)


@cache
def most_seconds() -> float:
    """What one Pod may cost in this run."""
    unit = min(seconds_of(_piece_of_work) for _ in range(5))
    return MOST_SECONDS * max(1.0, unit / UNIT_SECONDS) * _SLACK


def _piece_of_work() -> int:
    return sum(len(str(number)) for number in range(40_000))


def is_affordable(work: Callable[[], Any]) -> bool:
    """Whether it stays within the bound; measured again where it does not, as others run too."""
    return any(seconds_of(work) <= most_seconds() for _ in range(3))
