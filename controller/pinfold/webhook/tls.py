"""The serving certificate: read from a mounted Secret, swapped without a lost connection.

The kubelet updates a Secret's volume by renaming `..data`, a link to a folder with all its keys
(kubernetes/pkg/volume/util/atomic_writer.go); a reader that resolves the link once sees a pair.
"""

import asyncio
import logging
import ssl
from datetime import datetime
from pathlib import Path

from cryptography import x509

CERTIFICATE, KEY = "tls.crt", "tls.key"
_log = logging.getLogger(__name__)


class InvalidPair(ValueError):
    """The certificate and key in the folder cannot be served; the message says why."""


class ServingCertificate:
    """A TLS context whose certificate follows a folder.

    A new connection gets the newest good pair; a bad one is reported and passed over, and one that
    has expired is served all the same: the API server's refusal says more than ours could.
    """

    def __init__(self, folder: Path, poll_seconds: float) -> None:
        self._folder = folder
        self._poll_seconds = poll_seconds
        self._seen: tuple[bytes, bytes] | None = None
        self._current: ssl.SSLContext | None = None
        self.context = _new_context()
        self.context.sni_callback = self._choose
        self.expires: datetime | None = None  # of the pair that is served
        self.problem: str | None = f"{folder} has no {CERTIFICATE} and {KEY} yet"
        self.loaded = asyncio.Event()

    async def run(self) -> None:
        """Follows the folder until cancelled."""
        while True:
            self.look()
            await asyncio.sleep(self._poll_seconds)

    def look(self) -> None:
        """Reads the folder once; a pair that is new is checked, and served if it is good."""
        try:
            folder = (self._folder / CERTIFICATE).resolve(strict=True).parent
            found = (folder / CERTIFICATE).read_bytes(), (folder / KEY).read_bytes()
            if found == self._seen:
                return
            context, expires = _load(folder, found[0])
        except (OSError, RuntimeError, InvalidPair) as error:
            self._keep(str(error))
            return
        self._seen, self._current, self.expires, self.problem = found, context, expires, None
        self.loaded.set()
        _log.info("serving certificate loaded", extra={"expires": expires.isoformat()})

    def _keep(self, problem: str) -> None:
        if problem != self.problem:
            _log.warning("certificate passed over", extra={"problem": problem})
        self.problem = problem

    def _choose(
        self, connection: ssl.SSLObject | ssl.SSLSocket, _name: str | None, _: ssl.SSLContext
    ) -> int | None:
        """OpenSSL asks this in each handshake, also of a client that sends no server name."""
        if self._current is None:
            return ssl.ALERT_DESCRIPTION_INTERNAL_ERROR
        connection.context = self._current
        return None


def _load(folder: Path, certificate: bytes) -> tuple[ssl.SSLContext, datetime]:
    """A context that serves the pair in `folder`, and when it expires. Raises InvalidPair."""
    context = _new_context()
    try:
        context.load_cert_chain(folder / CERTIFICATE, folder / KEY)
        leaf = x509.load_pem_x509_certificates(certificate)[0]
    except (ssl.SSLError, ValueError) as error:
        raise InvalidPair(f"{CERTIFICATE} and {KEY} are no pair to serve: {error}") from error
    return context, leaf.not_valid_after_utc


def _new_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.num_tickets = 0  # the API server resumes no session
    context.options |= ssl.OP_NO_TICKET | ssl.OP_NO_RENEGOTIATION
    return context
