"""The CRDs on the real API server: what they accept and refuse, and that the model agrees."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from hack.generate_crds import CHART
from pinfold.policy.exemption import read_exemption
from pinfold.policy.model import InvalidPolicy, read_policy
from tests.cluster.control_plane import Cluster

ROWS = yaml.safe_load(Path(__file__).with_name("specs.yaml").read_text("utf-8"))
each_row = pytest.mark.parametrize(
    ("index", "row"), [pytest.param(i, row, id=row["what"]) for i, row in enumerate(ROWS)]
)
GOOD_EXEMPTION = {
    "rules": ["image-digest", "model-revision"],
    "namespaces": ["ml", "research-*"],
    "reason": "until the vendor publishes digests",
    "expiresAt": "2026-12-31T00:00:00Z",
}
STATUS = """
conditions:
  - {type: Ready, status: "True", reason: Judging, message: "", observedGeneration: 1,
     lastTransitionTime: "2026-11-25T00:00:00Z"}
observedGeneration: 1
workloads: 12
violating: 3
wouldRefuse: 4
lastScanTime: "2026-11-25T00:00:00Z"
specSince: "2026-11-25T00:00:00Z"
enforcedSince: {ml: "2026-11-25T00:00:00Z"}
"""


def document(name: str, row: Mapping[str, Any]) -> dict[str, Any]:
    is_policy = "policy" in row
    base: dict[str, Any] = {"mode": "Enforce"} if is_policy else GOOD_EXEMPTION
    spec = {**base, **row["policy" if is_policy else "exempt"]}
    return {
        "apiVersion": "pinfold.dev/v1alpha1",
        "kind": "SupplyChainPolicy" if is_policy else "PolicyExemption",
        "metadata": {"name": name, "creationTimestamp": "2026-11-25T00:00:00Z"},
        "spec": {key: value for key, value in spec.items() if value is not None},
    }


@each_row
def test_the_model(index: int, row: dict[str, Any]) -> None:
    words = row.get("python", "accepts")
    read = read_policy if "policy" in row else read_exemption
    if words == "accepts":
        read(document("x", row))
    else:
        with pytest.raises(InvalidPolicy, match=re.escape(words)):
            read(document("x", row))


@pytest.fixture(scope="module")
def crds(cluster: Cluster) -> Cluster:
    folder = str(CHART / "crds")
    cluster.kubectl("apply", "--server-side", "--force-conflicts", "-f", folder)
    cluster.kubectl("wait", "--for=condition=Established", "-f", folder, "--timeout=30s")
    return cluster


@pytest.fixture(scope="module")
def refusals(crds: Cluster) -> dict[str, str]:
    """What the API server says, by the name of what it refused; all rows are asked at once."""
    text = "\n---\n".join(json.dumps(document(f"row-{i}", row)) for i, row in enumerate(ROWS))
    said = crds.kubectl("create", "--dry-run=server", "-f", "-", input=text, check=False).stderr
    return {line.split('"')[3]: line for line in said.splitlines()}


@pytest.mark.cluster
@each_row
def test_the_api_server(refusals: dict[str, str], index: int, row: dict[str, Any]) -> None:
    refusal = refusals.get(f"row-{index}", "")
    assert bool(refusal) is ("says" in row), refusal
    for words in row.get("says", ()):
        assert words in refusal


@pytest.mark.cluster
def test_a_field_that_does_not_exist_is_told(crds: Cluster) -> None:
    text = json.dumps(document("typo", {"policy": {"rules": {"imageDigests": {}}}}))
    said = crds.kubectl("create", "--dry-run=server", "-f", "-", input=text, check=False).stderr
    assert 'unknown field "spec.rules.imageDigests"' in said


@pytest.mark.cluster
def test_an_exemption_never_changes(crds: Cluster) -> None:
    crds.kubectl("create", "-f", "-", input=json.dumps(document("fixed", {"exempt": {}})))
    longer = '{"spec": {"expiresAt": "2027-12-31T00:00:00Z"}}'
    said = crds.kubectl("patch", "pfex/fixed", "--type=merge", "-p", longer, check=False).stderr
    crds.kubectl("label", "pfex/fixed", "team=ml")
    assert "an exemption never changes, so that nobody stretches one unseen" in said


@pytest.mark.cluster
def test_people_see_the_state_of_policies_and_exemptions(crds: Cluster) -> None:
    crds.kubectl("create", "-f", "-", input=json.dumps(document("seen", {"policy": {}})))
    crds.kubectl("create", "-f", "-", input=json.dumps(document("seen", {"exempt": {}})))
    _patch_status(crds, "scpol/seen", yaml.safe_load(STATUS))
    _patch_status(crds, "pfex/seen", {"endsAt": "2026-12-25T00:00:00Z"})
    policies = crds.kubectl("get", "scpol/seen").stdout.splitlines()
    exemptions = crds.kubectl("get", "pfex/seen").stdout.splitlines()
    crds.kubectl("delete", "scpol/seen", "pfex/seen")
    assert re.split(r"\s{2,}", policies[0]) == [
        *("NAME", "MODE", "WORKLOADS", "VIOLATING", "LAST SCAN", "READY"),
    ]
    assert re.fullmatch(r"seen +Enforce +12 +3 +\S+ +True", policies[1].strip())
    assert re.split(r"\s{2,}", exemptions[0]) == ["NAME", "RULES", "NAMESPACES", "EXPIRES", "ENDS"]
    assert re.split(r"\s{2,}", exemptions[1]) == [
        "seen",
        '["image-digest","model-revision"]',
        '["ml","research-*"]',
        "2026-12-31T00:00:00Z",
        "2026-12-25T00:00:00Z",
    ]


def _patch_status(cluster: Cluster, what: str, status: dict[str, Any]) -> None:
    patch = json.dumps({"status": status})
    cluster.kubectl("patch", what, "--subresource=status", "--type=merge", "-p", patch)
    kept = json.loads(cluster.kubectl("get", what, "-o", "json").stdout)["status"]
    assert kept == status
