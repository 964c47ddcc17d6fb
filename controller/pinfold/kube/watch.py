"""LIST and WATCH of one resource, for as long as the program runs.

Of our own, because others lose objects: Kopf's watch sends no DELETED for what vanished in a gap,
and that of kubernetes.aio tries a 410 once and never lists again.
"""

import asyncio
import logging
import random
import time
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import msgspec

from pinfold.kube.backoff import Backoff
from pinfold.kube.client import Api
from pinfold.kube.errors import ApiError, ApiUnavailable, Gone, error_of

_log = logging.getLogger(__name__)
_SHORT_SECONDS = 1.0  # a watch that ends sooner is waited for, as after a failure

Object = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchTimes:
    """How long a watch lasts, and how long it may be silent: bookmarks come once a minute."""

    server_seconds: int = 270  # and up to a quarter more, so that replicas spread
    silence_seconds: float = 100.0
    clock: Callable[[], float] = time.monotonic


class _Metadata(msgspec.Struct):
    resource_version: str = msgspec.field(default="", name="resourceVersion")


class _List(msgspec.Struct):
    metadata: _Metadata
    items: list[Object] | None = None


class _Event(msgspec.Struct):
    type: str
    object: Object


class Collection:
    """All objects of one resource by name, as the API server last told them.

    Each LIST replaces them whole. After a failure the last ones stay, and their age grows.
    """

    def __init__(
        self,
        api: Api,
        path: str,
        on_change: Callable[[], None],
        field_selector: str | None = None,
        times: WatchTimes | None = None,
    ) -> None:
        self._api = api
        self._path = path
        self._on_change = on_change
        self._selection = {"fieldSelector": field_selector} if field_selector else {}
        self._times = times or WatchTimes()
        self._clock = self._times.clock
        self._backoff = Backoff()
        self._proven: float | None = None
        self.objects: dict[str, Object] | None = None  # None until a LIST succeeded

    def age_seconds(self) -> float | None:
        """Since the server last showed that there is nothing newer; None before the first LIST."""
        return None if self._proven is None else self._clock() - self._proven

    async def run(self) -> None:
        """Goes on whatever happens, until cancelled."""
        while True:
            failure: Exception | None = None
            try:
                await self._list_and_watch()
            except Gone as error:
                failure = error
                _log.info("listing again: %s", error)
            except ApiError as error:
                failure = error
                _log.warning("listing again: %s", error)
            except Exception as error:  # noqa: BLE001 - a fault of ours must not end the webhook
                failure = error
                _log.exception("listing %s again after an unexpected error", self._path)
            await asyncio.sleep(self._backoff.after(failure))

    async def _list_and_watch(self) -> None:
        version = await self._list()
        while True:
            started = self._clock()
            version, had_events = await self._watch(version)
            if had_events:
                self._backoff.reset()
            if self._clock() - started <= _SHORT_SECONDS:
                await asyncio.sleep(self._backoff.after())

    async def _list(self) -> str:
        """Replaces all objects; the version that a watch goes on from."""
        objects: dict[str, Object] = {}
        version = ""
        asked = self._clock()
        async with aclosing(self._api.pages(self._path, self._selection)) as pages:
            async for raw in pages:
                page = msgspec.json.decode(raw, type=_List)
                objects |= {item["metadata"]["name"]: item for item in page.items or ()}
                version = page.metadata.resource_version
        self.objects, self._proven = objects, asked
        self._on_change()
        return version

    async def _watch(self, version: str) -> tuple[str, bool]:
        """Where the next watch goes on, and whether this one brought anything."""
        seconds = self._times.server_seconds
        query = {
            "watch": "1",
            "allowWatchBookmarks": "true",
            "resourceVersion": version,
            "timeoutSeconds": str(seconds + random.randint(0, seconds // 4)),  # noqa: S311
            **self._selection,
        }
        lines = self._api.lines(self._path, query, silence_seconds=self._times.silence_seconds)
        started, had_events = self._clock(), False
        async with aclosing(lines):
            async for line in lines:
                version = self._apply(_event(line)) or version
                self._prove(started)
                had_events = True
        self._prove(started)  # the server ended it, so until now there was no more
        return version, had_events

    def _prove(self, started: float) -> None:
        """There is nothing newer, as a watch shows that began at `started`."""
        self._proven = self._clock()
        if self._proven - started > _SHORT_SECONDS:
            self._backoff.reset()

    def _apply(self, event: _Event) -> str:
        """The version after this event. Raises ApiError where the event is one."""
        if event.type == "ERROR":
            code = event.object.get("code")
            raise error_of(
                code if isinstance(code, int) else 0, f"watch of {self._path}", event.object
            )
        assert self.objects is not None
        metadata = event.object["metadata"]
        if event.type == "DELETED":
            self.objects.pop(metadata["name"], None)
        elif event.type in ("ADDED", "MODIFIED"):
            self.objects[metadata["name"]] = event.object
        if event.type != "BOOKMARK":
            self._on_change()
        version: str = metadata["resourceVersion"]
        return version


def _event(line: bytes) -> _Event:
    try:
        return msgspec.json.decode(line, type=_Event)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ApiUnavailable(f"an event of a watch cannot be read: {error}") from error
