"""The bytes of an answer: an AdmissionReview v1 with a response and nothing else."""

import msgspec

from pinfold.policy.verdict import Verdict

_HEAD = b'{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","response":{"uid":'
_ALLOWED = b',"allowed":true}}'
_encode = msgspec.json.Encoder().encode
_REASONS = {
    400: "BadRequest",
    403: "Forbidden",
    500: "InternalError",
    503: "ServiceUnavailable",
    504: "Timeout",
}


class _Status(msgspec.Struct, frozen=True):
    code: int
    reason: str
    message: str


class _Response(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    uid: str
    allowed: bool
    status: _Status | None = None
    warnings: tuple[str, ...] = ()
    audit_annotations: dict[str, str] = {}


def admission(uid: str, warning: str = "") -> bytes:
    """An admission, with at most one warning."""
    if warning:
        return _review(_Response(uid, allowed=True, warnings=(warning,)))
    return _HEAD + _encode(uid) + _ALLOWED  # the answer to nearly all reviews: no struct is built


def refusal(uid: str, code: int, message: str) -> bytes:
    """A refusal that no policy asked for: the review could not be judged."""
    status = _Status(code, _REASONS[code], message)
    return _review(_Response(uid, allowed=False, status=status))


def judgement(uid: str, verdict: Verdict) -> bytes:
    """What the policies say."""
    status = None if verdict.allowed else _Status(403, _REASONS[403], verdict.message)
    return _review(
        _Response(
            uid,
            allowed=verdict.allowed,
            status=status,
            warnings=verdict.warnings,
            audit_annotations=verdict.audit,
        )
    )


def _review(response: _Response) -> bytes:
    return _HEAD[: -len(b'{"uid":')] + _encode(response) + b"}"
