"""The rescan, for as long as we lead: scan, say so, wait."""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from pinfold.kube.backoff import Backoff
from pinfold.kube.client import MERGE_PATCH, Api
from pinfold.kube.enforcement import read_enforcement
from pinfold.kube.errors import ApiError
from pinfold.kube.policies import POLICIES
from pinfold.kube.watch import Object
from pinfold.policy.policy_set import PolicySet
from pinfold.reconciler.drift import Site
from pinfold.reconciler.granted import Granted, ends, next_end
from pinfold.reconciler.memory import Memory
from pinfold.reconciler.publish import Publisher
from pinfold.reconciler.rescan import Question, Scan, Scanner
from pinfold.reconciler.rescan_metrics import RescanMetrics
from pinfold.reconciler.schedule import Pace, Schedule
from pinfold.reconciler.status import Since, status_after, times_of
from pinfold.reconciler.writer import Writer
from pinfold.settings import ScanSettings

_log = logging.getLogger(__name__)
_UNKNOWN_YET_SECONDS = 1.0
_AFTER_A_FAULT_SECONDS = 60.0


class Policies(Protocol):
    """What a rescan asks of the watch of policies."""

    def current(self) -> PolicySet | None:
        """What to judge by; None before it is known."""

    @property
    def policy_objects(self) -> Mapping[str, Object]:
        """The policies as the API server has them, by name."""


async def wait(event: asyncio.Event, seconds: float) -> None:
    """Until the event is set, and no longer than so many seconds."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """One that never jumps, the one that policies are written by, and how to wait."""

    monotonic: Callable[[], float] = time.monotonic
    wall: Callable[[], datetime] = lambda: datetime.now(UTC)
    wait: Callable[[asyncio.Event, float], Awaitable[None]] = wait
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


class Rescan:
    """`changed` is called whenever policies or exemptions changed; `run` while we lead."""

    def __init__(
        self,
        api: Api,
        watch: Policies,
        settings: ScanSettings,
        metrics: RescanMetrics,
        clocks: Clocks | None = None,
    ) -> None:
        self._watch = watch
        self._settings = settings
        self._metrics = metrics
        self._clocks = clocks or Clocks()
        self._wake = asyncio.Event()
        self._asked: frozenset[tuple[str, int]] = frozenset()
        memory = Memory()
        self._api = api
        self._writer = Writer(settings.writes_per_second, self._clocks.sleep)
        self._scanner = Scanner(api, memory, settings.accelerators)
        self._publisher = Publisher(api, memory, settings.reports_api, self._writer)
        self._since = Since()
        self._granted = Granted()
        self._backoff = Backoff(first_seconds=5.0, most_seconds=300.0)
        metrics.writes = self._writer.fates
        metrics.interval_seconds = settings.rescan_interval_seconds

    def changed(self, _policies: PolicySet | None = None) -> None:
        """Look whether a scan is due."""
        self._wake.set()

    async def run(self) -> None:
        """Until cancelled."""
        settings = self._settings
        pace = Pace(interval=settings.rescan_interval_seconds, refill=settings.scan_budget_seconds)
        schedule = Schedule(pace, self._clocks.monotonic(), random.random())  # noqa: S311
        try:
            while True:
                policies = await self._due(schedule)
                schedule.started(self._clocks.monotonic())
                await self._try(policies, schedule)
                self._wake_at_next_end(policies, schedule)
        finally:
            self._metrics.no_longer_leading()

    async def _due(self, schedule: Schedule) -> PolicySet:
        """Waits until a scan is due; the policies to judge by."""
        while True:
            policies = self._watch.current()
            if policies is None:
                await self._pause(_UNKNOWN_YET_SECONDS)
                continue
            # Their status changes at each scan: only what is asked of workloads counts.
            asked = frozenset((policy.uid, policy.generation) for policy in policies.policies)
            asked |= {(exemption.uid, 0) for exemption in policies.exemptions}
            if asked != self._asked:
                self._asked = asked
                schedule.changed(self._clocks.monotonic())
            left = schedule.seconds_left(self._clocks.monotonic())
            if left <= 0:
                return policies
            await self._pause(left)

    async def _pause(self, seconds: float) -> None:
        await self._clocks.wait(self._wake, seconds)
        self._wake.clear()

    async def _try(self, policies: PolicySet, schedule: Schedule) -> None:
        try:
            await self._once(policies)
        except ApiError as error:
            wait = self._backoff.after(error)
            _log.warning("a scan came to nothing, once more in %.0f s: %s", wait, error)
        except Exception:  # noqa: BLE001 - a fault of ours must not end the watch over the cluster
            wait = _AFTER_A_FAULT_SECONDS
            _log.exception("a scan came to nothing")
        else:
            self._backoff.reset()
            return
        self._metrics.failed()
        schedule.failed(self._clocks.monotonic(), wait)

    async def _once(self, policies: PolicySet) -> None:
        """One scan, and all that is to be written of it."""
        began, now = self._clocks.monotonic(), self._clocks.wall()
        enforcement = await read_enforcement(self._api, self._settings.webhook_configuration)
        objects = dict(self._watch.policy_objects)
        times = times_of(objects, policies, enforcement.enforced, self._since, now)
        site = Site(
            now=now,
            policies={policy.name: policy for policy in policies.policies},
            times=times,
            exemptions=self._granted.all(policies.exemptions, now),
            settling=timedelta(seconds=self._settings.settling_seconds),
        )
        scan = await self._scanner.scan(Question(policies, site, enforcement))
        seconds = self._clocks.monotonic() - began
        self._metrics.exempted(ends(policies.exemptions, policies.policies))
        self._metrics.scanned(scan, seconds, self._clocks.wall())
        await self._publisher.publish(scan, now)
        for policy in policies.policies:
            value = objects.get(policy.name)
            if value is not None:
                status = status_after(value, policy, times[policy.name], scan, now)
                await self._write_status(policy.name, value["metadata"]["uid"], status)
        _tell(scan, seconds)

    async def _write_status(self, name: str, uid: str, status: dict[str, object]) -> None:
        body = {"metadata": {"uid": uid}, "status": status}
        path = f"{POLICIES}/{name}/status"
        await self._writer.write(
            "supplychainpolicy", lambda: self._api.patch(path, body, MERGE_PATCH)
        )

    def _wake_at_next_end(self, policies: PolicySet, schedule: Schedule) -> None:
        now = self._clocks.wall()
        end = next_end(policies.exemptions, policies.policies, now)
        if end is not None:
            left = (end - now).total_seconds() + 1  # creationTimestamp and ends have whole seconds
            schedule.wake_at(self._clocks.monotonic() + left)
        else:
            schedule.wake_at(None)


def _tell(scan: Scan, seconds: float) -> None:
    _log.info(
        "scanned",
        extra={
            "seconds": round(seconds, 3),
            "pods": scan.read.pods,
            "workloads": len(scan.workloads),
            "written": len(scan.marks),
            "forged": scan.forged,
        },
    )
