"""A stand-in for the LIST and WATCH of several collections; None stands for an outage of one.

Watches say nothing, so what changes is found by listing again after a silence.
"""

import asyncio
from collections import Counter
from typing import Any

from aiohttp import web

from tests.kube.stand_in import StandIn


class TwoCollections(StandIn):
    """`items` may be changed while it runs; any other path fails the test."""

    def __init__(self, items: dict[str, list[dict[str, Any]] | None]) -> None:
        self.items = items
        self.asked: Counter[str] = Counter()
        self.unexpected: list[str] = []
        super().__init__()

    def _check(self, error: BaseException | None) -> None:
        assert self.unexpected == []

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.path not in self.items or request.method != "GET":
            self.unexpected.append(f"{request.method} {request.path_qs}")
            return web.Response(status=599)
        if "watch" in request.query:
            response = web.StreamResponse()
            await response.prepare(request)
            await asyncio.sleep(30)
            return response
        self.asked[request.path] += 1
        items = self.items[request.path]
        if items is None:
            return web.json_response({"kind": "Status", "code": 503}, status=503)
        return web.json_response({"metadata": {"resourceVersion": "1"}, "items": items})
