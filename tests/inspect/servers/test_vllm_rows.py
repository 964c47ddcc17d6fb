"""Rare options of vLLM, and forms of identifier and revision, a row each."""

from typing import Any

import pytest

from tests.inspect.servers.reading import S1, S2, codes, module, rows, serve

PIN = ("org/m", "--revision", S1)
PINNED = ("model", "org/m", S1, "pinned")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param(("--generation-config", "auto"), [], id="the model's own generation config"),
        pytest.param(("--generation-config=/g",), [("config", "/g", None, "local")], id="a path"),
        pytest.param(
            ("--lora-modules", "a=~/l", "b=l/x/y"),
            [("adapter", "~/l", None, "local"), ("adapter", "l/x/y", None, "local")],
            id="adapters at home, and below the folder",
        ),
        pytest.param(
            ("--lora-modules", '{"name":"a","path":"o/l","base_model_name":"o/b"}'),
            [("adapter", "o/l", None, "unpinnable")],
            id="an adapter's base is only a name",
        ),
        pytest.param(
            ("--enable-lora", "--default-mm-loras.audio", "o/l"),
            [("adapter", "o/l", None, "unpinnable")],
            id="an adapter by modality, in dotted pieces",
        ),
        pytest.param(
            ("-s", f'{{"model":"d/d","revision":"{S2}"}}'),
            [("draft", "d/d", S2, "pinned")],
            id="a draft by an abbreviation of a short option",
        ),
        pytest.param(
            ("--spec-mo", "d/d"), [("draft", "d/d", None, "unpinned")], id="of a long option"
        ),
        pytest.param(
            ("--speculative-con.model", "d/d"),
            [("draft", "d/d", None, "unpinned")],
            id="of the name before a dot",
        ),
        pytest.param(
            ("-sc.model", "d/d", "--speculative-config.model", "e/e"),
            [("draft", "e/e", None, "unpinned")],
            id="two spellings are two groups, and the later counts",
        ),
        pytest.param(
            ("-sc", f'{{"model":"d/d","revision":"main","revision":"{S2}"}}'),
            [("draft", "d/d", S2, "pinned")],
            id="the last of two keys",
        ),
        pytest.param(
            ("-sc", f'{{"model":"d/d","Revision":"{S2}"}}'),
            [("draft", "d/d", None, "unpinned")],
            id="keys know capitals",
        ),
        pytest.param(
            ("-sc", '{"method":"dspark"}'), [("draft", "org/m", None, "unpinned")], id="DSpark"
        ),
        pytest.param(
            ("--hf-o.audio_model_id", "o/a"), [("weights", "o/a", None, "unpinnable")], id="audio"
        ),
        pytest.param(
            ("--model-loader-extra-config", '{"tensorizer_dir":"s3://b/x","s3_endpoint":"h"}'),
            [("weights", "s3://b/x", None, "unpinnable")],
            id="a folder of tensors",
        ),
        pytest.param(
            ("--mm-encoder-fp8-scale-path", "org/scales"),
            [("config", "org/scales", None, "local")],
            id="scales are a file",
        ),
        pytest.param(
            ("--tokenizer-r", "main"), [("tokenizer", "org/m", "main", "unpinned")], id="--tokeni…"
        ),
        pytest.param(
            ("--lora-m", "a=o/l"), [("adapter", "o/l", None, "unpinnable")], id="--lora-m"
        ),
        pytest.param(("--load-format", "pt"), [], id="a format is no artefact"),
        pytest.param(("--chat-template", "org/t"), [], id="a template is a file or a text"),
        pytest.param(("--allowed-local-media-path", "/x"), [], id="media are no models"),
        pytest.param(("--allowed-media-domains", "a.b", "c.d"), [], id="nor are domains"),
    ],
)
def test_what_vllm_loads(words: tuple[str, ...], found: list[Any]) -> None:
    facts = serve(*PIN, *words)
    assert (rows(facts), codes(facts)) == ([PINNED, *found], [])


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("--REVISION", S1), id="capitals"),
        pytest.param(("--trust",), id="one of several"),
        pytest.param(("-scX",), id="a short option with its value written on"),
        pytest.param(("--trust-remote-code", "true"), id="a word behind a switch"),
        pytest.param(("--",), id="the end of options behind a model"),
        pytest.param(("--revision.x", "y"), id="a dotted text, which is no commit"),
    ],
)
def test_what_is_never_pinned(words: tuple[str, ...]) -> None:
    assert PINNED not in rows(serve(*PIN, *words))


def test_a_value_that_begins_with_a_dash() -> None:
    assert codes(serve("org/m", "--revision", "-x")) == ["server-refuses"]
    assert rows(serve("org/m", "--revision=-x")) == [("model", "org/m", "-x", "unpinned")]


def test_options_of_lists_take_the_model() -> None:
    for option in ("--lora-modules", "--logits-processors", "--allowed-media-domains"):
        assert ("model", "org/m", S1, "pinned") not in rows(
            serve("--revision", S1, option, "org/m=x" if "lora" in option else "org/m")
        )


@pytest.mark.parametrize("option", ["--speculative-model=d/d", "--num-speculative-tokens=1"])
def test_options_before_0_8_are_unknown(option: str) -> None:
    facts = module("--model", "org/m", "--revision", S1, option, image="vllm/vllm-openai:v0.6.3")
    assert codes(facts) == ["unknown-server"]


@pytest.mark.parametrize(
    ("revision", "state"),
    [
        pytest.param("v1.0", "unpinned", id="a tag"),
        pytest.param("2024-01-01", "unpinned", id="a date"),
        pytest.param(S1[:39], "unpinned", id="39 digits"),
        pytest.param(S1 + "0", "unpinned", id="41 digits"),
        pytest.param(S1 + "0" * 24, "unpinned", id="a sha256"),
        pytest.param(S1, "pinned", id="a commit"),
    ],
)
def test_what_counts_as_a_commit(revision: str, state: str) -> None:
    assert rows(serve("org/m", "--revision", revision)) == [("model", "org/m", revision, state)]


@pytest.mark.parametrize("name", ["az://c/m", "AZ://c/m", "gs://b/m", "https://x/m.gguf"])
def test_addresses_have_no_revision(name: str) -> None:
    assert rows(serve(name, "--revision", S1)) == [("model", name, None, "unpinnable")]


@pytest.mark.parametrize("name", ["$(MODEL)", "${MODEL}", "$MODEL", "org/$(NAME)"])
def test_a_name_that_is_yet_to_be_filled_in(name: str) -> None:
    facts = serve(name, "--revision", S1)
    assert (rows(facts), codes(facts)) == ([("model", None, None, "opaque")], ["unset-variable"])


@pytest.mark.parametrize(
    ("name", "state"),
    [("/models/$(NAME)", "local"), ("gs://$BUCKET/m", "unpinnable"), ("$", "local")],
)
def test_a_place_is_told_though_a_part_is_not(name: str, state: str) -> None:
    facts = serve(name)
    assert (rows(facts), codes(facts)) == ([("model", name, None, state)], [])
