"""Generated files are what their sources say now."""

from pathlib import Path

import pytest

from hack import generate_cli, generate_crds, generate_kinds, generate_servers, render_manifests


def _relative(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(render_manifests.MANIFESTS.parent)) for path in paths]


def test_the_crds_and_the_schema_of_the_default_policy_are_those_of_the_model() -> None:
    assert _relative(generate_crds.differing(generate_crds.outputs())) == [], "make generate"


def test_the_webhooks_rules_and_the_table_of_kinds_are_those_of_the_engine() -> None:
    assert _relative(generate_crds.differing(generate_kinds.outputs())) == [], "make generate"


def test_the_page_of_the_command_line_is_what_help_says() -> None:
    assert _relative(generate_crds.differing(generate_cli.outputs())) == [], "make generate"


def test_the_page_of_servers_has_all_of_them() -> None:
    assert _relative(generate_crds.differing(generate_servers.outputs())) == [], "make generate"


@pytest.mark.parametrize("columns", ["40", "200"])
def test_the_page_does_not_ask_how_wide_the_terminal_is(
    columns: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert _relative(generate_crds.differing(generate_cli.outputs())) == []


@pytest.mark.cluster  # Helm is one of its programs
def test_the_manifests_are_what_the_chart_renders() -> None:
    assert _relative(generate_crds.differing(render_manifests.outputs())) == [], "make generate"
