"""Digests of tags, by the OCI distribution API.

Not oras: it knows no Basic challenge, no identity tokens, no docker.io, and keeps one token for all
repositories (docs/adr). Sources: OCI distribution-spec v1.1 (end-3, HEAD of a manifest), docker's
token authentication (spec/auth/token.md, oauth.md).
"""

import base64
import hashlib
import ipaddress
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import httpx2

from pinfold.evidence.credentials import Login, Logins
from pinfold.evidence.failures import LookupFailed, Patience, TryAgain, Unreachable, patiently
from pinfold.inspect.images.reference import Digest, InvalidDigest

_MANIFESTS = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
_HEADERS = {"Accept": ", ".join(_MANIFESTS), "User-Agent": "pinfold"}
_MANIFEST_MAX = 4 * 2**20  # distribution-spec: larger ones are refused by registries
_ONCE = Patience(attempts=1)
_HOSTS = {"docker.io": "registry-1.docker.io"}
_SCHEME = re.compile(r"(?:\A|,)\s*(basic|bearer)\s", re.IGNORECASE)
_PARAMETER = re.compile(r'([A-Za-z_]+)=(?:"([^"]*)"|([^\s,"]+))')


class Registries:
    """Asks registries as the user; used by many threads."""

    def __init__(
        self,
        logins: Logins,
        patience: Patience,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.logins = logins
        self.patience = patience
        self._sleep = sleep
        self.client = httpx2.Client(
            headers=_HEADERS, timeout=patience.timeout_seconds, follow_redirects=True
        )

    def close(self) -> None:
        self.client.close()

    def digest_of(self, repository: str, tag: str) -> Digest:
        """What a tag stands for now: an index where there is one. Raises LookupFailed."""
        host, _, path = repository.partition("/")
        question = _Question(self, host, path, tag)
        first, *rest = _bases(host)
        if rest:  # without TLS it answers nothing that is TLS: no need to ask three times
            try:
                return patiently(partial(question.ask, first), _ONCE, self._sleep)
            except Unreachable:
                first = rest[0]
        return patiently(partial(question.ask, first), self.patience, self._sleep)


def _bases(host: str) -> Iterator[str]:
    """Only on this very machine is a registry asked without TLS, as docker does."""
    yield f"https://{_HOSTS.get(host, host)}"
    if _is_loopback(host):
        yield f"http://{host}"


def _is_loopback(host: str) -> bool:
    name = urlsplit(f"//{host}").hostname or ""
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class _Question:
    registries: Registries
    host: str
    path: str
    tag: str

    def ask(self, base: str) -> Digest:
        """Raises TryAgain and LookupFailed."""
        url = f"{base}/v2/{self.path}/manifests/{self.tag}"
        answer = self._send("HEAD", url, {})
        headers: Mapping[str, str] = {}
        if answer.status_code == 401:
            headers = self._authorised(answer, base)
            answer = self._send("HEAD", url, headers)
        self._refuse(answer)
        digest = answer.headers.get("docker-content-digest")
        return _digest(digest) if digest else self._hashed(url, headers)

    def _send(self, method: str, url: str, headers: Mapping[str, str], **more: Any) -> Any:
        try:
            answer = self.registries.client.request(method, url, headers=headers, **more)
        except httpx2.TimeoutException as error:
            seconds = self.registries.patience.timeout_seconds
            raise TryAgain(f"{_host_of(url)} did not answer within {seconds:g} s") from error
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            raise TryAgain(f"{_host_of(url)} cannot be reached: {error}") from error
        if answer.status_code == 429 or answer.status_code >= 500:
            words = "asks to slow down" if answer.status_code == 429 else "has trouble"
            raise TryAgain(f"{_host_of(url)} {words} ({answer.status_code})", _retry_after(answer))
        return answer

    def _hashed(self, url: str, headers: Mapping[str, str]) -> Digest:
        """A registry that tells no digest: it is the hash of the manifest itself."""
        answer = self._send("GET", url, headers)
        self._refuse(answer)
        if len(answer.content) > _MANIFEST_MAX:
            raise LookupFailed(f"the manifest of {self._name} is larger than any may be")
        return Digest(f"sha256:{hashlib.sha256(answer.content).hexdigest()}")

    def _authorised(self, answer: Any, base: str) -> dict[str, str]:
        """The headers that a challenge asks for."""
        login, tried = self.registries.logins.find(self.host)
        challenge = answer.headers.get("www-authenticate", "")
        scheme = _SCHEME.search(challenge)
        if scheme is None:
            raise LookupFailed(f"{self.host} asks for a login in a way that is not understood")
        if scheme[1].lower() == "bearer":
            return {"Authorization": f"Bearer {self._token(challenge, login, tried, base)}"}
        if login is None or not login.password:
            raise LookupFailed(self._no_login(tried))
        return {"Authorization": _basic(login)}

    def _token(self, challenge: str, login: Login | None, tried: tuple[str, ...], base: str) -> str:
        given = {m[1].lower(): m[2] or m[3] or "" for m in _PARAMETER.finditer(challenge)}
        realm = given.get("realm", "")
        if not realm.startswith("https://") and not (
            base.startswith("http://") and realm.startswith("http://")
        ):
            raise LookupFailed(f"{self.host} sends its logins to {realm!r}, which is not safe")
        wanted = {"scope": given.get("scope") or f"repository:{self.path}:pull"}
        if given.get("service"):
            wanted["service"] = given["service"]
        if login is not None and login.identity_token:
            grant = {"grant_type": "refresh_token", "refresh_token": login.identity_token}
            form = {**grant, **wanted, "client_id": "pinfold"}
            # A redirect would take the token along.
            answer = self._send("POST", realm, {}, data=form, follow_redirects=False)
        else:
            headers = {"Authorization": _basic(login)} if login else {}
            answer = self._send("GET", realm, headers, params=wanted)
        if answer.status_code in (400, 401, 403):
            raise LookupFailed(self._not_let_in(login, tried))
        return self._read_token(answer)

    def _read_token(self, answer: Any) -> str:
        try:
            body = answer.json()
            token = body.get("token") or body.get("access_token")
        except (ValueError, AttributeError):
            token = None
        if answer.status_code != 200 or not isinstance(token, str):
            raise LookupFailed(f"{self.host}: its login service gave no token")
        return token

    def _refuse(self, answer: Any) -> None:
        if answer.status_code in (401, 403):
            raise LookupFailed(self._not_let_in(*self.registries.logins.find(self.host)))
        if answer.status_code == 404:
            raise LookupFailed(f"{self.host} has no {self.path}:{self.tag}")
        if answer.status_code != 200:
            raise LookupFailed(f"{self.host} answered {answer.status_code} about {self._name}")

    @property
    def _name(self) -> str:
        return f"{self.host}/{self.path}:{self.tag}"

    def _not_let_in(self, login: Login | None, tried: tuple[str, ...]) -> str:
        if login is None:
            return self._no_login(tried)
        who = f" as {login.user}" if login.user else ""
        return (
            f"{self.host} does not let you read {self.path}{who} (login from {login.source});"
            f" it may not exist, or type: docker login {self.host}"
        )

    def _no_login(self, tried: tuple[str, ...]) -> str:
        return (
            f"{self.host} wants a login to read {self.path} ({'; '.join(tried)});"
            f" it may not exist, or type: docker login {self.host}"
        )


def _basic(login: Login) -> str:
    pair = f"{login.user}:{login.password}".encode()
    return f"Basic {base64.b64encode(pair).decode()}"


def _digest(text: str) -> Digest:
    try:
        return Digest.parse(text)
    except InvalidDigest as error:
        raise LookupFailed(str(error)) from error


def _host_of(url: str) -> str:
    return urlsplit(url).netloc.rpartition("@")[2]


def _retry_after(answer: Any) -> float:
    text = answer.headers.get("retry-after", "")
    return float(text) if text.isdecimal() and len(text) < 6 else 0.0
