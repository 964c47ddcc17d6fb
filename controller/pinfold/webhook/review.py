"""From the bytes of a review to the bytes of its answer: decode, judge, encode.

Nothing here admits because something could not be read. At `enforce` it is refused in words where
the review has a uid, else answered with an HTTP error, which the API server takes for a refusal
(failurePolicy Fail). At `observe`, which never refuses, it is admitted with a warning where the
review itself was whole, else answered with an HTTP error (failurePolicy Ignore).
A dry run is judged like any other: there are no side effects to leave out.
"""

from datetime import datetime
from typing import Literal

import msgspec

from pinfold.policy.evaluate import NOTHING, Report
from pinfold.policy.policy_set import PolicySet
from pinfold.webhook import answer
from pinfold.webhook.judgement import Endpoint, Judgement, Judgements
from pinfold.webhook.request import PodRequest, RawRequest, Request, Unreadable, read_request
from pinfold.webhook.subject import Subject, subject_of

# What became of a review, as the metric counts it.
Outcome = Literal["admitted", "refused", "unreadable", "not-loaded", "late", "failed"]


class Answer(msgspec.Struct, frozen=True, gc=False):
    """An HTTP status and body, and what log and metrics say of them."""

    body: bytes
    outcome: Outcome
    status: int = 200
    request: Request | None = None
    report: Report = NOTHING
    subject: Subject | None = None
    error: Exception | None = None


class Reviewer:
    """Answers reviews; `break_glass` is the command that ends all refusals at once."""

    def __init__(self, break_glass: str, judgements: Judgements | None = None) -> None:
        self._advice = f" If it stays so, a cluster admin can end all refusals: {break_glass}"
        self._judgements = judgements or Judgements()

    def review(
        self, endpoint: Endpoint, body: bytes, policies: PolicySet | None, now: datetime
    ) -> Answer:
        """The answer to the review in `body`; `policies` is None until they were first read."""
        try:
            request = read_request(body)
        except Unreadable as error:
            return _no_review(endpoint, error)
        try:
            return self._answer(endpoint, request, policies, now)
        except Unreadable as error:
            what = f"pinfold cannot read this {request.kind.kind}: {error}."
            return _unjudged(endpoint, request, _Trouble("unreadable", 400, what))
        except Exception as error:  # noqa: BLE001 - a fault of ours must not become an admission
            return self._failed(endpoint, request, error)

    def late(self, endpoint: Endpoint, body: bytes) -> Answer:
        """The answer to a review that waited so long that nobody waits for it any more."""
        try:
            request = read_request(body)
        except Unreadable as error:
            return _no_review(endpoint, error)
        what = "pinfold has too much to do at once: try again."
        return _unjudged(endpoint, request, _Trouble("late", 504, what))

    def _answer(
        self,
        endpoint: Endpoint,
        request: PodRequest | RawRequest,
        policies: PolicySet | None,
        now: datetime,
    ) -> Answer:
        if request.operation in ("DELETE", "CONNECT"):  # nothing starts to run
            return _admitted(request)
        row = request.row
        if row is None:
            raise Unreadable(
                "objects of this kind are not read; take it out of the webhook's rules"
            )
        subject = subject_of(row, request)
        if subject is None:
            return _admitted(request)
        if policies is None:
            return self._not_loaded(endpoint, request)
        judgement = self._judgements.of(endpoint, subject, policies, now)
        if not judgement.report.findings:
            return _admitted(request)
        return _judged(request, subject, judgement)

    def _not_loaded(self, endpoint: Endpoint, request: Request) -> Answer:
        what = "pinfold has not loaded its policies yet: try again in a few seconds."
        return _unjudged(endpoint, request, _Trouble("not-loaded", 503, what, self._advice))

    def _failed(self, endpoint: Endpoint, request: Request, error: Exception) -> Answer:
        what = (
            f"pinfold failed to judge this {request.kind.kind}; the fault is Pinfold's, not your"
            f" manifest's. Its log has the error under uid {request.uid}."
        )
        return _unjudged(endpoint, request, _Trouble("failed", 500, what, self._advice, error))


class _Trouble(msgspec.Struct, frozen=True):
    """Why there is no judgement; `advice` is for where that stops somebody."""

    outcome: Outcome
    code: int
    what: str
    advice: str = ""
    error: Exception | None = None


def _admitted(request: Request) -> Answer:
    return Answer(answer.admission(request.uid), "admitted", request=request)


def _judged(request: Request, subject: Subject, judgement: Judgement) -> Answer:
    return Answer(
        answer.judgement(request.uid, judgement.verdict),
        "admitted" if judgement.verdict.allowed else "refused",
        request=request,
        report=judgement.report,
        subject=subject,
    )


def _unjudged(endpoint: Endpoint, request: Request, trouble: _Trouble) -> Answer:
    """Without a judgement, enforce refuses and observe, which never refuses, warns."""
    if endpoint == "enforce":
        body = answer.refusal(request.uid, trouble.code, trouble.what + trouble.advice)
    else:
        body = answer.admission(request.uid, f"{trouble.what} Nothing is enforced here.")
    return Answer(body, trouble.outcome, request=request, error=trouble.error)


def _no_review(endpoint: Endpoint, error: Unreadable) -> Answer:
    if endpoint == "enforce" and error.uid:
        return Answer(answer.refusal(error.uid, 400, str(error)), "unreadable")
    return Answer(f"{error}\n".encode(), "unreadable", status=400)
