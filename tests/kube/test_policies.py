"""The policies of a cluster, kept up to date through every trouble."""

import asyncio
from typing import Any

from pinfold.kube.policies import EXEMPTIONS, POLICIES, PolicyWatch
from pinfold.kube.watch import WatchTimes
from pinfold.policy.policy_set import PolicySet
from tests.kube.test_watch import until

# A server with two collections answers in either order, so here it is a small state of its own.
from tests.kube.two_collections import TwoCollections


def policy(name: str, mode: str = "Enforce", version: str = "1") -> dict[str, Any]:
    return {
        "apiVersion": "pinfold.dev/v1alpha1",
        "kind": "SupplyChainPolicy",
        "metadata": {"name": name, "uid": name, "resourceVersion": version},
        "spec": {"mode": mode},
    }


def modes(watch: PolicyWatch) -> dict[str, str]:
    current = watch.current()
    return {} if current is None else {one.name: one.spec.mode for one in current.policies}


def test_nothing_is_known_until_both_were_listed() -> None:
    async def scenario() -> None:
        async with TwoCollections({POLICIES: [policy("default")], EXEMPTIONS: None}) as server:
            watch = PolicyWatch(server.api)
            task = asyncio.create_task(watch.run())
            await until(lambda: server.asked[POLICIES] > 0 and server.asked[EXEMPTIONS] > 0)
            assert watch.current() is None
            assert watch.age_seconds() is None
            server.items[EXEMPTIONS] = []
            await until(lambda: watch.current() is not None)
            assert modes(watch) == {"default": "Enforce"}
            assert watch.age_seconds() is not None
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    asyncio.run(scenario())


def test_a_list_replaces_the_whole_set_and_trouble_leaves_it() -> None:
    async def scenario() -> None:
        told: list[PolicySet] = []
        both = [policy("a"), policy("b")]
        async with TwoCollections({POLICIES: both, EXEMPTIONS: []}) as server:
            times = WatchTimes(server_seconds=1, silence_seconds=0.5)
            watch = PolicyWatch(server.api, on_change=told.append, times=times)
            task = asyncio.create_task(watch.run())
            await until(lambda: modes(watch) == {"a": "Enforce", "b": "Enforce"})
            server.items[POLICIES] = None
            asked = server.asked[POLICIES]
            await until(lambda: server.asked[POLICIES] > asked)
            assert modes(watch) == {"a": "Enforce", "b": "Enforce"}
            server.items[POLICIES] = [policy("b", "Warn", "2")]
            await until(lambda: modes(watch) == {"b": "Warn"})
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        assert [len(one.policies) for one in told] == [2, 1]

    asyncio.run(scenario())


def test_a_policy_that_cannot_be_read_keeps_its_last_good_version() -> None:
    async def scenario() -> None:
        async with TwoCollections({POLICIES: [policy("a")], EXEMPTIONS: []}) as server:
            times = WatchTimes(server_seconds=1, silence_seconds=0.5)
            watch = PolicyWatch(server.api, times=times)
            task = asyncio.create_task(watch.run())
            await until(lambda: modes(watch) == {"a": "Enforce"})
            server.items[POLICIES] = [policy("a", "Block", "2")]
            await until(lambda: bool((now := watch.current()) and now.broken))
            assert modes(watch) == {"a": "Enforce"}
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    asyncio.run(scenario())
