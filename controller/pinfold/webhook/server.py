"""The admission server: our own aiohttp server in Kopf's `settings.admission.server`.

Kopf starts and stops it, and its own dispatch is passed by: that admits what no handler matches
(kopf 1.45.2, _core/engines/admission.py:217), and takes six times as long.
"""

import asyncio
import gc
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from pinfold.metrics import AdmissionCounts
from pinfold.policy.policy_set import PolicySet
from pinfold.settings import WebhookSettings
from pinfold.webhook.judgement import Endpoint
from pinfold.webhook.listener import Connections, Listener, bind
from pinfold.webhook.logs import RefusalLog
from pinfold.webhook.review import Answer, Reviewer
from pinfold.webhook.tls import ServingCertificate

_log = logging.getLogger(__name__)
_LARGE_BYTES = 256 * 1024  # few bodies are; those that are wait for one another
_LARGE_AT_ONCE = 4


class Rejected(Exception):
    """The request is no review that we would read: an HTTP status and a line of text."""

    def __init__(self, status: int, reason: str, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.reason = reason
        self.text = text


class AdmissionHandler:
    """One HTTP request in, one answer out."""

    def __init__(
        self,
        settings: WebhookSettings,
        reviewer: Reviewer,
        policies: Callable[[], PolicySet | None],
        counts: AdmissionCounts,
    ) -> None:
        self._routes: dict[str, tuple[Endpoint, float]] = {
            "/enforce": ("enforce", settings.enforce_deadline_seconds),
            "/observe": ("observe", settings.observe_deadline_seconds),
        }
        self._most_bytes = settings.max_review_bytes
        self._reviewer = reviewer
        self._policies = policies
        self._counts = counts
        self._refusals = RefusalLog(settings.denials_logged_per_second)
        self._large = asyncio.Semaphore(_LARGE_AT_ONCE)
        self.is_leaving = False  # asks clients to come again by another connection

    async def __call__(self, request: web.BaseRequest) -> web.Response:
        """Never raises: what aiohttp makes of an error would say less."""
        try:
            endpoint, deadline_seconds = self._route(request)
            started = time.monotonic()
            body = await self._body(request, deadline_seconds)
            is_late = time.monotonic() - started > deadline_seconds
        except Rejected as rejected:
            return self._rejection(rejected)
        answer = self._answer(endpoint, body, is_late=is_late)
        response = web.Response(
            body=answer.body,
            status=answer.status,
            content_type="application/json" if answer.status == 200 else "text/plain",
        )
        if self.is_leaving:
            response.force_close()
        return response

    def _route(self, request: web.BaseRequest) -> tuple[Endpoint, float]:
        path = request.raw_path.partition("?")[0]  # the API server appends ?timeout=5s
        route = self._routes.get(path)
        if route is None:
            raise Rejected(404, "path", "there are /enforce and /observe here, and nothing else")
        if request.method != "POST":
            raise Rejected(405, "method", "a review is sent by POST")
        return route

    async def _body(self, request: web.BaseRequest, deadline_seconds: float) -> bytes:
        """The whole body. Raises Rejected where it is too large, or does not come in time."""
        length = request.content_length
        if length is not None and length <= _LARGE_BYTES:
            if request.content.is_eof() or request.content.total_bytes == length:
                return await request.content.read()
            return await self._in_time(request, deadline_seconds)
        if length is not None and length > self._most_bytes:
            raise self._too_large()
        async with self._large:
            return await self._in_time(request, deadline_seconds)

    async def _in_time(self, request: web.BaseRequest, deadline_seconds: float) -> bytes:
        body = bytearray()
        try:
            async with asyncio.timeout(deadline_seconds):
                while chunk := await request.content.readany():
                    body += chunk
                    if len(body) > self._most_bytes:
                        raise self._too_large()
        except TimeoutError:
            text = f"the body did not come within {deadline_seconds} s"
            raise Rejected(408, "slow", text) from None
        except (web.RequestPayloadError, ConnectionError) as error:
            raise Rejected(400, "payload", "the body is no HTTP payload") from error
        return bytes(body)

    def _too_large(self) -> Rejected:
        return Rejected(413, "size", f"a review has at most {self._most_bytes} bytes")

    def _answer(self, endpoint: Endpoint, body: bytes, *, is_late: bool) -> Answer:
        started = time.perf_counter()
        if is_late:
            answer = self._reviewer.late(endpoint, body)
        else:
            answer = self._reviewer.review(endpoint, body, self._policies(), datetime.now(UTC))
        row = answer.request.row if answer.request is not None else None
        kind = row.name if row is not None else "other"
        self._counts.reviewed(endpoint, kind, answer.outcome, time.perf_counter() - started)
        if answer.report.findings or answer.error is not None:
            self._tell(endpoint, answer)
        return answer

    def _tell(self, endpoint: Endpoint, answer: Answer) -> None:
        for finding in answer.report.findings:
            mode = finding.mode.value if finding.exemption is None else "Exempted"
            self._counts.violations[endpoint, finding.violation.rule, mode] += 1
        if answer.outcome == "refused":
            self._refusals.refused(answer)
        if answer.error is not None and answer.request is not None:
            extra = {"uid": answer.request.uid, "namespace": answer.request.namespace}
            _log.error("a review failed", exc_info=answer.error, extra=extra)

    def _rejection(self, rejected: Rejected) -> web.Response:
        self._counts.rejected[(rejected.reason,)] += 1
        response = web.Response(text=f"pinfold: {rejected.text}\n", status=rejected.status)
        if rejected.status == 405:
            response.headers["Allow"] = "POST"
        response.force_close()
        return response


class AdmissionServer:
    """What `settings.admission.server` holds: Kopf enters it, calls it, and leaves it."""

    def __init__(
        self,
        settings: WebhookSettings,
        handler: AdmissionHandler,
        certificate: ServingCertificate,
        counts: AdmissionCounts,
    ) -> None:
        self._settings = settings
        self._handler = handler
        self._certificate = certificate
        self._counts = counts
        self._accepting: asyncio.Task[None] | None = None
        self._connections: Connections | None = None
        self.port: int | None = None  # the one that it listens on, once it does
        self.is_leaving = False

    async def __aenter__(self) -> Self:
        return self

    async def __call__(self, _webhook: object) -> AsyncIterator[dict[str, Any]]:
        """Serves until cancelled. Kopf manages no configuration, so what it is told is empty."""
        await self._certificate.loaded.wait()
        await self._start()
        yield {}
        await asyncio.Event().wait()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Serves on until no Service sends us anything, then finishes what is in flight."""
        self.is_leaving = self._handler.is_leaving = True
        if self._accepting is None or self._connections is None:
            return
        _log.info("leaving", extra={"still_serving_seconds": self._settings.shutdown_delay_seconds})
        await asyncio.sleep(self._settings.shutdown_delay_seconds)
        self._accepting.cancel()
        with suppress(asyncio.CancelledError):
            await self._accepting
        await self._connections.finish(self._settings.enforce_deadline_seconds + 1)

    @property
    def open_connections(self) -> int:
        """Connections to the admission port, handshakes included."""
        return self._connections.open if self._connections is not None else 0

    async def _start(self) -> None:
        self._connections = Connections(
            self._handler,
            header_timeout_seconds=self._settings.header_timeout_seconds,
            idle_timeout_seconds=self._settings.idle_timeout_seconds,
        )
        listener = Listener(
            self._connections,
            self._certificate.context,
            self._settings.max_connections,
            self._count_failed_handshake,
        )
        listening = bind(self._settings.host, self._settings.port)
        self.port = listening.getsockname()[1]
        self._accepting = asyncio.create_task(listener.run(listening), name="admission listener")
        # What is there now stays: the collector need not walk it again (48 ms become 4).
        gc.collect()
        gc.freeze()
        _log.info("serving", extra={"port": self.port})

    def _count_failed_handshake(self) -> None:
        self._counts.rejected[("handshake",)] += 1
