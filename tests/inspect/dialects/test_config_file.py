"""vLLM's `--config FILE`. Each row was run against vLLM's own classes, the file being there."""

import pytest

from pinfold.inspect.commands.model import Token
from pinfold.inspect.dialects.flexible import HOISTED, PLAIN, Flexible
from pinfold.inspect.dialects.parsed import Refuses, Unclear
from pinfold.inspect.dialects.python_argparse import Unknown
from pinfold.inspect.dialects.tables import Table
from pinfold.inspect.workload import Where
from tests.inspect.dialects.parsing import NOTHING, shown, tokens

V08, V14, V33 = (Table.load(f"vllm-{version}") for version in ("0.8.5", "0.14.1", "0.33.0"))


def outcome(
    text: str, words: list[str], *, table: Table = V33, entry: Flexible = HOISTED
) -> tuple[object, dict[str, object]]:
    """The positional, and the options."""

    def read_file(file: Token) -> tuple[str, str]:
        return text, f"ConfigMap of {file.text}"

    parsed = entry.read(tokens(*words), table, Unknown.REFUSE, NOTHING, read_file)
    return (parsed.positionals[0].text if parsed.positionals else None), shown(parsed)


FILE = ["--config", "/c.yaml"]


@pytest.mark.parametrize(
    ("text", "words", "positional", "options"),
    [
        pytest.param(
            "model: m\nrevision: r",
            FILE,
            None,
            {"--model": "m", "--revision": "r"},
            id="a model in the file",
        ),
        pytest.param("model: x", ["m", *FILE], "m", {"--model": "x"}, id="the positional wins"),
        pytest.param(
            "revision: a",
            ["m", *FILE, "--revision", "b"],
            "m",
            {"--revision": "b"},
            id="the command line wins",
        ),
        pytest.param(
            "revision: a",
            ["m", "--revision", "b", *FILE],
            "m",
            {"--revision": "b"},
            id="also before the file",
        ),
        pytest.param(
            "revision: a\nrevision: b",
            ["m", *FILE],
            "m",
            {"--revision": "b"},
            id="the last of two keys",
        ),
        pytest.param(
            "trust-remote-code: true",
            ["m", *FILE],
            "m",
            {"--trust-remote-code": True},
            id="true is a switch",
        ),
        pytest.param(
            "trust-remote-code: yes",
            ["m", *FILE],
            "m",
            {"--trust-remote-code": True},
            id="yes is true",
        ),
        pytest.param(
            "trust-remote-code: false",
            ["m", *FILE],
            "m",
            {},
            id="false is nothing, behind a subcommand",
        ),
        pytest.param(
            "speculative-config: true\ntrust-remote-code: false",
            [*FILE, "x", "--model", "m"],
            "m",
            {"--speculative-config": "x"},
            id="so that a word before it takes the next of the command line",
        ),
        pytest.param("headless: false", ["m", *FILE], "m", {}, id="or is nothing"),
        pytest.param(
            "port: 80\nrevision: null",
            ["m", *FILE],
            "m",
            {"--port": "80", "--revision": "None"},
            id="other values are texts",
        ),
        pytest.param(
            "revision: 0123456789",
            ["m", *FILE],
            "m",
            {"--revision": "0123456789"},
            id="no number has a digit above seven behind a nought",
        ),
        pytest.param(
            "revision: 010", ["m", *FILE], "m", {"--revision": "8"}, id="a number in base eight"
        ),
        pytest.param(
            "served-model-name: [x, --tokenizer, evil/t]",
            ["m", *FILE],
            "m",
            {"--served-model-name": "x", "--tokenizer": "evil/t"},
            id="items become words",
        ),
        pytest.param(
            '"tokenizer=evil/t": true',
            ["m", *FILE],
            "m",
            {"--tokenizer": "evil/t"},
            id="a key becomes a word",
        ),
        pytest.param("served-model-name: []", ["m", *FILE], "m", {}, id="an empty list is none"),
        pytest.param(
            "speculative-config: {model: d}",
            ["m", *FILE],
            "m",
            {"--speculative-config": '{"model": "d"}'},
            id="a mapping becomes JSON",
        ),
        pytest.param(
            "speculative-config.model: d",
            ["m", *FILE],
            "m",
            {"--speculative-config": '{"model": "d"}'},
            id="dotted keys",
        ),
        pytest.param(
            "base: &b {a: 1}\n<<: {revision: r}",
            ["m", *FILE, "--base=x"],
            None,
            None,
            id="an unknown option",
        ),
    ],
)
def test_a_file_adds_words_before_the_others(
    text: str, words: list[str], positional: object, options: dict[str, object] | None
) -> None:
    if options is None:
        with pytest.raises(Refuses):
            outcome(text, words)
    else:
        assert outcome(text, words) == (positional, options)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("revision: r", FILE, id="no model anywhere"),
        pytest.param("model: m", [*FILE, *FILE], id="two files"),
        pytest.param("model: m", ["m", "--config"], id="no file"),
        pytest.param("model: m", ["m", "--config", "/c.json"], id="another ending"),
        pytest.param("- a", ["m", *FILE], id="a list"),
        pytest.param("", ["m", *FILE], id="an empty file"),
        pytest.param("a: [", ["m", *FILE], id="no YAML"),
        pytest.param("a: " + "[" * 5_000 + "]" * 5_000, ["m", *FILE], id="nested too deeply"),
        pytest.param("1: x", ["m", *FILE], id="a key that is a number"),
        pytest.param("a: 2024-99-99", ["m", *FILE], id="a date that is none"),
        pytest.param("a: {b: 2024-01-01}", ["m", *FILE], id="a value that JSON cannot write"),
        pytest.param("a: 0x" + "f" * 5_000, ["m", *FILE], id="a number that is too long"),
    ],
)
def test_a_file_that_vllm_refuses(text: str, words: list[str]) -> None:
    with pytest.raises(Refuses):
        outcome(text, words)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a: " + "x" * 300_000, id="a long text"),
        pytest.param(
            "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
            + "\n".join(
                f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 10)}]"
                for i in range(8)
            ),
            id="aliases of aliases",
        ),
    ],
)
def test_a_file_that_is_too_large_is_unclear(text: str) -> None:
    with pytest.raises(Unclear):
        outcome(text, ["m", *FILE])


@pytest.mark.parametrize(
    ("table", "text", "options"),
    [
        pytest.param(
            V08,
            "served-model-name: [a]",
            {"--served-model-name": "['a']"},
            id="0.8 writes a list as Python does",
        ),
        pytest.param(
            V14,
            "speculative-config: {a: 1}",
            {"--speculative-config": "{'a': 1}"},
            id="0.14 so writes a mapping",
        ),
        pytest.param(V14, "trust-remote-code: false", {}, id="0.14 drops false"),
    ],
)
def test_older_versions(table: Table, text: str, options: dict[str, object]) -> None:
    assert outcome(text, ["m", *FILE], table=table) == ("m", options)


@pytest.mark.parametrize(
    ("table", "words", "options"),
    [
        pytest.param(V33, [*FILE, "--model=b"], {"--model": "b"}, id="first of all"),
        pytest.param(V33, ["--port", "1", *FILE], {"--model": "a", "--port": "1"}, id="behind one"),
        pytest.param(V33, ["--model=b", *FILE], {"--model": "b"}, id="the command line wins"),
        pytest.param(V08, ["--model=b", *FILE], {"--model": "a"}, id="0.8 puts it behind a word"),
    ],
)
def test_the_module_has_no_subcommand(
    table: Table, words: list[str], options: dict[str, object]
) -> None:
    assert outcome("model: a", words, table=table, entry=PLAIN) == (None, options)


def test_the_module_of_the_oldest_version_breaks_on_a_file_that_comes_first() -> None:
    with pytest.raises(Refuses):
        outcome("model: a", FILE, table=V08, entry=PLAIN)


def test_behind_a_positional_the_module_takes_it_for_a_subcommand() -> None:
    found = outcome("model: a", ["m", *FILE], entry=PLAIN)
    assert found == ("m", {"--model": "a"})


def test_the_words_say_where_they_come_from() -> None:
    def read_file(_file: Token) -> tuple[str, str]:
        return "revision: r", "ConfigMap conf"

    parsed = HOISTED.read(tokens("m", *FILE), V33, Unknown.REFUSE, NOTHING, read_file)
    word = parsed.options["--revision"][0].values[0]
    assert (word.where, word.place, word.via) == (Where.CONFIG, "args[2]", ("ConfigMap conf",))


def test_false_has_a_name_in_a_module() -> None:
    text, words = "trust-remote-code: false\nheadless: false", ["--model", "m", *FILE]
    off = {"--model": "m", "--trust-remote-code": False}
    assert outcome(text, words, entry=PLAIN) == (None, off)
    assert outcome(text, words, table=V14, entry=PLAIN) == (None, {"--model": "m"})
