"""A whole rotation of the authority under load: not one handshake fails.

The webhook gets its certificate late, as through the kubelet, and API servers their bundles late,
as through a watch; both lags are shorter than the overlap, as they are in a cluster.
"""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pinfold.kube.webhook_configuration import OURS
from pinfold.reconciler.authority import (
    issue_serving,
    new_authority,
    read_certificates,
)
from pinfold.reconciler.certificates import AUTHORITY, PREVIOUS, SERVING, SERVING_KEY
from pinfold.reconciler.steward import terms_of
from tests.cluster.control_plane import Cluster
from tests.reconciler.material import authority_secret, serving_secret
from tests.reconciler.site import Site, new_site, until

pytestmark = pytest.mark.cluster
OVERLAP_SECONDS = 4.0
LAG_SECONDS = 2.0
DAY = timedelta(days=1)


class LateServer:
    """Serves what the Secret held a while ago."""

    def __init__(self, site: Site, folder: Path) -> None:
        self._site, self._folder = site, folder
        self._current = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.sni_callback = self._choose

    def load(self, data: dict[str, bytes]) -> None:
        (self._folder / "crt").write_bytes(data[SERVING])
        (self._folder / "key").write_bytes(data[SERVING_KEY])
        self._current = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._current.load_cert_chain(self._folder / "crt", self._folder / "key")

    async def follow(self) -> None:
        while True:
            data = await self._site.secret("pinfold-webhook-tls")
            await asyncio.sleep(LAG_SECONDS)
            if data is not None:
                self.load(data)

    def _choose(self, end: ssl.SSLObject | ssl.SSLSocket, _name: object, _: object) -> None:
        end.context = self._current


class LateClient:
    """Shakes hands all the time, and trusts what the bundle was a while ago."""

    def __init__(self, site: Site, port: int) -> None:
        self._site, self._port = site, port
        self.handshakes = 0
        self.is_ending = False
        self.seen: list[int] = []  # certificates in each bundle that was trusted, in turn
        self._trusted = b""

    async def follow(self) -> None:
        while True:
            bundle = (await self._site.bundles())[0]
            await asyncio.sleep(LAG_SECONDS if self._trusted else 0)
            if bundle and bundle != self._trusted:
                self._trusted = bundle
                self.seen.append(len(read_certificates(bundle)))

    async def shake(self) -> None:
        """Until told to end. Raises ssl.SSLError where it does not accept the server."""
        while not self.is_ending:
            await asyncio.sleep(0.01)
            if not self._trusted:
                continue
            context = ssl.create_default_context(cadata=self._trusted.decode())
            _, writer = await asyncio.open_connection("127.0.0.1", self._port, ssl=context)
            await hang_up(None, writer)
            self.handshakes += 1


async def prepare(site: Site) -> dict[str, bytes]:
    """An authority past two thirds of its life that signed what is served. The serving Secret."""
    now = datetime.now(UTC)
    old = new_authority(365 * DAY, now - 250 * DAY)
    serving = issue_serving(old, terms_of(site.settings).hosts, 90 * DAY, now - 10 * DAY)
    data = serving_secret(serving, old)
    await site.write_secret("pinfold-ca", "Opaque", authority_secret(old))
    await site.write_secret("pinfold-webhook-tls", "kubernetes.io/tls", data)
    await site.install(*OURS)
    for name in OURS:
        await site.break_bundle(name, old.certificate.pem)
    return data


async def is_over(site: Site, old: dict[str, bytes]) -> bool:
    authority = await site.secret("pinfold-ca") or {}
    serving = await site.secret("pinfold-webhook-tls") or {}
    return (
        serving.get(SERVING) != old[SERVING]
        and PREVIOUS not in authority
        and set(await site.bundles()) == {authority[AUTHORITY]}
    )


def test_an_authority_is_replaced_without_a_failed_handshake(
    cluster: Cluster, tmp_path: Path
) -> None:
    async def scenario(site: Site) -> LateClient:
        old = await prepare(site)
        late = LateServer(site, tmp_path)
        late.load(old)
        server = await asyncio.start_server(hang_up, "127.0.0.1", 0, ssl=late.context)
        client = LateClient(site, server.sockets[0].getsockname()[1])
        tasks = [asyncio.create_task(work()) for work in (late.follow, client.follow)]
        shaking = asyncio.create_task(client.shake())
        try:
            async with site.kept():
                await until("the new authority alone", lambda: is_over(site, old), seconds=60)
                await asyncio.sleep(LAG_SECONDS * 2)
            assert not shaking.done(), shaking.exception()
            assert not any(task.done() for task in tasks)
        finally:
            client.is_ending = True  # a connection that is cancelled is never closed
            await end(tasks)
            await shaking
            await asyncio.sleep(0.1)
            server.close()
        return client

    client = run(cluster, scenario)
    assert client.seen == [1, 2, 1]
    assert client.handshakes > 100


def run(cluster: Cluster, scenario: Callable[[Site], Awaitable[LateClient]]) -> LateClient:
    async def main() -> LateClient:
        async with new_site(cluster, ca_overlap_seconds=OVERLAP_SECONDS) as site:
            return await scenario(site)

    return asyncio.run(main())


async def hang_up(_: asyncio.StreamReader | None, writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(ConnectionError, ssl.SSLError):
        await writer.wait_closed()


async def end(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
