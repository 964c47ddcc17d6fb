"""Statuses on a real API server: written once, and again only when something changed."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from pinfold.kube.client import MERGE_PATCH, Api
from pinfold.kube.policies import EXEMPTIONS, POLICIES, PolicyWatch
from pinfold.policy.policy_set import PolicySet
from pinfold.reconciler.statuses import Statuses
from tests.cluster.control_plane import Cluster
from tests.reconciler.site import logged_in, until

pytestmark = pytest.mark.cluster
CRDS = Path(__file__).parents[2] / "charts" / "pinfold" / "crds"


def run(cluster: Cluster, scenario: Callable[[Api], Awaitable[None]]) -> None:
    cluster.kubectl("apply", "--server-side", "-f", str(CRDS))
    cluster.kubectl("wait", "--for=condition=Established", "-f", str(CRDS), "--timeout=30s")

    async def main() -> None:
        async with logged_in(cluster) as api, kept(api):
            await scenario(api)

    try:
        asyncio.run(main())
    finally:
        cluster.kubectl("delete", "scpol,pfex", "--all")


@asynccontextmanager
async def kept(api: Api) -> AsyncIterator[None]:
    def changed(_: PolicySet) -> None:
        statuses.changed()

    watch = PolicyWatch(api, on_change=changed)
    statuses = Statuses(api, watch)
    tasks = [asyncio.create_task(work()) for work in (watch.run, statuses.run)]
    try:
        yield
        assert not any(task.done() for task in tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def make_policy(api: Api, name: str, **spec: Any) -> None:
    body = {"apiVersion": "pinfold.dev/v1alpha1", "kind": "SupplyChainPolicy"}
    await api.create(POLICIES, {**body, "metadata": {"name": name}, "spec": spec})


async def ready(api: Api, path: str) -> tuple[str, str, int]:
    """Status, reason and the generation that they are about."""
    found = await api.get(path)
    for condition in found.get("status", {}).get("conditions", ()):
        if condition["type"] == "Ready":
            return condition["status"], condition["reason"], condition["observedGeneration"]
    return "", "", 0


def test_a_policy_says_that_it_is_in_force_and_then_is_left_alone(cluster: Cluster) -> None:
    async def scenario(api: Api) -> None:
        path = f"{POLICIES}/kept"

        async def in_force(generation: int) -> bool:
            return await ready(api, path) == ("True", "InForce", generation)

        await make_policy(api, "kept", mode="Audit", rules={"imageDigest": {}})
        await until("a status", lambda: in_force(1))
        version = (await api.get(path))["metadata"]["resourceVersion"]
        await asyncio.sleep(1)
        assert (await api.get(path))["metadata"]["resourceVersion"] == version
        await api.patch(path, {"spec": {"mode": "Warn"}}, MERGE_PATCH)
        await until("a status of what it is now", lambda: in_force(2))

    run(cluster, scenario)


def test_an_exemption_says_when_it_ends(cluster: Cluster) -> None:
    async def scenario(api: Api) -> None:
        path = f"{EXEMPTIONS}/until-then"
        body = {
            "apiVersion": "pinfold.dev/v1alpha1",
            "kind": "PolicyExemption",
            "metadata": {"name": "until-then"},
            "spec": {
                "rules": ["image-digest"],
                "namespaces": ["ml"],
                "reason": "until the mirror is up",
                "expiresAt": "2099-01-01T00:00:00Z",
            },
        }
        await api.create(EXEMPTIONS, body)

        async def says() -> bool:
            status: dict[str, Any] = (await api.get(path)).get("status", {})
            return status.get("endsAt") == "2099-01-01T00:00:00Z"

        await until("its end", says)

    run(cluster, scenario)
