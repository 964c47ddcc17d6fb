"""Every way round is refused by the engine itself, before any server is in play."""

from datetime import UTC, datetime
from typing import Any

import pytest

from pinfold.inspect.kinds import kind_of
from pinfold.inspect.read import Files, inspect_object
from pinfold.policy.evaluate import evaluate
from pinfold.policy.model import read_policy
from pinfold.policy.verdict import enforced
from tests.bypass.rows import COMMIT, DIGEST, Row, rows

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
DEFAULT: dict[str, Any] = {"imageDigest": {}, "modelRevision": {}, "commandUnderstood": {}}


def refusal(manifest: dict[str, Any], rules: dict[str, Any], files: Files | None = None) -> str:
    """The message of the refusal; "" where the manifest is admitted."""
    row = kind_of(manifest["apiVersion"], manifest["kind"])
    assert row is not None
    policy = read_policy(
        {
            "apiVersion": "pinfold.dev/v1alpha1",
            "kind": "SupplyChainPolicy",
            "metadata": {"name": "default"},
            "spec": {"mode": "Enforce", "rules": rules},
        }
    )
    report = evaluate(inspect_object(row, manifest, files=files or {}), [policy], [], NOW)
    return enforced(report, owned=False).message


@pytest.mark.parametrize("row", [pytest.param(r, id=r.name) for r in rows() if r.apply])
def test_the_attempt_is_refused(row: Row) -> None:
    assert row.apply is not None
    message = refusal(row.apply, row.policy or DEFAULT)
    assert message
    for words in row.refused:
        assert words in message


@pytest.mark.parametrize("row", [pytest.param(r, id=r.name) for r in rows() if r.before])
def test_what_stands_before_is_good_by_itself(row: Row) -> None:
    assert row.before is not None
    assert refusal(row.before, row.policy or DEFAULT) == ""


def test_a_hub_out_of_a_config_map_that_is_at_hand_is_refused() -> None:
    """As the rescan and the command line have it; a prefix makes the name of two pieces."""
    container = {
        "name": "main",
        "image": f"vllm/vllm-openai@{DIGEST}",
        "command": ["vllm", "serve", "org/m", f"--revision={COMMIT}"],
        "envFrom": [{"prefix": "HF_", "configMapRef": {"name": "hub"}}],
    }
    pod = {"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [container]}}
    rules = {"hubRedirect": {"mode": "Enforce"}}
    files = {"hub": {"ENDPOINT": "http://evil.example"}}
    assert "HF_ENDPOINT makes http://evil.example answer" in refusal(pod, rules, files)
