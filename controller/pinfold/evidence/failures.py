"""What a look-up can come to, in words for the person who asked."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

Answer = TypeVar("Answer")


class LookupFailed(Exception):
    """Nothing was found: the message says why, and what to do where something can be done."""


class Unreachable(LookupFailed):
    """Nobody answered, or not in time: the same host need not be asked again."""


class TryAgain(Exception):
    """An answer that may be another in a moment; `after_seconds` is what it asks for."""

    def __init__(self, message: str, after_seconds: float = 0.0) -> None:
        super().__init__(message)
        self.after_seconds = after_seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long is waited for an answer, and how often it is asked for."""

    timeout_seconds: float = 10.0
    attempts: int = 3
    wait_seconds: float = 0.5  # before the second attempt; twice as long before each other
    longest_wait_seconds: float = 15.0


def patiently(
    ask: Callable[[], Answer], patience: Patience, sleep: Callable[[float], None]
) -> Answer:
    """Ask until there is an answer. Raises Unreachable when the attempts are used up."""
    wait = patience.wait_seconds
    for attempt in range(1, patience.attempts + 1):
        try:
            return ask()
        except TryAgain as error:
            if attempt == patience.attempts:
                tries = f" ({attempt} attempts)" if attempt > 1 else ""
                raise Unreachable(f"{error}{tries}") from error
            sleep(min(max(wait, error.after_seconds), patience.longest_wait_seconds))
            wait *= 2
    raise AssertionError("at least one attempt is made")
