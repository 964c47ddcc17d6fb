"""Writes at a limited rate, tried again where that may help, counted by what became of them."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from enum import StrEnum

from pinfold.kube.backoff import Backoff
from pinfold.kube.errors import ApiError, Conflict, Forbidden, Invalid, NotFound, NotLeading

_log = logging.getLogger(__name__)
_TRIES = 5

Sleep = Callable[[float], Awaitable[None]]


class Fate(StrEnum):
    """What became of a write."""

    WRITTEN = "written"
    GONE = "gone"  # the object went, or another took its name
    REFUSED = "refused"  # our account may not, or the server refuses the content
    FAILED = "failed"  # it stayed unavailable; the next scan tries again


class Writer:
    """Writes at a limited rate, tries again what may work later, and counts what became of it."""

    def __init__(self, per_second: float, sleep: Sleep = asyncio.sleep) -> None:
        self._gap_seconds = 1 / per_second
        self._sleep = sleep
        self._next = 0.0
        self._told: set[str] = set()
        self.fates: Counter[tuple[str, ...]] = Counter()  # of what, fate

    async def write(self, what: str, call: Callable[[], Awaitable[object]]) -> Fate:
        """One object of the kind `what`. Raises NotLeading: then nothing more may be written."""
        fate = await self._try(what, call)
        self.fates[what, fate.value] += 1
        return fate

    async def _try(self, what: str, call: Callable[[], Awaitable[object]]) -> Fate:
        backoff = Backoff()
        for attempt in range(_TRIES):
            await self._wait()
            try:
                await call()
            except NotLeading:
                raise
            except (NotFound, Conflict):
                return Fate.GONE
            except Invalid as error:
                if "uid" in str(error):
                    return Fate.GONE  # "field is immutable": the name is another object's now
                return self._refused(what, error)
            except Forbidden as error:
                return self._refused(what, error)
            except ApiError as error:
                if attempt == _TRIES - 1:
                    _log.warning("%s could not be written: %s", what, error)
                    break
                await self._sleep(backoff.after(error))
            else:
                return Fate.WRITTEN
        return Fate.FAILED

    def _refused(self, what: str, error: ApiError) -> Fate:
        """Each kind once: a right that is missing is missing for thousands."""
        if what not in self._told:
            self._told.add(what)
            _log.error("%s may not be written: %s", what, error)
        return Fate.REFUSED

    async def _wait(self) -> None:
        """Until it is this write's turn."""
        now = asyncio.get_running_loop().time()
        turn = max(now, self._next)
        self._next = turn + self._gap_seconds
        if turn > now:
            await self._sleep(turn - now)
