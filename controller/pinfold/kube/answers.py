"""What the API server sends back: decoded, or the error that it is."""

from collections.abc import Mapping
from typing import Any

import msgspec

from pinfold.kube.errors import ApiUnavailable


class _ListMeta(msgspec.Struct):
    continue_: str = msgspec.field(default="", name="continue")


class Page(msgspec.Struct):
    """Of a LIST, what tells whether there is another."""

    metadata: _ListMeta


def decode(raw: bytes, call: object, kind: Any) -> Any:
    """`raw` as a value of `kind`; `call` is for the message. Raises ApiUnavailable."""
    try:
        return msgspec.json.decode(raw, type=kind)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ApiUnavailable(f"{call}: the answer cannot be read: {error}") from error


def status_of(raw: bytes) -> Mapping[str, Any]:
    """The Status object in a refusal; what stands between us and the API server sends others."""
    try:
        value = msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError):
        value = {"message": raw[:200].decode("utf-8", "replace").strip()}
    return value if isinstance(value, dict) else {}
