"""The policies that `check` and `explain` judge by: files that somebody names, or the default.

Never those of the checked input: whoever writes a manifest could write the exemption beside it.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from pinfold.documents.model import BrokenDocument, Document
from pinfold.policy import exemption, model
from pinfold.policy.exemption import read_exemption
from pinfold.policy.model import Policy, read_policy
from pinfold.policy.policy_set import PolicySet

# What the chart installs when nobody says otherwise; tests compare it with the rendered chart.
DEFAULT_POLICY: Mapping[str, Any] = {
    "apiVersion": model.API_VERSION,
    "kind": model.KIND,
    "metadata": {"name": "default"},
    "spec": {
        "mode": "Enforce",
        "match": {"namespaces": ["*"], "excludeNamespaces": []},
        "rules": {
            "imageDigest": {},
            "modelRevision": {},
            "commandUnderstood": {},
            "remoteCode": {},
            "weightsFormat": {},
            "hubRedirect": {},
            "pythonPackages": {},
            "remoteScript": {},
        },
        "exemptions": {"maxDuration": "720h"},
    },
}
_KINDS = (model.KIND, exemption.KIND)
_GROUP = model.API_VERSION.partition("/")[0] + "/"


class UnusablePolicies(ValueError):
    """A file of policies cannot be taken at its word: every reason, one a line."""


def is_ours(value: Any) -> bool:
    """Whether it is a policy or an exemption, of whatever version."""
    if not isinstance(value, dict) or value.get("kind") not in _KINDS:
        return False
    return str(value.get("apiVersion")).startswith(_GROUP)


def default_policies() -> PolicySet:
    """What the chart installs."""
    return PolicySet((read_policy(DEFAULT_POLICY),))


def read_policies(documents: Iterable[Document | BrokenDocument], now: datetime) -> PolicySet:
    """The policies and exemptions in files; the default where they hold exemptions only.

    Raises UnusablePolicies where anything would be judged otherwise than the files say.
    """
    found = PolicySet()
    problems: list[str] = []
    for document in documents:
        try:
            found = _with(found, document, now)
        except (ValueError, TypeError) as error:
            problems.append(f"{document.source}:{document.line}: {error}")
    if not found.policies and not found.exemptions and not problems:
        problems = [f"there is no {' and no '.join(_KINDS)} in the files of --policy"]
    if problems:
        raise UnusablePolicies("\n".join(problems))
    return found if found.policies else PolicySet(default_policies().policies, found.exemptions)


def _with(found: PolicySet, document: Document | BrokenDocument, now: datetime) -> PolicySet:
    if isinstance(document, BrokenDocument):
        raise ValueError(document.message)  # noqa: TRY004 - what is wrong is what it says
    value = document.value
    if not is_ours(value):
        return found
    if value["kind"] == exemption.KIND:
        granted = read_exemption(_created(value, now))
        return PolicySet(found.policies, (*found.exemptions, granted))
    policy = read_policy(value)
    for reason in _misgivings(policy, found.policies):
        raise ValueError(reason)
    return PolicySet((*found.policies, policy), found.exemptions)


def _misgivings(policy: Policy, before: tuple[Policy, ...]) -> Iterator[str]:
    name = f"{model.KIND} {policy.name!r}"
    if policy.unknown:
        yield f"{name}: this version knows no {', '.join(policy.unknown)}; it would not be applied"
    if policy.name in {other.name for other in before}:
        yield f"{name} is there twice; a cluster has one of a name"


def _created(value: dict[str, Any], now: datetime) -> dict[str, Any]:
    """An exemption that no cluster has seen begins when it is applied: now, at the earliest."""
    metadata = value.get("metadata")
    if not isinstance(metadata, dict) or metadata.get("creationTimestamp"):
        return value
    return {**value, "metadata": {**metadata, "creationTimestamp": now.isoformat()}}
