"""What `pinfold check` judges by."""

from typing import Any

import pytest
import yaml

from hack.render_manifests import MANIFESTS
from pinfold.cli.policies import DEFAULT_POLICY, UnusablePolicies, default_policies, read_policies
from pinfold.documents.read import read_documents
from pinfold.policy.model import read_policy
from pinfold.policy.policy_set import PolicySet
from tests.policy.facts import NOON

POLICY = """\
apiVersion: pinfold.dev/v1alpha1
kind: SupplyChainPolicy
metadata: {name: mine}
spec: {mode: Warn, rules: {imageDigest: {}}}
"""
EXEMPTION = """\
apiVersion: pinfold.dev/v1alpha1
kind: PolicyExemption
metadata: {name: later}
spec:
  rules: [image-digest]
  namespaces: [ml]
  reason: somebody works on it
  expiresAt: "2099-01-01T00:00:00Z"
"""
ZERO_SHA = "0" * 64


def read(text: str) -> PolicySet:
    return read_policies(read_documents(text.encode(), "p.yaml"), NOON)


def names(policies: PolicySet) -> tuple[list[str], list[str]]:
    return [p.name for p in policies.policies], [e.name for e in policies.exemptions]


def installed() -> dict[str, Any]:
    """The policy that the chart installs, as it is rendered for those without Helm."""
    text = (MANIFESTS / "install.yaml").read_text("utf-8")
    (policy,) = (
        document
        for document in yaml.safe_load_all(text)
        if document and document["kind"] == "SupplyChainPolicy"
    )
    found: dict[str, Any] = policy
    return found


def test_the_default_is_what_the_chart_installs() -> None:
    assert DEFAULT_POLICY["spec"] == installed()["spec"]
    assert DEFAULT_POLICY["metadata"]["name"] == installed()["metadata"]["name"]
    assert default_policies().policies[0].spec == read_policy(installed()).spec


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(POLICY, (["mine"], []), id="a policy"),
        pytest.param(f"{POLICY}---\n{EXEMPTION}", (["mine"], ["later"]), id="both"),
        pytest.param(EXEMPTION, (["default"], ["later"]), id="exemptions from the default"),
        pytest.param(f"kind: Other\n---\n{POLICY}", (["mine"], []), id="and other things"),
        pytest.param(
            f"{POLICY}---\n{POLICY.replace('mine', 'b')}", (["mine", "b"], []), id="two policies"
        ),
    ],
)
def test_files_hold_policies_and_exemptions(text: str, expected: tuple[list[str], ...]) -> None:
    assert names(read(text)) == expected


@pytest.mark.parametrize(
    ("metadata", "ends"),
    [
        pytest.param("{name: later}", "2026-12-25T12:00:00+00:00", id="30 days from now"),
        pytest.param(
            "{name: later, creationTimestamp: '2026-11-01T00:00:00Z'}",
            "2026-12-01T00:00:00+00:00",
            id="30 days from when the cluster saw it",
        ),
    ],
)
def test_an_exemption_lasts_no_longer_than_the_policy_lets_it(metadata: str, ends: str) -> None:
    found = read(EXEMPTION.replace("{name: later}", metadata))
    assert found.exemptions[0].ends(found.policies[0]).isoformat() == ends


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "",
            "there is no SupplyChainPolicy and no PolicyExemption in the files of --policy",
            id="nothing",
        ),
        pytest.param(
            "a: 1",
            "there is no SupplyChainPolicy and no PolicyExemption in the files of --policy",
            id="other things",
        ),
        pytest.param(
            "a: [",
            "p.yaml:1: it is no YAML: did not find expected node content while parsing a flow node",
            id="no YAML",
        ),
        pytest.param(
            POLICY.replace("Warn", "Strict"),
            "p.yaml:1: SupplyChainPolicy 'mine': Invalid enum value 'Strict' - at `$.mode`",
            id="no such mode",
        ),
        pytest.param(
            POLICY.replace("imageDigest", "imageDigst"),
            "p.yaml:1: SupplyChainPolicy 'mine': this version knows no spec.rules.imageDigst;"
            " it would not be applied",
            id="a rule that is misspelt would be off",
        ),
        pytest.param(
            f"{POLICY}---\n{POLICY}",
            "p.yaml:6: SupplyChainPolicy 'mine' is there twice; a cluster has one of a name",
            id="two of one name",
        ),
        pytest.param(
            POLICY.replace("v1alpha1", "v9"),
            "p.yaml:1: expected pinfold.dev/v1alpha1 SupplyChainPolicy, found 'pinfold.dev/v9'"
            " 'SupplyChainPolicy'",
            id="another version",
        ),
        pytest.param(
            POLICY.replace("{name: mine}", "{name: mine, generation: [1]}"),
            "p.yaml:1: int() argument must be a string, a bytes-like object or a real number,"
            " not 'list'",
            id="metadata that no API server wrote",
        ),
        pytest.param(
            EXEMPTION.replace("metadata: {name: later}\n", ""),
            "p.yaml:1: PolicyExemption needs metadata and spec",
            id="an exemption without metadata",
        ),
        pytest.param(
            f"a: [\n---\n{POLICY.replace('mode: Warn, ', '')}",
            "p.yaml:2: it is no YAML: did not find expected node content while parsing a flow node"
            "\np.yaml:3: SupplyChainPolicy 'mine': Object missing required field `mode`",
            id="all that is wrong is told",
        ),
    ],
)
def test_what_cannot_be_taken_at_its_word_is_refused(text: str, message: str) -> None:
    with pytest.raises(UnusablePolicies) as refused:
        read(text)
    assert str(refused.value) == message


def test_a_file_of_somebody_elses_policy_is_none_of_ours() -> None:
    other = POLICY.replace("pinfold.dev", "kyverno.io")
    assert names(read(f"{other}---\n{POLICY}")) == (["mine"], [])
