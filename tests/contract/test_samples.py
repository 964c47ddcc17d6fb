"""The samples are what their first lines say, to the engine that everything else uses."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from hack.render_manifests import MANIFESTS
from pinfold.inspect.kinds import kind_of
from pinfold.inspect.read import inspect_object
from pinfold.policy.evaluate import evaluate
from pinfold.policy.model import Policy, read_policy
from pinfold.policy.rules import RULES
from pinfold.policy.violation import Mode
from tests.contract.chart import Document

SAMPLES = MANIFESTS / "samples"
NOW = datetime(2026, 11, 25, tzinfo=UTC)
REGISTRIES = ["docker.io", "ghcr.io", "registry.example.com"]
EVERY_RULE = {
    "imageDigest": {},
    "imageRegistry": {"allowed": REGISTRIES},
    "modelRevision": {},
    "commandUnderstood": {},
    "modelSource": {
        "mode": "Enforce",
        "allowed": ["org", "acme", "meta-llama", "Qwen", "mistralai", "BAAI", "s3://acme-models"],
    },
    "weightsFormat": {"mode": "Enforce"},
    "pythonPackages": {"mode": "Enforce"},
    "remoteScript": {"mode": "Enforce"},
    "hubRedirect": {"mode": "Enforce"},
    "remoteCode": {"mode": "Enforce"},
}


def policy() -> Policy:
    return read_policy(
        {
            "apiVersion": "pinfold.dev/v1alpha1",
            "kind": "SupplyChainPolicy",
            "metadata": {"name": "default"},
            "spec": {"mode": "Enforce", "rules": EVERY_RULE},
        }
    )


def samples(folder: str) -> list[Path]:
    return sorted((SAMPLES / folder).glob("*.yaml"))


def load(path: Path) -> Document:
    document: Document = yaml.safe_load(path.read_text("utf-8"))
    return document


def named_rules(path: Path) -> list[str]:
    """The rules that the first line says are broken."""
    found = re.match(r"# Rules: (.*)\n", path.read_text("utf-8"))
    assert found, f"{path} begins with no `# Rules: …`"
    return found[1].split(", ")


def refused_by(path: Path) -> set[str]:
    document = load(path)
    row = kind_of(document["apiVersion"], document["kind"])
    assert row is not None
    report = evaluate(inspect_object(row, document), [policy()], [], NOW)
    return {finding.violation.rule for finding in report.of(Mode.ENFORCE)}


def test_the_policy_here_has_every_rule_on() -> None:
    assert set(EVERY_RULE) == {rule.FIELD for rule in RULES}


@pytest.mark.parametrize("path", samples("bad"), ids=lambda path: path.stem)
def test_a_bad_sample_breaks_the_rules_that_it_names_and_no_others(path: Path) -> None:
    assert refused_by(path) == set(named_rules(path))


@pytest.mark.parametrize("path", samples("good"), ids=lambda path: path.stem)
def test_a_good_sample_breaks_none(path: Path) -> None:
    assert refused_by(path) == set()


def test_every_rule_has_a_bad_sample() -> None:
    named = {rule for path in samples("bad") for rule in named_rules(path)}
    assert named == {rule.ID for rule in RULES}


def test_every_good_sample_is_the_twin_of_a_bad_one() -> None:
    bad = {path.name: load(path) for path in samples("bad")}
    for path in samples("good"):
        assert load(path)["metadata"] == bad[path.name]["metadata"]


def test_bad_samples_are_refused_by_the_installed_policy_too() -> None:
    """Registries are not set there, so a sample of that rule breaks another one as well."""
    assert [path for path in samples("bad") if named_rules(path) == ["image-registry"]] == []


@pytest.mark.parametrize(
    "path", samples("good") + samples("bad"), ids=lambda p: f"{p.parent.name}/{p.stem}"
)
def test_a_sample_goes_to_any_namespace(path: Path) -> None:
    assert "namespace" not in load(path)["metadata"]
