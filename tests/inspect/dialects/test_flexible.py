"""What vLLM's parser does before argparse. Each row was run against vLLM's own classes."""

import pytest

from pinfold.inspect.dialects.flexible import COMPONENT, HOISTED, PLAIN, Flexible
from pinfold.inspect.dialects.parsed import Parsed, Refuses, Unclear
from pinfold.inspect.dialects.python_argparse import Unknown
from pinfold.inspect.dialects.tables import Table
from tests.inspect.dialects.parsing import NOTHING, no_files, shown, tokens

V08, V14, V33 = (Table.load(f"vllm-{version}") for version in ("0.8.5", "0.14.1", "0.33.0"))


def read(entry: Flexible, words: list[str], table: Table = V33) -> Parsed:
    return entry.read(tokens(*words), table, Unknown.REFUSE, NOTHING, no_files)


def outcome(entry: Flexible, words: list[str], table: Table) -> tuple[object, object] | None:
    """The positional and --model; None where it is refused."""
    try:
        parsed = read(entry, words, table)
    except Refuses:
        return None
    positional = parsed.positionals[0].text if parsed.positionals else None
    return positional, shown(parsed).get("--model")


@pytest.mark.parametrize(
    ("words", "v08", "v14", "v33"),
    [
        pytest.param(["m"], ("m", None), ("m", None), ("m", None), id="a positional"),
        pytest.param([], (None, None), (None, None), (None, None), id="nothing"),
        pytest.param(["--model", "a"], None, ("a", None), ("a", None), id="--model is hoisted"),
        pytest.param(["--model=a"], (None, "a"), ("a", None), ("a", None), id="with ="),
        pytest.param(["--model="], (None, ""), ("", None), (None, ""), id="an empty one"),
        pytest.param(
            ["--model", "a", "--model", "b"],
            None,
            ("a", "b"),
            ("a", "b"),
            id="the first becomes the positional, which wins",
        ),
        pytest.param(["m", "--model", "a"], None, None, None, id="beside a positional"),
        pytest.param(["m", "--model=a"], ("m", "a"), None, None, id="beside one, with ="),
        pytest.param(["--model"], None, None, None, id="--model at the end"),
        pytest.param(["a", "b"], None, None, None, id="two positionals"),
        pytest.param(["-tp", "2", "--model", "a"], None, ("a", None), ("a", None), id="behind"),
        pytest.param(
            ["--served-model-name", "n", "--model", "a"],
            None,
            ("a", None),
            ("a", None),
            id="hoisted before a name",
        ),
        pytest.param(
            ["--served-model-name", "m"],
            (None, None),
            (None, None),
            None,
            id="a name takes the model, or is refused",
        ),
        pytest.param(
            ["m", "--served_model_name", "n"],
            ("m", None),
            ("m", None),
            ("m", None),
            id="a name behind the model",
        ),
        pytest.param(["--help"], None, None, None, id="help"),
        pytest.param(["--help=all"], None, None, None, id="help about something"),
    ],
)
def test_vllm_serve_and_its_model(words: list[str], v08: object, v14: object, v33: object) -> None:
    assert [outcome(HOISTED, words, table) for table in (V08, V14, V33)] == [v08, v14, v33]


@pytest.mark.parametrize(
    ("words", "v08", "v33"),
    [
        pytest.param(["--model", "a", "--model", "b"], (None, "b"), (None, "b"), id="last wins"),
        pytest.param(["m"], None, ("m", None), id="a positional is parsed, and not used"),
    ],
)
def test_the_module_and_its_model(words: list[str], v08: object, v33: object) -> None:
    assert [outcome(PLAIN, words, table) for table in (V08, V33)] == [v08, v33]


def test_the_oldest_module_has_no_config_but_the_exact_word() -> None:
    assert shown(read(PLAIN, ["--config=auto"], V08)) == {"--config-format": "auto"}
    assert shown(read(PLAIN, ["--conf", "auto"], V08)) == {"--config-format": "auto"}
    with pytest.raises(Refuses):
        read(PLAIN, ["--conf", "auto"], V14)


def test_the_end_of_options_is_none_where_no_model_is_taken() -> None:
    with pytest.raises(Refuses):
        read(PLAIN, ["--revision", "r", "--"], V08)
    assert outcome(HOISTED, ["m", "--"], V33) == ("m", None)


def test_a_component_takes_a_positional_and_hoists_nothing() -> None:
    assert outcome(COMPONENT, ["m", "--model", "a"], V33) == ("m", "a")


@pytest.mark.parametrize(
    ("words", "options"),
    [
        pytest.param(["--tokenizer_revision", "x"], {"--tokenizer-revision": "x"}, id="folded"),
        pytest.param(["--tokenizer_rev=a_b"], {"--tokenizer-revision": "a_b"}, id="not behind ="),
        pytest.param(["--revision", "a_b"], {"--revision": "a_b"}, id="not in a value"),
        pytest.param(["-O3"], {"--optimization-level": "3"}, id="a level written on"),
        pytest.param(["-O=3"], {"--optimization-level": "3"}, id="behind ="),
        pytest.param(["-O", "3"], {"--optimization-level": "3"}, id="behind a blank"),
        pytest.param(
            ["-sc.model", "d", "-sc.revision=r"],
            {"--speculative-config": '{"model": "d", "revision": "r"}'},
            id="dotted",
        ),
        pytest.param(
            ["--speculative-config.model", "d", "--speculative-config", "{}"],
            {"--speculative-config": '{"model": "d"}'},
            id="dotted pieces come last",
        ),
        pytest.param(
            ["-sc.model", "d", "--speculative_config.model", "e"],
            {"--speculative-config": '{"model": "e"}'},
            id="each spelling is a group",
        ),
        pytest.param(
            ["-sc.a_b.c", "1"],
            {"--speculative-config": '{"a_b": {"c": 1}}'},
            id="no dashes behind the first dot",
        ),
        pytest.param(
            ["-sc.a.b", "1", "-sc.a.c", "2"],
            {"--speculative-config": '{"a": {"b": 1, "c": 2}}'},
            id="pieces merge",
        ),
        pytest.param(
            ["-sc.a+", "x,y", "-sc.a+", "z"],
            {"--speculative-config": '{"a": ["x", "y", "z"]}'},
            id="lists grow",
        ),
        pytest.param(
            ["-sc.a", "80g", "-sc.b", "2K", "-sc.c", "1.5k", "-sc.d", "1.5K"],
            {"--speculative-config": '{"a": 80000000000, "b": 2048, "c": 1500, "d": "1.5K"}'},
            id="numbers",
        ),
        pytest.param(
            ["-sc.a", "1_000", "-sc.b", "1__0", "-sc.c", "_1"],
            {"--speculative-config": '{"a": 1000, "b": "1__0", "c": "_1"}'},
            id="numbers with underscores, as Python writes them",
        ),
        pytest.param(
            ["-sc.a", "+5", "-sc.b", "1.2.3", "-sc.c", "true"],
            {"--speculative-config": '{"a": 5, "b": "1.2.3", "c": true}'},
            id="values",
        ),
        pytest.param(["--revision=1.0"], {"--revision": "1.0"}, id="a dot in a value only"),
        pytest.param(
            ["-sc.a", "[" * 100_000],
            {"--speculative-config": '{"a": "' + "[" * 100_000 + '"}'},
            id="a value nested too deeply for JSON",
        ),
        pytest.param(["-sc.model=?"], {"--speculative-config": '{"model": "?"}'}, id="a hole"),
    ],
)
def test_names_are_folded_and_dotted_pieces_gathered(
    words: list[str], options: dict[str, object]
) -> None:
    assert shown(read(HOISTED, words)) == options


@pytest.mark.parametrize(
    ("words", "options"),
    [
        pytest.param(["-O3"], {"--compilation-config": "3"}, id="a level"),
        pytest.param(["-O", "3"], {"--compilation-config": "3"}, id="behind a blank"),
        pytest.param(["-O=3"], {"--compilation-config": "3"}, id="behind ="),
        pytest.param(["--tokenizer_rev=a_b"], {"--tokenizer-revision": "a_b"}, id="folded"),
    ],
)
def test_the_oldest_version_folds_whole_names(words: list[str], options: dict[str, object]) -> None:
    assert shown(read(HOISTED, words, V08)) == options


@pytest.mark.parametrize(
    ("words", "table"),
    [
        pytest.param(["-sc.model", "d"], V08, id="no dotted names in 0.8"),
        pytest.param(["-sc.model"], V33, id="a dotted name without a value"),
        pytest.param(["-O", "x"], V33, id="a level that is none"),
    ],
)
def test_what_the_parser_refuses(words: list[str], table: Table) -> None:
    with pytest.raises(Refuses):
        read(HOISTED, words, table)


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["m", "?*"], id="any number of words"),
        pytest.param(["--model", "?"], id="a hoisted word that could be an option"),
        pytest.param(["-sc.mo?", "x"], id="a dotted name"),
        pytest.param(["m", "--config", "?"], id="a file's name"),
        pytest.param(["m", "--config", "/c.yaml"], id="a file that is not at hand"),
    ],
)
def test_what_is_unclear(words: list[str]) -> None:
    with pytest.raises(Unclear):
        read(HOISTED, words)


def test_a_dotted_value_says_where_each_key_stood() -> None:
    given = read(HOISTED, ["m", "-sc.model", "d", "-sc.revision", "r"]).last("--speculative-config")
    assert given is not None
    assert given.keys is not None
    assert {key[0]: word.place for key, word in given.keys.items()} == {
        "model": "args[2]",
        "revision": "args[4]",
    }
