"""What TensorRT-LLM's server loads, from its command line and its file."""

from typing import Any

import pytest

from pinfold.inspect.workload import ContainerFacts, Where
from tests.inspect.servers.reading import S1, SECRET, codes, env, facts_of, hazards, rows

IMAGE = "nvcr.io/nvidia/tensorrt-llm/release:1.2.0"
PINNED = ("model", "org/m", S1, "pinned")
UNPINNED = ("model", "org/m", None, "unpinned")


def serve(*words: str, config: str | None = None, **container: Any) -> ContainerFacts:
    files = {"c": {"c.yaml": config}} if config is not None else None
    return facts_of(
        {
            "image": IMAGE,
            "command": ["trtllm-serve", *words],
            "volumeMounts": [{"name": "v", "mountPath": "/c"}],
            **container,
        },
        volumes=[{"name": "v", "configMap": {"name": "c"}}],
        files=files,
    )


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param(("org/m",), [UNPINNED], id="a model"),
        pytest.param(("serve", "org/m", "--revision", S1), [PINNED], id="a command"),
        pytest.param(("grpc", "org/m", "--revision=" + S1), [PINNED], id="another command"),
        pytest.param(("mm_embedding_serve", "org/m"), [UNPINNED], id="an encoder"),
        pytest.param(
            ("serve", "--tp_size", "2", "/m"), [("model", "/m", None, "local")], id="path"
        ),
        pytest.param(
            ("org/m", "--tokenizer", "org/t", "--revision", S1),
            [PINNED, ("tokenizer", "org/t", None, "unpinnable")],
            id="a tokenizer",
        ),
    ],
)
def test_what_is_loaded(words: tuple[str, ...], found: list[Any]) -> None:
    facts = serve(*words)
    assert (rows(facts), codes(facts)) == (found, [])


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("--host", "0.0.0.0", "org/m"), id="an option in front of the model"),
        pytest.param(("serve",), id="no model"),
        pytest.param((), id="nothing"),
        pytest.param(("org/m", "--tp-size", "2"), id="a dash for an underscore"),
        pytest.param(("a/a", "b/b"), id="two models"),
        pytest.param(
            ("mm_embedding_serve", "org/m", "--revision", S1), id="a revision of an encoder"
        ),
    ],
)
def test_what_is_refused(words: tuple[str, ...]) -> None:
    facts = serve(*words, image="registry.example.com/tensorrt-llm:1.2.0")
    assert codes(facts) == ["server-refuses"]
    assert "pinned" not in [row.state for row in facts.artefacts]


FILE = ("serve", "org/m", "--revision", S1, "--config", "/c/c.yaml")


@pytest.mark.parametrize(
    ("config", "found"),
    [
        pytest.param("max_batch_size: 4\n", [PINNED], id="other settings"),
        pytest.param("revision: main\n", [("model", "org/m", "main", "unpinned")], id="revision"),
        pytest.param("revision: null\n", [UNPINNED], id="no revision"),
        pytest.param("model: e/e\n", [("model", "e/e", S1, "pinned")], id="another model"),
        pytest.param(
            "speculative_config: {decoding_type: Eagle, speculative_model: d/d}\n",
            [PINNED, ("draft", "d/d", None, "unpinnable")],
            id="a draft",
        ),
        pytest.param(
            "speculative_config: {speculative_model_dir: /d}\nlora_config: {lora_dir: [/a, o/b]}\n",
            [
                PINNED,
                ("draft", "/d", None, "local"),
                ("adapter", "/a", None, "local"),
                ("adapter", "o/b", None, "unpinnable"),
            ],
            id="a draft and adapters",
        ),
        pytest.param("lora_config: {lora_dir: x}\n", [PINNED], id="no list of adapters"),
    ],
)
def test_a_file_comes_last(config: str, found: list[Any]) -> None:
    facts = serve(*FILE, config=config)
    assert (rows(facts), codes(facts)) == (found, [])


def test_a_place_in_a_file() -> None:
    (row,) = serve(*FILE, config="model: e/e\n").artefacts
    assert (row.where, row.place, row.via) == (
        Where.CONFIG,
        "spec.containers[0].command[6]",
        ("ConfigMap c",),
    )


@pytest.mark.parametrize(
    ("words", "found", "code"),
    [
        pytest.param(
            ("org/m", "--extra_llm_api_options", "/c/c.yaml"),
            [("model", "org/m", None, "opaque")],
            "configmap",
            id="a file",
        ),
        pytest.param(
            ("org/m", "--config", "$(S)"),
            [("model", "org/m", None, "opaque")],
            "secret",
            id="a file that is not known",
        ),
        pytest.param(("disaggregated", "-c", "/c/c.yaml"), [], "configmap", id="disaggregated"),
    ],
)
def test_what_is_not_known(words: tuple[str, ...], found: list[Any], code: str) -> None:
    facts = serve(*words, env=env(S=SECRET))
    assert (rows(facts), codes(facts)) == (found, [code])


@pytest.mark.parametrize(
    ("words", "config", "found"),
    [
        pytest.param(("--trust_remote_code",), "a: 1", ["trust-remote-code"], id="an option"),
        pytest.param((), "trust_remote_code: true", ["trust-remote-code"], id="of the file"),
        pytest.param(("--trust_remote_code",), "trust_remote_code: false", [], id="off there"),
        pytest.param(("--custom_tokenizer", "a.B"), "a: 1", ["import-path"], id="a tokenizer"),
        pytest.param(("--custom_module_dirs", "/x"), "a: 1", ["import-path"], id="modules"),
    ],
)
def test_hazards(words: tuple[str, ...], config: str, found: list[str]) -> None:
    assert hazards(serve(*FILE, *words, config=config)) == found


@pytest.mark.parametrize("value", ["{2020-01-01: a}", "0x" + "f" * 5000])
def test_a_value_of_a_file_that_cannot_be_written(value: str) -> None:
    assert codes(serve(*FILE, config=f"lora_config: {value}\n")) == ["server-refuses"]
