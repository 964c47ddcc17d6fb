"""The `pinfold` command itself."""

import subprocess
import sys

import pytest
from click.testing import CliRunner

from pinfold import __version__
from pinfold.cli.main import main


def test_help_lists_the_commands() -> None:
    result = CliRunner().invoke(main, ["--help"])
    assert result.exit_code == 0
    assert "inspect  What workloads run and load, and whether it is pinned.\n" in result.output


def test_a_command_tells_how_it_is_used() -> None:
    result = CliRunner().invoke(main, ["inspect", "-h"])
    assert result.exit_code == 0
    assert "  helm template my-release my-chart | pinfold inspect -\n" in result.output
    assert "  2  wrong use, or something could not be read" in result.output


def test_the_version_is_that_of_the_package() -> None:
    assert CliRunner().invoke(main, ["--version"]).output == f"pinfold, version {__version__}\n"


def test_a_command_that_is_not_there_is_wrong_use() -> None:
    result = CliRunner().invoke(main, ["guess"])
    assert result.exit_code == 2
    assert "No such command 'guess'." in result.stderr


@pytest.mark.parametrize("module", ["pinfold", "pinfold.cli", "pinfold.cli.main"])
def test_a_module_is_the_command(module: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", module, "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"pinfold, version {__version__}\n"
