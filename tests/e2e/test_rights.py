"""The chart grants exactly what the programs ask for, as the API server's audit log has it.

It stands behind the other end-to-end tests, which make the programs do all that they do.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.contract.chart import documents
from tests.e2e.rescanned import Place
from tests.installation import NAMESPACE, Installation

pytestmark = pytest.mark.cluster
_ACCOUNTS = f"system:serviceaccount:{NAMESPACE}:pinfold-"

Right = tuple[str, str, str, str]  # account, verb, group, resource


def granted() -> set[Right]:
    return {
        (one["metadata"]["name"].removeprefix("pinfold-"), verb, group, resource)
        for one in documents()
        if one["kind"] in ("Role", "ClusterRole")
        for rule in one["rules"]
        for verb in rule["verbs"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
    }


def asked(events: list[dict[str, Any]]) -> Iterator[Right]:
    """What each program asked for, whatever the answer."""
    for event in events:
        user, what = event["user"]["username"], event.get("objectRef")
        if user.startswith(_ACCOUNTS) and what and "resource" in what:
            resource = "/".join(filter(None, (what["resource"], what.get("subresource"))))
            account = user.removeprefix(_ACCOUNTS)
            yield account, event["verb"], what.get("apiGroup", ""), resource


# Of two report APIs the one that is served is written to; tests/reconciler writes to both.
IF_SERVED = {
    ("reconciler", verb, "wgpolicyk8s.io", "policyreports")
    for verb in ("list", "create", "update", "delete")
}


def test_every_right_is_used_and_none_is_missing(pinfold: Installation, place: Place) -> None:
    """What was refused counts as asked, so a missing right shows as one that is not granted.

    The answers do not: an API server that has just started refuses until it has read its roles.
    """
    events = pinfold.cluster.audit_events() + place.cluster.audit_events()
    assert set(asked(events)) | IF_SERVED == granted()
