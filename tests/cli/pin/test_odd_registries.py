"""Registries that are within the specification, and not like docker's; and one that is a trap."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler

import pytest

from pinfold.evidence.credentials import Logins
from pinfold.evidence.failures import LookupFailed, Patience
from pinfold.evidence.registry import Registries
from tests.cli.pin.registries import serving

Answer = tuple[int, dict[str, str], bytes]
MANIFEST = b'{"schemaVersion": 2}'
DIGEST = f"sha256:{hashlib.sha256(MANIFEST).hexdigest()}"


@contextmanager
def answering(answer: Callable[[str, str], Answer]) -> Iterator[tuple[str, Registries]]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = answer(self.command, self.path)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_HEAD = do_GET  # noqa: N815 - http.server's

        def log_message(self, *_: object) -> None:
            """Tests are quiet."""

    waits: list[float] = []
    registries = Registries(Logins((), {}), Patience(wait_seconds=0.01), waits.append)
    with serving(Handler) as host:
        yield host, registries
    registries.close()


def test_a_registry_that_tells_no_digest_is_asked_for_the_manifest() -> None:
    asked: list[str] = []

    def answer(method: str, path: str) -> Answer:
        asked.append(f"{method} {path}")
        return 200, {}, MANIFEST

    with answering(answer) as (host, registries):
        assert registries.digest_of(f"{host}/a/b", "v1").text == DIGEST
    assert asked == ["HEAD /v2/a/b/manifests/v1", "GET /v2/a/b/manifests/v1"]


def test_a_redirect_is_followed() -> None:
    def answer(_method: str, path: str) -> Answer:
        if path.startswith("/v2/"):
            return 307, {"Location": "/elsewhere"}, b""
        return 200, {"Docker-Content-Digest": DIGEST}, MANIFEST

    with answering(answer) as (host, registries):
        assert registries.digest_of(f"{host}/a/b", "v1").text == DIGEST


def test_who_asks_to_slow_down_is_asked_again_later() -> None:
    answers: list[Answer] = [
        (429, {"Retry-After": "7"}, b""),
        (503, {}, b""),
        (200, {"Docker-Content-Digest": DIGEST}, b""),
    ]
    waits: list[float] = []
    with answering(lambda *_: answers.pop(0)) as (host, registries):
        registries._sleep = waits.append
        assert registries.digest_of(f"{host}/a/b", "v1").text == DIGEST
    assert waits == [7, 0.02]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        pytest.param(
            (200, {"Docker-Content-Digest": "sha256:1"}, b""), "is no digest", id="no digest"
        ),
        pytest.param(
            (401, {"WWW-Authenticate": 'Bearer realm="ftp://evil/",service="x"'}, b""),
            "sends its logins to 'ftp://evil/', which is not safe",
            id="logins sent elsewhere, in the clear",
        ),
        pytest.param(
            (401, {"WWW-Authenticate": "Negotiate"}, b""), "not understood", id="another login"
        ),
        pytest.param((401, {}, b""), "not understood", id="no challenge at all"),
        pytest.param((418, {}, b""), "answered 418 about", id="something else"),
        pytest.param((429, {}, b""), "asks to slow down (429) (3 attempts)", id="always busy"),
    ],
)
def test_what_is_no_answer_is_said(answer: Answer, why: str) -> None:
    with (
        answering(lambda *_: answer) as (host, registries),
        pytest.raises(LookupFailed) as caught,
    ):
        registries.digest_of(f"{host}/a/b", "v1")
    assert why in str(caught.value)
