"""The caBundles of our ValidatingWebhookConfiguration: watched, and put right by name."""

import base64
from collections.abc import Callable
from typing import Any

from pinfold.kube.client import STRATEGIC_MERGE_PATCH, Api
from pinfold.kube.watch import Collection, WatchTimes

_COLLECTION = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations"
OURS = ("enforce.pinfold.dev", "observe.pinfold.dev")


class WebhookConfiguration:
    """One configuration, kept up to date while `run()` runs; `on_change` is told of each change."""

    def __init__(
        self, api: Api, name: str, on_change: Callable[[], None], times: WatchTimes | None = None
    ) -> None:
        self._api = api
        self._name = name
        # A watch of one name needs no right to see the others.
        self._watch = Collection(api, _COLLECTION, on_change, f"metadata.name={name}", times)

    async def run(self) -> None:
        """Goes on whatever happens, until cancelled."""
        await self._watch.run()

    @property
    def is_known(self) -> bool:
        """Whether it was ever looked for with success."""
        return self._watch.objects is not None

    def bundles(self) -> dict[str, bytes]:
        """By the names of our webhooks; empty where there is no configuration."""
        found = (self._watch.objects or {}).get(self._name) or {}
        return {
            webhook["name"]: _bundle(webhook)
            for webhook in found.get("webhooks") or ()
            if webhook.get("name") in OURS
        }

    async def publish(self, bundle: bytes) -> None:
        """Put `bundle` into each of our webhooks that there is. Raises Conflict, ApiError.

        A strategic merge goes by the webhook's name, so that an entry that somebody put before
        ours is left alone; the version keeps it from making up an entry that is gone.
        """
        found = (self._watch.objects or {}).get(self._name)
        if found is None:
            return
        text = base64.b64encode(bundle).decode()
        patch = {
            "metadata": {"resourceVersion": found["metadata"]["resourceVersion"]},
            "webhooks": [
                {"name": name, "clientConfig": {"caBundle": text}} for name in self.bundles()
            ],
        }
        await self._api.patch(f"{_COLLECTION}/{self._name}", patch, STRATEGIC_MERGE_PATCH)


def _bundle(webhook: dict[str, Any]) -> bytes:
    try:
        return base64.b64decode(webhook["clientConfig"].get("caBundle") or "", validate=True)
    except ValueError:
        return b""
