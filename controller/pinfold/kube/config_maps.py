"""The texts of ConfigMaps that pods mount."""

from collections.abc import Mapping

import msgspec

from pinfold.kube.client import Api
from pinfold.kube.errors import NotFound


class _ConfigMap(msgspec.Struct):
    data: dict[str, str] | None = None


async def read_config_map(api: Api, namespace: str, name: str) -> Mapping[str, str] | None:
    """Key to text; None where there is none by that name. Raises ApiError."""
    try:
        value = await api.get(f"/api/v1/namespaces/{namespace}/configmaps/{name}")
    except NotFound:
        return None
    return msgspec.convert(value, _ConfigMap).data or {}
