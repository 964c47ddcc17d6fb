"""Leadership: one process at a time works, by a Lease that it creates itself.

Of our own, because kubernetes.aio's LeaseLock (37.0.2) cannot create its Lease, gives calls no
deadline, judges by the wall clock and does not let go at the end.
"""

import asyncio
import logging
import random
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from pinfold.kube.client import Api
from pinfold.kube.errors import ApiError, Conflict, NotFound

_log = logging.getLogger(__name__)
_RELEASE_SECONDS = 3.0

Lease = dict[str, Any]
Work = Callable[[], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseTimes:
    """As client-go's leader election: the leader stops well before another may begin."""

    duration_seconds: float = 15.0  # unrenewed for that long, a Lease is anybody's
    renew_seconds: float = 10.0  # a leader that could not renew for that long stops
    retry_seconds: float = 2.0

    @classmethod
    def of(cls, duration_seconds: float) -> Self:
        """In the proportions of the defaults."""
        return cls(
            duration_seconds=duration_seconds,
            renew_seconds=duration_seconds * 2 / 3,
            retry_seconds=duration_seconds * 2 / 15,
        )


class Leadership:
    """Takes and keeps the Lease `name`, and lets `work` run while it is held.

    Whether a Lease has run out is told by how long we have seen it unchanged, never by the times
    that stand in it: clocks of two nodes differ.
    """

    def __init__(
        self, api: Api, namespace: str, name: str, identity: str, times: LeaseTimes | None = None
    ) -> None:
        self._api = api
        self._collection = f"/apis/coordination.k8s.io/v1/namespaces/{namespace}/leases"
        self._path = f"{self._collection}/{name}"
        self._name = name
        self._identity = identity  # of this process, not of its pod: a restart is another one
        self._times = times or LeaseTimes()
        self._call_seconds = self._times.renew_seconds / 2
        self._seen: tuple[str, str] | None = None
        self._seen_since = 0.0
        self._held: Lease | None = None  # as we wrote it last
        self._held_until = 0.0
        self._answered: float | None = None
        self._problem: str | None = None

    @property
    def is_leader(self) -> bool:
        """Whether nobody else may work now; asked before each write."""
        return self._held is not None and time.monotonic() < self._held_until

    def answered_seconds_ago(self) -> float | None:
        """Since the API server last let us read or write the Lease; None if it never did."""
        return None if self._answered is None else time.monotonic() - self._answered

    async def run(self, work: Work) -> None:
        """Until cancelled; `work` is started each time we become leader, and cancelled when not.

        It has ended when the Lease is let go. What it raises is raised here.
        """
        try:
            while True:
                await self._take()
                _log.info("leading", extra={"identity": self._identity})
                await self._lead(work)
                _log.warning("no longer leading", extra={"identity": self._identity})
        finally:
            await self._release()

    async def _take(self) -> None:
        while True:
            if await self._try():
                return
            await asyncio.sleep(self._times.retry_seconds * random.uniform(1, 1.2))  # noqa: S311

    async def _lead(self, work: Work) -> None:
        """Until the Lease is lost, or `work` ends."""
        working = asyncio.create_task(work(), name="the leader's work")
        renewing = asyncio.create_task(self._renew(), name="renewal of the Lease")
        try:
            await asyncio.wait({working, renewing}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            working.cancel()
            await asyncio.wait({working})
            renewing.cancel()
            await asyncio.wait({renewing})
        for task in (working, renewing):
            if not task.cancelled():
                task.result()

    async def _renew(self) -> None:
        """Until the Lease is lost."""
        while self.is_leader:
            await asyncio.sleep(self._times.retry_seconds)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._held_until - time.monotonic()):
                    await self._try()

    async def _try(self) -> bool:
        """Takes or renews the Lease if it can be had; whether it is ours."""
        asked = time.monotonic()
        try:
            written = await self._claim()
        except ApiError as error:
            self._tell(f"the Lease cannot be had: {error}")
            return False
        self._tell(None)
        self._held, self._answered = written, time.monotonic()
        if written is None:
            return False
        # Counted from before the call: the server may have written it at any moment since.
        self._held_until = asked + self._times.renew_seconds
        return True

    async def _claim(self) -> Lease | None:
        """The Lease as we wrote it; None while another holds it. Raises ApiError."""
        if self._held is not None:
            try:
                return await self._write(self._held)
            except (Conflict, NotFound) as error:
                _log.info("the Lease is not as we left it: %s", error)
        lease = await self._read()
        return await self._write(lease) if lease is None or self._is_free(lease) else None

    def _is_free(self, lease: Lease) -> bool:
        spec = lease.get("spec") or {}
        metadata = lease["metadata"]
        seen = (metadata["uid"], metadata["resourceVersion"])
        if seen != self._seen:
            self._seen, self._seen_since = seen, time.monotonic()
        if spec.get("holderIdentity") in (None, "", self._identity):
            return True
        # A holder that says it renews more slowly is granted up to twice our own time.
        own, stated = self._times.duration_seconds, spec.get("leaseDurationSeconds") or 0
        return time.monotonic() - self._seen_since > min(max(stated, own), 2 * own)

    async def _read(self) -> Lease | None:
        try:
            lease: Lease = await self._api.get(self._path, deadline_seconds=self._call_seconds)
        except NotFound:
            return None
        return lease

    async def _write(self, lease: Lease | None) -> Lease:
        """The Lease as ours; `lease` is what we replace. Raises Conflict if another was first."""
        body = _claimed(lease, self._name, self._identity, self._times.duration_seconds)
        if lease is None:
            call = self._api.create(self._collection, body, deadline_seconds=self._call_seconds)
        else:
            call = self._api.replace(self._path, body, deadline_seconds=self._call_seconds)
        written: Lease = await call
        return written

    async def _release(self) -> None:
        """Lets go, so that another need not wait for the Lease to run out."""
        if not self.is_leader:
            return
        self._held = None
        try:
            async with asyncio.timeout(_RELEASE_SECONDS):
                lease = await self._read()
                if lease is not None and lease["spec"].get("holderIdentity") == self._identity:
                    lease["spec"] |= {"holderIdentity": "", "renewTime": _now()}
                    await self._api.replace(self._path, lease)
        except (ApiError, TimeoutError) as error:
            _log.warning("the Lease could not be let go: %s", error)

    def _tell(self, problem: str | None) -> None:
        """Each problem once: tries come every two seconds."""
        if problem is not None and problem != self._problem:
            _log.warning("%s", problem)
        self._problem = problem


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")  # MicroTime


def _claimed(lease: Lease | None, name: str, identity: str, duration_seconds: float) -> Lease:
    """`lease`, or a new one, with `identity` as its holder from now on."""
    made = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": name}}
    before = (lease or {}).get("spec") or {}
    now = _now()
    spec = {
        **before,
        "holderIdentity": identity,
        "leaseDurationSeconds": max(1, round(duration_seconds)),
        "renewTime": now,
    }
    if before.get("holderIdentity") != identity:
        transitions = 0 if lease is None else int(before.get("leaseTransitions") or 0) + 1
        spec |= {"acquireTime": now, "leaseTransitions": transitions}
    return {**(lease or made), "spec": spec}
