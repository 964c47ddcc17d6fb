"""The two Secrets of our own namespace that we may read; no other Secret is ever read."""

import base64
from collections.abc import Mapping
from typing import Any

from pinfold.kube.client import Api
from pinfold.kube.errors import NotFound

Secret = dict[str, Any]


class Secrets:
    """Secrets of one namespace, one at a time, by name."""

    def __init__(self, api: Api, namespace: str) -> None:
        self._api = api
        self._collection = f"/api/v1/namespaces/{namespace}/secrets"

    async def read(self, name: str) -> Secret | None:
        """None where there is none. Raises ApiError."""
        try:
            secret: Secret = await self._api.get(f"{self._collection}/{name}")
        except NotFound:
            return None
        return secret

    async def write(
        self, name: str, kind: str, data: Mapping[str, bytes], before: Secret | None
    ) -> None:
        """`data` in place of all that is there; `before` is what was read.

        Raises Conflict where it was changed or made meanwhile.
        """
        secret: Secret = {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": name, "labels": {"app.kubernetes.io/managed-by": "pinfold"}},
            "type": kind,
            "data": {key: base64.b64encode(value).decode() for key, value in data.items()},
        }
        if before is None:
            await self._api.create(self._collection, secret)
            return
        secret["metadata"] = before["metadata"]
        secret["type"] = before.get("type")  # immutable
        await self._api.replace(f"{self._collection}/{name}", secret)


def data_of(secret: Secret | None) -> dict[str, bytes] | None:
    """Its values; None for no Secret. What is no base64 counts as empty."""
    if secret is None:
        return None
    return {key: _decoded(value) for key, value in (secret.get("data") or {}).items()}


def _decoded(value: object) -> bytes:
    try:
        return base64.b64decode(str(value), validate=True)
    except ValueError:
        return b""
