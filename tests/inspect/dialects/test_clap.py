"""How clap reads a command line and its variables. Rows of clap's own rules were run against it."""

import pytest

from pinfold.inspect.commands.model import HOLE, Environment, Problem, Value
from pinfold.inspect.dialects.clap import read
from pinfold.inspect.dialects.parsed import Option, Refuses, Unclear
from pinfold.inspect.dialects.python_argparse import Unknown
from pinfold.inspect.dialects.tables import Table
from pinfold.inspect.workload import Code
from tests.inspect.dialects.parsing import NOTHING, SECRET, shown, tokens

TABLE = Table(
    "test",
    "1.0.0",
    (
        Option(("--model-id",), "1", env="MODEL_ID"),
        Option(("--revision",), "1", env="REVISION"),
        Option(("--trust-remote-code",), "0", env="TRUST_REMOTE_CODE"),
        Option(("--port", "-p"), "1", env="PORT"),
        Option(("--env", "-e"), "0"),
        Option(("--auto",), "?"),
        Option(("--cuda-graphs",), "1", append=True, env="CUDA_GRAPHS"),
    ),
)


@pytest.mark.parametrize(
    ("words", "options"),
    [
        pytest.param([], {}, id="nothing"),
        pytest.param(["--model-id", "m"], {"--model-id": "m"}, id="a value behind a blank"),
        pytest.param(["--model-id=m"], {"--model-id": "m"}, id="a value behind ="),
        pytest.param(["--model-id="], {"--model-id": ""}, id="an empty value"),
        pytest.param(["--model-id=-x"], {"--model-id": "-x"}, id="a dash behind ="),
        pytest.param(["--model-id", "-"], {"--model-id": "-"}, id="a dash alone"),
        pytest.param(["-p", "80"], {"--port": "80"}, id="a short name"),
        pytest.param(["-p80"], {"--port": "80"}, id="with its value written on"),
        pytest.param(["-p=80"], {"--port": "80"}, id="or behind ="),
        pytest.param(["--env", "--"], {"--env": True}, id="the end of options, and no more"),
        pytest.param(
            ["--cuda-graphs", "1", "--cuda-graphs", "2"],
            {"--cuda-graphs": "2"},
            id="a list may repeat",
        ),
        pytest.param(["--auto", "false"], {"--auto": "false"}, id="an optional value"),
        pytest.param(["--auto", "--env"], {"--auto": True, "--env": True}, id="or none"),
        pytest.param(["--auto"], {"--auto": True}, id="or none at the end"),
        pytest.param(["--port", "?"], {"--port": "?"}, id="an unknown value of an option"),
    ],
)
def test_a_command_line_is_read_as_clap_reads_it(
    words: list[str], options: dict[str, object]
) -> None:
    assert shown(read(tokens(*words), TABLE, NOTHING, Unknown.REFUSE)) == options


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["--model", "m"], id="no abbreviations"),
        pytest.param(["--model_id", "m"], id="no underscores"),
        pytest.param(["--MODEL-ID", "m"], id="names are case-sensitive"),
        pytest.param(["--model-id", "a", "--model-id", "b"], id="a repeated option"),
        pytest.param(["--model-id"], id="no value at the end"),
        pytest.param(["--model-id", "--env"], id="no value before an option"),
        pytest.param(["--port", "-1"], id="no value with a dash"),
        pytest.param(["--trust-remote-code=true"], id="a switch with a value"),
        pytest.param(["--trust-remote-code", "true"], id="or behind a blank"),
        pytest.param(["m"], id="a positional"),
        pytest.param(["--", "m"], id="a positional behind the end of options"),
        pytest.param(["-"], id="a dash alone"),
        pytest.param(["--help"], id="help"),
        pytest.param(["-V"], id="the version"),
        pytest.param([""], id="nothing in quotes"),
    ],
)
def test_what_clap_refuses_is_refused(words: list[str]) -> None:
    with pytest.raises(Refuses):
        read(tokens(*words), TABLE, NOTHING, Unknown.REFUSE)


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["?"], id="an unknown word alone"),
        pytest.param(["--port", "?*"], id="any number of words as a value"),
        pytest.param(["?*"], id="any number of words"),
        pytest.param(["--p?"], id="in a name"),
    ],
)
def test_an_unknown_word_that_could_be_an_option_is_unclear(words: list[str]) -> None:
    with pytest.raises(Unclear):
        read(tokens(*words), TABLE, NOTHING, Unknown.REFUSE)


@pytest.mark.parametrize(
    ("words", "unknown", "options"),
    [
        pytest.param(["--new", "x", "--env"], Unknown.VALUE, {"--env": True}, id="with a value"),
        pytest.param(["--new", "--env"], Unknown.VALUE, {"--env": True}, id="before an option"),
        pytest.param(["--new", "--env"], Unknown.BARE, {"--env": True}, id="without one"),
        pytest.param(["--new=x"], Unknown.BARE, {}, id="whose value is written on"),
        pytest.param(["--new"], Unknown.VALUE, {}, id="at the end"),
        pytest.param(["-x"], Unknown.BARE, {}, id="with a short name"),
    ],
)
def test_an_option_of_another_version(
    words: list[str], unknown: Unknown, options: dict[str, object]
) -> None:
    assert shown(read(tokens(*words), TABLE, NOTHING, unknown)) == options


def variables(**texts: str) -> Environment:
    return Environment({name: Value(text, f"env.{name}") for name, text in texts.items()})


@pytest.mark.parametrize(
    ("words", "env", "options"),
    [
        pytest.param([], {"MODEL_ID": "m"}, {"--model-id": "m"}, id="a variable"),
        pytest.param([], {"model_id": "m"}, {}, id="names are case-sensitive"),
        pytest.param(["--model-id", "a"], {"MODEL_ID": "b"}, {"--model-id": "a"}, id="the option"),
        pytest.param([], {"REVISION": ""}, {"--revision": ""}, id="an empty one is a value"),
        pytest.param([], {"TRUST_REMOTE_CODE": "true"}, {"--trust-remote-code": "true"}, id="true"),
        pytest.param([], {"TRUST_REMOTE_CODE": "false"}, {}, id="false"),
        pytest.param([], {"ENV": "x"}, {}, id="an option without a variable"),
    ],
)
def test_a_variable_counts_where_its_option_is_absent(
    words: list[str], env: dict[str, str], options: dict[str, object]
) -> None:
    assert shown(read(tokens(*words), TABLE, variables(**env), Unknown.REFUSE)) == options


@pytest.mark.parametrize("text", ["1", "yes", "True", ""])
def test_a_switch_is_exactly_true_or_false(text: str) -> None:
    with pytest.raises(Refuses):
        read((), TABLE, variables(TRUST_REMOTE_CODE=text), Unknown.REFUSE)


def test_an_unknown_value_of_a_variable_is_a_value() -> None:
    environment = Environment({"TRUST_REMOTE_CODE": Value(HOLE, "env", unread=SECRET)})
    assert shown(read((), TABLE, environment, Unknown.REFUSE)) == {"--trust-remote-code": "?"}


def test_a_source_that_is_not_at_hand_sets_no_option_here() -> None:
    environment = Environment({}, (Problem(Code.CONFIGMAP, "ConfigMap x", "envFrom[0]"),))
    assert shown(read((), TABLE, environment, Unknown.REFUSE)) == {}
