"""How git's commands read options. Each row was run by `git rev-parse --parseopt`."""

import pytest

from pinfold.inspect.dialects import git_options
from pinfold.inspect.dialects.parsed import Option, Refuses, Unclear
from pinfold.inspect.dialects.python_argparse import Unknown
from pinfold.inspect.dialects.tables import Table
from tests.inspect.dialects.parsing import shown, tokens

TABLE = Table(
    "x",
    "1.0",
    (
        Option(("--branch", "-b"), "1", no=("--no-branch",)),
        Option(("--bare",), "0", no=("--no-bare",)),
        Option(("--no-checkout", "-n"), "0", no=("--checkout",)),
        Option(("--config", "-c"), "1", no=("--no-config",), append=True),
        Option(("--submodules", "--recursive"), "?", no=("--no-submodules", "--no-recursive")),
        Option(("--quiet", "-q"), "0", no=("--no-quiet",)),
        Option(("--ipv4", "-4"), "0"),
    ),
)


@pytest.mark.parametrize(
    ("words", "options", "positionals"),
    [
        pytest.param(["u", "--branch", "m"], {"--branch": "m"}, ["u"], id="the next word"),
        pytest.param(["--branch", "--bare"], {"--branch": "--bare"}, [], id="whatever it is"),
        pytest.param(["--branch=m"], {"--branch": "m"}, [], id="written on"),
        pytest.param(["--branch="], {"--branch": ""}, [], id="nothing"),
        pytest.param(["--br", "m"], {"--branch": "m"}, [], id="cut short"),
        pytest.param(["-bm"], {"--branch": "m"}, [], id="a letter with its value"),
        pytest.param(["-b=m"], {"--branch": "=m"}, [], id="a sign is of the value"),
        pytest.param(["-nb", "m"], {"--no-checkout": True, "--branch": "m"}, [], id="two letters"),
        pytest.param(["-branch"], {"--branch": "ranch"}, [], id="no slip: the value of a letter"),
        pytest.param(["--branch=a", "--branch=b"], {"--branch": "b"}, [], id="the last"),
        pytest.param(["--branch=a", "--no-branch"], {}, [], id="taken back"),
        pytest.param(["-n", "--checkout"], {"--no-checkout": False}, [], id="the other way round"),
        pytest.param(["--bare", "--no-bare"], {"--bare": False}, [], id="switched off"),
        pytest.param(["-c", "a", "-c", "b"], {"--config": "b"}, [], id="a list"),
        pytest.param(["-c", "a", "--no-config"], {}, [], id="an emptied list"),
        pytest.param(["--recursive", "u"], {"--submodules": True}, ["u"], id="no value"),
        pytest.param(["--recursive=x"], {"--submodules": "x"}, [], id="an optional value"),
        pytest.param(["--no-recursive"], {"--submodules": False}, [], id="nor that"),
        pytest.param(["--", "-n"], {}, ["-n"], id="the end of options"),
        pytest.param(["--end-of-options", "-n"], {}, ["-n"], id="said in full"),
        pytest.param(["-", "u"], {}, ["-", "u"], id="a dash"),
        pytest.param(["--branch", "?"], {"--branch": "?"}, [], id="a value that is not known"),
    ],
)
def test_a_command_line_is_read_as_git_reads_it(
    words: list[str], options: dict[str, object], positionals: list[str]
) -> None:
    parsed = git_options.read(tokens(*words), TABLE, Unknown.REFUSE, most=2)
    assert (shown(parsed), [word.text for word in parsed.positionals]) == (options, positionals)


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["--b", "m"], id="two begin so"),
        pytest.param(["--no", "m"], id="all begin so"),
        pytest.param(["--branch"], id="no value"),
        pytest.param(["--bare=x"], id="a value for a switch"),
        pytest.param(["--no-branch=x"], id="a value for what is taken back"),
        pytest.param(["--nothing"], id="no such option"),
        pytest.param(["-x"], id="no such letter"),
        pytest.param(["-qx"], id="nor behind another"),
        pytest.param(["-qui"], id="one dash for two"),
        pytest.param(["-no-bare"], id="one dash before no"),
        pytest.param(["--no-ipv4"], id="what cannot be taken back"),
        pytest.param(["--help"], id="help"),
        pytest.param(["-nh"], id="a letter for help"),
        pytest.param(["a", "b", "c"], id="a positional too many"),
    ],
)
def test_what_git_refuses(words: list[str]) -> None:
    with pytest.raises(Refuses):
        git_options.read(tokens(*words), TABLE, Unknown.REFUSE, most=2)


@pytest.mark.parametrize(
    "words", [["?"], ["a?*"], ["--branch", "?*"], ["--?"], ["-n?"], ["--", "?*"]]
)
def test_what_git_would_do_is_not_known(words: list[str]) -> None:
    with pytest.raises(Unclear):
        git_options.read(tokens(*words), TABLE, Unknown.REFUSE, most=2)


@pytest.mark.parametrize(
    ("unknown", "words", "positionals"),
    [
        pytest.param(Unknown.VALUE, ["--new", "v", "u"], ["u"], id="with a value"),
        pytest.param(Unknown.VALUE, ["--new=v", "u"], ["u"], id="with one written on"),
        pytest.param(Unknown.VALUE, ["--new", "-q", "u"], ["u"], id="no value follows"),
        pytest.param(Unknown.VALUE, ["u", "--new"], ["u"], id="at the end"),
        pytest.param(Unknown.BARE, ["-x", "u"], ["u"], id="a switch"),
    ],
)
def test_options_of_another_version(
    unknown: Unknown, words: list[str], positionals: list[str]
) -> None:
    parsed = git_options.read(tokens(*words), TABLE, unknown, most=2)
    assert [word.text for word in parsed.positionals] == positionals
    assert len(parsed.unknown) == 1
