"""Calls that only the rescan makes: metadata alone, and deletion."""

from copy import copy

from pinfold.kube.client import DEADLINE_SECONDS, Api, _Call
from pinfold.kube.errors import NotFound

_METADATA = (
    "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,"
    "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"
)


def metadata_only(api: Api) -> Api:
    """The same connections; what is read is the metadata of objects alone: a fifth of the bytes."""
    slim = copy(api)
    slim._client = copy(api._client)  # noqa: SLF001 - the client offers no choice of header
    headers = slim._client.default_headers  # noqa: SLF001
    slim._client.default_headers = {**headers, "Accept": _METADATA}  # noqa: SLF001
    return slim


async def delete(api: Api, path: str, uid: str) -> None:
    """Deletes the object of that uid; that it is gone already is well. Raises ApiError."""
    body = {"kind": "DeleteOptions", "apiVersion": "v1", "preconditions": {"uid": uid}}
    try:
        await api._decoded(_Call("DELETE", path, body=body), DEADLINE_SECONDS)  # noqa: SLF001
    except NotFound:
        return
