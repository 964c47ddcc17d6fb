"""A namespace and a webhook configuration on a real API server, for a steward to keep right."""

import asyncio
import base64
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from pinfold.kube.client import STRATEGIC_MERGE_PATCH, Api
from pinfold.kube.errors import ApiError, NotFound
from pinfold.kube.secrets import data_of
from pinfold.reconciler.steward import Steward
from pinfold.settings import ReconcilerSettings
from tests.cluster.control_plane import Cluster

CONFIGURATIONS = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations"
OTHER = "other.example.com"
_numbers = itertools.count()


class Site:
    """All names are its own, so that tests can share a cluster."""

    def __init__(self, api: Api, **settings: Any) -> None:
        name = f"steward-{next(_numbers)}"
        self.api = api
        self.name = name
        self.settings = ReconcilerSettings(
            namespace=name,
            webhook_configuration=name,
            webhook_hosts=("127.0.0.1",),
            **{"certificate_check_seconds": 0.2, **settings},
        )
        self.secrets = f"/api/v1/namespaces/{name}/secrets"
        self.configuration = f"{CONFIGURATIONS}/{name}"

    async def install(self, *names: str) -> None:
        """The configuration, with a webhook for each of `names`; it matches nothing at all."""
        await self.api.create(
            CONFIGURATIONS,
            {
                "apiVersion": "admissionregistration.k8s.io/v1",
                "kind": "ValidatingWebhookConfiguration",
                "metadata": {"name": self.name},
                "webhooks": [_webhook(name) for name in names],
            },
        )

    async def webhooks(self) -> dict[str, dict[str, Any]]:
        found = await self.api.get(self.configuration)
        return {webhook["name"]: webhook for webhook in found["webhooks"]}

    async def bundles_by_name(self) -> dict[str, bytes]:
        return {
            name: base64.b64decode(webhook["clientConfig"].get("caBundle", ""))
            for name, webhook in (await self.webhooks()).items()
        }

    async def bundles(self) -> list[bytes]:
        """Of each webhook, in order."""
        return list((await self.bundles_by_name()).values())

    async def break_bundle(self, name: str, bundle: bytes) -> None:
        text = base64.b64encode(bundle).decode()
        patch = {"webhooks": [{"name": name, "clientConfig": {"caBundle": text}}]}
        await self.api.patch(self.configuration, patch, STRATEGIC_MERGE_PATCH)

    async def secret(self, name: str) -> dict[str, bytes] | None:
        try:
            return data_of(await self.api.get(f"{self.secrets}/{name}"))
        except NotFound:
            return None

    async def write_secret(self, name: str, kind: str, data: dict[str, bytes]) -> None:
        encoded = {key: base64.b64encode(value).decode() for key, value in data.items()}
        body = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}}
        await self.api.create(self.secrets, {**body, "type": kind, "data": encoded})

    @asynccontextmanager
    async def kept(self, stewards: int = 1) -> AsyncIterator[None]:
        """While that many stewards, who know nothing of each other, keep it right."""
        tasks = [
            asyncio.create_task(Steward(self.api, self.settings).run()) for _ in range(stewards)
        ]
        try:
            yield
            assert not any(task.done() for task in tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def logged_in(cluster: Cluster) -> AsyncIterator[Api]:
    """As admin. Calls that were cancelled get the time to say goodbye, as TLS wants it."""
    async with await Api.login(cluster.kubeconfig) as api:
        yield api
    await asyncio.sleep(0.3)


@asynccontextmanager
async def new_site(cluster: Cluster, **settings: Any) -> AsyncIterator[Site]:
    async with logged_in(cluster) as api:
        site = Site(api, **settings)
        body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": site.name}}
        await api.create("/api/v1/namespaces", body)
        try:
            yield site
        finally:
            await asyncio.to_thread(
                cluster.kubectl, "delete", "validatingwebhookconfiguration", site.name,
                "--ignore-not-found",
            )  # fmt: skip


async def until(what: str, holds: Callable[[], Awaitable[bool]], seconds: float = 20) -> None:
    try:
        async with asyncio.timeout(seconds):
            while not await _holds(holds):  # noqa: ASYNC110 - what is waited for has no event
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise AssertionError(f"after {seconds} s still waiting for {what}") from None


async def _holds(holds: Callable[[], Awaitable[bool]]) -> bool:
    try:
        return await holds()
    except ApiError:
        return False


def _webhook(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "clientConfig": {"url": "https://127.0.0.1:1/x"},
        "rules": [
            {
                "apiGroups": ["test.pinfold.dev"],
                "apiVersions": ["v1"],
                "operations": ["CREATE"],
                "resources": ["nothings"],
            }
        ],
        "failurePolicy": "Ignore",
        "sideEffects": "None",
        "admissionReviewVersions": ["v1"],
        "timeoutSeconds": 3,
    }
