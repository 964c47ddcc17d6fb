"""`pinfold check` finds what the webhook finds: in every sample, and in every way round."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from pinfold.cli.judge import MOST_CONTAINERS, check_documents
from pinfold.documents.read import read_documents
from pinfold.inspect.kinds import KINDS, kind_of
from pinfold.inspect.resources.runtimes import is_runtime
from pinfold.policy.policy_set import PolicySet, read_policy_set
from pinfold.policy.violation import Violation
from pinfold.webhook import judgement
from pinfold.webhook.judgement import judge
from pinfold.webhook.request import read_request
from pinfold.webhook.subject import subject_of
from tests.bypass.rows import Row, rows
from tests.contract.test_samples import EVERY_RULE, SAMPLES
from tests.kinds import manifest_around
from tests.policy.facts import NOON

NAMESPACE = "ml"
SERVERS = [{"image": "*/our-llm*", "server": "vllm"}]
Manifest = dict[str, Any]


def policies(rules: Manifest) -> PolicySet:
    policy = {
        "apiVersion": "pinfold.dev/v1alpha1",
        "kind": "SupplyChainPolicy",
        "metadata": {"name": "default", "uid": "1"},
        "spec": {"mode": "Enforce", "rules": rules, "servers": SERVERS},
    }
    return read_policy_set([policy], [], PolicySet())


def by_the_webhook(manifest: Manifest, rules: Manifest) -> list[Violation]:
    """What the webhook would say of its creation, from the bytes of the review on."""
    row = kind_of(manifest["apiVersion"], manifest["kind"])
    assert row is not None
    version = manifest["apiVersion"].rpartition("/")[2]
    request = {
        "uid": "1",
        "kind": {"group": row.group, "version": version, "kind": row.kind},
        "operation": "CREATE",
        "namespace": "" if row.is_cluster_scoped else NAMESPACE,
        "object": manifest,
    }
    review = {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request}
    subject = subject_of(row, read_request(json.dumps(review).encode()))
    if subject is None:
        return []
    report = judge(subject.matter, policies(rules), NOON)
    return [finding.violation for finding in report.findings]


def by_check(manifest: Manifest, rules: Manifest) -> list[Violation]:
    documents = read_documents(yaml.safe_dump(manifest).encode(), "manifest.yaml")
    check = check_documents(documents, policies(rules), NOON, namespace=NAMESPACE)
    assert check.errors == ()
    return [o.violation for judged in check.workloads for o in judged.objections]


def in_each_kind(pod: Manifest) -> list[Manifest]:
    """The same PodSpec in every kind that is judged, and starts what the PodSpec says."""
    says = any(c.get("command") or c.get("args") for c in pod["spec"]["containers"])
    commands = any(c.get("command") for c in pod["spec"]["containers"])  # LLM kinds have their own
    return [
        manifest_around(row, path, pod["spec"])
        for row in KINDS
        for path in row.pods
        if row.kind != "Pod"
        and (says or row.shape not in ("ray", "mpi"))
        and (commands or row.shape != "llm")
    ]


@pytest.mark.parametrize(
    "path", sorted(SAMPLES.rglob("*.yaml")), ids=lambda p: f"{p.parent.name}/{p.stem}"
)
def test_a_sample_is_judged_alike(path: Path) -> None:
    manifest = yaml.safe_load(path.read_text("utf-8"))
    found = by_check(manifest, EVERY_RULE)
    assert found == by_the_webhook(manifest, EVERY_RULE)
    assert bool(found) is (path.parent.name == "bad")


@pytest.mark.parametrize("row", [pytest.param(r, id=r.name) for r in rows() if r.apply])
def test_a_way_round_is_judged_alike(row: Row) -> None:
    assert row.apply is not None
    rules = row.policy or EVERY_RULE
    found = by_check(row.apply, rules)
    assert found == by_the_webhook(row.apply, rules)
    assert found


@pytest.mark.parametrize(
    "row", [pytest.param(r, id=r.name) for r in rows() if r.apply and r.apply["kind"] == "Pod"]
)
def test_a_way_round_is_judged_alike_in_every_kind(row: Row) -> None:
    assert row.apply is not None
    rules = row.policy or EVERY_RULE
    for manifest in in_each_kind(row.apply):
        found = by_check(manifest, rules)
        assert found == by_the_webhook(manifest, rules)
        # What a runtime's server loads by default is said by the service that uses it.
        assert found or ("default" in row.name and is_runtime(manifest))


def test_an_image_of_ones_own_is_judged_alike() -> None:
    container = {
        "name": "a",
        "image": "registry.example.com/our-llm:1",
        "args": ["--model", "org/m"],
    }
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "a"},
        "spec": {"containers": [container]},
    }
    found = by_check(pod, EVERY_RULE)
    assert found == by_the_webhook(pod, EVERY_RULE)
    assert [violation.rule for violation in found] == ["image-digest", "model-revision"]


def test_the_template_of_a_controller_is_left_to_its_pods_alike() -> None:
    spec = {"template": {"spec": {"containers": [{"name": "a", "image": "a"}]}}}
    owned = {
        "name": "a",
        "ownerReferences": [{"kind": "Deployment", "name": "a", "controller": True}],
    }
    manifest = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": owned, "spec": spec}
    assert by_check(manifest, EVERY_RULE) == by_the_webhook(manifest, EVERY_RULE) == []


def test_as_many_containers_are_read() -> None:
    assert MOST_CONTAINERS == judgement._MOST_CONTAINERS
