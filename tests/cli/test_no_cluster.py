"""What somebody reads whose kubeconfig leads nowhere."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from pinfold.cli.main import main

HINT = "name one by --kubeconfig or KUBECONFIG; try it with: kubectl get nodes\n"


@pytest.mark.parametrize("command", ["scan", "check --from-cluster -"])
def test_no_kubeconfig_at_all_is_said_in_a_sentence(command: str, tmp_path: Path) -> None:
    nowhere = str(tmp_path / "none.yaml")
    result = CliRunner().invoke(main, [*command.split(), "--kubeconfig", nowhere], input="{}")
    assert result.output == f"Error: there is no kubeconfig at {nowhere}\n{HINT}"
    assert result.exit_code == 2


def test_two_files_that_are_not_there_are_both_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = f"{tmp_path}/one:{tmp_path}/two"
    monkeypatch.setenv("KUBECONFIG", both)
    result = CliRunner().invoke(main, ["scan"])
    assert result.output == f"Error: there is no kubeconfig at {both}\n{HINT}"


def test_a_kubeconfig_that_says_nothing_is_named(tmp_path: Path) -> None:
    empty = tmp_path / "empty.yaml"
    empty.write_text("kind: Config\n")
    result = CliRunner().invoke(main, ["scan", "--kubeconfig", str(empty)])
    assert result.output.startswith(f"Error: no credentials from {empty}: ")
    assert result.output.endswith(HINT)
