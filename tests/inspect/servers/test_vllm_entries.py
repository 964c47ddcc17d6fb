"""What vLLM's other commands and modules load: each has options of its own."""

from typing import Any

import pytest

from pinfold.inspect.servers.vllm_entries import tables_of
from tests.inspect.servers.reading import OTHER, S1, VLLM, codes, facts_of, hazards, rows

DEFAULT = ("model", "Qwen/Qwen3-0.6B", None, "unpinned")
PINNED = ("model", "org/m", S1, "pinned")
UNPINNED = ("model", "org/m", None, "unpinned")
MODEL = ("--model", "org/m", "--revision", S1)
OLD = "vllm/vllm-openai:v0.8.5"
MODULE = "vllm.entrypoints."


def vllm(*words: str, image: str = VLLM) -> Any:
    return facts_of({"image": image, "command": ["vllm", *words]})


def module(name: str, *words: str, image: str = VLLM) -> Any:
    return facts_of({"image": image, "command": ["python3", "-m", MODULE + name, *words]})


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param(("run-batch", "-i", "a", "-o", "b", *MODEL), [PINNED], id="a batch"),
        pytest.param(("run-batch", "-i", "a", "-o", "b"), [DEFAULT], id="its default model"),
        pytest.param(
            ("run-batch", "--input_file=a", "--output-f", "b", *MODEL, "--model=e/e"),
            [("model", "e/e", S1, "pinned")],
            id="the last model",
        ),
        pytest.param(("preload", *MODEL, "--seed-token", "x"), [PINNED], id="a cache of weights"),
        pytest.param(
            ("snapshot", "create", "org/m", "--revision", S1, "--snapshot-dir", "/s"),
            [PINNED],
            id="a snapshot",
        ),
        pytest.param(("launch", "render", "org/m"), [UNPINNED], id="a component"),
        pytest.param(("bench", "throughput", *MODEL), [PINNED], id="a benchmark of throughput"),
        pytest.param(
            ("bench", "throughput", *MODEL, "--lora-path", "o/l"),
            [PINNED, ("adapter", "o/l", None, "unpinnable")],
            id="with an adapter",
        ),
        pytest.param(("bench", "latency", *MODEL, "--n", "2"), [PINNED], id="of latency"),
        pytest.param(("bench", "startup", "--model=org/m"), [UNPINNED], id="of the start"),
        pytest.param(
            ("bench", "latency", *MODEL, "--tokenizer", "o/t", "--trust-remote-code"),
            [PINNED, ("tokenizer", "o/t", S1, "pinned")],
            id="options of the engine",
        ),
    ],
)
def test_what_a_command_loads(words: tuple[str, ...], found: list[Any]) -> None:
    facts = vllm(*words)
    assert (rows(facts), codes(facts)) == (found, [])


@pytest.mark.parametrize(
    ("name", "words", "image", "found"),
    [
        pytest.param("api_server", MODEL, OLD, [PINNED], id="the server before OpenAI's"),
        pytest.param(
            "api_server",
            ("--root-path", "/x"),
            OLD,
            [("model", "facebook/opt-125m", None, "unpinned")],
            id="its default",
        ),
        pytest.param("openai.run_batch", ("-i", "a", "-o", "b", *MODEL), OLD, [PINNED], id="batch"),
        pytest.param("grpc_server", ("--port", "1", *MODEL), VLLM, [PINNED], id="gRPC"),
        pytest.param(
            "launchers.run_batch", ("-i", "a", "-o", "b", *MODEL), VLLM, [PINNED], id="new place"
        ),
        pytest.param("launchers.api_server.entry", MODEL, VLLM, [PINNED], id="of the server, too"),
        pytest.param("openai.api_server", MODEL, VLLM, [PINNED], id="OpenAI's"),
    ],
)
def test_what_a_module_loads(
    name: str, words: tuple[str, ...], image: str, found: list[Any]
) -> None:
    facts = module(name, *words, image=image)
    assert (rows(facts), codes(facts)) == (found, [])


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("run-batch", "org/m"), id="a positional"),
        pytest.param(("run-batch", *MODEL, "--uvicorn-log-level", "x"), id="an option of serve"),
        pytest.param(("preload", *MODEL, "-i", "a"), id="an option of another command"),
        pytest.param(("bench", "latency", *MODEL, "--lora-path", "x"), id="of another benchmark"),
        pytest.param(("snapshot", "create", "a/a", "b/b"), id="two models"),
    ],
)
def test_what_a_command_refuses(words: tuple[str, ...]) -> None:
    facts = vllm(*words)
    assert codes(facts) == ["server-refuses"]
    assert "pinned" not in [row.state for row in facts.artefacts]


@pytest.mark.parametrize(
    ("words", "found", "code"),
    [
        pytest.param(("run-batch",), [UNPINNED], [], id="a command"),
        pytest.param(("snapshot", "create"), [UNPINNED], [], id="a snapshot"),
        pytest.param(
            ("snapshot", "create", "a/a", "--revision", S1),
            [("model", "a/a", S1, "pinned")],
            [],
            id="a snapshot of a model",
        ),
        pytest.param(("bench", "latency"), [], ["server-refuses"], id="behind another: in front"),
    ],
)
def test_a_config_file(words: tuple[str, ...], found: list[Any], code: list[str]) -> None:
    facts = facts_of(
        {"image": VLLM, "command": ["vllm", *words], "args": ["--config", "/c/c.yaml"],
         "volumeMounts": [{"name": "c", "mountPath": "/c"}]},
        volumes=[{"name": "c", "configMap": {"name": "c"}}],
        files={"c": {"c.yaml": "model: org/m"}},
    )  # fmt: skip
    assert (rows(facts), codes(facts)) == (found, code)


def test_an_empty_config_of_a_benchmark() -> None:
    facts = facts_of(
        {"image": VLLM, "command": ["vllm", "bench", "latency", *MODEL, "--config", "/c/c.yaml"],
         "volumeMounts": [{"name": "c", "mountPath": "/c"}]},
        volumes=[{"name": "c", "configMap": {"name": "c"}}],
        files={"c": {"c.yaml": "{}"}},
    )  # fmt: skip
    assert rows(facts) == [PINNED]


def test_omni_hands_over_to_another_program() -> None:
    facts = vllm("serve", "org/m", "--revision", S1, "--omni")
    assert (rows(facts), codes(facts)) == ([], ["unknown-server"])
    assert codes(vllm("serve", "org/m", "--omni", image=OLD)) == ["server-refuses"]


def test_where_the_version_is_not_known_each_that_has_the_command_counts() -> None:
    facts = facts_of({"image": OTHER, "command": ["vllm", "bench", "latency", "--n", "1"]})
    assert [(row.id, row.reading) for row in facts.artefacts] == [
        ("facebook/opt-125m", "0.8.5"),
        ("Qwen/Qwen3-0.6B", "0.14.1, 0.33.0"),
    ]


def test_an_option_of_another_version_of_the_command() -> None:
    command = ["vllm", "run-batch", *MODEL, "--max-inflight", "3", "--enable-force-include-usage"]
    facts = facts_of({"image": OTHER, "command": command})
    assert (rows(facts), codes(facts)) == ([PINNED], [])


def test_hazards() -> None:
    assert hazards(vllm("preload", *MODEL, "--trust-remote-code")) == ["trust-remote-code"]


@pytest.mark.parametrize(
    ("command", "versions"),
    [
        ("run-batch", ["0.8.5", "0.14.1", "0.33.0"]),
        ("api_server", ["0.8.5", "0.14.1"]),
        ("grpc_server", ["0.14.1", "0.33.0"]),
        ("preload", ["0.33.0"]),
        ("bench startup", ["0.14.1", "0.33.0"]),
    ],
)
def test_which_versions_have_a_command(command: str, versions: list[str]) -> None:
    assert [table.version for table in tables_of(command)] == versions
