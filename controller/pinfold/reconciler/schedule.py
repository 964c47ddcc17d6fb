"""When the next scan is made. Pure: the time goes in, seconds of a monotonic clock."""

from dataclasses import dataclass

_NOTHING_SECONDS = 0.001  # what is left of sums of fractions


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often scans are made; all in seconds."""

    interval: float = 600.0
    jitter: float = 0.1  # of the interval: two clusters shall not keep step
    debounce: float = 5.0  # after a change; further changes in that time wait no longer
    refill: float = 60.0  # one full scan in this time on average
    burst: int = 3


class Schedule:
    """The moments of scans.

    A scan is due when the interval is over, or `debounce` after the first change that no scan has
    seen, but never without a token: one comes every `refill` seconds, no more than `burst` wait.
    """

    def __init__(self, pace: Pace, now: float, spread: float) -> None:
        """`spread` in 0..1 sets this process apart from others. The first scan is due at once."""
        self._pace = pace
        self._interval = pace.interval * (1 + pace.jitter * (spread - 0.5) * 2)
        self._next = now
        self._changed: float | None = None
        self._woken: float | None = None
        self._tokens = float(pace.burst)
        self._counted = now

    def changed(self, now: float) -> None:
        """Something changed that scans depend on."""
        if self._changed is None:
            self._changed = now + self._pace.debounce

    def wake_at(self, moment: float | None) -> None:
        """When something will next change by itself, such as an exemption that ends."""
        self._woken = moment

    def seconds_left(self, now: float) -> float:
        """Until a scan is due; 0 where one is."""
        self._refill(now)
        due = min(m for m in (self._next, self._changed, self._woken) if m is not None)
        token = now if self._tokens >= 1 else now + (1 - self._tokens) * self._pace.refill
        left = max(due, token) - now
        return left if left > _NOTHING_SECONDS else 0.0

    def started(self, now: float) -> None:
        """A scan begins, and sees all changes until now."""
        self._refill(now)
        self._tokens = max(0.0, self._tokens - 1)
        self._changed = None
        if self._woken is not None and self._woken <= now:
            self._woken = None
        self._next = now + self._interval

    def failed(self, now: float, wait: float) -> None:
        """The scan came to nothing: once more in `wait` seconds."""
        self._next = min(self._next, now + wait)

    def _refill(self, now: float) -> None:
        grown = max(0.0, now - self._counted) / self._pace.refill
        self._tokens = min(float(self._pace.burst), self._tokens + grown)
        self._counted = max(self._counted, now)
