"""What the facts about servers say of rare options and forms, a row each; the rest is by server."""

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
    rows,
    serve,
)

PIN = ("org/m", "--revision", S1)
PINNED = ("model", "org/m", S1, "pinned")
SGLANG = ("python3", "-m", "sglang.launch_server", "--model-path", "org/m", "--revision", S1)


@pytest.mark.parametrize(
    ("words", "variables", "found"),
    [
        pytest.param((), {"TOKENIZER_CONFIG_PATH": "/t.json"}, [], id="a tokenizer's config"),
        pytest.param(("--tokenizer-config-path", "t.json"), {}, [], id="as an option"),
        pytest.param((), {"HUGGINGFACE_HUB_CACHE": "/data"}, [], id="a cache"),
        pytest.param(("--speculate", "3"), {}, [], id="a number of tokens"),
        pytest.param(
            ("--lora-adapters", f"n=o/l@{S2}"), {}, [("adapter", "o/l", S2, "pinned")], id="name"
        ),
    ],
)
def test_what_tgi_loads(
    words: tuple[str, ...], variables: dict[str, str], found: list[Any]
) -> None:
    facts = facts_of(
        {"image": TGI, "args": ["--model-id", "org/m", "--revision", S1, *words],
         "env": env(**variables)}
    )  # fmt: skip
    assert (rows(facts), codes(facts)) == ([PINNED, *found], [])


@pytest.mark.parametrize("variables", [{"model_id": "org/m"}, {"MODEL-ID": "org/m"}])
def test_variables_of_tgi_know_capitals(variables: dict[str, str]) -> None:
    container = {"image": TGI, "env": [{"name": n, "value": v} for n, v in variables.items()]}
    assert rows(facts_of(container)) == [("model", "bigscience/bloom-560m", None, "unpinned")]


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("--speculative-algorithm", "EAGLE"), id="a draft without a path"),
        pytest.param(("--json-model-override-args", '{"a": 1}'), id="overrides"),
        pytest.param(("--model-loader-extra-config", "{}"), id="settings of a loader"),
        pytest.param(("--chat-template", "llama-2"), id="a template"),
        pytest.param(("--completion-template", "/t"), id="another template"),
        pytest.param(("--rl-quant-profile", "/p"), id="a profile"),
        pytest.param(("--model-checksum",), id="checksums of the model's own"),
        pytest.param(("--served-model-name", "org/x"), id="a name"),
    ],
)
def test_what_sglang_loads_no_more(words: tuple[str, ...]) -> None:
    facts = facts_of({"image": "lmsysorg/sglang:v0.5.23", "command": [*SGLANG, *words]})
    assert (rows(facts), codes(facts)) == ([PINNED], [])


def test_plugins_of_sglang() -> None:
    variables = env(SGLANG_PLUGINS="x.y")
    assert hazards(facts_of({"command": list(SGLANG), "env": variables})) == ["import-path"]


@pytest.mark.parametrize(
    ("variables", "words", "found"),
    [
        pytest.param(
            {"LLAMA_ARG_HF_REPO": "o/r", "LLAMA_ARG_HF_FILE": "f.gguf"}, (),
            [("model", "o/r", None, "unpinnable")], id="a file of a repository",
        ),
        pytest.param(
            {"LLAMA_ARG_MMPROJ_URL": f"https://huggingface.co/o/r/resolve/{S1}/p"}, ("-m", "/m"),
            [("model", "/m", None, "local"), ("weights", "o/r/p", S1, "pinned")], id="a projector",
        ),
        pytest.param(
            {"LLAMA_ARG_SPEC_DRAFT_MODEL": "/d"}, ("-m", "/m"),
            [("model", "/m", None, "local"), ("draft", "/d", None, "local")], id="a draft",
        ),
        pytest.param({}, ("-m", "/m", "--chat-template-file", "/t"),
                     [("model", "/m", None, "local")], id="a template"),
        pytest.param({}, ("-m", "/a", "--model", "/m"), [("model", "/m", None, "local")], id="two"),
    ],
)  # fmt: skip
def test_what_llama_cpp_loads(
    variables: dict[str, str], words: tuple[str, ...], found: list[Any]
) -> None:
    image = "ghcr.io/ggml-org/llama.cpp:server"
    facts = facts_of({"image": image, "args": list(words), "env": env(**variables)})
    assert rows(facts) == found


def test_a_preset_of_llama_cpp_names_models() -> None:
    variables = env(LLAMA_ARG_MODELS_PRESET="/p.ini")
    image = "ghcr.io/ggml-org/llama.cpp:server"
    assert "configmap" in codes(facts_of({"image": image, "env": variables}))


@pytest.mark.parametrize(
    ("command", "found"),
    [
        pytest.param(
            ("lmdeploy", "serve", "api_server", "org/m", "--revision", S1, "--chat-template", "x"),
            [PINNED], id="LMDeploy's template",
        ),
        pytest.param(
            ("trtllm-serve", "org/m", "--revision", S1, "--chat_template", "/t"), [PINNED],
            id="TensorRT-LLM's template",
        ),
        pytest.param(
            ("infinity_emb", "v2", "--model-id", "a;b"), [("model", "a;b", None, "local")],
            id="Infinity's option is not taken apart",
        ),
        pytest.param(
            ("text-embeddings-router", "--model-id", "org/m", "--revision", S1, "--dense-path",
             "org/d"),
            [PINNED], id="a part of TEI's repository",
        ),
        pytest.param(
            ("ollama", "run", "registry.example/ns/m:7b"),
            [("model", "registry.example/ns/m:7b", None, "unpinnable")], id="Ollama's host and tag",
        ),
    ],
)  # fmt: skip
def test_what_the_others_load(command: tuple[str, ...], found: list[Any]) -> None:
    facts = facts_of({"image": OTHER, "command": list(command)})
    assert (rows(facts), codes(facts)) == (found, [])


def test_the_address_of_a_multinode_server() -> None:
    script = 'python3 -m huggingfaceserver ${MODEL_DIR_ARG} --model_revision=$R "$0" "$@"'
    variables = env(MODEL_DIR_ARG="--model_id=org/m", R=S1)
    facts = facts_of({"command": ["bash", "-c", script, "--tp", "2"], "env": variables})
    assert (rows(facts), codes(facts)) == ([PINNED], [])


@pytest.mark.parametrize("name", ["LD_PRELOAD", "PYTHONPATH", "PYTHONSTARTUP"])
def test_code_that_runs_in_any_program(name: str) -> None:
    assert hazards(serve(*PIN, env=env(**{name: "/x"}))) == ["code-path"]
    assert hazards(serve(*PIN, env=env(**{name: ""}))) == []
    download = {"command": ["hf", "download", "org/m"], "env": env(**{name: "/x"})}
    assert hazards(facts_of(download)) == []


def test_arguments_that_are_evaluated() -> None:
    script = 'eval "exec vllm serve /mnt/models ${VLLM_ADDITIONAL_ARGS} $@"'
    variables = env(VLLM_ADDITIONAL_ARGS="--tokenizer o/t")
    container = {"image": VLLM, "command": ["/bin/bash", "-c", script, "--"], "env": variables}
    facts = facts_of(container)
    assert not any(row[3] == "pinned" for row in rows(facts))
