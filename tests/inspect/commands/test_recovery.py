"""Scripts that no shell accepts as they stand, and what is read of them nevertheless."""

from pathlib import Path

import pytest

from pinfold.inspect.commands.recovery import beginning_of, placeholders_of
from tests.inspect.commands.running import commands, problems, shown
from tests.inspect.commands.test_shell_as_bash import folder as folder  # noqa: PLC0414 - a fixture
from tests.inspect.commands.test_shell_as_bash import run


@pytest.mark.parametrize(
    ("script", "ran"),
    [
        pytest.param("export T=<YOUR_TOKEN> # x\nv a", [["v", "a"]], id="a placeholder"),
        pytest.param("v --t <YOUR TOKEN>\nv b", [["v", "--t", "?"], ["v", "b"]], id="two words"),
        pytest.param("v a\nv b)\nv c", [["v", "a"]], id="what stands before an error"),
        pytest.param("v a\nif b; then\n  v c", [["v", "a"]], id="half a branch"),
        pytest.param('v a \\\n  b\n\nv "c', [["v", "a", "b"]], id="half a text"),
        pytest.param("v <A_B> <C) d", [], id="a placeholder and another error"),
        pytest.param("v --t $(S) a; v", [["v", "--t", "?", "a"], ["v"]], id="a Secret in the text"),
        pytest.param("$(S)", [], id="nothing but a Secret"),
        pytest.param("' $(S)'", [], id="nothing but one in quotes"),
    ],
)
def test_what_can_be_told_is_read_and_the_problem_stays(script: str, ran: list[list[str]]) -> None:
    found = commands("bash", "-c", script)
    assert shown(found) == ran
    assert len(problems(found)) == 1


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("rec a && \\ \nrec b", id="between commands"),
        pytest.param("rec a \\ \n  --x b; rec c", id="between words"),
        pytest.param("rec a\\\t  \nrec b' 'c", id="of a word"),
        pytest.param("rec 'a \\ \nb' \"c \\ \nd\"", id="in quotes"),
    ],
)
def test_a_backslash_before_a_blank_is_that_blank(script: str, folder: Path) -> None:
    recorded = run("/bin/bash", f"{script}\ntrue", folder)
    found = commands("bash", "-c", script, "zero", "one", "t w")
    words = [[token.text for token in one.argv[1:]] for one in found.processes]
    assert [one for one in words if one not in ([], ["b"])] == [
        one for one in recorded or [] if one != ["b"]
    ]
    assert problems(found) == []


def test_in_quotes_beside_one_outside_it_is_not_read() -> None:
    found = commands("bash", "-c", "v a \\ \nv 'b \\ \nc'")
    assert problems(found) == ["shell-syntax"]


def test_a_long_text_is_not_read_again() -> None:
    text = "v <A>)\n" + "#" * 17_000
    assert (placeholders_of(text, None), beginning_of(text)) == (None, None)


@pytest.mark.parametrize(
    ("script", "words"),
    [
        pytest.param("v --t <T> --x a", ["v", "--t", "?", "--x", "a"], id="between words"),
        pytest.param("v '<T>' --x a", ["v", "<T>", "--x", "a"], id="in quotes"),
        pytest.param("v <a >b", ["v"], id="files"),
    ],
)
def test_a_placeholder_is_no_file(script: str, words: list[str]) -> None:
    assert shown(commands("bash", "-c", script)) == [words]
