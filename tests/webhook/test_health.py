"""Liveness, and readiness in words."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from pinfold.policy.policy_set import PolicySet
from pinfold.webhook.operator import Webhook
from tests.webhook.material import MountedSecret, policies
from tests.webhook.running import settings_for


@dataclass
class Policies:
    """A source of policies that a test holds in its hand."""

    now: PolicySet | None = None
    age: float | None = None

    def current(self) -> PolicySet | None:
        return self.now

    def age_seconds(self) -> float | None:
        return self.age

    async def run(self) -> None:
        await asyncio.Event().wait()


def webhook(folder: Path, source: Policies) -> Webhook:
    return Webhook(settings_for(folder, health_port=0), source)


def test_what_is_missing_is_said_in_words(tmp_path: Path) -> None:
    made = webhook(tmp_path, Policies())
    assert list(made.missing()) == [
        f"certificate: {tmp_path} has no tls.crt and tls.key yet",
        "policies: not yet read from the API server",
        "server: it listens as soon as there is a certificate and the API server answers",
    ]
    assert list(made.remarks()) == []


def test_what_is_amiss_keeps_nobody_from_being_served(tmp_path: Path) -> None:
    secret = MountedSecret(tmp_path / "tls")
    source = Policies(PolicySet(policies().policies, (), (("typo", "no such rule"),)), age=601.4)
    made = webhook(secret.folder, source)
    secret.update("good")
    made.certificate.look()
    made.server.port = 1
    (secret.update("bad") / "tls.key").write_bytes(b"")
    made.certificate.look()
    assert list(made.missing()) == []
    passed_over, stale, broken = made.remarks()
    assert passed_over.startswith("certificate: a new one was passed over: tls.crt and tls.key")
    assert stale == "policies: last proved to be the API server's 601 s ago"
    assert broken == "policy 'typo' cannot be read: no such rule"


async def get(made: Webhook, path: str) -> tuple[int, str]:
    url = f"http://127.0.0.1:{made.health.port}{path}"
    async with aiohttp.ClientSession() as session, session.get(url) as reply:
        return reply.status, await reply.text()


def test_the_health_port_answers_probes_and_prometheus(tmp_path: Path) -> None:
    async def scenario() -> None:
        made = webhook(tmp_path, Policies(policies(), age=2.0))
        await made.start()
        try:
            assert await get(made, "/livez") == (200, "ok\n")
            status, text = await get(made, "/readyz")
            assert status == 503
            assert text.startswith("missing: certificate: ")
            status, text = await get(made, "/metrics")
            assert status == 200
            for line in (
                "pinfold_policies 1.0",
                "pinfold_policies_broken 0.0",
                "pinfold_policies_age_seconds 2.0",
                "pinfold_certificate_passed_over 1.0",
                "pinfold_judgements_remembered 0.0",
            ):
                assert line in text.splitlines()
            assert "pinfold_certificate_expiry_timestamp_seconds " not in text
            assert (await get(made, "/"))[0] == 404
        finally:
            await made.end()

    asyncio.run(scenario())


def test_a_part_that_ends_by_itself_ends_the_program(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(Policies):
        async def run(self) -> None:
            raise ZeroDivisionError

    async def scenario() -> None:
        made = webhook(tmp_path, Broken())
        await made.start()
        async with asyncio.timeout(5):
            await made.stop.wait()
        assert made.has_failed
        await made.end()

    asyncio.run(scenario())
    assert "a part ended" in caplog.text


def ready_but_for_policies(folder: Path, source: Policies) -> Webhook:
    secret = MountedSecret(folder / "tls")
    made = webhook(secret.folder, source)
    secret.update("good")
    made.certificate.look()
    made.server.port = 1
    return made


UNREAD = PolicySet(policies().policies, (), (("new", "no such rule"),), ("new",))


def test_a_webhook_that_starts_judges_without_no_policy(tmp_path: Path) -> None:
    made = ready_but_for_policies(tmp_path, Policies(UNREAD))
    assert made.judged_by() is None
    assert list(made.missing()) == [
        "policies: one is of a later version, and cannot be read by this one"
    ]


def test_a_webhook_that_runs_goes_on_with_what_it_knows(tmp_path: Path) -> None:
    source = Policies(policies())
    made = ready_but_for_policies(tmp_path, source)
    assert list(made.missing()) == []
    source.now = UNREAD
    assert list(made.missing()) == []
    assert made.judged_by() is UNREAD
