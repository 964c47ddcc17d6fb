"""A stand-in for an API server that misbehaves on demand; a real one does it when it likes.

It answers what the test scripted, in that order, and fails the test on any other call.
"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.kube.stand_in import StandIn


@dataclass(slots=True)
class Reply:
    """One answer: to a call whose method and path with query fit, sent when `after` is over."""

    call: str  # "GET /path?query", of which the query may be left out
    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    events: Sequence[Any] | None = None  # a watch: a line for each, or so many seconds of silence
    silent_seconds: float = 0.0  # a watch: silence before it ends


class FakeApi(StandIn):
    """`async with FakeApi([Reply(…), …]) as fake:`; `fake.api` is a client of it."""

    def __init__(self, replies: Sequence[Reply]) -> None:
        self._replies = list(replies)
        self.calls: list[str] = []
        self.bodies: list[Any] = []
        self.unexpected: list[str] = []
        self.done = asyncio.Event()  # all replies were sent
        super().__init__()

    def _check(self, error: BaseException | None) -> None:
        if error is None:
            assert self.unexpected == []
            assert [reply.call for reply in self._replies] == [], "not asked for"

    async def quiet(self) -> None:
        """Until a call is over and the next not begun: a cancelled connect leaves its socket."""
        seen = -1
        while seen != len(self.calls):
            seen = len(self.calls)
            await asyncio.sleep(0.1)

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        call = f"{request.method} {request.path_qs}"
        self.calls.append(call)
        body = await request.read()
        self.bodies.append(json.loads(body) if body else None)
        if not self._replies or not call.startswith(self._replies[0].call):
            self.unexpected.append(call)
            return web.Response(status=599, text="the test did not expect this call")
        reply = self._replies.pop(0)
        try:
            return await self._send(request, reply)
        finally:
            if not self._replies:
                self.done.set()

    async def _send(self, request: web.BaseRequest, reply: Reply) -> web.StreamResponse:
        if reply.events is None:
            return web.json_response(reply.body, status=reply.status, headers=reply.headers)
        response = web.StreamResponse()
        await response.prepare(request)
        for event in reply.events:
            if isinstance(event, float):
                await asyncio.sleep(event)
                continue
            await response.write(json.dumps(event).encode() + b"\n")
        await asyncio.sleep(reply.silent_seconds)
        return response


def failure(code: int, message: str = "no", **details: Any) -> dict[str, Any]:
    """A Status object."""
    return {"kind": "Status", "code": code, "message": message, "details": details}
