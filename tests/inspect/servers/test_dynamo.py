"""What the workers of Dynamo load."""

from typing import Any

import pytest

from tests.inspect.servers.reading import S1, SECRET, codes, env, facts_of, hazards, rows

DEFAULT = ("model", "Qwen/Qwen3-0.6B", None, "unpinnable")
HUB = ("model", "org/m", None, "unpinnable")


@pytest.mark.parametrize(
    ("command", "found"),
    [
        pytest.param(("dynamo.vllm", "--model", "org/m", "--revision", S1), [HUB], id="vLLM"),
        pytest.param(("dynamo.sglang", "--model-path=org/m", "--tp", "2"), [HUB], id="SGLang"),
        pytest.param(("dynamo.trtllm", "--model_path", "org/m"), [HUB], id="TensorRT-LLM"),
        pytest.param(("dynamo.fastvideo", "--model", "org/m"), [HUB], id="FastVideo"),
        pytest.param(("dynamo.vllm", "--model=/m"), [("model", "/m", None, "local")], id="path"),
        pytest.param(
            ("dynamo.sglang", "--model", "org/m", "--tokenizer-path", "o/t",
             "--speculative-draft-model-path", "o/d"),
            [HUB, ("tokenizer", "o/t", None, "unpinnable"), ("draft", "o/d", None, "unpinnable")],
            id="others",
        ),
        pytest.param(
            ("dynamo.vllm", "--model", "org/m", "--speculative-config", '{"model": "o/d"}',
             "--hf-config-path", "o/c", "--generation-config", "auto"),
            [HUB, ("config", "o/c", None, "unpinnable"), ("draft", "o/d", None, "unpinnable")],
            id="a draft as JSON, and a config",
        ),
        pytest.param(
            ("dynamo.vllm", "--model", "org/m", "--speculative_config.model", "o/d"),
            [HUB, ("draft", "o/d", None, "unpinnable")],
            id="a draft in dotted pieces",
        ),
        pytest.param(
            ("dynamo.trtllm", "--model-path", "org/m", "--override-engine-args", '{"tp_size": 2}'),
            [HUB],
            id="other settings",
        ),
        pytest.param(("dynamo.vllm", "--endpoint", "dyn://a.b.c"), [DEFAULT], id="vLLM's default"),
        pytest.param(
            ("dynamo.trtllm",),
            [("model", "TinyLlama/TinyLlama-1.1B-Chat-v1.0", None, "unpinnable")],
            id="TensorRT-LLM's default",
        ),
    ],
)  # fmt: skip
def test_what_a_worker_loads(command: tuple[str, ...], found: list[Any]) -> None:
    facts = facts_of({"command": ["python3", "-m", *command]})
    assert (rows(facts), codes(facts)) == (found, [])


def test_files_that_can_name_another_model() -> None:
    words = ["--model-path", "org/m", "--extra-engine-args", "/c/engine.yaml"]
    facts = facts_of({"command": ["python3", "-m", "dynamo.trtllm", *words]})
    assert (rows(facts), codes(facts)) == ([HUB], ["script-in-image"])
    bare = facts_of({"command": ["python3", "-m", "dynamo.sglang", "--config", "/c.yaml"]})
    assert (rows(bare), codes(bare)) == ([], ["configmap"])


def test_remote_code() -> None:
    words = ["--model", "org/m", "--trust_remote_code"]
    assert hazards(facts_of({"command": ["python3", "-m", "dynamo.vllm", *words]})) == [
        "trust-remote-code"
    ]


def test_no_model_is_refused() -> None:
    assert codes(facts_of({"command": ["python3", "-m", "dynamo.sglang"]})) == ["server-refuses"]


def test_its_frontend_loads_nothing() -> None:
    assert codes(facts_of({"command": ["python3", "-m", "dynamo.frontend", "--vllm"]})) == []


def test_the_variables_of_a_worker() -> None:
    command = ["python3", "-m", "dynamo.trtllm"]
    facts = facts_of({"command": command, "env": env(DYN_TRTLLM_MODEL="org/m")})
    assert (rows(facts), codes(facts)) == ([HUB], [])
    file = env(DYN_TRTLLM_MODEL="org/m", DYN_TRTLLM_EXTRA_ENGINE_ARGS="/c.yaml")
    assert codes(facts_of({"command": command, "env": file})) == ["script-in-image"]


ENGINE = """
tensor_parallel_size: 4
tokenizer: org/t
speculative_config: {decoding_type: Eagle3, speculative_model: org/d}
lora_config: {lora_dir: [org/l, 5]}
"""


def test_a_file_of_the_engine_that_is_at_hand() -> None:
    words = ["--model-path", "org/m", "--extra-engine-args", "/c/engine.yaml"]
    facts = facts_of(
        {
            "command": ["python3", "-m", "dynamo.trtllm", *words],
            "volumeMounts": [{"name": "c", "mountPath": "/c"}],
        },
        volumes=[{"name": "c", "configMap": {"name": "engine"}}],
        files={"engine": {"engine.yaml": ENGINE}},
    )
    assert (rows(facts), codes(facts)) == (
        [
            HUB,
            ("tokenizer", "org/t", None, "unpinnable"),
            ("draft", "org/d", None, "unpinnable"),
            ("adapter", "org/l", None, "unpinnable"),
        ],
        [],
    )
    assert facts.artefacts[2].via == ("ConfigMap engine",)


@pytest.mark.parametrize(
    ("text", "found", "opaque"),
    [
        pytest.param(
            '{"speculative_config": {"speculative_model": "o/d"}}',
            [HUB, ("draft", "o/d", None, "unpinnable")],
            [],
            id="a draft",
        ),
        pytest.param('{"speculative_config": "auto"}', [HUB], [], id="no names"),
        pytest.param("$(S)", [HUB], ["secret"], id="a Secret"),
        pytest.param("[]", [], ["server-refuses"], id="no mapping"),
        pytest.param("", [HUB], [], id="empty"),
    ],
)
def test_settings_of_the_engine(text: str, found: list[Any], opaque: list[str]) -> None:
    words = ["--model", "org/m", "--override-engine-args", text]
    command = ["python3", "-m", "dynamo.trtllm", *words]
    facts = facts_of({"command": command, "env": env(S=SECRET)})
    assert (rows(facts), codes(facts)) == (found, opaque)


def test_a_worker_that_trusts_code() -> None:
    words = ["dynamo.vllm", "--model", "org/m", "--trust-remote-code"]
    assert hazards(facts_of({"command": ["python3", "-m", *words]})) == ["trust-remote-code"]
