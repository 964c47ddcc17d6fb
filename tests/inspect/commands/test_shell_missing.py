"""Lines that begin with an option: a command of that name does not exist, and the rest goes on."""

import pytest

from tests.inspect.commands.running import commands, problems, shell, shown

FILES = {"cm": {"--x": "#!/bin/sh\nv evil\n"}}
MOUNT = [{"name": "cm", "mountPath": "/usr/local/bin/--x", "subPath": "--x"}]


@pytest.mark.parametrize(
    ("script", "ran"),
    [
        pytest.param("v a\n\n--x y", [["v", "a"]], id="the end of a folded text"),
        pytest.param("--x y; v a", [["v", "a"]], id="before another"),
        pytest.param("--x y || v a", [["v", "a"]], id="it fails"),
        pytest.param("X=1; --x && X=2; v $X", [["v", "1"]], id="what follows && is not run"),
        pytest.param("v $(--x)b", [["v", "b"]], id="it prints nothing"),
        pytest.param("--x() { v $1; }; --x a", [["v", "a"]], id="a function of that name"),
    ],
)
def test_a_command_that_does_not_exist_runs_nothing(script: str, ran: list[list[str]]) -> None:
    assert shell(f"\n{script}") == ran


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("PATH=/x; --x y", id="programs may lie elsewhere"),
        pytest.param("./--x y", id="a path"),
        pytest.param("--x$S y", id="a name that is not all known"),
        pytest.param("command_not_found_handle() { v; }; --x", id="bash has a function for it"),
        pytest.param("echo v > /t/--x; --x", id="the script writes it"),
    ],
)
def test_one_that_may_exist_counts(script: str) -> None:
    assert shell(f"\n{script}")[-1][0] in ("--x", "./--x", "--x?*", "v")


def test_one_that_is_mounted_is_read() -> None:
    found = commands("bash", "-c", "\n--x", files=FILES, volumeMounts=MOUNT)
    assert (shown(found), problems(found)) == ([["v", "evil"]], [])
