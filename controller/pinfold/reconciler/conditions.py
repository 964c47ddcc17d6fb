"""What the status of our own objects says about how they were read. Pure."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from pinfold.policy.exemption import Exemption, read_exemption
from pinfold.policy.model import InvalidPolicy, Policy, read_policy
from pinfold.policy.policy_set import PolicySet
from pinfold.policy.rules import RULES
from pinfold.policy.violation import Mode
from pinfold.reconciler.ending import ENDED, ENDS_SOON, stage_of

Object = Mapping[str, Any]
Status = dict[str, Any]


def policy_status(value: Object, policies: PolicySet, now: datetime) -> Status | None:
    """The fields of a SupplyChainPolicy's status that are to change; None where all stands."""
    metadata = value["metadata"]
    problem = _problem(value, read_policy)
    kept = next((policy for policy in policies.policies if policy.uid == metadata["uid"]), None)
    if problem is not None:
        ready = ("False", "Unreadable", problem)
    elif kept is None or kept.generation != metadata["generation"]:
        return None  # the set is older than the object: it will be looked at again
    else:
        ready = ("True", "InForce", _in_force(kept))
    degraded = ("False", "AsWritten", "")
    if problem is not None and kept is not None:
        words = "reviews are judged by the last version that could be read"
        degraded = ("True", "LastGoodVersion", words)
    elif kept is not None and kept.unknown:
        degraded = ("True", "UnknownFields", f"not honoured here: {', '.join(kept.unknown)}")
    return _changes(value, {"Ready": ready, "Degraded": degraded}, {}, now)


def _in_force(policy: Policy) -> str:
    """The rules that are on, by the mode that each has in this policy."""
    by_mode: dict[Mode, list[str]] = {policy.spec.mode: []}
    for rule in RULES:
        options = policy.spec.rules.options(rule.FIELD)
        if options is not None:
            by_mode.setdefault(options.mode_in(policy.spec.mode), []).append(rule.ID)
    own = policy.spec.mode
    if not by_mode[own] and len(by_mode) == 1:
        return f"{own}: no rule is on"
    return "; ".join(f"{mode}: {', '.join(ids)}" for mode, ids in by_mode.items() if ids)


def exemption_status(value: Object, policies: PolicySet, now: datetime) -> Status | None:
    """The same of a PolicyExemption, with its end: the soonest that any policy grants."""
    uid = value["metadata"]["uid"]
    problem = _problem(value, read_exemption)
    exemption = next((one for one in policies.exemptions if one.uid == uid), None)
    if problem is not None:
        return _changes(value, {"Ready": ("False", "Unreadable", problem)}, {}, now)
    if exemption is None:
        return None
    ends = _ends(exemption, policies)
    stage = stage_of(exemption.created, ends, now)
    words = {ENDED: f"it ended at {_text(ends)}", ENDS_SOON: f"it ends at {_text(ends)}"}
    ready = (str(stage != ENDED), stage, words.get(stage, ""))
    return _changes(value, {"Ready": ready}, {"endsAt": _text(ends)}, now)


def _problem(value: Object, read: Callable[[Object], object]) -> str | None:
    """Why it cannot be read. Not from `PolicySet.broken`: both kinds share its names."""
    try:
        read(value)
    except InvalidPolicy as error:
        return str(error)
    return None


def _ends(exemption: Exemption, policies: PolicySet) -> datetime:
    return min((exemption.ends(p) for p in policies.policies), default=exemption.spec.expires_at)


def _changes(
    value: Object, wanted: Mapping[str, tuple[str, str, str]], fields: Status, now: datetime
) -> Status | None:
    before = value.get("status") or {}
    generation = value["metadata"].get("generation", 0)
    conditions = {found["type"]: found for found in before.get("conditions") or ()}
    fresh = conditions | {
        kind: _condition(kind, words, generation, conditions.get(kind), now)
        for kind, words in wanted.items()
    }
    status = {**fields, "observedGeneration": generation, "conditions": list(fresh.values())}
    same = all(before.get(key) == entry for key, entry in status.items())
    return None if same else status


def _condition(
    kind: str,
    words: tuple[str, str, str],
    generation: int,
    before: Mapping[str, Any] | None,
    now: datetime,
) -> dict[str, Any]:
    state, reason, message = words
    since = before["lastTransitionTime"] if before and before["status"] == state else _text(now)
    return {
        "type": kind,
        "status": state,
        "reason": reason,
        "message": message,
        "observedGeneration": generation,
        "lastTransitionTime": since,
    }


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
