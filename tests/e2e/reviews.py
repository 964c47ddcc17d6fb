"""The real API server, asked for many dry runs at once, and what the webhook says to each."""

import asyncio
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp

from pinfold.kube.client import Api
from tests.cluster.control_plane import Cluster
from tests.e2e.workloads import Case

_AT_ONCE = 12
_DENIED = "denied the request: "
_COUNT = re.compile(r'polic(?:y|ies) "[^:]*: (\d+) violations?$', re.MULTILINE)
_SHOWN = re.compile(r'^\[([a-z-]+)\] container "([^"\n]*)", (\S+): ', re.MULTILINE)
Said = tuple[str, str, str]  # rule, container, place


@dataclass(frozen=True, slots=True)
class Denial:
    """A refusal carries 1,024 bytes: the first violations, and how many there are."""

    count: int = 0
    shown: frozenset[Said] = frozenset()
    is_whole: bool = True


class Server:
    """The real API server, asked many things at once."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session
        self._room = asyncio.Semaphore(_AT_ONCE)

    async def review(self, case: Case, namespace: str) -> Denial | None:
        """What the webhook says to a dry run; None: the API server refuses it by itself."""
        error = await self.create(case, namespace, "?dryRun=All")
        if error is None:
            return Denial()
        if _DENIED not in error:
            return None
        count = _COUNT.search(error.partition(_DENIED)[2])
        assert count, error
        shown = [(m[1], m[2], m[3]) for m in _SHOWN.finditer(error)]
        return Denial(int(count[1]), frozenset(shown), len(shown) == int(count[1]))

    async def create(self, case: Case, namespace: str, how: str = "") -> str | None:
        """What the API server has against it."""
        path = case.path(namespace) + how
        async with self._room, self._session.post(path, json=case.manifest) as answer:
            status = await answer.json()
            return None if answer.status == 201 else str(status["message"])


@asynccontextmanager
async def connected(cluster: Cluster) -> AsyncIterator[tuple[Server, Api]]:
    """As the admin of the cluster."""
    async with await Api.login(cluster.kubeconfig) as api:
        who = await api.credentials()
        trusted = ssl.create_default_context(cafile=who.ca_path)
        trusted.verify_flags &= ~ssl.VERIFY_X509_STRICT
        headers = {"Authorization": f"Bearer {who.token}"}
        connector = aiohttp.TCPConnector(ssl=trusted)
        async with aiohttp.ClientSession(
            who.server, headers=headers, connector=connector, trust_env=False
        ) as session:
            yield Server(session), api
