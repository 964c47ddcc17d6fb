"""The request of an AdmissionReview v1, decoded strictly.

Source of the fields: k8s.io/api/admission/v1.
"""

from typing import Annotated, Literal

import msgspec

from pinfold.inspect.kinds import WorkloadKind, row_of
from pinfold.webhook.objects import Pod

NULL = msgspec.Raw(b"null")
# What msgspec raises for a body that is no JSON, of other types, not UTF-8, too deep, or has too
# big a number.
UNDECODABLE = (msgspec.MsgspecError, ValueError, RecursionError, OverflowError)
_POD = row_of("", "Pod")


class Unreadable(ValueError):
    """The review, or the object in it, is not what it must be; the message says what is wrong.

    `uid` is that of the request where it could be read, else "".
    """

    def __init__(self, message: str, uid: str = "") -> None:
        super().__init__(message)
        self.uid = uid


class Kind(msgspec.Struct, frozen=True, gc=False):
    """A GroupVersionKind."""

    kind: str
    group: str = ""
    version: str = ""


class Request(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """What every request says."""

    uid: Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
    kind: Kind
    operation: Literal["CREATE", "UPDATE", "DELETE", "CONNECT"]
    namespace: str = ""

    @property
    def row(self) -> WorkloadKind | None:
        """The kind's row; None for a kind that is not read here."""
        return row_of(self.kind.group, self.kind.kind)


class PodRequest(Request, frozen=True, gc=False, rename="camel"):
    """A request about a Pod, read in one go."""

    object: Pod | None = None
    old_object: Pod | None = None


class RawRequest(Request, frozen=True, gc=False, rename="camel"):
    """A request about whatever its kind says; the objects are JSON, maybe null."""

    object: msgspec.Raw = NULL
    old_object: msgspec.Raw = NULL


class _PodReview(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    api_version: Literal["admission.k8s.io/v1"]
    kind: Literal["AdmissionReview"]
    request: PodRequest


class _RawReview(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    api_version: Literal["admission.k8s.io/v1"]
    kind: Literal["AdmissionReview"]
    request: RawRequest


class _Uid(msgspec.Struct, frozen=True, gc=False):
    uid: Annotated[str, msgspec.Meta(max_length=128)] = ""


class _Envelope(msgspec.Struct, frozen=True, gc=False):
    request: _Uid = _Uid()


_decode_pod_review = msgspec.json.Decoder(_PodReview).decode
_decode_raw_review = msgspec.json.Decoder(_RawReview).decode
_decode_envelope = msgspec.json.Decoder(_Envelope).decode


def read_request(body: bytes) -> PodRequest | RawRequest:
    """The request in the body of a POST. Raises Unreadable."""
    try:
        request = _decode_pod_review(body).request
    except UNDECODABLE:  # another kind, or something is wrong: the second reading tells
        return read_raw_request(body)
    return request if request.row is _POD else read_raw_request(body)


def read_raw_request(body: bytes) -> RawRequest:
    """As read_request, and never looks into the objects. Raises Unreadable."""
    try:
        return _decode_raw_review(body).request
    except UNDECODABLE as error:
        raise Unreadable(
            f"this is no AdmissionReview of admission.k8s.io/v1: {words_for(error)}", _uid_of(body)
        ) from error


def words_for(error: Exception, path: str = "") -> str:
    """What is wrong with a document at `path`, without words of the program's own."""
    if isinstance(error, RecursionError):
        return "it is nested too deep"
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8"
    text = str(error)
    if path:
        text = text.replace("`$", f"`{path}") if "`$" in text else f"{text} - at `{path}`"
    return text.replace("`$.", "`")


def _uid_of(body: bytes) -> str:
    try:
        return _decode_envelope(body).request.uid
    except UNDECODABLE:
        return ""
