"""Several readings of one command: by entry point, and by version."""

from typing import Any

import pytest

from tests.inspect.servers.reading import OTHER, S1, codes, facts_of, rows

DIGEST = "@sha256:" + "0" * 64
LABELLED = [("model", "org/m", S1, "pinned"), ("model", "Qwen/Qwen3-0.6B", S1, "pinned")]


def labels(image: str, *words: str) -> list[tuple[str | None, str | None]]:
    found = facts_of({"image": image, "args": list(words)})
    return [(row.id, row.reading) for row in found.artefacts]


@pytest.mark.parametrize(
    ("image", "found"),
    [
        pytest.param("vllm/vllm-openai:v0.33.0", [("org/m", None)], id="a version that was read"),
        pytest.param("mirror.example/x/vllm-openai:v0.14.1", [("org/m", None)], id="on a mirror"),
        pytest.param("vllm/vllm-openai:v0.20.0", [("org/m", None)], id="between two"),
        pytest.param("vllm/vllm-openai:v0.40.0", [("org/m", None)], id="a newer one"),
        pytest.param(
            "vllm/vllm-openai:v0.8.5",
            [("org/m", None)],
            id="the module of 0.8 refuses a positional, which is named all the same",
        ),
        pytest.param(
            "vllm/vllm-openai:v0.10.2", [("Qwen/Qwen3-0.6B", None)], id="a later one ignores it"
        ),
        pytest.param(
            "vllm/vllm-openai:v0.12.0",
            [("org/m", "vllm serve"), ("Qwen/Qwen3-0.6B", "vllm.entrypoints.openai.api_server")],
            id="when the entry point changed",
        ),
        pytest.param(
            "vllm/vllm-openai:latest",
            [("org/m", "vllm serve"), ("Qwen/Qwen3-0.6B", "vllm.entrypoints.openai.api_server")],
            id="a tag that is no version",
        ),
        pytest.param(
            "nvcr.io/nvidia/vllm:25.09-py3",
            [("org/m", "vllm serve"), ("Qwen/Qwen3-0.6B", "vllm.entrypoints.openai.api_server")],
            id="the version of a product around it",
        ),
        pytest.param(
            "vllm/vllm-openai:v0.33.0" + DIGEST,
            [("org/m", "vllm serve"), ("Qwen/Qwen3-0.6B", "vllm.entrypoints.openai.api_server")],
            id="a tag beside a digest is no evidence",
        ),
    ],
)
def test_an_image_tells_its_entry_point_by_its_version(
    image: str, found: list[tuple[str, str]]
) -> None:
    assert labels(image, "org/m", "--revision", S1) == found


def test_the_default_differs_by_version() -> None:
    assert labels("vllm/vllm-openai") == [
        ("Qwen/Qwen3-0.6B", "0.14.1, 0.33.0"),
        ("facebook/opt-125m", "0.8.5"),
    ]


def command(*words: str, image: str = OTHER) -> Any:
    return facts_of({"image": image, "command": ["vllm", "serve", *words]})


def test_readings_that_agree_are_one() -> None:
    (row,) = command("org/m", "--revision", S1).artefacts
    assert (row.state, row.reading) == ("pinned", None)


def test_a_refused_reading_drops_out() -> None:
    # 0.8 refuses --model, the others hoist it.
    (row,) = command("--model", "org/m").artefacts
    assert (row.id, row.reading) == ("org/m", None)


def test_a_draft_that_only_one_version_knows() -> None:
    found = command("org/m", "--spec-model", "d/d").artefacts
    assert [(row.id, row.reading) for row in found] == [("org/m", None), ("d/d", None)]


def test_options_of_several_versions_at_once() -> None:
    facts = command("org/m", "--revision", S1, "--num-lookahead-slots", "1", "--spec-tokens", "2")
    assert (rows(facts), codes(facts)) == ([("model", "org/m", S1, "pinned")], [])


def test_an_option_of_no_version_is_said() -> None:
    facts = command("org/m", "--revision", S1, "--brand-new", "x")
    assert (rows(facts), codes(facts)) == ([("model", "org/m", S1, "pinned")], ["unknown-server"])


def test_what_an_unknown_option_takes_is_not_known() -> None:
    found = command("--brand-new", "org/m", "--port", "80").artefacts
    assert sorted({row.id for row in found if row.id}) == [
        "Qwen/Qwen3-0.6B", "facebook/opt-125m", "org/m",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("a/a", "b/b"), id="two models"),
        pytest.param(("org/m", "--REVISION", S1), id="a name that no version can have"),
        pytest.param(("org/m", "--revision"), id="no value"),
    ],
)
def test_what_all_refuse_is_refused(words: tuple[str, ...]) -> None:
    facts = command(*words)
    assert (rows(facts), codes(facts)) == ([], ["server-refuses"])


def test_what_only_this_version_refuses_is_named_all_the_same() -> None:
    old = "vllm/vllm-openai:v0.7.1"
    facts = command("--model", "org/m", "--enable-lora", image=old)
    assert (rows(facts), codes(facts)) == (
        [("model", "org/m", None, "unpinned")], ["server-refuses"],
    )  # fmt: skip
    facts = command("--model", "org/m", "--revision", S1, image=old)
    assert (rows(facts), codes(facts)) == ([("model", "org/m", S1, "opaque")], ["server-refuses"])


def test_the_exact_version_refuses_an_unknown_option() -> None:
    facts = command("org/m", "--brand-new", "x", image="vllm/vllm-openai:v0.33.0")
    assert (rows(facts), codes(facts)) == (
        [("model", "org/m", None, "unpinned")], ["server-refuses"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("image", "words", "found"),
    [
        pytest.param("v0.7.0", ("--enable-chunked-prefill", "false"), [], id="a word of its own"),
        pytest.param("v0.6.3", ("--enable_chunked_prefill=False",), [], id="behind a sign"),
        pytest.param("v0.6.3", ("--enable-chunked-prefill",), [], id="none"),
        pytest.param("v0.6.3", ("--enable-chunked-prefill=x",), ["server-refuses"], id="no truth"),
        pytest.param("latest", ("--multi-step-stream-outputs", "true"), [], id="some version"),
        pytest.param(
            "v0.33.0", ("--enable-chunked-prefill=false",), ["server-refuses"], id="not any more"
        ),
    ],
)
def test_two_switches_of_old_versions_take_a_truth_value(
    image: str, words: tuple[str, ...], found: list[str]
) -> None:
    facts = command("org/m", *words, image=f"vllm/vllm-openai:{image}")
    assert codes(facts) == found
    assert found or rows(facts) == [("model", "org/m", None, "unpinned")]


def test_a_variant_of_a_version_may_have_more_options() -> None:
    facts = command("org/m", "--brand-new", "x", image="vllm/vllm-openai:v0.33.0-ours")
    assert codes(facts) == ["unknown-server"]


def test_only_one_reading_may_be_unclear() -> None:
    # A dotted name with a hole is no option at all in 0.8, and unknown in the others.
    facts = facts_of({
        "command": ["vllm", "serve", "org/m", "-sc.model", "$(S)"],
        "env": [{"name": "S", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}],
    })  # fmt: skip
    assert codes(facts) == ["secret"]
