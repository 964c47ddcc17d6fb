"""Names of options, variables and forms that no other test holds, a row each."""

from typing import Any

import pytest

from tests.inspect.servers.reading import (
    OTHER,
    S1,
    S2,
    TGI,
    VLLM,
    codes,
    env,
    facts_of,
    hazards,
    module,
    rows,
    serve,
    tgi,
)

PIN = ("org/m", "--revision", S1)
PINNED = ("model", "org/m", S1, "pinned")
LLAMA = "ghcr.io/ggml-org/llama.cpp:server"
SGLANG = "lmsysorg/sglang:v0.5.23"
URL = f"https://huggingface.co/o/r/resolve/{S1}/p"


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param(("--hf-repo", "o/r"), ("model", "o/r", None, "unpinnable"), id="--hf-repo"),
        pytest.param(
            ("--hf-repo", "o/r", "--hf-file", "f"), ("model", "o/r", None, "unpinnable"), id="file"
        ),
        pytest.param(
            ("--docker-repo", "ai/m:1"), ("model", "ai/m:1", None, "unpinnable"), id="--docker-repo"
        ),
        pytest.param(("--model-url", URL), ("model", "o/r/p", S1, "pinned"), id="--model-url"),
        pytest.param(("--mmproj", "/p"), ("weights", "/p", None, "local"), id="--mmproj"),
        pytest.param(("--mmproj-url", URL), ("weights", "o/r/p", S1, "pinned"), id="--mmproj-url"),
        pytest.param(("--model-draft", "/d"), ("draft", "/d", None, "local"), id="--model-draft"),
        *(
            pytest.param((option, "o/d"), ("draft", "o/d", None, "unpinnable"), id=option)
            for option in ("-hfd", "-hfrd", "--hf-repo-draft", "--spec-draft-hf")
        ),
    ],
)
def test_names_of_llama_cpp(words: tuple[str, ...], found: Any) -> None:
    facts = facts_of({"image": LLAMA, "args": ["-m", "/m", *words]})
    assert found in rows(facts)
    assert codes(facts) == []


def test_variables_of_llama_cpp_that_switch_something_off() -> None:
    for value in ("1", "0", ""):
        facts = facts_of(
            {"image": LLAMA, "args": ["-m", "/m"], "env": env(LLAMA_ARG_NO_MMAP=value)}
        )
        assert (rows(facts), codes(facts)) == ([("model", "/m", None, "local")], [])


@pytest.mark.parametrize(
    ("words", "state"),
    [
        pytest.param(("@file",), "local", id="no file of arguments"),
        pytest.param(("s3://b/m",), "unpinnable", id="a bucket"),
        pytest.param(("AZ://b/m",), "unpinnable", id="in any case"),
    ],
)
def test_names_that_vllm_takes_as_they_are(words: tuple[str, ...], state: str) -> None:
    variables = env(AWS_ENDPOINT_URL="http://minio", S3_ENDPOINT_URL="http://minio")
    facts = serve(*words, "--revision", S1, env=variables)
    assert rows(facts) == [("model", words[0], None, state)]


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("-qawq",), id="a value written on"),
        pytest.param(("-tp", "2"), id="a short option"),
        pytest.param(("--enable-sleep-mode",), id="a switch"),
        pytest.param(("--no-enable-prefix-caching",), id="switched off"),
        pytest.param(("--disable-chunked-prefill",), id="by the other of a pair"),
        pytest.param(("--no_enable_chunked-prefill",), id="folded"),
        pytest.param(("--enable-lora",), id="adapters that nothing names"),
        pytest.param(("--load-format", "runai_streamer"), id="another loader"),
        pytest.param(("--load-format", "sharded_state"), id="parts"),
    ],
)
def test_options_that_name_nothing(words: tuple[str, ...]) -> None:
    facts = serve(*PIN, *words)
    assert (rows(facts), codes(facts), hazards(facts)) == ([PINNED], [], [])


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("-tp2",), id="a number written on to two letters"),
        pytest.param(("--trust-remote-code=true",), id="a switch with a value"),
        pytest.param(("--", "--revision", S2), id="options behind the end of options"),
        pytest.param(("--revision",), id="no value"),
    ],
)
def test_what_is_refused(words: tuple[str, ...]) -> None:
    for facts in (serve(*PIN, *words), module("--model", *PIN, *words)):
        assert not any(row[3] == "pinned" for row in rows(facts))
        assert codes(facts) == ["server-refuses"]


def test_pairs_of_names_came_late() -> None:
    facts = serve(*PIN, "--disable-chunked-prefill", image="vllm/vllm-openai:v0.14.1")
    assert codes(facts) == ["server-refuses"]


def test_the_end_of_options_before_a_command() -> None:
    facts = facts_of({"image": VLLM, "command": ["vllm", "--", "serve", *PIN]})
    assert rows(facts) == []
    assert codes(facts) != []


def test_a_frontend_needs_its_path() -> None:
    assert hazards(serve(*PIN, env=env(VLLM_USE_RUST_FRONTEND="1"))) == []


@pytest.mark.parametrize("name", ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"])
@pytest.mark.parametrize(
    ("value", "found"), [("1", ["offline-cache"]), ("on", ["offline-cache"]), ("0", []), ("", [])]
)
def test_a_cache_without_the_hub(name: str, value: str, found: list[str]) -> None:
    facts = facts_of(
        {"image": VLLM, "args": list(PIN), "env": env(**{name: value}, HF_HOME="/c"),
         "volumeMounts": [{"name": "v", "mountPath": "/c"}]},
        volumes=[{"name": "v", "persistentVolumeClaim": {"claimName": "c"}}],
    )  # fmt: skip
    assert (rows(facts), hazards(facts)) == ([PINNED], found)


def test_variables_of_ollama_name_no_model() -> None:
    variables = env(OLLAMA_MODELS="/m", OLLAMA_REMOTES="x")
    facts = facts_of({"image": OTHER, "command": ["ollama", "run", "m"], "env": variables})
    assert rows(facts) == [("model", "m", None, "unpinnable")]


@pytest.mark.parametrize("address", ["s3://b/m", "redis://h/m", "anything://x"])
def test_connectors_of_sglang(address: str) -> None:
    command = ["python3", "-m", "sglang.launch_server", "--model-path", address, "--revision", S1]
    assert rows(facts_of({"image": SGLANG, "command": command})) == [
        ("model", address, None, "unpinnable")
    ]


def test_options_of_tgi_that_name_folders() -> None:
    words = ("--huggingface-hub-cache", "/c", "--weights-cache-override", "/w")
    assert rows(tgi("--model-id", *PIN, *words)) == [PINNED, ("weights", "/w", None, "local")]


@pytest.mark.parametrize("text", ["a=b=c", "a@b@c", "=b", "a@"])
def test_adapters_that_tgi_refuses(text: str) -> None:
    facts = facts_of({"image": TGI, "args": ["--model-id", *PIN, "--lora-adapters", text]})
    assert (rows(facts), codes(facts)) == ([], ["server-refuses"])
