"""What a policy's status keeps of scans: counts, and since when things are as they are. Pure."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from pinfold.policy.model import Policy
from pinfold.policy.policy_set import PolicySet
from pinfold.reconciler.drift import PolicyTimes
from pinfold.reconciler.rescan import Scan

Object = Mapping[str, Any]
_MOST_NAMESPACES = 1024  # the CRD's limit
_REST = "*"  # stands for the namespaces that there is no room for
_INSTANT = msgspec.json.Decoder(datetime).decode


class Since:
    """Since when the spec of each policy is what it is, as far as it was seen to change."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[int, datetime]] = {}  # by uid: generation, since

    def of(self, value: Object, now: datetime) -> datetime:
        """From metadata.managedFields: it changes with any field, so only a generation counts."""
        metadata = value["metadata"]
        uid, generation = metadata["uid"], int(metadata.get("generation") or 0)
        seen = self._seen.get(uid)
        if seen is None or seen[0] != generation:
            since = _spec_written(metadata) or _moment(metadata.get("creationTimestamp")) or now
            seen = self._seen[uid] = (generation, since)
        return seen[1]


def times_of(
    objects: Mapping[str, Object],
    policies: PolicySet,
    enforced: Collection[str],
    since: Since,
    now: datetime,
) -> dict[str, PolicyTimes]:
    """The times of all policies, by name; a namespace that is enforced from now on with it."""
    times = {}
    for policy in policies.policies:
        value = objects.get(policy.name) or {"metadata": {"uid": policy.uid}}
        made = _moment(value["metadata"].get("creationTimestamp")) or now
        times[policy.name] = PolicyTimes(
            made,
            max(made, since.of(value, now)),
            _enforced_since(value, policy, enforced, now),
        )
    return times


def _enforced_since(
    value: Object, policy: Policy, enforced: Collection[str], now: datetime
) -> dict[str, datetime]:
    written = (value.get("status") or {}).get("enforcedSince") or {}
    known = {name: _moment(text) for name, text in written.items()}
    rest = known.get(_REST)
    found = {
        namespace: known.get(namespace) or rest or now
        for namespace in enforced
        if policy.spec.match.covers(namespace)
    }
    if len(found) <= _MOST_NAMESPACES:
        return found
    oldest = sorted(found, key=lambda name: (found[name], name))
    kept, others = oldest[: _MOST_NAMESPACES - 1], oldest[_MOST_NAMESPACES - 1 :]
    return {**{name: found[name] for name in kept}, _REST: max(found[name] for name in others)}


def status_after(
    value: Object, policy: Policy, times: PolicyTimes, scan: Scan, now: datetime
) -> dict[str, Any]:
    """The fields that a scan has to say, as a merge patch of the policy's status."""
    covered = [one for one in scan.workloads if policy.spec.match.covers(one.ref.namespace)]
    violating = [one for one in covered if _violates(one.outcome.reasons, policy.name)]
    before = (value.get("status") or {}).get("enforcedSince") or {}
    since = {name: _text(moment) for name, moment in times.enforced_since.items()}
    return {
        "workloads": len(covered),
        "violating": len(violating),
        "wouldRefuse": scan.would_refuse.get(policy.name, 0),
        "lastScanTime": _text(now),
        "specSince": _text(times.spec_since),
        "enforcedSince": {**dict.fromkeys(before), **since},  # None takes away
    }


def _violates(reasons: Sequence[Any], policy: str) -> bool:
    return any(reason.policy == policy and reason.kind is not None for reason in reasons)


def _spec_written(metadata: Object) -> datetime | None:
    """When somebody last changed a field of spec, to the second."""
    moments = [
        _moment(entry.get("time"))
        for entry in metadata.get("managedFields") or ()
        if not entry.get("subresource") and "f:spec" in (entry.get("fieldsV1") or {})
    ]
    return max((moment for moment in moments if moment is not None), default=None)


def _moment(text: object) -> datetime | None:
    if not isinstance(text, str):
        return None
    try:
        return _INSTANT(f'"{text}"')
    except msgspec.DecodeError:
        return None


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
