"""All policies and exemptions of a cluster at one moment, read whole or kept from before."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pinfold.policy.exemption import Exemption, read_exemption
from pinfold.policy.model import InvalidPolicy, Policy, read_policy


@dataclass(frozen=True, slots=True)
class PolicySet:
    """What reviews are judged by; `broken` tells, by name, why an object could not be read."""

    policies: tuple[Policy, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    broken: tuple[tuple[str, str], ...] = ()
    unread: tuple[str, ...] = ()  # names of policies of which no version could be read yet

    def hints(self, namespace: str) -> tuple[tuple[str, str], ...]:
        """Images of names of the users' own, and the servers in them, as policies say there."""
        return tuple(
            (server.image, server.server)
            for policy in self.policies
            if policy.spec.servers and policy.spec.match.covers(namespace)
            for server in policy.spec.servers
        )


def read_policy_set(
    policies: Iterable[Mapping[str, Any]],
    exemptions: Iterable[Mapping[str, Any]],
    before: PolicySet,
) -> PolicySet:
    """A set from decoded objects; of a policy that cannot be read, the version in `before` stays.

    An exemption that cannot be read exempts from nothing.
    """
    kept = {policy.uid: policy for policy in before.policies}
    read: list[Policy] = []
    broken: list[tuple[str, str]] = []
    unread: list[str] = []
    for value in policies:
        try:
            read.append(read_policy(value))
        except InvalidPolicy as error:
            name, uid = _identity(value)
            broken.append((name, str(error)))
            if uid in kept:
                read.append(kept[uid])
            else:
                unread.append(name)
    granted: list[Exemption] = []
    for value in exemptions:
        try:
            granted.append(read_exemption(value))
        except InvalidPolicy as error:
            broken.append((_identity(value)[0], str(error)))
    return PolicySet(tuple(read), tuple(granted), tuple(broken), tuple(unread))


def _identity(value: Mapping[str, Any]) -> tuple[str, str]:
    metadata = value.get("metadata")
    metadata = metadata if isinstance(metadata, Mapping) else {}
    return str(metadata.get("name") or ""), str(metadata.get("uid") or "")
