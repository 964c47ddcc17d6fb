"""What a scan found, written where people look: only what is not there yet.

Events come first and the mark on the owner last, so that what a crash leaves undone is done by the
next scan. Nothing is lost by a write that fails: the next scan finds it missing.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from pinfold.kube.annotations import annotate
from pinfold.kube.calls import delete
from pinfold.kube.client import Api
from pinfold.kube.errors import ApiError
from pinfold.kube.events import tell
from pinfold.kube.reports import Change, ReportApi, body_of, changes, served
from pinfold.reconciler.memory import Memory
from pinfold.reconciler.rescan import Scan
from pinfold.reconciler.telling import happening_of, report_of
from pinfold.reconciler.workloads import Mark, Workload
from pinfold.reconciler.writer import Fate, Writer

_log = logging.getLogger(__name__)
_AT_A_TIME = 8
T = TypeVar("T")


class Publisher:
    """Writes scans. `reports` is the group of the report API, "auto" or "none"."""

    def __init__(self, api: Api, memory: Memory, reports: str, writer: Writer) -> None:
        self._api = api
        self._memory = memory
        self._reports = reports
        self._writer = writer

    async def publish(self, scan: Scan, now: datetime) -> None:
        """Raises NotLeading, after which nothing more was written."""
        untold = await self._events(scan.workloads, now)
        await self._report(scan.workloads, now)
        for mark in (mark for mark in scan.marks if mark.ref.uid in untold):
            self._memory.found(mark.ref.uid, mark.found)
        marks = [mark for mark in scan.marks if mark.ref.uid not in untold]
        for of_pods in (True, False):
            await _each((m for m in marks if (m.ref.kind == "Pod") is of_pods), self._mark)
        self._memory.keep(scan.seen, (workload.ref.uid for workload in scan.workloads))

    async def _events(self, workloads: Iterable[Workload], now: datetime) -> set[str]:
        """The uids of those whose event could not be made now: it is due again at the next scan."""
        untold = set()

        async def one(workload: Workload) -> None:
            happening = happening_of(workload)
            if happening is not None:
                fate = await self._writer.write("event", lambda: tell(self._api, happening, now))
                if fate is Fate.FAILED:
                    untold.add(workload.ref.uid)
                    return
            self._memory.told(workload.ref.uid, workload.outcome.status)

        await _each(workloads, one)
        return untold

    async def _mark(self, mark: Mark) -> None:
        kind = mark.ref.kind.lower()
        fate = await self._writer.write(kind, lambda: annotate(self._api, mark.ref, mark.wanted))
        if fate is Fate.WRITTEN:
            self._memory.written(mark.ref.uid, mark.wanted)
        else:
            self._memory.found(mark.ref.uid, mark.found)

    async def _report(self, workloads: Sequence[Workload], now: datetime) -> None:
        if self._reports == "none":
            return
        reports = [report for one in workloads if (report := report_of(one)) is not None]
        try:
            api = await served(self._api, self._reports)
            todo = [] if api is None else await changes(self._api, api, reports)
        except ApiError as error:
            self._writer.fates["report", Fate.FAILED.value] += 1
            _log.warning("reports could not be read, and stay as they are: %s", error)
            return
        if api is not None:
            of = api
            await _each(todo, lambda change: self._write_report(of, change, now))

    async def _write_report(self, api: ReportApi, change: Change, now: datetime) -> None:
        await self._writer.write("report", lambda: self._send(api, change, now))

    async def _send(self, api: ReportApi, change: Change, now: datetime) -> None:
        collection = api.collection(change.namespace)
        path = f"{collection}/{change.name}"
        if change.report is None:
            await delete(self._api, path, change.uid)
        elif change.version:
            await self._api.replace(path, body_of(change, api, now))
        else:
            await self._api.create(collection, body_of(change, api, now))


async def _each(values: Iterable[T], do: Callable[[T], Awaitable[None]]) -> None:
    """All of them, a few at a time. The first error ends the others, and is raised."""
    left = iter(values)

    async def work() -> None:
        for value in left:
            await do(value)

    workers = [asyncio.create_task(work()) for _ in range(_AT_A_TIME)]
    try:
        await asyncio.gather(*workers)
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
