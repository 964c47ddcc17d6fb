"""Certificates on a real API server: made from nothing, put right, and without a fight."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from pinfold.kube.secrets import data_of
from pinfold.kube.webhook_configuration import OURS
from pinfold.reconciler.authority import InvalidCertificate, read_pair
from pinfold.reconciler.certificates import (
    AUTHORITY,
    AUTHORITY_KEY,
    PREVIOUS,
    SERVING,
    SERVING_AUTHORITY,
    SERVING_KEY,
)
from tests.cluster.control_plane import Cluster
from tests.reconciler.site import OTHER, Site, new_site, until

pytestmark = pytest.mark.cluster
CA, TLS = "pinfold-ca", "pinfold-webhook-tls"


def run(cluster: Cluster, scenario: Callable[[Site], Awaitable[None]], **settings: float) -> None:
    async def main() -> None:
        async with new_site(cluster, **settings) as site:
            await scenario(site)

    asyncio.run(main())


async def is_right(site: Site) -> bool:
    """Whether the served pair is signed by the one authority that our webhooks name."""
    authority, serving = await site.secret(CA) or {}, await site.secret(TLS) or {}
    named = {found for name, found in (await site.bundles_by_name()).items() if name in OURS}
    try:
        signer = read_pair(authority[AUTHORITY], authority[AUTHORITY_KEY]).certificate
        certificate = read_pair(serving[SERVING], serving[SERVING_KEY]).certificate
        is_named = serving[SERVING_AUTHORITY] == signer.pem and named == {signer.pem}
    except (KeyError, InvalidCertificate):
        return False
    return is_named and certificate.is_signed_by(signer)


def test_from_nothing_a_chain_is_made_and_nothing_else_is_touched(cluster: Cluster) -> None:
    async def scenario(site: Site) -> None:
        await site.install(*OURS, OTHER)
        before = await site.webhooks()
        async with site.kept():
            await until("a chain", lambda: is_right(site))
        after = await site.webhooks()
        bundle = after[OURS[0]]["clientConfig"].pop("caBundle")
        assert after[OURS[1]]["clientConfig"].pop("caBundle") == bundle
        assert after == before
        secret = await site.api.get(f"{site.secrets}/{TLS}")
        assert secret["type"] == "kubernetes.io/tls"

    run(cluster, scenario)


def test_when_all_is_right_nothing_is_written(cluster: Cluster) -> None:
    async def versions(site: Site) -> list[str]:
        paths = [f"{site.secrets}/{CA}", f"{site.secrets}/{TLS}", site.configuration]
        return [(await site.api.get(path))["metadata"]["resourceVersion"] for path in paths]

    async def scenario(site: Site) -> None:
        await site.install(*OURS)
        async with site.kept():
            await until("a chain", lambda: is_right(site))
            before = await versions(site)
            await asyncio.sleep(2)  # ten looks
            assert await versions(site) == before

    run(cluster, scenario)


def test_without_a_configuration_the_chain_is_ready_when_it_comes(cluster: Cluster) -> None:
    async def scenario(site: Site) -> None:
        async with site.kept():

            async def is_served() -> bool:
                return await site.secret(TLS) is not None

            await until("a serving certificate", is_served)
            await site.install(*OURS)
            await until("its bundles", lambda: is_right(site), seconds=5)

    run(cluster, scenario)


def test_garbage_in_the_secrets_is_replaced_and_their_types_stay(cluster: Cluster) -> None:
    """Somebody made both before us, by hand; a type can never be changed."""

    async def scenario(site: Site) -> None:
        await site.install(*OURS)
        await site.write_secret(CA, "Opaque", {AUTHORITY: b"x", PREVIOUS: b"y", "z": b"\xff"})
        await site.write_secret(TLS, "Opaque", {"unrelated": b"1"})
        async with site.kept():
            await until("a chain", lambda: is_right(site))
        secret = await site.api.get(f"{site.secrets}/{TLS}")
        assert secret["type"] == "Opaque"
        assert set(data_of(secret) or {}) == {SERVING, SERVING_KEY, SERVING_AUTHORITY}

    run(cluster, scenario)


def test_two_that_work_at_once_end_in_one_chain(cluster: Cluster) -> None:
    """It does not happen while the Lease holds; every write says what it was decided on."""

    async def scenario(site: Site) -> None:
        await site.install(*OURS)
        async with site.kept(stewards=3):
            await until("a chain", lambda: is_right(site))
            await asyncio.sleep(1)
            assert await is_right(site)

    run(cluster, scenario)


def test_with_somebody_who_undoes_every_repair_there_is_no_race(cluster: Cluster) -> None:
    async def scenario(site: Site) -> None:
        await site.install(*OURS)
        async with site.kept():
            await until("a chain", lambda: is_right(site))
            good = (await site.bundles())[0]
            end, repairs = asyncio.get_running_loop().time() + 3, 0
            while asyncio.get_running_loop().time() < end:
                if (await site.bundles())[0] == good:
                    repairs += 1
                    await site.break_bundle(OURS[0], b"broken")
            await until("the last repair", lambda: is_right(site), seconds=5)
        assert 2 <= repairs <= 8

    run(cluster, scenario, certificate_check_seconds=10)


def test_a_deleted_webhook_entry_is_not_made_up_again(cluster: Cluster) -> None:
    async def scenario(site: Site) -> None:
        await site.install(OURS[1])
        async with site.kept():
            await until("a chain", lambda: is_right(site))
            await asyncio.sleep(1)
        assert list(await site.webhooks()) == [OURS[1]]

    run(cluster, scenario)
