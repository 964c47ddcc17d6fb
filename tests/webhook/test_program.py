"""`python -m pinfold.webhook`, the whole of it, beside an API server that is not always there."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from tests.webhook.fake_api import FakeApi, fake_api, write_kubeconfig
from tests.webhook.material import PINNED, UNPINNED, as_bytes, pod, review, write_pair
from tests.webhook.running import Client, request, trusting

ROOT = Path(__file__).parent.parent.parent
GOOD, BAD = as_bytes(review(pod(PINNED))), as_bytes(review(pod(UNPINNED)))
VERDICTS = {"enforce": False, "observe": True}


class Program:
    """A running webhook, and what it has written."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.lines: list[dict[str, Any]] = []
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self.process.stderr is not None
        async for line in self.process.stderr:
            self.lines.append(json.loads(line))

    def _port(self, message: str) -> int | None:
        return next((line["port"] for line in self.lines if line["message"] == message), None)

    async def until(self, what: str, holds: Callable[[], Any], seconds: float = 20) -> Any:
        for _ in range(int(seconds * 50)):
            if value := holds():
                return value
            assert self.process.returncode is None, self.lines
            await asyncio.sleep(0.02)
        raise AssertionError(f"{what} does not come: {self.lines}")

    async def health(self, path: str) -> tuple[int, str]:
        port = await self.until("a health port", lambda: self._port("tells its health"))
        url = f"http://127.0.0.1:{port}{path}"
        async with aiohttp.ClientSession() as session, session.get(url) as reply:
            return reply.status, await reply.text()

    async def ready(self) -> None:
        for _ in range(500):
            if (await self.health("/readyz"))[0] == 200:
                return
            await asyncio.sleep(0.02)
        raise AssertionError(await self.health("/readyz"))

    async def connect(self) -> Client:
        port = await self.until("a server", lambda: self._port("serving"))
        return Client(*await asyncio.open_connection("127.0.0.1", port, ssl=trusting()))

    async def allowed(self, body: bytes, path: str = "enforce") -> bool:
        client = await self.connect()
        try:
            answer = await client.post(body, f"/{path}")
        finally:
            await client.close()
        verdict: bool = json.loads(answer.body)["response"]["allowed"]
        return verdict

    async def verdicts(self) -> dict[str, bool]:
        """Of a bad Pod; a good one is admitted everywhere."""
        assert await self.allowed(GOOD)
        return {path: await self.allowed(BAD, path) for path in ("enforce", "observe")}

    async def end(self) -> int:
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(20):
            code = await self.process.wait()
            await self._reading
        return code


@asynccontextmanager
async def program(folder: Path, api: FakeApi) -> AsyncIterator[Program]:
    kubeconfig = folder / "kubeconfig"
    write_kubeconfig(kubeconfig, api.port)
    settings = {
        "PINFOLD_HOST": "127.0.0.1",
        "PINFOLD_PORT": "0",
        "PINFOLD_HEALTH_HOST": "127.0.0.1",
        "PINFOLD_HEALTH_PORT": "0",
        "PINFOLD_CERTIFICATE_FOLDER": str(folder / "tls"),
        "PINFOLD_CERTIFICATE_POLL_SECONDS": "0.05",
        "PINFOLD_SHUTDOWN_DELAY_SECONDS": "0",
    }
    paths = {"KUBECONFIG": str(kubeconfig), "PYTHONPATH": str(ROOT / "controller")}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "pinfold.webhook",
        env=os.environ | settings | paths,
        stderr=asyncio.subprocess.PIPE,
    )
    running = Program(process)
    try:
        yield running
    finally:
        await running.end()


def test_an_api_server_that_comes_late_is_waited_for(tmp_path: Path) -> None:
    write_pair(tmp_path / "tls", "pinfold")

    async def scenario() -> None:
        async with fake_api() as api:
            await api.away()
            async with program(tmp_path, api) as run:
                status, text = await run.health("/readyz")
                assert status == 503
                assert "missing: policies: not yet read from the API server" in text
                await asyncio.sleep(0.5)
                api.status = 503
                await api.up()
                await api.is_asked()
                assert (await run.health("/livez"))[0] == 200
                api.answer_with(200)
                await run.ready()
                assert await run.verdicts() == VERDICTS

    asyncio.run(scenario())


def test_an_api_server_that_goes_changes_no_verdict(tmp_path: Path) -> None:
    write_pair(tmp_path / "tls", "pinfold")

    async def scenario() -> None:
        async with fake_api() as api, program(tmp_path, api) as run:
            await run.ready()
            for status in (503, 403, 401, 429, 500):
                api.answer_with(status)
                await api.is_asked()
                assert await run.verdicts() == VERDICTS
            await api.away()
            await asyncio.sleep(1)
            assert await run.verdicts() == VERDICTS
            assert (await run.health("/readyz"))[0] == 200
            await api.up()
            assert await run.end() == 0

    asyncio.run(scenario())


def test_without_its_crds_it_is_not_ready_and_refuses(tmp_path: Path) -> None:
    write_pair(tmp_path / "tls", "pinfold")

    async def scenario() -> None:
        async with fake_api() as api:
            api.has_crds = False
            async with program(tmp_path, api) as run:
                client = await run.connect()
                answer = json.loads((await client.post(GOOD)).body)["response"]
                assert answer["status"]["code"] == 503
                assert await run.allowed(GOOD, "observe")
                status, text = await run.health("/readyz")
                assert (status, text) == (
                    503,
                    "missing: policies: not yet read from the API server\n",
                )
                api.has_crds = True
                await run.ready()
                assert await run.verdicts() == VERDICTS
                await client.close()

    asyncio.run(scenario())


def test_without_a_certificate_it_waits(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with fake_api() as api, program(tmp_path, api) as run:
            status, text = await run.health("/readyz")
            assert status == 503
            assert text.startswith("missing: certificate: ")
            write_pair(tmp_path / "tls", "pinfold")
            await run.ready()
            assert await run.verdicts() == VERDICTS

    asyncio.run(scenario())


def test_when_told_to_end_it_answers_what_it_was_asked(tmp_path: Path) -> None:
    write_pair(tmp_path / "tls", "pinfold")

    async def scenario() -> None:
        async with fake_api() as api, program(tmp_path, api) as run:
            await run.ready()
            client = await run.connect()
            sent = request(BAD)
            await client.send(sent[:-10])
            await asyncio.sleep(0.2)
            ending = asyncio.create_task(run.end())
            await asyncio.sleep(0.2)
            await client.send(sent[-10:])
            reply = await client.reply()
            assert json.loads(reply.body)["response"]["allowed"] is False
            assert await ending == 0
            await client.close()

    asyncio.run(scenario())


def test_a_bad_setting_is_named_at_once() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pinfold.webhook", "--port=https"],
        env=os.environ | {"PYTHONPATH": str(ROOT / "controller")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (
        2,
        "pinfold: --port=https: a whole number is needed\n",
    )
