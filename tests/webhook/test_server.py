"""The admission server over real TLS: what it answers, and what it puts up with."""

import asyncio
import json
import ssl
from pathlib import Path

import pytest

from tests.webhook.material import PINNED, UNPINNED, as_bytes, pod, review, write_pair
from tests.webhook.running import Running, request, running, settings_for, trusting

GOOD, BAD = as_bytes(review(pod(PINNED))), as_bytes(review(pod(UNPINNED)))
MIB = 2**20


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tls")
    write_pair(folder, "pinfold")
    return folder


def test_one_connection_serves_many_reviews(tls: Path) -> None:
    async def scenario() -> None:
        async with running(settings_for(tls)) as run:
            client = await run.connect()
            for _ in range(3):
                refused = json.loads((await client.post(BAD)).body)["response"]
                admitted = json.loads((await client.post(GOOD)).body)["response"]
                warned = json.loads((await client.post(BAD, "/observe?timeout=2s")).body)
                assert (refused["allowed"], admitted["allowed"]) == (False, True)
                assert len(warned["response"]["warnings"]) == 2
            assert run.counts.reviews["enforce", "Pod", "refused"] == 3
            assert run.counts.reviews["observe", "Pod", "admitted"] == 3
            assert run.counts.violations["enforce", "image-digest", "Enforce"] == 3

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        pytest.param(request(GOOD, "/"), 404, id="root"),
        pytest.param(request(GOOD, "/enforce/"), 404, id="trailing slash"),
        pytest.param(request(GOOD, "/enforce/x"), 404, id="below"),
        pytest.param(request(GOOD, "/Enforce"), 404, id="capital letter"),
        pytest.param(request(GOOD, "//enforce"), 404, id="two slashes"),
        pytest.param(request(GOOD, "/%65nforce"), 404, id="percent-encoded"),
        pytest.param(request(GOOD, "/enforce;x"), 404, id="parameter"),
        pytest.param(request(b"", "/enforce", "GET"), 405, id="GET"),
        pytest.param(request(GOOD, "/enforce", "PUT"), 405, id="PUT"),
        pytest.param(request(b"", "/enforce"), 400, id="no body"),
        pytest.param(request(b"{}", "/observe"), 400, id="no review"),
        pytest.param(b"\x00\x01garbage\r\n\r\n", 400, id="no HTTP"),
        pytest.param(
            b"POST /enforce HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n", 400, id="no length"
        ),
        pytest.param(
            b"POST /enforce HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\n\r\n",
            413,
            id="announced too large",
        ),
        pytest.param(
            b"POST /enforce HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 9000 + b"\r\n\r\n",
            400,
            id="an endless header",
        ),
    ],
)
def test_anything_else_gets_an_error_and_no_admission(tls: Path, sent: bytes, status: int) -> None:
    async def scenario() -> None:
        async with running(settings_for(tls)) as run:
            client = await run.connect()
            await client.send(sent)
            reply = await client.reply()
            assert reply.status == status
            assert b"allowed" not in reply.body
            still = await run.connect()
            assert (await still.post(GOOD)).status == 200

    asyncio.run(scenario())


def test_a_review_of_8_mib_is_read_and_a_larger_one_is_not(tls: Path) -> None:
    padding = "x" * (8 * MIB - len(GOOD) - 100)
    large = GOOD.replace(b'"name": "llama"', b'"name": "llama", "note": "%s"' % padding.encode(), 1)

    async def scenario() -> None:
        async with running(settings_for(tls)) as run:
            client = await run.connect()
            assert (await client.post(large)).status == 200
            chunked = b"POST /enforce HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
            chunk = b"100000\r\n" + b" " * MIB + b"\r\n"
            await client.send(chunked + chunk * 8 + b"1\r\n \r\n0\r\n\r\n")
            reply = await client.reply()
            assert (reply.status, reply.body) == (
                413,
                b"pinfold: a review has at most 8388608 bytes\n",
            )

    asyncio.run(scenario())


def test_compressed_bodies_are_not_unpacked(tls: Path) -> None:
    head = (
        b"POST /enforce HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n"
    )

    async def scenario() -> None:
        async with running(settings_for(tls)) as run:
            client = await run.connect()
            await client.send(head + b"\x1f\x8b\x08\x00")
            assert (await client.reply()).status == 400

    asyncio.run(scenario())


class TestSlowClients:
    def test_one_that_never_asks_is_let_go(self, tls: Path) -> None:
        async def scenario() -> None:
            async with running(settings_for(tls, header_timeout_seconds=0.2)) as run:
                silent, dripping = await run.connect(), await run.connect()
                await dripping.send(b"POST /enforce HTTP/1.1\r\nHost: ")
                assert await silent.is_closed()
                assert await dripping.is_closed()

        asyncio.run(scenario())

    def test_one_whose_body_does_not_come_is_told_and_let_go(self, tls: Path) -> None:
        async def scenario() -> None:
            async with running(settings_for(tls, enforce_deadline_seconds=0.2)) as run:
                client = await run.connect()
                await client.send(request(GOOD)[:-10])
                reply = await client.reply()
                assert reply.status == 408
                assert reply.headers["connection"] == "close"
                assert run.counts.rejected[("slow",)] == 1

        asyncio.run(scenario())

    def test_one_that_is_idle_too_long_is_let_go(self, tls: Path) -> None:
        async def scenario() -> None:
            async with running(settings_for(tls, idle_timeout_seconds=0.2)) as run:
                client = await run.connect()
                assert (await client.post(GOOD)).status == 200
                assert await client.is_closed()

        asyncio.run(scenario())

    def test_they_keep_nobody_out(self, tls: Path) -> None:
        async def scenario() -> None:
            async with running(settings_for(tls, max_connections=4)) as run:
                silent = [await run.connect() for _ in range(4)]
                client = await run.connect()
                assert (await client.post(GOOD)).status == 200
                assert await silent[0].is_closed()
                assert not await silent[3].is_closed(within_seconds=0.1)
                assert run.server.open_connections == 4

        asyncio.run(scenario())

    def test_a_client_that_hangs_up_in_the_middle_hurts_nobody(self, tls: Path) -> None:
        async def scenario() -> None:
            async with running(settings_for(tls)) as run:
                for cut in (5, 60, len(request(GOOD)) - 5):
                    client = await run.connect()
                    await client.send(request(GOOD)[:cut])
                    await client.close()
                assert (await (await run.connect()).post(GOOD)).status == 200
                await gone(run, leaving=1)

        asyncio.run(scenario())


async def gone(run: Running, leaving: int) -> None:
    """Waits until no more than `leaving` connections are counted."""
    for _ in range(500):
        if run.server.open_connections <= leaving:
            return
        await asyncio.sleep(0.01)
    pytest.fail("a connection stays")


def test_a_failed_handshake_is_counted_and_forgotten(tls: Path) -> None:
    async def scenario() -> None:
        async with running(settings_for(tls)) as run:
            assert run.server.port is not None
            _, writer = await asyncio.open_connection("127.0.0.1", run.server.port)
            writer.write(b"GET / HTTP/1.1\r\n\r\n")
            await writer.drain()
            await gone(run, leaving=0)
            writer.close()
            assert run.counts.rejected[("handshake",)] == 1
            assert (await (await run.connect()).post(GOOD)).status == 200

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("version", "is_spoken"),
    [
        pytest.param(ssl.TLSVersion.TLSv1_1, False, id="TLS 1.1"),
        pytest.param(ssl.TLSVersion.TLSv1_2, True, id="TLS 1.2"),
        pytest.param(ssl.TLSVersion.TLSv1_3, True, id="TLS 1.3"),
    ],
)
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1:DeprecationWarning")
def test_tls_is_1_2_or_newer(tls: Path, version: ssl.TLSVersion, is_spoken: bool) -> None:
    context = trusting()
    context.minimum_version = context.maximum_version = version
    context.set_ciphers("DEFAULT:@SECLEVEL=0")

    async def scenario() -> None:
        async with running(settings_for(tls)) as run:
            if is_spoken:
                assert (await (await run.connect(context)).post(GOOD)).status == 200
            else:
                with pytest.raises((ssl.SSLError, ConnectionError)):
                    await run.connect(context)

    asyncio.run(scenario())


def test_a_deadline_that_passed_in_the_queue_is_answered_without_judging(tls: Path) -> None:
    async def scenario() -> None:
        async with running(settings_for(tls, enforce_deadline_seconds=1e-9)) as run:
            reply = await (await run.connect()).post(GOOD)
            assert json.loads(reply.body)["response"]["status"]["code"] == 504

    asyncio.run(scenario())
