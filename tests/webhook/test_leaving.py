"""The end of a server: nothing that was asked stays without an answer."""

import asyncio
import json
from pathlib import Path

import pytest

from tests.webhook.material import PINNED, UNPINNED, as_bytes, pod, review, write_pair
from tests.webhook.running import request, running, settings_for

GOOD, BAD = as_bytes(review(pod(PINNED))), as_bytes(review(pod(UNPINNED)))


@pytest.fixture
def tls(tmp_path: Path) -> Path:
    write_pair(tmp_path / "tls", "pinfold")
    return tmp_path / "tls"


def test_what_is_in_flight_is_finished(tls: Path) -> None:
    async def scenario() -> None:
        async with running(settings_for(tls)) as run:
            client = await run.connect()
            sent = request(BAD)
            await client.send(sent[:-10])
            await asyncio.sleep(0.1)
            leaving = asyncio.create_task(run.server.__aexit__(None, None, None))
            await asyncio.sleep(0.1)
            await client.send(sent[-10:])
            reply = await client.reply()
            await leaving
            assert json.loads(reply.body)["response"]["allowed"] is False
            with pytest.raises(OSError, match="Connect call failed"):
                await run.connect()

    asyncio.run(scenario())


def test_until_no_service_sends_anything_it_serves_on_and_sends_clients_away(
    tls: Path,
) -> None:
    async def scenario() -> None:
        async with running(settings_for(tls, shutdown_delay_seconds=1)) as run:
            old = await run.connect()
            assert (await old.post(GOOD)).headers.get("connection") is None
            leaving = asyncio.create_task(run.server.__aexit__(None, None, None))
            await asyncio.sleep(0.1)
            new = await run.connect()
            for client in (old, new):
                reply = await client.post(GOOD)
                assert (reply.status, reply.headers["connection"]) == (200, "close")
            await leaving

    asyncio.run(scenario())
