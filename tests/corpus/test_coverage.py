"""The corpus has something of everything that the reader knows, so that nothing changes unseen."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from pinfold.cli.judge import check_documents
from pinfold.inspect.servers.listed import SERVERS
from pinfold.inspect.workload import Act, Code, Kind, Origin, Role, State, Where
from pinfold.policy.rules import RULES
from tests.corpus.manifests import NOW, manifests, policies

# No flag, download or address leads there yet.
_UNREACHED = {Origin.CONFIGMAP}


def _workloads() -> Iterator[dict[str, Any]]:
    for manifest in manifests():
        yield from json.loads(manifest.inspected())["workloads"]


def _seen() -> dict[str, set[str]]:
    """The values of each field that has a closed list of them."""
    found: dict[str, set[str]] = {}
    for workload in _workloads():
        for row in (*workload["images"], *workload["artefacts"], *workload["opaque"]):
            for field in ("role", "server", "act", "artefact", "origin", "state", "where", "code"):
                if field in row:
                    found.setdefault(field, set()).add(row[field])
    return found


SEEN = _seen()


@pytest.mark.parametrize(
    ("field", "values"),
    [
        pytest.param("server", {server.name for server in SERVERS}, id="servers and downloads"),
        pytest.param("code", set(Code), id="reasons why something is opaque"),
        pytest.param("state", set(State), id="states"),
        pytest.param("origin", set(Origin) - _UNREACHED, id="origins"),
        pytest.param("where", set(Where), id="parts of a workload"),
        pytest.param("artefact", set(Kind), id="kinds of artefacts"),
        pytest.param("role", set(Role), id="roles of an image"),
        pytest.param("act", set(Act), id="loads and fetches"),
    ],
)
def test_all_of_them_are_in_the_corpus(field: str, values: set[str]) -> None:
    assert values - SEEN[field] == set()


def test_what_nothing_leads_to_is_in_no_manifest() -> None:
    assert _UNREACHED & SEEN["origin"] == set()


def test_each_rule_objects_to_something_and_lets_something_pass() -> None:
    objecting: dict[str, int] = {}
    for manifest in manifests():
        check = check_documents(manifest.documents(), policies(), NOW)
        violated = {o.violation.rule for row in check.workloads for o in row.objections}
        for rule in violated:
            objecting[rule] = objecting.get(rule, 0) + 1
    assert set(objecting) == {rule.ID for rule in RULES}, "policies.yaml names every rule"
    assert max(objecting.values()) < len(manifests())
