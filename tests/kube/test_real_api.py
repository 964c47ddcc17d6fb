"""The same client on a real API server: what it really answers, and that it accepts our calls."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest
from kubernetes.aio.config import incluster_config

from pinfold.kube.client import MERGE_PATCH, Api
from pinfold.kube.errors import ApiError, Conflict, Forbidden, Invalid, NotFound, Unauthorized
from pinfold.kube.lease import Leadership, LeaseTimes
from pinfold.kube.watch import Collection
from tests.cluster.control_plane import Cluster
from tests.kube.test_watch import until

pytestmark = pytest.mark.cluster
_numbers = itertools.count()


class Place:
    """A namespace of its own, so that tests can share a cluster."""

    def __init__(self, api: Api, name: str) -> None:
        self.api = api
        self.name = name
        self.maps = f"/api/v1/namespaces/{name}/configmaps"

    async def make(self, name: str) -> dict[str, Any]:
        body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}}
        made: dict[str, Any] = await self.api.create(self.maps, body)
        return made


def run(cluster: Cluster, scenario: Callable[[Place], Awaitable[None]]) -> None:
    name = f"kube-{next(_numbers)}"
    cluster.kubectl("create", "namespace", name)

    async def main() -> None:
        async with await Api.login(cluster.kubeconfig) as api:
            await scenario(Place(api, name))

    asyncio.run(main())


@asynccontextmanager
async def kept(collection: Collection) -> AsyncIterator[None]:
    task = asyncio.create_task(collection.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def test_what_is_wrong_with_a_call_is_told_apart(cluster: Cluster) -> None:
    async def scenario(place: Place) -> None:
        made = await place.make("one")
        stale = made | {"metadata": made["metadata"] | {"resourceVersion": "1"}}
        one = f"{place.maps}/one"
        bad = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "No Name"}}
        rows: list[tuple[type[ApiError], Callable[[], Awaitable[object]]]] = [
            (NotFound, lambda: place.api.get(f"{place.maps}/none")),
            (NotFound, lambda: place.api.get("/apis/nobody.example.com/v1/things")),
            (Conflict, lambda: place.make("one")),
            (Conflict, lambda: place.api.replace(one, stale)),
            (
                Conflict,
                lambda: place.api.patch(one, {"metadata": {"resourceVersion": "1"}}, MERGE_PATCH),
            ),
            # Not Conflict, as one would think: a uid "is immutable" to the patch of another object.
            (Invalid, lambda: place.api.patch(one, {"metadata": {"uid": "x"}}, MERGE_PATCH)),
            (Invalid, lambda: place.api.create(place.maps, bad)),
        ]
        for error, call in rows:
            with pytest.raises(error):
                await call()

    run(cluster, scenario)


def test_a_list_comes_in_pages(cluster: Cluster) -> None:
    async def scenario(place: Place) -> None:
        for name in ("a", "b", "c"):
            await place.make(name)
        # kube-root-ca.crt is there as well, sooner or later.
        pages = [
            msgspec.json.decode(raw) async for raw in place.api.pages(place.maps, {"limit": "1"})
        ]
        names = [[item["metadata"]["name"] for item in page["items"]] for page in pages]
        assert names[:3] == [["a"], ["b"], ["c"]]

    run(cluster, scenario)


def test_a_watch_of_one_name_follows_it_and_sees_no_other(cluster: Cluster) -> None:
    async def scenario(place: Place) -> None:
        await place.make("other")
        ours = Collection(place.api, place.maps, lambda: None, "metadata.name=ours")
        async with kept(ours):
            await until(lambda: ours.objects == {})
            await place.make("ours")
            await until(lambda: list(ours.objects or {}) == ["ours"])
            change = {"data": {"key": "value"}}
            await place.api.patch(f"{place.maps}/ours", change, MERGE_PATCH)
            await until(lambda: (ours.objects or {})["ours"].get("data") == {"key": "value"})
            cluster.kubectl("delete", "configmap", "ours", "other", "-n", place.name)
            await until(lambda: ours.objects == {})

    run(cluster, scenario)


def test_a_lease_goes_from_hand_to_hand(cluster: Cluster) -> None:
    times = LeaseTimes.of(3)

    async def scenario(place: Place) -> None:
        turns: list[str] = []

        def start(name: str) -> asyncio.Task[None]:
            async def work() -> None:
                turns.append(name)
                await asyncio.sleep(3600)

            leadership = Leadership(place.api, place.name, "lock", name, times)
            return asyncio.create_task(leadership.run(work))

        first = start("a")
        await until(lambda: turns == ["a"])
        second = start("b")
        await asyncio.sleep(4)  # longer than it lasts unrenewed
        assert turns == ["a"]
        first.cancel()
        await until(lambda: turns == ["a", "b"], seconds=2)  # let go, so nobody waits for its end
        second.cancel()
        await asyncio.gather(first, second, return_exceptions=True)
        lease = await place.api.get(
            f"/apis/coordination.k8s.io/v1/namespaces/{place.name}/leases/lock"
        )
        assert lease["spec"]["holderIdentity"] == ""
        assert lease["spec"]["leaseTransitions"] == 1

    run(cluster, scenario)


def test_in_a_pod_we_are_its_service_account(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, address = tmp_path / "token", urlsplit(cluster.server)
    monkeypatch.setattr(incluster_config, "SERVICE_TOKEN_FILENAME", str(token))
    monkeypatch.setattr(incluster_config, "SERVICE_CERT_FILENAME", str(cluster.ca_file))
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", str(address.hostname))
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", str(address.port))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")  # of the internet, not of the cluster

    async def scenario(place: Place) -> None:
        cluster.kubectl("create", "serviceaccount", "robot", "-n", place.name)
        token.write_text(cluster.token_for(place.name, "robot"))
        async with await Api.login() as api:
            review = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
            path = "/apis/authentication.k8s.io/v1/selfsubjectreviews"
            found = await api.create(path, review)
            name = f"system:serviceaccount:{place.name}:robot"
            assert found["status"]["userInfo"]["username"] == name
            with pytest.raises(Forbidden):
                await api.get(place.maps)
        token.write_text("no.such.token")
        async with await Api.login() as api:
            with pytest.raises(Unauthorized):
                await api.get(place.maps)

    run(cluster, scenario)
