"""SupplyChainPolicy as it is read: bounded, in words where it is wrong."""

from typing import Any

import pytest

from pinfold.policy.model import InvalidPolicy, Match, read_policy
from pinfold.policy.violation import Mode


def policy(spec: Any, **metadata: Any) -> dict[str, Any]:
    return {
        "apiVersion": "pinfold.dev/v1alpha1",
        "kind": "SupplyChainPolicy",
        "metadata": {"name": "default", "uid": "u1", "generation": 3, **metadata},
        "spec": spec,
    }


def test_a_policy_is_read_whole() -> None:
    read = read_policy(
        policy(
            {
                "mode": "Enforce",
                "match": {"namespaces": ["team-*"], "excludeNamespaces": ["team-lab"]},
                "rules": {
                    "imageDigest": {"tagsAllowed": ["docker.io/istio"]},
                    "modelRevision": {"mode": "Warn", "floating": ["acme/*"]},
                },
                "exemptions": {"maxDuration": "48h"},
            }
        )
    )
    assert (read.name, read.uid, read.generation) == ("default", "u1", 3)
    assert read.spec.mode is Mode.ENFORCE
    assert read.spec.rules.image_registry is None
    assert read.spec.rules.model_revision is not None
    assert read.spec.rules.model_revision.mode is Mode.WARN
    assert read.spec.rules.model_revision.trusted_endpoints == ("https://huggingface.co",)
    assert read.spec.exemptions.max_duration == "48h"
    assert read.unknown == ()


def test_a_field_of_a_later_version_is_passed_over() -> None:
    read = read_policy(
        policy(
            {
                "mode": "Audit",
                "rules": {"theNextRule": {}, "imageDigest": {"later": True}},
                "servers": [{"image": "a", "server": "vllm", "version": "1"}],
                "later": 1,
            }
        )
    )
    assert read.unknown == (
        "spec.rules.theNextRule",
        "spec.rules.imageDigest.later",
        "spec.servers[0].version",
        "spec.later",
    )


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        pytest.param({}, "missing required field `mode`", id="no mode"),
        pytest.param({"mode": "enforce"}, "Invalid enum value 'enforce'", id="mode in lower case"),
        pytest.param(
            {"mode": "Warn", "rules": {"imageRegistry": {"allowed": ["vllm"]}}},
            "write docker.io/vllm for Docker Hub - at `$.rules.imageRegistry`",
            id="a registry without its host",
        ),
        pytest.param(
            {"mode": "Warn", "rules": {"imageRegistry": {}}},
            "missing required field `allowed`",
            id="no registry at all",
        ),
        pytest.param(
            {"mode": "Warn", "match": {"namespaces": ["Team"]}},
            "'Team' can match no namespace",
            id="a namespace that cannot exist",
        ),
        pytest.param(
            {"mode": "Warn", "exemptions": {"maxDuration": "0h"}},
            "'0h' is no time at all",
            id="exemptions of no length",
        ),
        pytest.param(
            {"mode": "Warn", "exemptions": {"maxDuration": "soon"}}, "regex", id="no duration"
        ),
    ],
)
def test_a_wrong_policy_is_refused_in_words(spec: Any, message: str) -> None:
    with pytest.raises(InvalidPolicy) as error:
        read_policy(policy(spec))
    assert message in str(error.value)
    assert str(error.value).startswith("SupplyChainPolicy 'default': ")


@pytest.mark.parametrize(
    "value",
    [
        {"apiVersion": "pinfold.dev/v1alpha1", "kind": "PolicyExemption"},
        {"apiVersion": "v1", "kind": "SupplyChainPolicy", "metadata": {}, "spec": {}},
        {"apiVersion": "pinfold.dev/v1alpha1", "kind": "SupplyChainPolicy", "metadata": {}},
        {"apiVersion": "pinfold.dev/v1alpha1", "kind": "SupplyChainPolicy", "spec": {}},
        {},
    ],
)
def test_what_is_no_policy_is_refused(value: dict[str, Any]) -> None:
    with pytest.raises(InvalidPolicy):
        read_policy(value)


@pytest.mark.parametrize(
    ("match", "namespace", "covered"),
    [
        (Match(), "anything", True),
        (Match(), "", True),
        (Match(namespaces=("ml",)), "ml", True),
        (Match(namespaces=("ml",)), "ml2", False),
        (Match(exclude_namespaces=("gpu-operator",)), "gpu-operator", False),
        (Match(namespaces=("team-*",), exclude_namespaces=("*-lab",)), "team-lab", False),
    ],
)
def test_a_policy_is_for_namespaces_by_name(match: Match, namespace: str, covered: bool) -> None:
    assert match.covers(namespace) is covered
