"""The webhook as a Kopf operator: Kopf starts and ends the process, and watches nothing.

An API server that is away neither ends it nor changes a verdict: without watches Kopf asks the API
only at its start, for ever if need be, and the last good set of policies stays.
Source: kopf 1.45.2, _cogs/clients/api.py:67 (error_backoffs may be any iterable), and
_core/engines/admission.py:266 (the admission server starts after API discovery).
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from typing import Any

import kopf

from pinfold.health import HealthServer
from pinfold.kube.client import Credentials
from pinfold.metrics import AdmissionCounts, Gauges, registry_of
from pinfold.operating import lifecycle_only, session_of
from pinfold.policy.policy_set import PolicySet
from pinfold.settings import WebhookSettings
from pinfold.webhook.gauges import of_certificate, of_policies
from pinfold.webhook.judgement import Judgements
from pinfold.webhook.policies import PolicySource
from pinfold.webhook.review import Reviewer
from pinfold.webhook.server import AdmissionHandler, AdmissionServer
from pinfold.webhook.tls import ServingCertificate

_log = logging.getLogger(__name__)


Login = Callable[[], Awaitable[Credentials]]


class Webhook:
    """The parts of one webhook process, and how they are started and ended."""

    def __init__(self, settings: WebhookSettings, policies: PolicySource) -> None:
        self._settings = settings
        self._policies = policies
        self._tasks: list[asyncio.Task[None]] = []
        self.stop = asyncio.Event()
        self.has_failed = False
        self._was_ready = False
        self.counts = AdmissionCounts()
        self.certificate = ServingCertificate(
            settings.certificate_folder, settings.certificate_poll_seconds
        )
        judgements = Judgements()
        reviewer = Reviewer(
            f"kubectl delete validatingwebhookconfiguration {settings.webhook_configuration}",
            judgements,
        )
        handler = AdmissionHandler(settings, reviewer, self.judged_by, self.counts)
        self.server = AdmissionServer(settings, handler, self.certificate, self.counts)
        gauges = Gauges()
        of_certificate(gauges, self.certificate)
        of_policies(gauges, policies)
        gauges.add(
            "pinfold_connections",
            "Open connections to the admission port.",
            lambda: float(self.server.open_connections),
        )
        gauges.add(
            "pinfold_judgements_remembered",
            "Different things that were judged, and need not be judged again.",
            judgements.remembered,
        )
        self.registry = registry_of(self.counts, gauges)
        self.health = HealthServer(self.missing, self.remarks, self.registry)

    async def start(self) -> None:
        """Everything but the admission server, which Kopf starts. Raises OSError."""
        await self.health.start(self._settings.health_host, self._settings.health_port)
        _log.info("tells its health", extra={"port": self.health.port})
        self._spawn("certificate", self.certificate.run())
        self._spawn("policies", self._policies.run())

    async def end(self) -> None:
        """Everything but the admission server, which Kopf has ended by now."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.health.stop()
        self.stop.set()  # else Kopf waits 5 s for its own watcher of this flag

    def judged_by(self) -> PolicySet | None:
        """What reviews are judged by; None while that would be less than the API server has.

        One that starts does without no policy: with CRDs of a later version it has to wait for its
        own. One that runs goes on with what it knows, or an upgrade would take out all replicas.
        """
        policies = self._policies.current()
        if policies is not None and policies.unread and not self._was_ready:
            return None
        return policies

    def missing(self) -> Iterator[str]:
        """What keeps it from judging reviews."""
        found = list(self._missing())
        self._was_ready = self._was_ready or not found
        return iter(found)

    def _missing(self) -> Iterator[str]:
        if not self.certificate.loaded.is_set():
            yield f"certificate: {self.certificate.problem}"
        if self._policies.current() is None:
            yield "policies: not yet read from the API server"
        elif self.judged_by() is None:
            yield "policies: one is of a later version, and cannot be read by this one"
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
    settings = lifecycle_only()
    settings.admission.server = server  # type: ignore[assignment]  # it takes no webhook function
    settings.admission.managed = None  # the chart owns the configuration
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
        return session_of(await login())

    return registry
