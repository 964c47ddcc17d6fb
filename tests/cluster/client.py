"""A minimal client of the API server, for waiting: no process to start for each look."""

import http.client
import json
import ssl
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

_REQUEST_SECONDS = 5.0
_POLL_SECONDS = 0.05


class NotReady(Exception):
    """What was waited for did not come in time."""


class Client:
    def __init__(self, server: str, authority: Path, token: str) -> None:
        self._server = server
        self._token = token
        context = ssl.create_default_context(cafile=str(authority))
        # No proxy: whatever the environment says, the server is on this machine.
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
        )

    def get(self, path: str) -> bytes | None:
        """The body of a GET; None when the server refuses it, is not there or not yet ready."""
        request = urllib.request.Request(
            self._server + path, headers={"Authorization": f"Bearer {self._token}"}
        )
        try:
            with self._opener.open(request, timeout=_REQUEST_SECONDS) as answer:
                body: bytes = answer.read()
                return body
        except (OSError, http.client.HTTPException):
            return None

    def document(self, path: str) -> Any:
        """The decoded body of a GET; None as in get()."""
        body = self.get(path)
        return None if body is None else json.loads(body)


def wait_until(
    what: str, ready: Callable[[], object], *, seconds: float, check: Callable[[], None]
) -> None:
    """Poll `ready` until it is true. `check` raises when waiting has become pointless.

    Raises NotReady, with `what`, after that many seconds.
    """
    deadline = time.monotonic() + seconds
    while not ready():
        check()
        if time.monotonic() > deadline:
            raise NotReady(f"after {seconds:.0f} s still waiting for {what}")
        time.sleep(_POLL_SECONDS)
