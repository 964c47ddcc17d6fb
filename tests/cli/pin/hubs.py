"""A hub on loopback that speaks as much of the hub's API as a look-up asks for, and no more."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from urllib.parse import unquote, urlsplit

from tests.cli.pin.registries import serving

MAIN = "9f3c" * 10
V2 = "2b4d" * 10
TOKEN = "hf_test"


@dataclass
class Hub:
    """What it has, and what it was asked."""

    endpoint: str = ""
    branches: dict[str, dict[str, str]] = field(default_factory=dict)  # id -> branch -> commit
    gated: frozenset[str] = frozenset()
    busy: int = 0  # answers of 503 before the first good one
    asked: list[str] = field(default_factory=list)
    tokens: list[str | None] = field(default_factory=list)

    def answer(self, path: str, token: str | None) -> tuple[int, dict[str, str], object]:
        """Status, headers and body; anything that the API does not have is an error of the test."""
        self.asked.append(path)
        self.tokens.append(token)
        if self.busy:
            self.busy -= 1
            return 503, {}, {}
        url = urlsplit(path)
        assert url.path.startswith("/api/models/"), path
        assert url.query == "blobs=true", path
        name, _, branch = url.path.removeprefix("/api/models/").partition("/revision/")
        if name in self.gated and token != f"Bearer {TOKEN}":
            return 403, {"X-Error-Code": "GatedRepo"}, {"error": "gated"}
        if name not in self.branches:
            return 404, {"X-Error-Code": "RepoNotFound"}, {"error": "not found"}
        commit = self.branches[name].get(unquote(branch) or "main")
        if commit is None:
            return 404, {"X-Error-Code": "RevisionNotFound"}, {"error": "no revision"}
        return 200, {}, _model(name, commit)


def _model(name: str, commit: str) -> object:
    weights = {
        "rfilename": "model.safetensors",
        "size": 9_000_000_000,
        "blobId": "c" * 40,
        "lfs": {"sha256": "d" * 64, "size": 9_000_000_000, "pointerSize": 135},
    }
    config = {"rfilename": "config.json", "size": 512, "blobId": "e" * 40}
    return {"id": name, "modelId": name, "sha": commit, "siblings": [weights, config]}


@contextmanager
def a_hub(hub: Hub) -> Iterator[Hub]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            try:
                status, headers, body = hub.answer(self.path, self.headers.get("authorization"))
            except AssertionError as error:
                status, headers, body = 400, {}, {"error": f"unexpected: {error}"}
            data = json.dumps(body).encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Tests are quiet."""

    with serving(Handler) as host:
        hub.endpoint = f"http://{host}"
        yield hub
