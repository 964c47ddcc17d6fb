"""A server that stands for the API server in one test, and a client of it."""

from types import TracebackType
from typing import Self

from aiohttp import web
from kubernetes.aio.client import Configuration

from pinfold.kube.client import Api


class StandIn:
    """`async with StandIn() as server:`; `server.api` is a client. What it answers is `_handle`."""

    def __init__(self) -> None:
        self._runner = web.ServerRunner(web.Server(self._handle), shutdown_timeout=0.1)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.api = Api(Configuration(host=f"http://127.0.0.1:{site.port}"))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.api.__aexit__(None, None, None)
        await self._runner.cleanup()
        self._check(error)

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        raise NotImplementedError

    def _check(self, error: BaseException | None) -> None:
        """What must hold at the end; `error` is what ended the block, if something did."""
