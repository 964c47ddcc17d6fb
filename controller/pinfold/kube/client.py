"""The API server: narrow calls with deadlines, decoded JSON, our own errors.

The only user of the package `kubernetes`, and that for authentication and connections alone: its
models cost 17 s for 10,000 pods, where decoding bytes takes 0.2 s.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp
from kubernetes.aio import config
from kubernetes.aio.client import ApiClient, Configuration

from pinfold import __version__
from pinfold.kube.answers import Page, decode, status_of
from pinfold.kube.errors import ApiUnavailable, NotLeading, error_of

DEADLINE_SECONDS = 10.0
_CONNECT_SECONDS = 5.0
_PAGE = 500  # objects
_AS_US = {"fieldManager": "pinfold"}  # whom metadata.managedFields names for what we write
MERGE_PATCH = "application/merge-patch+json"
STRATEGIC_MERGE_PATCH = "application/strategic-merge-patch+json"

Query = Mapping[str, str]


class LoginFailed(Exception):
    """There are no credentials to be had; the message says where they were looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What another client in this process needs to connect as we do.

    The names are those of kopf.ConnectionInfo.
    """

    server: str
    ca_path: str | None
    insecure: bool
    scheme: str | None
    token: str | None
    certificate_path: str | None
    private_key_path: str | None


@dataclass(frozen=True, slots=True)
class _Call:
    method: str
    path: str
    query: Query | None = None
    body: object = None
    content_type: str | None = None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class Api:
    """One API server, as one user. Paths are absolute: `/api/v1/namespaces/x/secrets/y`."""

    def __init__(self, configuration: Configuration) -> None:
        """Use `login`."""
        # Proxies of the environment are for the internet; a kubeconfig's own proxy-url holds.
        configuration.client_session_kwargs = {"trust_env": False}
        # As kubectl does: authorities without a key identifier are common (Python 3.13 is strict).
        configuration.disable_strict_ssl_verification = True
        self._configuration = configuration
        self._client = ApiClient(configuration)
        self._client.user_agent = f"pinfold/{__version__}"
        self._may_write: Callable[[], bool] = lambda: True

    @classmethod
    async def login(cls, kubeconfig: Path | None = None) -> Self:
        """As `kubeconfig` says, else as the ServiceAccount of the pod that we run in.

        The token of the latter is read again as it changes. Raises LoginFailed; connects to
        nothing yet.
        """
        configuration = Configuration()
        try:
            if kubeconfig is None:
                config.load_incluster_config(configuration)  # type: ignore[no-untyped-call]
            else:
                await config.load_kube_config(  # type: ignore[no-untyped-call]
                    str(kubeconfig), client_configuration=configuration, persist_config=False
                )
        except Exception as error:  # the loader's own, its YAML parser's, a TypeError for a list
            where = kubeconfig or "the pod's ServiceAccount (or set KUBECONFIG)"
            raise LoginFailed(f"no credentials from {where}: {error}") from error
        return cls(configuration)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._client.close()  # type: ignore[no-untyped-call]

    def writing_only_while(self, may_write: Callable[[], bool]) -> Self:
        """The same connections; a write raises NotLeading unless `may_write` says that we may.

        A process that was stopped for a while goes on where it was, and another leads meanwhile.
        """
        fenced = copy(self)
        fenced._may_write = may_write  # noqa: SLF001 - our own
        return fenced

    async def credentials(self) -> Credentials:
        """As they are now: a token that has changed is read again."""
        configuration = self._configuration
        header = await configuration.get_api_key_with_prefix("BearerToken")
        scheme, _, token = (header or "").strip().partition(" ")
        return Credentials(
            server=configuration.host,
            ca_path=configuration.ssl_ca_cert,
            insecure=not configuration.verify_ssl,
            scheme=scheme or None,
            token=token or None,
            certificate_path=configuration.cert_file,
            private_key_path=configuration.key_file,
        )

    async def get(
        self, path: str, query: Query | None = None, *, deadline_seconds: float = DEADLINE_SECONDS
    ) -> Any:
        """Raises ApiError, as all calls here do."""
        return await self._decoded(_Call("GET", path, query), deadline_seconds)

    async def create(
        self, path: str, body: object, *, deadline_seconds: float = DEADLINE_SECONDS
    ) -> Any:
        """POST to a collection. Conflict: there is one by that name."""
        return await self._decoded(_Call("POST", path, _AS_US, body), deadline_seconds)

    async def replace(
        self, path: str, body: object, *, deadline_seconds: float = DEADLINE_SECONDS
    ) -> Any:
        """PUT of an object that carries the resourceVersion it was read at, else Conflict."""
        return await self._decoded(_Call("PUT", path, _AS_US, body), deadline_seconds)

    async def patch(
        self, path: str, body: object, kind: str, *, deadline_seconds: float = DEADLINE_SECONDS
    ) -> Any:
        """`kind` is a content type: MERGE_PATCH and its like."""
        return await self._decoded(_Call("PATCH", path, _AS_US, body, kind), deadline_seconds)

    async def pages(
        self, path: str, query: Query | None = None, *, deadline_seconds: float = DEADLINE_SECONDS
    ) -> AsyncGenerator[bytes]:
        """The raw bytes of each page of a LIST; the deadline is for a page.

        Raises Gone where the server has forgotten the list in the midst of it.
        """
        asked = {"limit": str(_PAGE), **(query or {})}
        while True:
            call = _Call("GET", path, asked)
            raw = await self._raw(call, deadline_seconds)
            yield raw
            token = decode(raw, call, Page).metadata.continue_
            if not token:
                return
            asked["continue"] = token

    async def lines(
        self, path: str, query: Query, *, silence_seconds: float
    ) -> AsyncGenerator[bytes]:
        """The lines of an answer without end: a watch.

        Ends where the server ends it; raises ApiUnavailable where the connection breaks, or where
        nothing comes for `silence_seconds`.
        """
        call = _Call("GET", path, query)
        limits = aiohttp.ClientTimeout(
            total=None, sock_connect=_CONNECT_SECONDS, sock_read=silence_seconds
        )
        rest = bytearray()
        async with self._answer(call, limits) as response:
            while chunk := await response.content.readany():
                *whole, rest = (rest + chunk).split(b"\n")
                for line in whole:
                    yield bytes(line)

    async def _decoded(self, call: _Call, deadline_seconds: float) -> Any:
        return decode(await self._raw(call, deadline_seconds), call, Any)

    async def _raw(self, call: _Call, deadline_seconds: float) -> bytes:
        limits = aiohttp.ClientTimeout(total=deadline_seconds, sock_connect=_CONNECT_SECONDS)
        async with self._answer(call, limits) as response:
            return await response.read()

    @asynccontextmanager
    async def _answer(
        self, call: _Call, limits: aiohttp.ClientTimeout
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """A successful answer, whose body is still to be read. Raises ApiError."""
        try:
            async with await self._send(call, limits) as response:
                if response.status >= 300:
                    raise error_of(
                        response.status,
                        str(call),
                        status_of(await response.read()),
                        response.headers.get("Retry-After"),
                    )
                yield response
        except (aiohttp.ClientError, OSError, config.ConfigException) as error:
            # TimeoutError is an OSError; the token's file may be gone for a moment.
            raise ApiUnavailable(f"{call}: {error!r}") from error

    async def _send(self, call: _Call, limits: aiohttp.ClientTimeout) -> aiohttp.ClientResponse:
        headers = {"Accept": "application/json"}
        if call.content_type is not None:
            headers["Content-Type"] = call.content_type
        request = await self._client.param_serialize(
            call.method,
            call.path,
            query_params=list((call.query or {}).items()),
            header_params=headers,
            body=call.body,
            auth_settings=["BearerToken"],
        )
        if call.method != "GET" and not self._may_write():
            raise NotLeading(f"{call}: another replica may be at work")
        answer = await self._client.call_api(*request, _request_timeout=limits)
        response: aiohttp.ClientResponse = answer.response
        return response
