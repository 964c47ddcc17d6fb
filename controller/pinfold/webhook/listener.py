"""Accepts TLS connections, never more than a fixed number of them, and lets each go in order.

asyncio's own server accepts without bound, and each TLS connection costs it 281 KiB. Here a full
house closes the connection that was idle longest; where none is idle, the kernel's queue waits.
"""

import asyncio
import logging
import socket
import ssl
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

HANDSHAKE_SECONDS = 5.0
_BACKLOG = 512
_Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]
# Refused garbage is counted, not logged: whoever reaches the port could fill the log.
_silent = logging.getLogger("pinfold.webhook.http")
_silent.disabled = True


class Connections(web.Server):
    """aiohttp's HTTP over connections that are counted.

    `idle` holds the connections without a request, longest idle first, and whether each has had
    one before.
    """

    def __init__(
        self, handler: _Handler, *, header_timeout_seconds: float, idle_timeout_seconds: float
    ) -> None:
        super().__init__(
            self._handle,
            keepalive_timeout=idle_timeout_seconds,
            access_log=None,
            logger=_silent,
            lingering_time=1.0,
            auto_decompress=False,  # the API server compresses nothing; bombs stay packed
        )
        self._handler = handler
        self._header_timeout_seconds = header_timeout_seconds
        self.idle: dict[RequestHandler, bool] = {}
        self.open = 0
        self.left = asyncio.Event()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        connection = request.protocol
        self.idle.pop(connection, None)
        try:
            return await self._handler(request)
        finally:
            if connection.transport is not None:
                self.idle[connection] = True

    def connection_made(self, handler: RequestHandler, transport: asyncio.Transport) -> None:
        """Called by aiohttp after the handshake."""
        super().connection_made(handler, transport)
        self.idle[handler] = False
        asyncio.get_running_loop().call_later(
            self._header_timeout_seconds, self._expect_request, handler
        )

    def connection_lost(self, handler: RequestHandler, exc: BaseException | None = None) -> None:
        """Called by aiohttp when a connection is gone."""
        super().connection_lost(handler, exc)
        self.idle.pop(handler, None)
        self.count(-1)

    def count(self, change: int) -> None:
        """One connection more, or less."""
        self.open += change
        self.left.set()

    def close_longest_idle(self) -> None:
        """Closes one connection, where one is idle."""
        for connection in self.idle:
            _abort(connection)
            return

    async def finish(self, seconds: float) -> None:
        """Lets what is in flight finish, for so long, and closes all connections.

        aiohttp's own shutdown reads no more, so a request whose body is still coming would be lost.
        """
        end = time.monotonic() + seconds
        while self.open and time.monotonic() < end:
            for connection in list(self.idle):
                _abort(connection)
            await asyncio.sleep(0.01)
        await self.shutdown(0)

    def _expect_request(self, connection: RequestHandler) -> None:
        if self.idle.get(connection) is False:
            _abort(connection)


def _abort(connection: RequestHandler) -> None:
    """Ends a connection at once; a TLS farewell would wait for the other side."""
    if connection.transport is not None:
        connection.transport.abort()


class Listener:
    """A listening socket whose connections end up in `connections`, at most `limit` at a time."""

    def __init__(
        self,
        connections: Connections,
        context: ssl.SSLContext,
        limit: int,
        on_failed_handshake: Callable[[], None],
    ) -> None:
        self._connections = connections
        self._context = context
        self._limit = limit
        self._on_failed_handshake = on_failed_handshake
        self._handshakes: set[asyncio.Task[None]] = set()

    async def run(self, listening: socket.socket) -> None:
        """Accepts until cancelled, then closes `listening`; open connections stay."""
        loop = asyncio.get_running_loop()
        try:
            while True:
                try:
                    accepted, _ = await loop.sock_accept(listening)
                except OSError:  # no file descriptors left, or the client is gone already
                    await asyncio.sleep(0.05)
                    continue
                await self._room()
                self._connections.count(+1)
                task = loop.create_task(self._greet(accepted))
                self._handshakes.add(task)
                task.add_done_callback(self._handshakes.discard)
        finally:
            listening.close()

    async def _room(self) -> None:
        while self._connections.open >= self._limit:
            self._connections.left.clear()
            self._connections.close_longest_idle()
            await self._connections.left.wait()

    async def _greet(self, accepted: socket.socket) -> None:
        try:
            await asyncio.get_running_loop().connect_accepted_socket(
                self._connections,
                accepted,
                ssl=self._context,
                ssl_handshake_timeout=HANDSHAKE_SECONDS,
                ssl_shutdown_timeout=1.0,
            )
        except (OSError, TimeoutError):
            self._connections.count(-1)
            self._on_failed_handshake()
            accepted.close()


def bind(host: str, port: int) -> socket.socket:
    """A listening socket; an empty host is all addresses, of IPv6 too where the machine has it."""
    if not host and socket.has_dualstack_ipv6():
        with suppress(OSError):  # compiled in, and switched off on this node
            return _listening(("", port), socket.AF_INET6, dualstack=True)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return _listening((host, port), family, dualstack=False)


def _listening(
    address: tuple[str, int], family: socket.AddressFamily, *, dualstack: bool
) -> socket.socket:
    listening = socket.create_server(
        address, family=family, backlog=_BACKLOG, dualstack_ipv6=dualstack
    )
    listening.setblocking(False)
    return listening
