"""Generated files are what their sources say now."""

from pathlib import Path

import pytest

from hack import generate_crds, generate_kinds, render_manifests


def _relative(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(render_manifests.MANIFESTS.parent)) for path in paths]


def test_the_crds_and_the_schema_of_the_default_policy_are_those_of_the_model() -> None:
    assert _relative(generate_crds.differing(generate_crds.outputs())) == [], "make generate"


def test_the_webhooks_rules_and_the_table_of_kinds_are_those_of_the_engine() -> None:
    assert _relative(generate_crds.differing(generate_kinds.outputs())) == [], "make generate"


@pytest.mark.cluster  # Helm is one of its programs
def test_the_manifests_are_what_the_chart_renders() -> None:
    assert _relative(generate_crds.differing(render_manifests.outputs())) == [], "make generate"
