"""Where the webhook has its policies from."""

from typing import Protocol

from pinfold.policy.policy_set import PolicySet


class PolicySource(Protocol):
    """`pinfold.kube.policies.PolicyWatch` is the real one."""

    def current(self) -> PolicySet | None:
        """The last good set; None until there was one."""

    def age_seconds(self) -> float | None:
        """Seconds since the last proof that the set is what the API server has."""

    async def run(self) -> None:
        """Keeps the set fresh until cancelled."""
