"""A line in the log for each refusal."""

import logging
import time
from collections.abc import Callable
from typing import Any

from pinfold.policy.violation import Mode
from pinfold.webhook.review import Answer

_log = logging.getLogger(__name__)


class RefusalLog:
    """Says who was refused by which rules; never what their manifest says, which may be secret.

    A refused ReplicaSet tries ten times in three seconds: beyond `per_second` lines are counted,
    and the next line tells how many were left out.
    """

    def __init__(self, per_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_second = per_second
        self._clock = clock
        self._room = self._most = max(per_second, 1.0) * 2
        self._since = clock()
        self._left_out = 0

    def refused(self, answer: Answer) -> None:
        """One refusal by policies."""
        now = self._clock()
        self._room = min(self._most, self._room + (now - self._since) * self._per_second)
        self._since = now
        if self._room < 1:
            self._left_out += 1
            return
        self._room -= 1
        left_out, self._left_out = self._left_out, 0
        _log.info("refused", extra=_told(answer) | ({"left_out": left_out} if left_out else {}))


def _told(answer: Answer) -> dict[str, Any]:
    subject, request = answer.subject, answer.request
    assert subject is not None
    assert request is not None
    refused = answer.report.of(Mode.ENFORCE)
    return {
        "uid": request.uid,
        "kind": subject.matter.kind,
        "namespace": subject.matter.namespace,
        "object": subject.name,
        "rules": sorted({finding.violation.rule for finding in refused}),
        "policies": sorted({finding.policy for finding in refused}),
    }
