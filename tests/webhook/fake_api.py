"""A stand-in for the API server that is up, away, or in trouble, as a test wants it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web

POLICY = {
    "apiVersion": "pinfold.dev/v1alpha1",
    "kind": "SupplyChainPolicy",
    "metadata": {"name": "default", "uid": "1", "generation": 1, "resourceVersion": "3"},
    "spec": {"mode": "Enforce", "rules": {"imageDigest": {}, "modelRevision": {}}},
}


@dataclass
class FakeApi:
    """`status` is what every request gets; 200 serves discovery, and lists one policy."""

    port: int = 0
    status: int = 200
    has_crds: bool = True
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    runner: web.AppRunner | None = None
    _next: asyncio.Event = field(default_factory=asyncio.Event)

    async def up(self) -> None:
        application = web.Application()
        application.router.add_get("/{path:.*}", self._serve)
        self.runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await self.runner.setup()
        site = web.TCPSite(self.runner, "127.0.0.1", self.port)
        await site.start()
        self.port = site.port

    async def away(self) -> None:
        """As if the machine were gone: connections are refused."""
        self._end_watches()
        assert self.runner is not None
        await self.runner.cleanup()

    def answer_with(self, status: int) -> None:
        self.status = status
        self._end_watches()

    async def is_asked(self) -> None:
        """Waits for the next request."""
        self._next.clear()
        async with asyncio.timeout(20):
            await self._next.wait()

    def _end_watches(self) -> None:
        self.changed.set()
        self.changed = asyncio.Event()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        self._next.set()
        if self.status != 200:
            return _json({"kind": "Status", "code": self.status}, self.status)
        if "watch" in request.query:
            return await self._watch(request)
        if request.path == "/api":
            return _json({"versions": ["v1"]})
        if request.path == "/apis":
            return _json({"groups": []})
        if request.path.startswith("/apis/pinfold.dev/"):
            return self._list(request.path)
        return _json({"resources": []})

    def _list(self, path: str) -> web.Response:
        if not self.has_crds:
            return _json({"kind": "Status", "code": 404, "message": "no such resource"}, 404)
        items = [POLICY] if path.endswith("/supplychainpolicies") else []
        return _json({"metadata": {"resourceVersion": "3"}, "items": items})

    async def _watch(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await self.changed.wait()
        return response


def _json(value: Any, status: int = 200) -> web.Response:
    return web.json_response(value, status=status)


@asynccontextmanager
async def fake_api() -> AsyncIterator[FakeApi]:
    api = FakeApi()
    await api.up()
    try:
        yield api
    finally:
        await api.away()


def write_kubeconfig(path: Path, port: int) -> None:
    path.write_text(
        f"""
apiVersion: v1
kind: Config
current-context: fake
contexts: [{{name: fake, context: {{cluster: fake, user: fake}}}}]
clusters: [{{name: fake, cluster: {{server: "http://127.0.0.1:{port}"}}}}]
users: [{{name: fake, user: {{token: fake}}}}]
""",
        "utf-8",
    )
