"""How CPython's argparse reads a command line. The rows were run against 3.12.1 and 3.13.0."""

import pytest

from pinfold.inspect.dialects.parsed import Option, Refuses, Unclear
from pinfold.inspect.dialects.python_argparse import Unknown, parse
from pinfold.inspect.dialects.tables import Table
from tests.inspect.dialects.parsing import shown, tokens

TABLE = Table(
    "test",
    "1.0.0",
    (
        Option(("--model",), "1"),
        Option(("--model-impl",), "1"),
        Option(("--revision",), "1"),
        Option(("--names",), "+"),
        Option(("--token",), "?"),
        Option(("--pair",), "2"),
        Option(("--trust-remote-code",), "0", no=("--no-trust-remote-code",)),
        Option(("--quantization", "-q"), "1"),
        Option(("--speculative-config", "-sc"), "1"),
        Option(("--eager", "-e"), "0"),
        Option(("--dp", "-dp"), "1"),
        Option(("--dpa", "-dpa"), "1"),
    ),
)


@pytest.mark.parametrize(
    ("words", "options", "positionals"),
    [
        pytest.param(["m"], {}, ["m"], id="a positional"),
        pytest.param(["-", ""], {}, ["-", ""], id="a dash alone, and nothing, are positionals"),
        pytest.param(["--model", "m"], {"--model": "m"}, [], id="a value behind a blank"),
        pytest.param(["--model=m"], {"--model": "m"}, [], id="a value behind ="),
        pytest.param(["--model="], {"--model": ""}, [], id="an empty value"),
        pytest.param(["--model=-x"], {"--model": "-x"}, [], id="a value with a dash behind ="),
        pytest.param(["--model", "-1"], {"--model": "-1"}, [], id="a negative number is a value"),
        pytest.param(["--model", "-x y"], {"--model": "-x y"}, [], id="so is a text with a blank"),
        pytest.param(["--rev", "x"], {"--revision": "x"}, [], id="an abbreviation"),
        pytest.param(["--rev=x"], {"--revision": "x"}, [], id="an abbreviation with ="),
        pytest.param(["--model", "a", "--model", "b"], {"--model": "b"}, [], id="the last wins"),
        pytest.param(["--rev", "a", "--revision=b"], {"--revision": "b"}, [], id="by any spelling"),
        pytest.param(
            ["--names", "a", "b", "--eager"],
            {"--names": ["a", "b"], "--eager": True},
            [],
            id="a list ends at an option",
        ),
        pytest.param(["--names", "a", "m"], {"--names": ["a", "m"]}, [], id="a list takes all"),
        pytest.param(["--names=a", "m"], {"--names": "a"}, ["m"], id="but one behind ="),
        pytest.param(["--token", "m"], {"--token": "m"}, [], id="an optional value is taken"),
        pytest.param(["--token", "--eager"], {"--token": True, "--eager": True}, [], id="or not"),
        pytest.param(["--token"], {"--token": True}, [], id="or is not there"),
        pytest.param(["--pair", "a", "b", "m"], {"--pair": ["a", "b"]}, ["m"], id="two values"),
        pytest.param(
            ["--trust-remote-code", "m"],
            {"--trust-remote-code": True},
            ["m"],
            id="a switch takes none",
        ),
        pytest.param(
            ["--trust-remote-code", "--no-trust"],
            {"--trust-remote-code": False},
            [],
            id="and can be taken back",
        ),
        pytest.param(["-q", "awq"], {"--quantization": "awq"}, [], id="a short name"),
        pytest.param(["-qawq"], {"--quantization": "awq"}, [], id="with its value written on"),
        pytest.param(["-q=awq"], {"--quantization": "awq"}, [], id="or behind ="),
        pytest.param(["-sc", "x"], {"--speculative-config": "x"}, [], id="a name of two letters"),
        pytest.param(["-s", "x"], {"--speculative-config": "x"}, [], id="and its abbreviation"),
        pytest.param(["-dp", "1"], {"--dp": "1"}, [], id="a whole name is no abbreviation"),
        pytest.param(["--", "-m"], {}, ["-m"], id="the end of options"),
        pytest.param(["m", "--"], {}, ["m"], id="the end of options beside a positional"),
        pytest.param(["--model=--"], {"--model": "--"}, [], id="a value of two dashes"),
        pytest.param(["--model", "?"], {"--model": "?"}, [], id="an unknown value of an option"),
        pytest.param(["--model=a?b"], {"--model": "a?b"}, [], id="one that is known in part"),
        pytest.param(["x?"], {}, ["x?"], id="a positional that is known in part"),
    ],
)
def test_a_command_line_is_read_as_argparse_reads_it(
    words: list[str], options: dict[str, object], positionals: list[str]
) -> None:
    parsed = parse(tokens(*words), TABLE)
    found = [word.text.replace("\ufffc", "?") for word in parsed.positionals]
    assert (shown(parsed), found) == (options, positionals)


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["--modul", "x"], id="an unknown option"),
        pytest.param(["--REVISION", "x"], id="names are case-sensitive"),
        pytest.param(["--mod", "x"], id="an abbreviation of two"),
        pytest.param(["--model"], id="no value at the end"),
        pytest.param(["--model", "--eager"], id="no value before an option"),
        pytest.param(["--model", "--", "x"], id="no value before the end of options"),
        pytest.param(["--names"], id="an empty list"),
        pytest.param(["--pair", "a"], id="one value of two"),
        pytest.param(["--trust-remote-code=true"], id="a switch with a value"),
        pytest.param(["-scX"], id="a value written on to a name of two letters"),
        pytest.param(["-tp2"], id="an unknown name with a number"),
        pytest.param(["-d", "x"], id="a short abbreviation of two"),
        pytest.param(["-ex"], id="a short switch with a value"),
        pytest.param(
            ["m", "--model", "x", "--"], id="the end of options, its positional far before it"
        ),
    ],
)
def test_what_argparse_refuses_is_refused(words: list[str]) -> None:
    with pytest.raises(Refuses):
        parse(tokens(*words), TABLE)


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["?"], id="an unknown word alone"),
        pytest.param(["m", "?*"], id="any number of words"),
        pytest.param(["--model", "?*"], id="also as a value"),
        pytest.param(["--names", "a", "?"], id="in a list"),
        pytest.param(["--token", "?"], id="as an optional value"),
        pytest.param(["--mo?"], id="in a name"),
        pytest.param(["--?=x"], id="as a name"),
    ],
)
def test_an_unknown_word_that_could_be_an_option_is_unclear(words: list[str]) -> None:
    with pytest.raises(Unclear):
        parse(tokens(*words), TABLE)


@pytest.mark.parametrize(
    ("words", "unknown", "positionals"),
    [
        pytest.param(["--new", "x", "m"], Unknown.VALUE, ["m"], id="with a value"),
        pytest.param(["--new", "x", "m"], Unknown.BARE, ["x", "m"], id="without one"),
        pytest.param(["--new=x", "m"], Unknown.VALUE, ["m"], id="whose value is written on"),
        pytest.param(["--new", "--eager"], Unknown.VALUE, [], id="before another option"),
        pytest.param(["--new"], Unknown.VALUE, [], id="at the end"),
        pytest.param(["--new", "?"], Unknown.VALUE, [], id="with an unknown value"),
    ],
)
def test_an_option_of_another_version(
    words: list[str], unknown: Unknown, positionals: list[str]
) -> None:
    parsed = parse(tokens(*words), TABLE, unknown)
    assert [word.text for word in parsed.positionals] == positionals
    assert [word.text.partition("=")[0] for word in parsed.unknown] == ["--new"]


def test_words_behind_the_end_of_options_may_not_be_any_number() -> None:
    with pytest.raises(Refuses):
        parse(tokens("--", "?*"), TABLE)


def test_the_end_of_options_where_no_positional_is_taken() -> None:
    with pytest.raises(Refuses):
        parse(tokens("--model", "x", "--"), TABLE, most=0)
    parsed = parse(tokens("m", "--model", "x", "--", "--y"), TABLE, Unknown.IGNORE, most=0)
    assert shown(parsed) == {"--model": "x"}
