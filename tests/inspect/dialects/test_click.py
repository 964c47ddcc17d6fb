"""How click reads a command line."""

import pytest

from pinfold.inspect.dialects import click
from pinfold.inspect.dialects.parsed import Option, Refuses, Unclear
from pinfold.inspect.dialects.python_argparse import Unknown
from pinfold.inspect.dialects.tables import Table
from tests.inspect.dialects.parsing import shown, tokens

TABLE = Table(
    "x",
    "1.0",
    (
        Option(("--revision", "-r"), "1"),
        Option(("--id",), "1", append=True),
        Option(("--fast", "-f"), "0", no=("--no-fast",)),
    ),
)


@pytest.mark.parametrize(
    ("words", "options", "positionals"),
    [
        pytest.param(["m", "--revision", "a"], {"--revision": "a"}, ["m"], id="an option"),
        pytest.param(["--revision=a", "m"], {"--revision": "a"}, ["m"], id="written on"),
        pytest.param(["--revision", "--fast"], {"--revision": "--fast"}, [], id="whatever follows"),
        pytest.param(["-r", "a"], {"--revision": "a"}, [], id="a short name"),
        pytest.param(["-ra"], {"--revision": "a"}, [], id="a value on a short name"),
        pytest.param(["--revision", "a", "--revision=b"], {"--revision": "b"}, [], id="the last"),
        pytest.param(["--fast"], {"--fast": True}, [], id="a switch"),
        pytest.param(["--no-fast"], {"--fast": False}, [], id="switched off"),
        pytest.param(["--", "--fast"], {}, ["--fast"], id="behind two dashes"),
        pytest.param(["-"], {}, ["-"], id="a dash"),
        pytest.param(["--revision", "?"], {"--revision": "?"}, [], id="a value that is not known"),
    ],
)
def test_what_click_keeps(
    words: list[str], options: dict[str, object], positionals: list[str]
) -> None:
    parsed = click.read(tokens(*words), TABLE, Unknown.REFUSE)
    assert shown(parsed) == options
    assert [word.text for word in parsed.positionals] == positionals


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["--rev", "a"], id="an abbreviation"),
        pytest.param(["a", "b"], id="two positionals"),
        pytest.param(["--fast=true"], id="a value for a switch"),
        pytest.param(["--revision"], id="no value"),
        pytest.param(["--help"], id="help"),
        pytest.param(["-x"], id="another letter"),
    ],
)
def test_what_click_refuses(words: list[str]) -> None:
    with pytest.raises(Refuses):
        click.read(tokens(*words), TABLE, Unknown.REFUSE)


@pytest.mark.parametrize("words", [["?"], ["a?*"], ["--revision", "?*"], ["--?"], ["--", "?*"]])
def test_what_click_would_do_is_not_known(words: list[str]) -> None:
    with pytest.raises(Unclear):
        click.read(tokens(*words), TABLE, Unknown.REFUSE)


@pytest.mark.parametrize(
    ("unknown", "words", "positionals"),
    [
        pytest.param(Unknown.VALUE, ["--new_one", "v", "m"], ["m"], id="with a value"),
        pytest.param(Unknown.VALUE, ["--new=v", "m"], ["m"], id="with one written on"),
        pytest.param(Unknown.VALUE, ["--new", "--fast", "m"], ["m"], id="no value follows"),
        pytest.param(Unknown.VALUE, ["m", "--new"], ["m"], id="at the end"),
        pytest.param(Unknown.BARE, ["--new", "m"], ["m"], id="a switch"),
    ],
)
def test_options_of_another_version(
    unknown: Unknown, words: list[str], positionals: list[str]
) -> None:
    parsed = click.read(tokens(*words), TABLE, unknown)
    assert [word.text for word in parsed.positionals] == positionals
    assert len(parsed.unknown) == 1
