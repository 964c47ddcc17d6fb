"""The real admission server on a free port of loopback, and raw clients that speak TLS to it."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from pinfold.metrics import AdmissionCounts
from pinfold.policy.policy_set import PolicySet
from pinfold.settings import WebhookSettings
from pinfold.webhook.review import Reviewer
from pinfold.webhook.server import AdmissionHandler, AdmissionServer
from pinfold.webhook.tls import ServingCertificate
from tests.webhook.material import BREAK_GLASS, policies


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Client:
    """One connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @property
    def served_by(self) -> bytes:
        """The certificate of the server, in DER."""
        tls: ssl.SSLObject = self.writer.get_extra_info("ssl_object")
        found = tls.getpeercert(binary_form=True)
        assert found is not None
        return found

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def post(self, body: bytes, path: str = "/enforce?timeout=5s") -> Reply:
        await self.send(request(body, path))
        return await self.reply()

    async def reply(self) -> Reply:
        async with asyncio.timeout(10):
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
            body = await self.reader.readexactly(int(headers["content-length"]))
        return Reply(int(head[0].split()[1]), headers, body)

    async def is_closed(self, within_seconds: float = 5) -> bool:
        """Whether the server ends the connection without another word."""
        try:
            async with asyncio.timeout(within_seconds):
                return await self.reader.read(1) == b""
        except TimeoutError:
            return False
        except ConnectionError:
            return True

    async def close(self) -> None:
        self.writer.transport.abort()
        await asyncio.sleep(0)


def request(body: bytes, path: str = "/enforce", method: str = "POST") -> bytes:
    head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


@dataclass(slots=True)
class Running:
    """A server that listens, and all its clients."""

    server: AdmissionServer
    counts: AdmissionCounts
    certificate: ServingCertificate
    clients: list[Client]

    async def connect(self, context: ssl.SSLContext | None = None) -> Client:
        assert self.server.port is not None
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", self.server.port, ssl=context or trusting()
        )
        client = Client(reader, writer)
        self.clients.append(client)
        return client


def trusting() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def settings_for(folder: Path, **changed: float) -> WebhookSettings:
    return WebhookSettings(
        host="127.0.0.1",
        health_host="127.0.0.1",
        port=0,
        certificate_folder=folder,
        **{"shutdown_delay_seconds": 0, **changed},  # type: ignore[arg-type]  # ints stay ints
    )


@asynccontextmanager
async def running(
    settings: WebhookSettings,
    reviewer: Reviewer | None = None,
    loaded: PolicySet | None = policies(),  # noqa: B008 - frozen
) -> AsyncIterator[Running]:
    """Enters and leaves the server as Kopf does."""
    counts = AdmissionCounts()
    certificate = ServingCertificate(settings.certificate_folder, settings.certificate_poll_seconds)
    following = asyncio.create_task(certificate.run())
    handler = AdmissionHandler(settings, reviewer or Reviewer(BREAK_GLASS), lambda: loaded, counts)
    run = Running(AdmissionServer(settings, handler, certificate, counts), counts, certificate, [])
    listening = asyncio.Event()
    serving = asyncio.create_task(_serve(run.server, listening))
    try:
        await listening.wait()
        yield run
    finally:
        serving.cancel()
        following.cancel()
        await asyncio.gather(serving, following, return_exceptions=True)
        for client in run.clients:
            await client.close()
        await asyncio.sleep(0.05)  # transports tell their loss in the next rounds of the loop


async def _serve(server: AdmissionServer, listening: asyncio.Event) -> None:
    async with server:
        async for _ in server(None):
            listening.set()
