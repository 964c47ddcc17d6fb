"""What the workers of Dynamo load."""

from typing import Any

import pytest

from tests.inspect.servers.reading import S1, codes, facts_of, hazards, rows

HUB = ("model", "org/m", None, "unpinnable")


@pytest.mark.parametrize(
    ("command", "found"),
    [
        pytest.param(("dynamo.vllm", "--model", "org/m", "--revision", S1), [HUB], id="vLLM"),
        pytest.param(("dynamo.sglang", "--model-path=org/m", "--tp", "2"), [HUB], id="SGLang"),
        pytest.param(("dynamo.trtllm", "--model_path", "org/m"), [HUB], id="TensorRT-LLM"),
        pytest.param(("dynamo.vllm", "--model=/m"), [("model", "/m", None, "local")], id="path"),
        pytest.param(
            ("dynamo.sglang", "--model", "org/m", "--tokenizer-path", "o/t",
             "--speculative-draft-model-path", "o/d"),
            [HUB, ("tokenizer", "o/t", None, "unpinnable"), ("draft", "o/d", None, "unpinnable")],
            id="others",
        ),
    ],
)  # fmt: skip
def test_what_a_worker_loads(command: tuple[str, ...], found: list[Any]) -> None:
    facts = facts_of({"command": ["python3", "-m", *command]})
    assert (rows(facts), codes(facts)) == (found, [])


def test_files_that_can_name_another_model() -> None:
    words = ["--model-path", "org/m", "--extra-engine-args", "/c/engine.yaml"]
    facts = facts_of({"command": ["python3", "-m", "dynamo.trtllm", *words]})
    assert (rows(facts), codes(facts)) == ([HUB], ["configmap"])
    bare = facts_of({"command": ["python3", "-m", "dynamo.sglang", "--config", "/c.yaml"]})
    assert (rows(bare), codes(bare)) == ([], ["configmap"])


def test_remote_code() -> None:
    words = ["--model", "org/m", "--trust_remote_code"]
    assert hazards(facts_of({"command": ["python3", "-m", "dynamo.vllm", *words]})) == [
        "trust-remote-code"
    ]


def test_no_model_is_refused() -> None:
    assert codes(facts_of({"command": ["python3", "-m", "dynamo.vllm"]})) == ["server-refuses"]


def test_its_frontend_loads_nothing() -> None:
    assert codes(facts_of({"command": ["python3", "-m", "dynamo.frontend", "--vllm"]})) == []
