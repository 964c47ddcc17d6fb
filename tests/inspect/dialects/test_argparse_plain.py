"""How a program with argparse as it comes reads a command line."""

import pytest

from pinfold.inspect.dialects.argparse_plain import Plain
from pinfold.inspect.dialects.parsed import Option, Refuses
from pinfold.inspect.dialects.python_argparse import Unknown
from pinfold.inspect.dialects.tables import Table
from tests.inspect.dialects.parsing import NOTHING, no_files, shown, tokens

TABLE = Table(
    "x",
    "1.0",
    (
        Option(("--revision",), "1"),
        Option(("--names",), "*"),
        Option(("-h", "--help"), "0"),
    ),
)


@pytest.mark.parametrize(
    ("dialect", "words", "options", "positionals"),
    [
        pytest.param(Plain(most=1), ["m", "--rev", "a"], {"--revision": "a"}, ["m"], id="short"),
        pytest.param(Plain(), ["--names", "a", "b"], {"--names": ["a", "b"]}, [], id="several"),
        pytest.param(Plain(), ["--names"], {"--names": True}, [], id="none of several"),
        pytest.param(Plain(), ["--names=a"], {"--names": "a"}, [], id="one of several"),
        pytest.param(
            Plain(known_only=True),
            ["--other_one", "x", "--revision", "a", "--Z=1", "y"],
            {"--revision": "a"},
            ["x", "y"],
            id="what is not known is left aside",
        ),
    ],
)
def test_what_is_kept(
    dialect: Plain, words: list[str], options: dict[str, object], positionals: list[str]
) -> None:
    parsed = dialect.read(tokens(*words), TABLE, Unknown.REFUSE, NOTHING, no_files)
    assert shown(parsed) == options
    assert [word.text for word in parsed.positionals] == positionals
    assert parsed.unknown == []


@pytest.mark.parametrize(
    ("dialect", "words"),
    [
        pytest.param(Plain(), ["m"], id="a positional"),
        pytest.param(Plain(), ["--other"], id="another option"),
        pytest.param(Plain(), ["--help"], id="help"),
        pytest.param(Plain(known_only=True), ["-h"], id="help among others"),
        pytest.param(Plain(known_only=True), ["--revision"], id="no value"),
    ],
)
def test_what_is_refused(dialect: Plain, words: list[str]) -> None:
    with pytest.raises(Refuses):
        dialect.read(tokens(*words), TABLE, Unknown.REFUSE, NOTHING, no_files)
