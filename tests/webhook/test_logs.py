"""One line a refusal, in JSON, without anybody's manifest in it."""

import json
import logging
from typing import Any

import pytest

from pinfold.logs import JsonLines
from pinfold.webhook.logs import RefusalLog
from tests.webhook.material import UNPINNED, answer_to, pod, review

REFUSED = answer_to(review(pod(UNPINNED)))


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    return [json.loads(JsonLines().format(record)) for record in caplog.records]


@pytest.fixture(autouse=True)
def _hear_all(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)


def test_a_refusal_is_told_by_rule_and_not_by_what_was_written(
    caplog: pytest.LogCaptureFixture,
) -> None:
    RefusalLog(20, Clock()).refused(REFUSED)
    [line] = lines(caplog)
    del line["time"]
    assert line == {
        "level": "info",
        "logger": "pinfold.webhook.logs",
        "message": "refused",
        "uid": "705ab4f5-6393-11e8-b7cc-42010a800002",
        "kind": "Pod",
        "namespace": "ml",
        "object": "llama",
        "rules": ["image-digest", "model-revision"],
        "policies": ["default"],
    }


def test_a_burst_is_told_in_part_and_the_rest_is_counted(caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock()
    log = RefusalLog(2, clock)
    for _ in range(10):
        log.refused(REFUSED)
    assert len(caplog.records) == 4
    clock.now = 1.0
    log.refused(REFUSED)
    assert lines(caplog)[-1]["left_out"] == 6


def test_an_error_has_its_trace_in_the_same_line() -> None:
    error = ValueError("a\nb")
    record = logging.LogRecord("x", logging.ERROR, "", 0, "in\ntwo", (), None)
    record.exc_info = (ValueError, error, None)
    text = JsonLines().format(record)
    assert "\n" not in text
    assert json.loads(text)["error"].endswith("ValueError: a\nb")
