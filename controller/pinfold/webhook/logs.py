"""The log: one JSON object a line, on standard error, and a line for each refusal."""

import json
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from pinfold.policy.violation import Mode
from pinfold.webhook.review import Answer

_log = logging.getLogger(__name__)
_STANDARD = frozenset(vars(logging.LogRecord("", 0, "", 0, "", (), None))) | {
    "message",
    "taskName",
    "settings",  # Kopf's, on each of its records
    "k8s_skip",
    "k8s_ref",
}


class JsonLines(logging.Formatter):
    """Time, level, logger, message, then whatever `extra` was given."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, whatever the message holds."""
        moment = datetime.fromtimestamp(record.created, UTC)
        line: dict[str, Any] = {
            "time": moment.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {key: value for key, value in vars(record).items() if key not in _STANDARD}
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str, ensure_ascii=False)


def log_to_standard_error(level: str) -> None:
    """Replaces whatever handlers the root logger has."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)


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
        "kind": subject.kind,
        "namespace": subject.namespace,
        "object": subject.name,
        "rules": sorted({finding.violation.rule for finding in refused}),
        "policies": sorted({finding.policy for finding in refused}),
    }
