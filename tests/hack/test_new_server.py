"""A new server's skeleton is whole: listed, formatted, and its tests pass as they are."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hack.new_server import write

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of what a skeleton is written into."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "controller/pinfold", tmp_path / "controller/pinfold", ignore=ignored)
    servers = tmp_path / "tests/inspect/servers"
    servers.mkdir(parents=True)
    for path in (tmp_path / "tests", tmp_path / "tests/inspect", servers):
        (path / "__init__.py").touch()
    shutil.copy(ROOT / "tests/inspect/servers/reading.py", servers)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_its_tests_pass_and_its_form_is_right(tree: Path) -> None:
    paths = [str(path) for path in write("my-server", tree)]
    tests = run(tree, "pytest", "-q", "-p", "no:cacheprovider", "tests/inspect/servers")
    assert tests.returncode == 0, tests.stdout
    assert "11 passed" in tests.stdout
    code = [path for path in paths if path.endswith(".py")]
    for words in (("check", "--no-cache"), ("format", "--check", "--no-cache")):
        checked = run(tree, "ruff", *words, *code)
        assert checked.returncode == 0, checked.stdout


def test_it_is_listed_by_the_alphabet(tree: Path) -> None:
    write("my-server", tree)
    listed = (tree / "controller/pinfold/inspect/servers/listed.py").read_text(encoding="utf8")
    assert "    lora_syncer,\n    my_server,\n    nim,\n" in listed
    assert "    my_server.SERVER,\n)" in listed


def test_nothing_is_overwritten(tree: Path) -> None:
    with pytest.raises(SystemExit, match="there already"):
        write("vllm", tree)


@pytest.mark.parametrize("name", ["", "My Server", "../x", "-x", "1x"])
def test_a_name_that_is_none(name: str, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="is no name"):
        write(name, tmp_path)
