"""Keeps the status of policies and exemptions true, while we lead. Written only on change."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from pinfold.kube.client import MERGE_PATCH, Api
from pinfold.kube.errors import ApiError, Conflict, NotFound
from pinfold.kube.events import tell
from pinfold.kube.policies import EXEMPTIONS, POLICIES, PolicyWatch
from pinfold.policy.policy_set import PolicySet
from pinfold.reconciler.conditions import Status, exemption_status, policy_status
from pinfold.reconciler.ending import happening_of

_log = logging.getLogger(__name__)
_LOOK_SECONDS = 15.0  # an exemption ends without an event

Decide = Callable[[Mapping[str, Any], PolicySet, datetime], Status | None]


class Statuses:
    """`changed` is called whenever policies or exemptions changed."""

    def __init__(self, api: Api, watch: PolicyWatch) -> None:
        self._api = api
        self._watch = watch
        self._due = asyncio.Event()

    def changed(self) -> None:
        """Look at once."""
        self._due.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            policies = self._watch.current()
            if policies is not None:
                await self._all(POLICIES, self._watch.policy_objects, policy_status, policies)
                await self._all(
                    EXEMPTIONS, self._watch.exemption_objects, exemption_status, policies
                )
            await self._wait()

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(_LOOK_SECONDS):
                await self._due.wait()
        except TimeoutError:
            return
        self._due.clear()

    async def _all(
        self,
        collection: str,
        objects: Mapping[str, Mapping[str, Any]],
        decide: Decide,
        policies: PolicySet,
    ) -> None:
        for name, value in list(objects.items()):
            try:
                status = decide(value, policies, datetime.now(UTC))
                if status is not None:
                    await self._tell(value, status)
                    await self._write(f"{collection}/{name}/status", value, status)
            except (Conflict, NotFound):
                continue  # it changed or went meanwhile: the watch tells, and we look again
            except ApiError as error:
                _log.warning("status of %s: %s", name, error)
            except Exception:  # noqa: BLE001 - one odd object must not keep the others from theirs
                _log.exception("status of %s", name)

    async def _tell(self, value: Mapping[str, Any], status: Status) -> None:
        """The event of an exemption that comes to its end."""
        happening = None if "endsAt" not in status else happening_of(value, status)
        if happening is not None:
            await tell(self._api, happening, datetime.now(UTC))

    async def _write(self, path: str, value: Mapping[str, Any], status: Status) -> None:
        """The uid keeps it from an object of the same name that came after."""
        body = {"metadata": {"uid": value["metadata"]["uid"]}, "status": status}
        await self._api.patch(path, body, MERGE_PATCH)
