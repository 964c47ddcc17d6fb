"""What goes wrong between us and the API server, in our own words."""

from collections.abc import Mapping
from typing import Any


class ApiError(Exception):
    """The API server did not do what it was asked for; the message says what, and why not."""

    def __init__(self, message: str, *, retry_after_seconds: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds  # what the server asked for, if it did


class ApiUnavailable(ApiError):
    """No answer in time, or one that says "not now" (429, 5xx): the same call may work later."""


class Unauthorized(ApiError):
    """Our credentials are not accepted."""


class Forbidden(ApiError):
    """Our account may not do this."""


class NotFound(ApiError):
    """No such object, or no such kind of objects."""


class Conflict(ApiError):
    """The object was changed by somebody else meanwhile, or there is one by that name already."""


class Gone(ApiError):
    """The point in history that a watch or a page was to go on from is forgotten: list again."""


class Invalid(ApiError):
    """The server understood the call and refuses its content."""


class NotLeading(ApiError):
    """The call was not sent: we no longer hold what lets one replica write at a time."""


_KINDS: Mapping[int, type[ApiError]] = {
    400: Invalid,
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    410: Gone,
    422: Invalid,
}


def error_of(
    code: int, what: str, status: Mapping[str, Any], retry_after: str | None = None
) -> ApiError:
    """The error for an HTTP status or a Status object; `what` is the call, for the message."""
    kind = _KINDS.get(code, ApiUnavailable)
    reason = status.get("message") or status.get("reason") or "no reason given"
    return kind(
        f"{what}: {code}: {reason}", retry_after_seconds=_retry_after_seconds(status, retry_after)
    )


def _retry_after_seconds(status: Mapping[str, Any], header: str | None) -> float | None:
    """From the header, else from Status.details. The API server sends numbers, never dates."""
    details = status.get("details")
    value = details.get("retryAfterSeconds") if isinstance(details, Mapping) else None
    text = header if header is not None else str(value)
    return float(text) if text.isascii() and text.isdigit() else None
