"""Liveness, readiness in words, and metrics: plain HTTP on a port of its own."""

from collections.abc import Callable, Iterable

from aiohttp import web
from prometheus_client import CollectorRegistry

from pinfold.metrics import CONTENT_TYPE, exposition


class HealthServer:
    """GET /livez, /readyz and /metrics.

    `missing` tells in words what keeps the program from its work, nothing where it is ready;
    `remarks` tells what an admin should know all the same.
    """

    def __init__(
        self,
        missing: Callable[[], Iterable[str]],
        remarks: Callable[[], Iterable[str]],
        registry: CollectorRegistry,
    ) -> None:
        self._missing = missing
        self._remarks = remarks
        self._registry = registry
        self._runner: web.AppRunner | None = None
        self.port: int | None = None

    async def start(self, host: str, port: int) -> None:
        """Listens from now on. Raises OSError where the port cannot be had."""
        application = web.Application()
        application.router.add_get("/livez", self._livez)
        application.router.add_get("/readyz", self._readyz)
        application.router.add_get("/metrics", self._metrics)
        self._runner = web.AppRunner(application, access_log=None, keepalive_timeout=75)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host or None, port)
        await site.start()
        self.port = site.port

    async def stop(self) -> None:
        """Closes the port."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _livez(self, _request: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def _readyz(self, _request: web.Request) -> web.Response:
        missing = list(self._missing())
        lines = [f"missing: {text}" for text in missing] or ["ready"]
        lines += [f"note: {text}" for text in self._remarks()]
        return web.Response(text="\n".join(lines) + "\n", status=503 if missing else 200)

    async def _metrics(self, _request: web.Request) -> web.Response:
        return web.Response(body=exposition(self._registry), headers={"Content-Type": CONTENT_TYPE})
