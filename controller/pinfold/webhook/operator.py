"""The webhook as a Kopf operator: Kopf starts and ends the process, and watches nothing.

An API server that is away neither ends it nor changes a verdict: without watches Kopf asks the API
only at its start, for ever if need be, and the last good set of policies stays.
Source: kopf 1.45.2, _cogs/clients/api.py:67 (error_backoffs may be any iterable), and
_core/engines/admission.py:266 (the admission server starts after API discovery).
"""

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from typing import Any, Protocol

import aiohttp
import kopf

from pinfold.kube.client import Credentials
from pinfold.metrics import AdmissionCounts, Gauges, registry_of
from pinfold.policy.policy_set import PolicySet
from pinfold.settings import WebhookSettings
from pinfold.webhook.health import HealthServer
from pinfold.webhook.review import Reviewer
from pinfold.webhook.server import AdmissionHandler, AdmissionServer
from pinfold.webhook.tls import ServingCertificate

_log = logging.getLogger(__name__)


class PolicySource(Protocol):
    """Where policies come from; `pinfold.kube.policies.PolicyWatch` is the real one."""

    def current(self) -> PolicySet | None:
        """The last good set; None until there was one."""

    def age_seconds(self) -> float | None:
        """Seconds since the last proof that the set is what the API server has."""

    async def run(self) -> None:
        """Keeps the set fresh until cancelled."""


Login = Callable[[], Awaitable[Credentials]]


class ForEver:
    """Seconds to wait between attempts, without end: Kopf gives up after the last of a list."""

    def __iter__(self) -> Iterator[float]:
        yield from (0.2, 0.5, 1.0, 2.0)
        while True:
            yield 5.0


class Webhook:
    """The parts of one webhook process, and how they are started and ended."""

    def __init__(self, settings: WebhookSettings, policies: PolicySource) -> None:
        self._settings = settings
        self._policies = policies
        self._tasks: list[asyncio.Task[None]] = []
        self.stop = asyncio.Event()
        self.has_failed = False
        self.counts = AdmissionCounts()
        self.certificate = ServingCertificate(
            settings.certificate_folder, settings.certificate_poll_seconds
        )
        reviewer = Reviewer(
            f"kubectl delete validatingwebhookconfiguration {settings.webhook_configuration}"
        )
        handler = AdmissionHandler(settings, reviewer, policies.current, self.counts)
        self.server = AdmissionServer(settings, handler, self.certificate, self.counts)
        registry = registry_of(self.counts, self._gauges())
        self.health = HealthServer(self.missing, self.remarks, registry)

    async def start(self) -> None:
        """Everything but the admission server, which Kopf starts. Raises OSError."""
        await self.health.start(self._settings.health_host, self._settings.health_port)
        self._spawn("certificate", self.certificate.run())
        self._spawn("policies", self._policies.run())

    async def end(self) -> None:
        """Everything but the admission server, which Kopf has ended by now."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.health.stop()

    def missing(self) -> Iterator[str]:
        """What keeps it from judging reviews."""
        if not self.certificate.loaded.is_set():
            yield f"certificate: {self.certificate.problem}"
        if self._policies.current() is None:
            yield "policies: not yet read from the API server"
        if self.server.is_leaving:
            yield "server: it is about to end"
        elif self.server.port is None:
            yield "server: it listens as soon as there is a certificate and the API server answers"

    def remarks(self) -> Iterator[str]:
        """What is amiss, and keeps nobody from being served."""
        if self.certificate.loaded.is_set() and self.certificate.problem is not None:
            yield f"certificate: a new one was passed over: {self.certificate.problem}"
        policies, age = self._policies.current(), self._policies.age_seconds()
        if policies is not None and age is not None and age > self._settings.policies_stale_seconds:
            yield f"policies: last proved to be the API server's {age:.0f} s ago"
        for name, problem in policies.broken if policies is not None else ():
            yield f"policy {name!r} cannot be read: {problem}"

    def _spawn(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work, name=name)
        task.add_done_callback(self._ended)
        self._tasks.append(task)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """These run as long as the process does: better to be started anew than to go stale."""
        if not task.cancelled():
            _log.critical(
                "a part ended", extra={"part": task.get_name()}, exc_info=task.exception()
            )
            self.has_failed = True
            self.stop.set()

    def _gauges(self) -> Gauges:
        gauges = Gauges()
        certificate, policies = self.certificate, self._policies
        gauges.add(
            "pinfold_certificate_expiry_timestamp_seconds",
            "When the serving certificate expires, in seconds since 1970.",
            lambda: None if certificate.expires is None else certificate.expires.timestamp(),
        )
        gauges.add(
            "pinfold_certificate_passed_over",
            "1 while the certificate in the folder cannot be served, and an older one is.",
            lambda: float(certificate.problem is not None),
        )
        gauges.add(
            "pinfold_policies",
            "Policies that reviews are judged by.",
            lambda: None if (now := policies.current()) is None else float(len(now.policies)),
        )
        gauges.add(
            "pinfold_policies_broken",
            "Policies and exemptions that cannot be read.",
            lambda: None if (now := policies.current()) is None else float(len(now.broken)),
        )
        gauges.add(
            "pinfold_policies_age_seconds",
            "Seconds since the policies were last proved to be the API server's.",
            policies.age_seconds,
        )
        gauges.add(
            "pinfold_connections",
            "Open connections to the admission port.",
            lambda: float(self.server.open_connections),
        )
        return gauges


async def operate(webhook: Webhook, login: Login) -> None:
    """Runs until SIGTERM, or until a part of it failed."""
    await kopf.operator(
        registry=_registry_of(webhook, login),
        settings=_kopf_settings(webhook.server),
        standalone=True,
        clusterwide=True,
        stop_flag=webhook.stop,
    )


def _kopf_settings(server: AdmissionServer) -> kopf.OperatorSettings:
    settings = kopf.OperatorSettings()
    settings.admission.server = server  # type: ignore[assignment]  # it takes no webhook function
    settings.admission.managed = None  # the chart owns the configuration
    settings.scanning.disabled = True
    settings.posting.enabled = False
    settings.networking.error_backoffs = ForEver()
    settings.networking.request_timeout = 10
    settings.networking.connect_timeout = 5
    return settings


def _registry_of(webhook: Webhook, login: Login) -> kopf.OperatorRegistry:
    registry = kopf.OperatorRegistry()

    @kopf.on.startup(registry=registry, id="start")
    async def start(**_: Any) -> None:
        try:
            await webhook.start()
        except OSError as error:
            raise kopf.PermanentError(f"the health port cannot be had: {error}") from error

    @kopf.on.cleanup(registry=registry, id="end")
    async def end(**_: Any) -> None:
        await webhook.end()

    @kopf.on.login(registry=registry, id="login")
    async def log_in(**_: Any) -> kopf.AiohttpSession:
        return _session(await login())

    return registry


def _session(credentials: Credentials) -> kopf.AiohttpSession:
    """A session of ours: Kopf's own insists on what Python 3.13 asks of authorities."""
    context = ssl.create_default_context(cafile=credentials.ca_path)
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    if credentials.certificate_path is not None:
        context.load_cert_chain(credentials.certificate_path, credentials.private_key_path)
    if credentials.insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    headers = {}
    if credentials.token is not None:
        headers["Authorization"] = f"{credentials.scheme or 'Bearer'} {credentials.token}"
    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(ssl=context), headers=headers, trust_env=False
    )
    return kopf.AiohttpSession(server=credentials.server, aiohttp_session=session)
