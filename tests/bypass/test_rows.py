"""Every way round is refused by the engine itself, before any server is in play."""

from datetime import UTC, datetime
from typing import Any

import pytest

from pinfold.inspect.kinds import kind_of
from pinfold.inspect.read import inspect_object
from pinfold.policy.evaluate import evaluate
from pinfold.policy.model import read_policy
from pinfold.policy.verdict import enforced
from tests.bypass.rows import Row, rows

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
DEFAULT: dict[str, Any] = {"imageDigest": {}, "modelRevision": {}, "commandUnderstood": {}}


def refusal(manifest: dict[str, Any], rules: dict[str, Any]) -> str:
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
    report = evaluate(inspect_object(row, manifest), [policy], [], NOW)
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
