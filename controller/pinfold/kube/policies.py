"""The policies and exemptions of the cluster, kept up to date."""

import asyncio
import logging
from collections.abc import Callable, Mapping

from pinfold.kube.client import Api
from pinfold.kube.watch import Collection, Object, WatchTimes
from pinfold.policy.policy_set import PolicySet, read_policy_set

GROUP_VERSION = "/apis/pinfold.dev/v1alpha1"
POLICIES = f"{GROUP_VERSION}/supplychainpolicies"
EXEMPTIONS = f"{GROUP_VERSION}/policyexemptions"
_SETTLE_SECONDS = 0.05  # a burst of changes is read once, not once for each
_log = logging.getLogger(__name__)


class PolicyWatch:
    """`current()` is what to judge by, while `run()` runs."""

    def __init__(
        self,
        api: Api,
        *,
        on_change: Callable[[PolicySet], None] | None = None,
        times: WatchTimes | None = None,
    ) -> None:
        self._changed = asyncio.Event()
        self._policies = Collection(api, POLICIES, self._changed.set, times=times)
        self._exemptions = Collection(api, EXEMPTIONS, self._changed.set, times=times)
        self._on_change = on_change
        self._current: PolicySet | None = None

    def current(self) -> PolicySet | None:
        """The last good set, however old; None until policies and exemptions were listed once."""
        return self._current

    def age_seconds(self) -> float | None:
        """Since the server last showed that it has nothing newer; None before it did.

        It shows that by a LIST, an event, a bookmark, or by a watch that it ends in order.
        """
        policies, exemptions = self._policies.age_seconds(), self._exemptions.age_seconds()
        if policies is None or exemptions is None:
            return None
        return max(policies, exemptions)

    @property
    def policy_objects(self) -> Mapping[str, Object]:
        """The SupplyChainPolicies as the API server has them, status included, by name."""
        return self._policies.objects or {}

    @property
    def exemption_objects(self) -> Mapping[str, Object]:
        """The PolicyExemptions likewise."""
        return self._exemptions.objects or {}

    async def run(self) -> None:
        """Goes on whatever happens, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._policies.run(), name="watch of policies")
            group.create_task(self._exemptions.run(), name="watch of exemptions")
            group.create_task(self._read_changes(), name="reader of policies")

    async def _read_changes(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            try:
                self._read()
            except Exception:  # noqa: BLE001 - a fault of ours must not end the webhook
                _log.exception("the policies from before stay in force")
            await asyncio.sleep(_SETTLE_SECONDS)

    def _read(self) -> None:
        policies, exemptions = self._policies.objects, self._exemptions.objects
        if policies is None or exemptions is None:
            return
        before = self._current or PolicySet()
        found = read_policy_set(
            [policies[name] for name in sorted(policies)],
            [exemptions[name] for name in sorted(exemptions)],
            before,
        )
        if found == self._current:
            return
        self._current = found
        for name, problem in found.broken:
            if (name, problem) not in before.broken:
                _log.warning("cannot be applied: %s", problem, extra={"policy": name})
        if self._on_change is not None:
            self._on_change(found)
