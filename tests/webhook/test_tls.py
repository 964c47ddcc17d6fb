"""The serving certificate follows a mounted Secret."""

import asyncio
import shutil
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from pinfold.webhook.tls import ServingCertificate
from tests.webhook.material import PINNED, MountedSecret, as_bytes, pod, review, write_pair
from tests.webhook.running import Client, Running, running, settings_for

GOOD = as_bytes(review(pod(PINNED)))


@pytest.fixture
def secret(tmp_path: Path) -> MountedSecret:
    return MountedSecret(tmp_path / "tls")


def name_of(client: Client) -> str:
    certificate = x509.load_der_x509_certificate(client.served_by)
    return certificate.subject.rfc4514_string()


async def served(run: Running) -> str:
    """The subject that a client without a server name sees, as the API server is one."""
    client = await run.connect()
    name = name_of(client)
    await client.close()
    return name


def test_it_waits_for_the_folder_to_fill(secret: MountedSecret) -> None:
    certificate = ServingCertificate(secret.folder, 1)
    certificate.look()
    assert not certificate.loaded.is_set()
    assert certificate.problem is not None
    secret.update("first")
    certificate.look()
    assert certificate.loaded.is_set()
    assert certificate.problem is None
    assert certificate.expires is not None


def test_a_server_listens_only_when_it_can_serve(secret: MountedSecret) -> None:
    async def scenario() -> None:
        settings = settings_for(secret.folder, certificate_poll_seconds=0.02)

        async def later() -> None:
            await asyncio.sleep(0.1)
            secret.update("late")

        filling = asyncio.create_task(later())
        async with running(settings) as run:
            assert await served(run) == "CN=late"
        await filling

    asyncio.run(scenario())


def test_a_new_pair_is_served_to_new_connections_while_old_ones_go_on(
    secret: MountedSecret,
) -> None:
    secret.update("first")

    async def scenario() -> None:
        async with running(settings_for(secret.folder)) as run:
            old = await run.connect()
            secret.update("second")
            run.certificate.look()
            assert (await old.post(GOOD)).status == 200
            assert (name_of(old), await served(run)) == ("CN=first", "CN=second")

    asyncio.run(scenario())


async def is_served(name: str, seen: set[str]) -> None:
    for _ in range(1000):
        if name in seen:
            return
        await asyncio.sleep(0.01)
    pytest.fail(f"{name} is never served")


def test_no_request_fails_while_certificates_change(secret: MountedSecret) -> None:
    secret.update("0")

    async def ask(run: Running, stop: asyncio.Event, seen: set[str]) -> int:
        asked = 0
        while not stop.is_set():
            client = await run.connect()
            for _ in range(3):
                assert (await client.post(GOOD)).status == 200
                asked += 1
            seen.add(name_of(client))
            await client.close()
        return asked

    async def scenario() -> None:
        stop, seen = asyncio.Event(), set[str]()
        async with running(settings_for(secret.folder, certificate_poll_seconds=0.01)) as run:
            asking = [asyncio.create_task(ask(run, stop, seen)) for _ in range(4)]
            for number in range(5):
                if number:
                    secret.update(str(number))
                await is_served(f"CN={number}", seen)
            stop.set()
            assert sum(await asyncio.gather(*asking)) > 10

    asyncio.run(scenario())


@pytest.mark.parametrize("broken", ["mismatched", "cut off", "no key", "not PEM"])
def test_a_bad_pair_is_reported_and_the_old_one_stays(secret: MountedSecret, broken: str) -> None:
    secret.update("good")

    async def scenario() -> None:
        async with running(settings_for(secret.folder)) as run:
            version = secret.prepare("bad")
            spoil(version, broken)
            secret.switch_to(version)
            run.certificate.look()
            assert run.certificate.problem is not None
            assert await served(run) == "CN=good"
            secret.update("better")
            run.certificate.look()
            assert run.certificate.problem is None
            assert await served(run) == "CN=better"

    asyncio.run(scenario())


def spoil(version: Path, how: str) -> None:
    certificate, key = version / "tls.crt", version / "tls.key"
    match how:
        case "mismatched":
            write_pair(version / "other", "other")
            shutil.copy(version / "other" / "tls.key", key)
        case "cut off":
            certificate.write_bytes(certificate.read_bytes()[:200])
        case "no key":
            key.unlink()
        case "not PEM":
            certificate.write_bytes(b"\x00" * 100)


def test_an_expired_pair_is_served_and_its_date_told(secret: MountedSecret) -> None:
    secret.update("old", lifetime=timedelta(hours=-1))

    async def scenario() -> None:
        async with running(settings_for(secret.folder)) as run:
            assert await served(run) == "CN=old"
            assert run.certificate.expires is not None
            assert run.certificate.expires < datetime.now(UTC)

    asyncio.run(scenario())


def test_a_folder_that_is_emptied_changes_nothing(secret: MountedSecret) -> None:
    secret.update("first")

    async def scenario() -> None:
        async with running(settings_for(secret.folder)) as run:
            (secret.folder / "..data").unlink()
            run.certificate.look()
            assert run.certificate.problem is not None
            assert await served(run) == "CN=first"

    asyncio.run(scenario())


def test_the_handshake_asks_for_a_certificate_without_a_server_name(
    secret: MountedSecret,
) -> None:
    """The API server sends none for `url: https://127.0.0.1`: RFC 6066 allows only host names."""
    secret.update("first")
    certificate = ServingCertificate(secret.folder, 1)
    certificate.look()
    choose: Any = certificate.context.sni_callback
    names = []

    def listening(connection: ssl.SSLObject, name: str | None, context: ssl.SSLContext) -> Any:
        names.append(name)
        return choose(connection, name, context)

    certificate.context.sni_callback = listening
    shake_hands(certificate.context)
    assert names == [None]


def shake_hands(context: ssl.SSLContext) -> None:
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusting.check_hostname = False
    trusting.verify_mode = ssl.CERT_NONE
    client = trusting.wrap_bio(to_client, to_server)
    server = context.wrap_bio(to_server, to_client, server_side=True)
    open_ends = [client, server, client]
    for end in open_ends:
        try:
            end.do_handshake()
        except ssl.SSLWantReadError:
            continue
