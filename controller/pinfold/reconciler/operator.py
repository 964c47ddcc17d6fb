"""The reconciler as a Kopf operator: Kopf starts and ends it, a Lease lets one replica work."""

import asyncio
import logging
import os
import socket
import uuid
from collections.abc import Iterator
from typing import Any

import kopf

from pinfold.health import HealthServer
from pinfold.kube.client import Api
from pinfold.kube.lease import Leadership, LeaseTimes
from pinfold.kube.policies import PolicyWatch
from pinfold.metrics import Gauges, registry_of
from pinfold.operating import lifecycle_only, session_of
from pinfold.policy.policy_set import PolicySet
from pinfold.reconciler.rescan_metrics import RescanMetrics
from pinfold.reconciler.scanning import Rescan
from pinfold.reconciler.statuses import Statuses
from pinfold.reconciler.steward import Steward
from pinfold.settings import ReconcilerSettings

_log = logging.getLogger(__name__)


class Reconciler:
    """The parts of one reconciler process, and how they are started and ended."""

    def __init__(self, api: Api, settings: ReconcilerSettings) -> None:
        self._settings = settings
        self.stop = asyncio.Event()
        self.has_failed = False
        self._leadership = Leadership(
            api,
            settings.namespace,
            settings.lease_name,
            f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}",
            LeaseTimes.of(settings.lease_seconds),
        )
        self._leading = api.writing_only_while(lambda: self._leadership.is_leader)
        self._steward = Steward(self._leading, settings)
        self._policies = PolicyWatch(api, on_change=self._policies_changed)
        self._statuses = Statuses(self._leading, self._policies)
        self._scans = RescanMetrics()
        self._rescan = Rescan(self._leading, self._policies, settings, self._scans)
        metrics = registry_of(self._gauges(), self._scans)
        self._health = HealthServer(self._missing, self._remarks, metrics)
        self._running: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Everything. Raises OSError where the health port cannot be had."""
        await self._health.start(self._settings.health_host, self._settings.health_port)
        self._running = asyncio.create_task(self._run(), name="reconciler")
        self._running.add_done_callback(self._ended)

    async def end(self) -> None:
        """Ends the work, and lets go of the Lease."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
        await self._health.stop()
        self.stop.set()  # else Kopf waits 5 s for its own task that waits for this

    async def _run(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._policies.run(), name="watch of policies")
            group.create_task(self._leadership.run(self._work), name="leadership")

    async def _work(self) -> None:
        """What one replica does at a time."""
        # Anew each time we lead: what was seen in an earlier turn may be long past.
        self._steward = Steward(self._leading, self._settings)
        self._rescan = Rescan(self._leading, self._policies, self._settings, self._scans)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._steward.run(), name="certificates")
            group.create_task(self._statuses.run(), name="statuses")
            group.create_task(self._rescan.run(), name="rescan")

    def _policies_changed(self, _policies: PolicySet) -> None:
        self._statuses.changed()
        self._rescan.changed()

    def _ended(self, task: asyncio.Task[None]) -> None:
        """It runs as long as the process does: better to be started anew than to stand still."""
        if not task.cancelled():
            _log.critical("the reconciler ended", exc_info=task.exception())
            self.has_failed = True
            self.stop.set()

    def _missing(self) -> Iterator[str]:
        if self._leadership.answered_seconds_ago() is None:
            yield "lease: the API server has not answered yet"

    def _remarks(self) -> Iterator[str]:
        if not self._leadership.is_leader:
            yield "another replica leads"
        elif self._steward.problem is not None:
            yield f"certificates: {self._steward.problem}"

    def _gauges(self) -> Gauges:
        gauges = Gauges()
        gauges.add(
            "pinfold_leader",
            "1 in the replica that works, 0 in those that stand by.",
            lambda: float(self._leadership.is_leader),
        )
        return gauges


async def operate(reconciler: Reconciler, api: Api) -> None:
    """Runs until SIGTERM, or until a part of it failed."""
    await kopf.operator(
        registry=_registry_of(reconciler, api),
        settings=lifecycle_only(),
        standalone=True,
        clusterwide=True,
        stop_flag=reconciler.stop,
    )


def _registry_of(reconciler: Reconciler, api: Api) -> kopf.OperatorRegistry:
    registry = kopf.OperatorRegistry()

    @kopf.on.startup(registry=registry, id="start")
    async def start(**_: Any) -> None:
        try:
            await reconciler.start()
        except OSError as error:
            raise kopf.PermanentError(f"the health port cannot be had: {error}") from error

    @kopf.on.cleanup(registry=registry, id="end")
    async def end(**_: Any) -> None:
        await reconciler.end()

    @kopf.on.login(registry=registry, id="login")
    async def log_in(**_: Any) -> kopf.AiohttpSession:
        return session_of(await api.credentials())

    return registry
