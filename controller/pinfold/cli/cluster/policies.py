"""The policies and exemptions of a cluster, as its webhook has them."""

from collections.abc import Sequence
from typing import Any

from pinfold.cli.notes import Note
from pinfold.cli.policies import default_policies
from pinfold.kube.client import Api
from pinfold.kube.errors import Forbidden
from pinfold.kube.policy_list import list_exemptions, list_policies
from pinfold.policy.policy_set import PolicySet, read_policy_set

Listed = tuple[PolicySet, list[Note], str]  # and where the policies are from


async def cluster_policies(api: Api) -> Listed:
    """What the cluster judges by; the chart's default where it has no policy. Raises ApiError.

    What is not as in the cluster is noted as a gap.
    """
    notes: list[Note] = []
    policies: Sequence[dict[str, Any]] = ()
    exemptions: Sequence[dict[str, Any]] = ()
    try:
        policies = await list_policies(api)
        if not policies:
            text = "the cluster has no SupplyChainPolicy: judged by the one that the chart installs"
            notes.append(Note(text, is_gap=False))
    except Forbidden:
        text = "you may not list supplychainpolicies: judged by the one that the chart installs"
        notes.append(Note(text))
    try:
        exemptions = await list_exemptions(api)
    except Forbidden:
        text = "you may not list policyexemptions: judged as if there were none"
        notes.append(Note(text))
    found = read_policy_set(policies, exemptions, PolicySet())
    notes += _misgivings(found)
    if not policies:
        return PolicySet(default_policies().policies, found.exemptions), notes, "default"
    return found, notes, "cluster"


def _misgivings(found: PolicySet) -> list[Note]:
    notes = [Note(f"{name}: left out, it cannot be read: {why}") for name, why in found.broken]
    for policy in found.policies:
        if policy.unknown:
            fields = ", ".join(policy.unknown)
            notes.append(
                Note(f"{policy.name}: judged without {fields}, which this version does not know")
            )
    return notes
