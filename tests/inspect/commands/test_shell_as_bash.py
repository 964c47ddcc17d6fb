"""Scripts read as the machine's own bash and sh run them, with a recording program on PATH."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.inspect.commands.running import ENV, commands

RECORDER = """#!/bin/sh
for word; do printf '%s\\0' "$word" >> "$RECORD"; done
printf '\\n\\0' >> "$RECORD"
"""

_WORDS = st.sampled_from(
    [
        "a",
        "-b",
        "--c=d",
        "'q r'",
        '"d e"',
        "$M",
        "$TWO",
        '"$TWO"',
        "${M}",
        "x$TWO",
        "${TWO}y",
        "$EMPTY",
        '"$EMPTY"',
        "a\\ b",
        "\\$M",
        "'$M'",
        '"x\\"y"',
        "\\\n",
        '" $M "',
        "$PADDED",
        "z$PADDED",
        "${UNSET:-w}",
        "${EMPTY:-w v}",
        '"${EMPTY-}"',
        "$1",
        '"$2"',
        '"$@"',
        "$@",
        "''",
        "a#b",
        "{}",
        "=",
        "x=y",
        "1",
        "$X",
        '"$X"',
        "'a'\"b\"c",
        "\\a",
        "%s",
        "a,b",
        "@",
        ":",
    ]
)
_VALUES = st.sampled_from(["1", "$TWO", '"$M"', "'s t'", "", "$X", "${X}z", "a\\ b", '"$1"'])
_COMMAND = st.lists(_WORDS, max_size=6).map(lambda words: " ".join(["rec", *words]))
_STATEMENT = st.one_of(
    _COMMAND,
    _COMMAND,
    _VALUES.map(lambda value: f"X={value}"),
    _VALUES.map(lambda value: f"export X={value}"),
    _VALUES.map(lambda value: f"M={value}"),
    st.tuples(_VALUES, _COMMAND).map(lambda pair: f"X={pair[0]} {pair[1]}"),
    st.just("set -e"),
    st.just("# a comment"),
)
_SEPARATOR = st.sampled_from(["\n", "; ", " && ", "\n\n"])


@st.composite
def _scripts(draw: st.DrawFn) -> str:
    script = "X=0\n" + draw(_COMMAND)
    for statement in draw(st.lists(_STATEMENT, max_size=4)):
        # Nothing may stand behind a comment on its line, nor `&&` before one.
        separator = "\n" if "#" in script or "#" in statement else draw(_SEPARATOR)
        script += separator + statement
    return script


def run(
    shell: str, script: str, folder: Path, parameters: tuple[str, ...] = ("zero", "one", "t w")
) -> list[list[str]] | None:
    """The words of each call of the recorder; None where the script fails."""
    record = folder / "record"
    record.unlink(missing_ok=True)
    environment = {**ENV, "PATH": f"{folder / 'bin'}:/usr/bin:/bin", "RECORD": str(record)}
    done = subprocess.run(
        [shell, "-c", script, *parameters],
        env=environment,
        cwd=folder / "empty",
        capture_output=True,
        check=False,
        timeout=20,
    )
    if done.returncode:
        return None
    words = record.read_text().split("\0")[:-1]
    found: list[list[str]] = [[]]
    for word in words:
        if word == "\n":
            found.append([])
        else:
            found[-1].append(word)
    return found[:-1]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("shell")
    (path / "bin").mkdir()
    (path / "empty").mkdir()
    (path / "bin" / "rec").write_text(RECORDER)
    (path / "bin" / "rec").chmod(0o755)
    return path


@pytest.mark.parametrize("shell", ["/bin/bash", "/bin/sh"])
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(script=_scripts())
def test_the_commands_are_those_that_the_shell_runs(shell: str, folder: Path, script: str) -> None:
    ran = run(shell, script, folder)
    if ran is None:
        return
    found = commands(shell, "-c", script, "zero", "one", "t w")
    read = [[word.text for word in process.argv[1:]] for process in found.processes]
    unsure = any(word.many for process in found.processes for word in process.argv)
    if unsure or found.problems:
        return
    if "&&" in script:  # each way through a chain counts
        assert all(words in read for words in ran)
    else:
        assert read == ran
