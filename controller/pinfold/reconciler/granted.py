"""Exemptions, also those that were taken back: what they covered was not slipped in. Pure."""

from collections import deque
from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from pinfold.policy.exemption import Exemption
from pinfold.policy.model import Policy

_MOST = 64


class Granted:
    """An exemption that is deleted before its end ended then: kept for as long as we run."""

    def __init__(self) -> None:
        self._last: dict[str, Exemption] = {}
        self._taken_back: deque[Exemption] = deque(maxlen=_MOST)

    def all(self, exemptions: Sequence[Exemption], now: datetime) -> tuple[Exemption, ...]:
        """Those that there are, and those that are known to have been."""
        there = {exemption.uid: exemption for exemption in exemptions}
        for uid, exemption in self._last.items():
            if uid not in there:
                end = min(exemption.spec.expires_at, now)
                spec = replace(exemption.spec, expires_at=end)
                self._taken_back.append(replace(exemption, spec=spec))
        self._last = there
        return (*exemptions, *self._taken_back)


def ends(exemptions: Sequence[Exemption], policies: Sequence[Policy]) -> dict[str, datetime]:
    """When each ends, by name: the soonest that any policy grants."""
    return {
        exemption.name: min(
            (exemption.ends(policy) for policy in policies), default=exemption.spec.expires_at
        )
        for exemption in exemptions
    }


def next_end(
    exemptions: Sequence[Exemption], policies: Sequence[Policy], now: datetime
) -> datetime | None:
    """When the next exemption ends for some policy."""
    moments = [exemption.ends(policy) for exemption in exemptions for policy in policies]
    return min((moment for moment in moments if moment > now), default=None)
