"""How long to wait before the next try."""

import random
from collections.abc import Callable, Iterator

from pinfold.kube.errors import ApiError

_MOST_ASKED_SECONDS = 120.0  # longer than this we wait for no server


class Backoff:
    """Doubles with each failure in a row, and is at least what the server asked for.

    A quarter is jitter: replicas that failed together shall not come back together.
    """

    def __init__(
        self,
        first_seconds: float = 0.5,
        most_seconds: float = 30.0,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._first_seconds = first_seconds
        self._most_seconds = most_seconds
        self._jitter = jitter
        self._next_seconds = first_seconds

    def reset(self) -> None:
        """It works again."""
        self._next_seconds = self._first_seconds

    def after(self, error: BaseException | None = None) -> float:
        """Seconds to wait after one more failure."""
        seconds = self._next_seconds
        self._next_seconds = min(seconds * 2, self._most_seconds)
        asked = error.retry_after_seconds if isinstance(error, ApiError) else None
        if asked is not None:
            seconds = max(seconds, min(asked, _MOST_ASKED_SECONDS))
        return seconds * (1 + self._jitter() / 4)


class EndlessBackoffs:
    """For Kopf's `settings.networking.error_backoffs`: it gives up where an iterable ends.

    With Kopf's own, 54 s of 403, 500 or 503 end the program (kopf 1.45.2, _cogs/clients/api.py:86).
    """

    def __iter__(self) -> Iterator[float]:
        backoff = Backoff()
        while True:
            yield backoff.after()
