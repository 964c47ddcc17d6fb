"""The policies and exemptions of the cluster, read once."""

from collections.abc import Sequence
from contextlib import aclosing
from typing import Any

import msgspec

from pinfold.kube.client import Api
from pinfold.kube.errors import NotFound
from pinfold.kube.policies import EXEMPTIONS, GROUP_VERSION, POLICIES
from pinfold.policy import exemption, model


async def list_policies(api: Api) -> Sequence[dict[str, Any]]:
    """As decoded objects; empty where the cluster knows no such kind. Raises ApiError."""
    return await _all(api, POLICIES, model.KIND)


async def list_exemptions(api: Api) -> Sequence[dict[str, Any]]:
    """The same of exemptions."""
    return await _all(api, EXEMPTIONS, exemption.KIND)


class _Objects(msgspec.Struct):
    items: list[dict[str, Any]] | None = None


async def _all(api: Api, path: str, kind: str) -> Sequence[dict[str, Any]]:
    """With apiVersion and kind, which the entries of a list lack."""
    found: list[dict[str, Any]] = []
    try:
        async with aclosing(api.pages(path)) as pages:
            async for raw in pages:
                found += msgspec.json.decode(raw, type=_Objects).items or ()
    except NotFound:
        return ()
    version = GROUP_VERSION.removeprefix("/apis/")
    return [{**value, "apiVersion": version, "kind": kind} for value in found]
