"""Does what `certificates` decides, one step at a time, for as long as we lead."""

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from pinfold.kube.backoff import Backoff
from pinfold.kube.client import Api
from pinfold.kube.errors import ApiError, Conflict
from pinfold.kube.secrets import Secret, Secrets, data_of
from pinfold.kube.watch import WatchTimes
from pinfold.kube.webhook_configuration import WebhookConfiguration
from pinfold.reconciler.authority import issue_serving, new_authority, parse_host
from pinfold.reconciler.certificates import (
    AUTHORITY,
    AUTHORITY_KEY,
    PREVIOUS,
    SERVING,
    SERVING_AUTHORITY,
    SERVING_KEY,
    DropPrevious,
    IssueServing,
    MakeAuthority,
    Observed,
    Publish,
    Step,
    Terms,
    bundle_of,
    next_step,
    read_authority,
)
from pinfold.settings import ReconcilerSettings

_log = logging.getLogger(__name__)
_TLS, _OPAQUE = "kubernetes.io/tls", "Opaque"
_PAUSE_SECONDS = 0.5


def terms_of(settings: ReconcilerSettings) -> Terms:
    """What certificates shall be like. Raises InvalidCertificate for a host that is none."""
    service = f"{settings.service_name}.{settings.namespace}.svc"
    names = (service, f"{service}.cluster.local", *settings.webhook_hosts)
    return Terms(
        hosts=frozenset(parse_host(name) for name in names),
        authority_lifetime=timedelta(seconds=settings.ca_lifetime_seconds),
        serving_lifetime=timedelta(seconds=settings.serving_lifetime_seconds),
        overlap=timedelta(seconds=settings.ca_overlap_seconds),
    )


class Unchanged:
    """For how long a value has been seen as it is; at first sight, for no time."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: object = None
        self._since = clock()

    def so_long(self, value: object) -> timedelta:
        """Look at it again."""
        if value != self._seen:
            self._seen, self._since = value, self._clock()
        return timedelta(seconds=self._clock() - self._since)


class Steward:
    """The certificates of one webhook."""

    def __init__(
        self, api: Api, settings: ReconcilerSettings, times: WatchTimes | None = None
    ) -> None:
        self._terms = terms_of(settings)
        self._settings = settings
        self._secrets = Secrets(api, settings.namespace)
        self._changed = asyncio.Event()
        self._configuration = WebhookConfiguration(
            api, settings.webhook_configuration, self._changed.set, times
        )
        self._bundles = Unchanged()
        self._serving = Unchanged()
        self._backoff = Backoff()
        self.problem: str | None = "not looked at yet"

    async def run(self) -> None:
        """Until cancelled; what goes wrong is tried again, and told in `problem`."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._configuration.run(), name="watch of the configuration")
            group.create_task(self._keep(), name="certificates")

    async def _keep(self) -> None:
        while True:
            seconds = self._settings.certificate_check_seconds
            try:
                while await self._take_step():
                    pass
                self._backoff.reset()
            except Conflict as error:
                _log.info("looking again: %s", error)
                seconds = self._backoff.after(error)
            except ApiError as error:
                self.problem = str(error)
                _log.warning("certificates: %s", error)
                seconds = self._backoff.after(error)
            except Exception as error:  # noqa: BLE001 - the next look may find better data
                self.problem = f"unexpected: {error!r}"
                _log.exception("certificates")
                seconds = self._backoff.after(error)
            await self._wait(seconds)

    async def _wait(self, seconds: float) -> None:
        """That long, or until the configuration changes; never in a race with who changes it."""
        await asyncio.sleep(min(seconds, _PAUSE_SECONDS))
        try:
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        except TimeoutError:
            return
        self._changed.clear()

    async def _take_step(self) -> bool:
        """Whether there was one to take. Raises ApiError."""
        if not self._configuration.is_known:
            return False
        authority = await self._secrets.read(self._settings.ca_secret)
        serving = await self._secrets.read(self._settings.serving_secret)
        now = datetime.now(UTC)
        step = next_step(self._observed(authority, serving), self._terms, now)
        self.problem = None
        if step is None:
            return False
        _log.info("%s: %s", type(step).__name__, step.why)
        await self._do(step, authority, serving, now)
        # What was published is seen by the watch; until then the same step would be taken again.
        return not isinstance(step, Publish)

    def _observed(self, authority: Secret | None, serving: Secret | None) -> Observed:
        bundles = tuple(self._configuration.bundles().values())
        certificate = data_of(serving)
        return Observed(
            authority=data_of(authority),
            serving=certificate,
            bundles=bundles,
            bundles_unchanged=self._bundles.so_long(bundles),
            serving_unchanged=self._serving.so_long(certificate),
        )

    async def _do(
        self, step: Step, authority: Secret | None, serving: Secret | None, now: datetime
    ) -> None:
        match step:
            case Publish():
                await self._configuration.publish(step.bundle)
            case MakeAuthority():
                await self._make_authority(step, authority, now)
            case DropPrevious():
                kept = {k: v for k, v in (data_of(authority) or {}).items() if k != PREVIOUS}
                await self._secrets.write(self._settings.ca_secret, _OPAQUE, kept, authority)
            case IssueServing():
                await self._issue(authority, serving, now)

    async def _make_authority(
        self, step: MakeAuthority, before: Secret | None, now: datetime
    ) -> None:
        pair = new_authority(self._terms.authority_lifetime, now)
        data = {AUTHORITY: pair.certificate.pem, AUTHORITY_KEY: pair.key_pem}
        if step.previous:
            data[PREVIOUS] = bundle_of(*step.previous)
        await self._secrets.write(self._settings.ca_secret, _OPAQUE, data, before)

    async def _issue(self, authority: Secret | None, before: Secret | None, now: datetime) -> None:
        signer = read_authority(data_of(authority), now)
        pair = issue_serving(signer, self._terms.hosts, self._terms.serving_lifetime, now)
        data = {
            SERVING: pair.certificate.pem,
            SERVING_KEY: pair.key_pem,
            SERVING_AUTHORITY: signer.certificate.pem,
        }
        await self._secrets.write(self._settings.serving_secret, _TLS, data, before)
