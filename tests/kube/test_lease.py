"""Leadership: one at a time, whatever the clocks, the API server and the others do."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Self

import pytest
from aiohttp import web
from kubernetes.aio.client import Configuration

from pinfold.kube.client import Api
from pinfold.kube.errors import NotLeading
from pinfold.kube.lease import Leadership, LeaseTimes
from tests.kube.test_watch import until

FAST = LeaseTimes(duration_seconds=1.5, renew_seconds=1.0, retry_seconds=0.1)


class LeaseServer:
    """A stand-in for one Lease: versions as etcd keeps them, and outages on demand."""

    def __init__(self) -> None:
        self.lease: dict[str, Any] | None = None
        self.is_away = False
        self.forbids = False
        self._version = 0
        self._runner = web.ServerRunner(web.Server(self._handle), shutdown_timeout=0.1)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        self._site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await self._site.start()
        self.apis: list[Api] = []
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for api in self.apis:
            await api.__aexit__(None, None, None)
        await self._runner.cleanup()

    def candidate(self, name: str) -> Leadership:
        self.apis.append(Api(Configuration(host=f"http://127.0.0.1:{self._site.port}")))
        return Leadership(self.apis[-1], "pinfold", "lock", name, FAST)

    @property
    def holder(self) -> str:
        return self.lease["spec"]["holderIdentity"] if self.lease else ""

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        if self.is_away:
            return web.json_response({"kind": "Status", "code": 503}, status=503)
        if self.forbids:
            return web.json_response({"kind": "Status", "code": 403}, status=403)
        body = json.loads(await request.read() or b"null")
        status, answer = self._answer(request.method, body)
        return web.json_response(answer, status=status)

    def _answer(self, method: str, body: Any) -> tuple[int, Any]:
        match method:
            case "GET":
                return (200, self.lease) if self.lease else (404, {"kind": "Status", "code": 404})
            case "POST" if self.lease is None:
                return self._store(body)
            case "PUT" if self.lease and _version(body) == _version(self.lease):
                return self._store(body)
            case "POST" | "PUT":
                return 409, {"kind": "Status", "code": 409}
        raise AssertionError(method)

    def _store(self, body: dict[str, Any]) -> tuple[int, Any]:
        self._version += 1
        body["metadata"] |= {"resourceVersion": str(self._version), "uid": "u"}
        self.lease = body
        return 200, body


def _version(lease: dict[str, Any]) -> str:
    version: str = lease["metadata"].get("resourceVersion", "")
    return version


class Worker:
    """Work that remembers who worked when, so that two at once are seen."""

    working: set[str]

    def __init__(self) -> None:
        self.working = set()
        self.most = 0
        self.turns: list[str] = []

    def of(self, name: str) -> Callable[[], Any]:
        async def work() -> None:
            self.working.add(name)
            self.turns.append(name)
            self.most = max(self.most, len(self.working))
            try:
                await asyncio.sleep(3600)
            finally:
                self.working.discard(name)

        return work


def run(scenario: Callable[[LeaseServer, Worker], Awaitable[None]]) -> Worker:
    async def main() -> Worker:
        worker = Worker()
        async with LeaseServer() as server:
            await scenario(server, worker)
        return worker

    return asyncio.run(main())


async def end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def test_the_lease_is_made_where_there_is_none() -> None:
    async def scenario(server: LeaseServer, worker: Worker) -> None:
        task = asyncio.create_task(server.candidate("a").run(worker.of("a")))
        await until(lambda: "a" in worker.working)
        assert server.lease is not None
        assert server.lease["spec"]["leaseTransitions"] == 0
        await end(task)
        assert server.holder == ""

    run(scenario)


def test_of_two_that_race_one_leads_and_the_other_follows_it() -> None:
    async def scenario(server: LeaseServer, worker: Worker) -> None:
        tasks = {
            name: asyncio.create_task(server.candidate(name).run(worker.of(name)))
            for name in ("a", "b")
        }
        await until(lambda: len(worker.working) == 1)
        first = next(iter(worker.working))
        await asyncio.sleep(2)  # longer than the Lease lasts unrenewed
        assert worker.working == {first}
        await end(tasks.pop(first))
        (second,) = tasks
        await until(lambda: worker.working == {second})
        await end(tasks[second])

    assert run(scenario).most == 1


def test_a_leader_that_cannot_renew_stops_before_another_may_begin() -> None:
    async def scenario(server: LeaseServer, worker: Worker) -> None:
        task = asyncio.create_task(server.candidate("a").run(worker.of("a")))
        await until(lambda: "a" in worker.working)
        server.is_away = True
        started = asyncio.get_running_loop().time()
        await until(lambda: not worker.working)
        assert asyncio.get_running_loop().time() - started < FAST.duration_seconds
        server.is_away = False
        await until(lambda: "a" in worker.working)
        await end(task)

    assert run(scenario).turns == ["a", "a"]


@pytest.mark.parametrize("renewed", ["1970-01-01T00:00:00.000000Z", "2999-01-01T00:00:00.000000Z"])
def test_the_clock_of_the_holder_does_not_matter(renewed: str) -> None:
    """A Lease runs out when it was seen unchanged for long enough, whatever time stands in it."""

    async def scenario(server: LeaseServer, worker: Worker) -> None:
        spec = {"holderIdentity": "dead", "leaseDurationSeconds": 1, "renewTime": renewed}
        server._store({"metadata": {"name": "lock"}, "spec": spec})
        started = asyncio.get_running_loop().time()
        task = asyncio.create_task(server.candidate("a").run(worker.of("a")))
        await until(lambda: "a" in worker.working)
        assert asyncio.get_running_loop().time() - started >= FAST.duration_seconds
        await end(task)

    run(scenario)


def test_a_lease_that_is_taken_away_ends_the_work() -> None:
    async def scenario(server: LeaseServer, worker: Worker) -> None:
        task = asyncio.create_task(server.candidate("a").run(worker.of("a")))
        await until(lambda: "a" in worker.working)
        assert server.lease is not None
        spec = server.lease["spec"] | {"holderIdentity": "admin", "leaseDurationSeconds": 60}
        server._store({"metadata": {"name": "lock"}, "spec": spec})
        await until(lambda: not worker.working)
        assert server.holder == "admin"
        await end(task)
        assert server.holder == "admin"

    run(scenario)


def test_without_the_right_to_it_nobody_leads_and_nothing_ends() -> None:
    async def scenario(server: LeaseServer, worker: Worker) -> None:
        server.forbids = True
        candidate = server.candidate("a")
        task = asyncio.create_task(candidate.run(worker.of("a")))
        await asyncio.sleep(0.5)
        assert not task.done()
        assert not candidate.is_leader
        assert candidate.answered_seconds_ago() is None
        server.forbids = False
        await until(lambda: "a" in worker.working)
        assert candidate.answered_seconds_ago() is not None
        await end(task)

    run(scenario)


def test_a_leader_that_stood_still_writes_nothing_more() -> None:
    """SIGSTOP, a paused virtual machine, a call that blocks: the work goes on where it was."""

    async def scenario(server: LeaseServer, _worker: Worker) -> None:
        candidate = server.candidate("a")
        fenced = server.apis[-1].writing_only_while(lambda: candidate.is_leader)
        refused: list[NotLeading] = []

        async def work() -> None:
            time.sleep(FAST.duration_seconds)  # noqa: ASYNC251 - as long as others wait
            try:
                await fenced.create("/anything", {})
            except NotLeading as error:
                refused.append(error)
            await asyncio.sleep(3600)

        task = asyncio.create_task(candidate.run(work))
        await until(lambda: bool(refused))
        await end(task)

    run(scenario)


def test_work_that_fails_is_not_hidden_and_lets_go() -> None:
    async def scenario(server: LeaseServer, worker: Worker) -> None:
        async def work() -> None:
            raise RuntimeError("a fault of ours")

        with pytest.raises(RuntimeError, match="a fault of ours"):
            await server.candidate("a").run(work)
        assert server.holder == ""

    run(scenario)
