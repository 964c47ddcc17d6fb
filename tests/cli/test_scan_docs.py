"""docs/scan.md says what the command does."""

import json
import re
from dataclasses import replace
from typing import Any

from click.testing import CliRunner

from hack.render_manifests import MANIFESTS
from pinfold.cli.main import main
from pinfold.cli.notes import Note
from pinfold.cli.output.scan_json import as_json
from pinfold.cli.output.scan_text import as_text
from pinfold.cli.output.style import Style
from pinfold.cli.report import report_on
from pinfold.cli.scanned import Judge, Scan, found_in
from pinfold.documents.read import read_documents
from pinfold.policy.policy_set import PolicySet, read_policy_set
from tests.policy.facts import NOON

TEXT = (MANIFESTS.parent / "docs/scan.md").read_text("utf-8")
MANIFEST = b"""\
apiVersion: v1
kind: Pod
metadata: {name: llama, namespace: ml}
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.33.0
      args: [--model, meta-llama/Llama-3.1-8B-Instruct]
"""


def scan() -> Scan:
    """Two pods of a Deployment, where nothing is enforced."""
    spec = {"mode": "Warn", "rules": {"imageDigest": {}, "modelRevision": {}}}
    policy = {
        "apiVersion": "pinfold.dev/v1alpha1",
        "kind": "SupplyChainPolicy",
        "metadata": {"name": "default", "uid": "1"},
        "spec": spec,
    }
    policies = read_policy_set([policy], [], PolicySet())
    (read,) = report_on(tuple(read_documents(MANIFEST, "a.yaml"))).workloads
    entries = list(Judge(policies, NOON).entries(read.workload, None))
    found, other = (
        found_in("Deployment", "ml", "llama", [(k, replace(e)) for k, e in entries], is_pod=True)
        for _ in range(2)
    )
    found.merge(other)
    return Scan(
        source="default",
        policies=policies,
        workloads=(found,),
        enforced=frozenset(),
        unjudged=(),
        notes=(),
    )


def fields(value: Any) -> set[str]:
    """The names of all fields, at any depth."""
    if isinstance(value, list):
        return set().union(*map(fields, value))
    if isinstance(value, dict):
        return set(value).union(*map(fields, value.values()))
    return set()


def test_the_example_is_what_is_printed() -> None:
    example = re.search(r"```text\n\$ pinfold scan\n([^`]*)```", TEXT)
    assert example
    assert as_text(scan(), Style(rich=False), None) + "\n" == example[1]


def test_every_field_of_the_json_is_documented() -> None:
    rows = json.loads(as_json(replace(scan(), notes=(Note("a", is_gap=True),))))
    documented = set(re.findall(r"`\.?(\w+)(?:\[\])?`", TEXT))
    assert fields(rows) - documented == set()


def test_every_option_is_documented() -> None:
    text = CliRunner().invoke(main, ["scan", "--help"]).output
    options = set(re.findall(r"--[a-z-]+", text)) - {"--help", "--output"}
    assert {option for option in options if option not in TEXT} == set()
