"""`pinfold explain`: rules and manifests in words; tests/cli/golden has one word for word."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hack.render_manifests import MANIFESTS
from pinfold.cli import rule_text
from pinfold.cli.main import main
from pinfold.cli.output.style import Style
from pinfold.policy.rules import RULES

DOCS = MANIFESTS.parent / "docs"
GOOD = MANIFESTS / "samples/good/vllm-pod.yaml"
PLAIN = Style(rich=False)


def explain(*arguments: str, stdin: str = "") -> Result:
    return CliRunner().invoke(main, ["explain", *arguments], input=stdin)


def test_what_is_shipped_is_what_the_documentation_says() -> None:
    shipped = Path(rule_text.__file__).with_name("rules.md").read_text("utf-8")
    assert shipped == (DOCS / "rules.md").read_text("utf-8"), (
        "cp docs/rules.md controller/pinfold/cli/rules.md"
    )


@pytest.mark.parametrize("rule", [rule.ID for rule in RULES])
def test_every_rule_says_why_it_exists(rule: str) -> None:
    texts = (DOCS / "rules.md").read_text("utf-8")
    assert rule_text.section_of(texts, rule)


def test_a_rule_without_a_text_is_told_by_its_options() -> None:
    assert rule_text.section_of("# Rules\n\n## other\nText.\n", "image-digest") == ""


def test_without_arguments_the_rules_are_listed() -> None:
    result = explain()
    assert result.exit_code == 0
    assert "  image-digest        Every image is pinned by a sha256 digest.\n" in result.stdout


def test_a_rule_is_told_with_its_reason_its_fix_and_its_options() -> None:
    result = explain("image-digest")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "image-digest: Every image is pinned by a sha256 digest."
    for line in (
        "Text that no runtime reads as an image reference is refused too.",
        "    imageDigest:",
        "Options, below spec.rules.imageDigest of a SupplyChainPolicy",
        "  mode         Replaces the mode of the policy for this rule.",
    ):
        assert line in lines


def test_marks_of_markdown_are_left_out() -> None:
    section = "*Fix*: `a` and [b](c.md), 2 * 3 * 4.\n```yaml\nx: [a](b)\n```"
    assert list(rule_text._plain(section)) == ["Fix: a and b, 2 * 3 * 4.", "    x: [a](b)"]


def test_a_manifest_and_a_rule_can_be_asked_at_once() -> None:
    result = explain("model-revision", str(GOOD))
    assert result.exit_code == 0
    assert result.stdout.startswith("model-revision: ")
    assert result.stdout.endswith(
        '  Policy "default": nothing to object to\n\n1 workload, no violation.\n'
    )


def test_standard_input_is_explained() -> None:
    result = explain("-", stdin=GOOD.read_text("utf-8"))
    assert "Pod default/llama  standard input, line 2\n" in result.stdout


def test_what_cannot_be_read_ends_with_2() -> None:
    result = explain("-", stdin="a: [")
    assert result.exit_code == 2
    assert result.stdout.splitlines()[:2] == ["Not read", "    [?] standard input, line 1"]


@pytest.mark.parametrize(
    ("subject", "hint"),
    [
        pytest.param("image-digets", "did you mean image-digest?", id="misspelt"),
        pytest.param("nothing.yaml", "rules are image-digest, image-registry, ", id="no file"),
    ],
)
def test_what_is_neither_rule_nor_file_is_told(subject: str, hint: str) -> None:
    result = explain(subject)
    assert result.exit_code == 2
    assert f"there is no rule and no file '{subject}'; {hint}" in result.stderr


def test_a_manifest_is_judged_by_the_policies_that_are_named(tmp_path: Path) -> None:
    policy = tmp_path / "policies.yaml"
    policy.write_text(
        "apiVersion: pinfold.dev/v1alpha1\nkind: SupplyChainPolicy\nmetadata: {name: mine}\n"
        "spec: {mode: Warn, rules: {imageRegistry: {allowed: [ghcr.io]}}}\n"
    )
    result = explain(str(GOOD), "--policy", str(policy), "-n", "ml")
    assert result.exit_code == 0
    assert '  Policy "mine":\n' in result.stdout
    assert "warning [image-registry] Pod ml/llama" in result.stdout


def test_a_terminal_gets_the_name_of_a_rule_in_bold() -> None:
    words = rule_text.rule_text("image-digest", Style(rich=True))
    assert words.startswith("\x1b[1mimage-digest\x1b[0m: ")
