"""docs/check.md says what the command does, and pre-commit finds it."""

import re
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from hack.render_manifests import MANIFESTS
from pinfold.cli.main import main
from tests.cli.test_check import BAD, found

ROOT = MANIFESTS.parent
TEXT = (ROOT / "docs/check.md").read_text("utf-8")


def test_every_field_of_the_json_is_documented() -> None:
    rows = found("-", stdin=f"{BAD}---\na: [")
    documented = set(re.findall(r"`\.?(\w+)(?:\[\])?`", TEXT))
    fields = {*rows, *rows["summary"], *rows["violations"][0], *rows["errors"][0]}
    assert fields - documented == set()


def test_every_option_is_documented() -> None:
    text = CliRunner().invoke(main, ["check", "--help"]).output
    options = set(re.findall(r"--[a-z-]+", text)) - {"--help", "--output"}
    assert {option for option in options if option not in TEXT} == set()


def test_the_example_is_what_is_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    example = re.search(r"```text\n\$ (pinfold .*)\n([^`]*)```", TEXT)
    assert example
    manifest = (ROOT / "tests/cli/golden/manifests.yaml").read_text("utf-8").split("---")[0]
    digest = "@sha256:" + "9f3c" * 16
    manifest = manifest.replace("busybox:1.37", f"busybox{digest}").replace(":v0.33.0", digest)
    (tmp_path / "deploy.yaml").write_text(manifest.replace(', --port, "8000"', ""), "utf-8")
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, example[1].split()[1:])
    assert result.stdout == example[2]


def test_pre_commit_runs_the_command() -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    program, *arguments = hook["entry"].split()
    assert (program, arguments, hook["language"]) == ("pinfold", ["check"], "python")
    assert CliRunner().invoke(main, [*arguments, "--help"]).exit_code == 0


def _examples() -> dict[str, str]:
    """The blocks of YAML below the heading of each service."""
    found = re.findall(r"### ([^\n]+)\n```yaml\n([^`]*)```", TEXT)
    assert found
    return dict(found)


@pytest.mark.parametrize("name", ["GitHub Actions", "GitLab CI", "pre-commit"])
def test_an_example_for_ci_is_yaml(name: str) -> None:
    assert isinstance(yaml.safe_load(_examples()[name]), dict)


def test_the_command_in_ci_is_one() -> None:
    steps = yaml.safe_load(_examples()["GitHub Actions"])["steps"]
    lines = [step["run"] for step in steps if "run" in step]
    lines += yaml.safe_load(_examples()["GitLab CI"])["pinfold"]["script"]
    words = [line.partition(" >")[0].split() for line in lines if line.startswith("pinfold ")]
    assert len(words) == 2
    for _, command, *arguments in words:
        assert command == "check"
        assert CliRunner().invoke(main, [command, *arguments, "--help"]).exit_code == 0


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_can_complete_it(shell: str) -> None:
    script = CliRunner(env={"_PINFOLD_COMPLETE": f"{shell}_source"}).invoke(
        main, [], prog_name="pinfold"
    )
    assert "_PINFOLD_COMPLETE" in script.stdout
    page = (ROOT / "docs/cli.md").read_text("utf-8")
    assert f"_PINFOLD_COMPLETE={shell}_source pinfold" in page
