"""Models that are named to a program which is not read: a trainer, a script in an image."""

from typing import Any

import pytest

from tests.inspect.servers.reading import S1, codes, env, facts_of, rows

GPU = {"limits": {"nvidia.com/gpu": "8"}}
MODEL = ("model", "org/m", None, "opaque")


@pytest.mark.parametrize(
    ("command", "found"),
    [
        pytest.param(
            ("torchrun", "--nnodes", "2", "train.py", "--model_name_or_path", "org/m"),
            [MODEL],
            id="a trainer's script",
        ),
        pytest.param(
            ("accelerate", "launch", "sft.py", "--model_name_or_path=org/m", "--bf16"),
            [MODEL],
            id="written on",
        ),
        pytest.param(("llm-katan", "--model", "org/m"), [MODEL], id="a small server"),
        pytest.param(
            ("python3", "-m", "verl.trainer.main_ppo", "actor_rollout_ref.model.path=org/m"),
            [MODEL],
            id="a key of Hydra",
        ),
        pytest.param(
            ("tune", "run", "--model_name_or_path", "org/m", "--dataset_name", "org/d"),
            [MODEL],
            id="a data set is none",
        ),
        pytest.param(
            ("python", "download.py", "--model-id=org/m", "--revision", S1),
            [MODEL],
            id="whether a revision counts is not known",
        ),
        pytest.param(
            ("python", "run.py", "--hf-model-id", "hf://org/m", "--use-model"), [MODEL], id="hf://"
        ),
        pytest.param(("python", "run.py", "--model_path", "hf:org/m"), [MODEL], id="hf:"),
        pytest.param(
            ("python", "glue.py", "--model_name_or_path", "gpt2"),
            [("model", "gpt2", None, "opaque")],
            id="a model of one word",
        ),
        pytest.param(("python", "run.py", "--model", "resnet50"), [], id="a word alone"),
        pytest.param(("python", "a.py", "--model-name-or-path", "7"), [], id="a number"),
        pytest.param(
            ("python", "run.py", "--tokenizer", "org/t", "--base_model", "org/m"),
            [("tokenizer", "org/t", None, "opaque"), MODEL],
            id="a tokenizer and a model",
        ),
        pytest.param(
            ("python", "run.py", "--lora-path", "org/a", "--draft_model_path", "org/d"),
            [("adapter", "org/a", None, "opaque"), ("draft", "org/d", None, "opaque")],
            id="an adapter and a draft",
        ),
        pytest.param(("python", "run.py", "--model-path", "/m"), [], id="a path, and no more"),
        pytest.param(
            ("python", "run.py", "--model_uri", "s3://acme/m"),
            [("model", "s3://acme/m", None, "unpinnable")],
            id="a bucket",
        ),
        pytest.param(("python", "-m", "pkg.run", "-m", "fast"), [], id="another -m"),
        pytest.param(("python", "run.py", "--model", "ftp://acme/m"), [], id="another address"),
        pytest.param(
            ("python", "run.py", "--checkpoint_path", "/out/checkpoints"), [], id="what it saves"
        ),
        pytest.param(("python", "run.py", "--model", "models/m"), [], id="a folder"),
        pytest.param(("python", "run.py", "--model", "org/m.py"), [], id="a file"),
        pytest.param(("python", "run.py", "--hub_model_id", "org/m"), [], id="what it uploads"),
        pytest.param(("python", "run.py", "--model", "$(NAME)/m"), [], id="not set"),
        pytest.param(("python", "run.py", "org/m", "--x", "--model"), [], id="no value"),
        pytest.param(
            ("python", "ask.py", "--model", "org/m", "--base-url", "http://vllm:8000/v1"),
            [],
            id="a client",
        ),
        pytest.param(("vllm-router", "--model", "org/m"), [], id="a router"),
        pytest.param(
            ("python3 -m vllm.entrypoints.openai.api_server --model org/m",),
            [MODEL],
            id="a command written as one word",
        ),
    ],
)
def test_what_words_name(command: tuple[str, ...], found: list[Any]) -> None:
    assert rows(facts_of({"command": list(command)})) == found


def test_it_is_no_more_opaque_than_it_was() -> None:
    command = ["python", "download.py", "--model-id=org/m"]
    assert codes(facts_of({"command": command})) == []
    assert codes(facts_of({"command": command, "resources": GPU})) == ["script-in-image"]


@pytest.mark.parametrize(
    ("container", "found"),
    [
        pytest.param({"env": env(MODEL_ID="org/m"), "resources": GPU}, [MODEL], id="an image"),
        pytest.param(
            {"command": ["python", "app.py"], "env": env(HF_MODEL="org/m"), "resources": GPU},
            [MODEL],
            id="a script",
        ),
        pytest.param(
            {"args": ["--model", "org/m"], "env": env(MODEL_ID="org/n"), "resources": GPU},
            [MODEL],
            id="words come first",
        ),
        pytest.param(
            {"command": ["python", "run.py", "--model-path", "/models/m"], "resources": GPU},
            [("model", "/models/m", None, "local")],
            id="a path",
        ),
        pytest.param(
            {
                "command": ["python", "convert.py", "-m=org/m", "load_parameters_path=gs://acme/c"],
                "resources": GPU,
            },
            [MODEL, ("model", "gs://acme/c", None, "unpinnable")],
            id="MaxText",
        ),
        pytest.param(
            {"args": ["--single_file_model=/m/sd.safetensors"], "resources": GPU},
            [("model", "/m/sd.safetensors", None, "local")],
            id="a file",
        ),
        pytest.param({"env": env(MODEL_ID="org/m")}, [], id="without an accelerator"),
        pytest.param(
            {"env": env(MODEL_ID="org/m", LLM_URL="http://vllm:8000"), "resources": GPU},
            [],
            id="a client",
        ),
        pytest.param(
            {
                "env": env(MODEL_NAME="org/m", MLFLOW_TRACKING_URI="http://mlflow:5000"),
                "resources": GPU,
            },
            [MODEL],
            id="a tracker's address",
        ),
        pytest.param(
            {
                "command": ["sh", "-c", "vllm serve org/m & python bench.py"],
                "env": env(MODEL_NAME="org/m"),
                "resources": GPU,
            },
            [("model", "org/m", None, "unpinned")],
            id="beside a server that is read",
        ),
    ],
)
def test_what_variables_name_where_a_model_is_likely(
    container: dict[str, Any], found: list[Any]
) -> None:
    assert rows(facts_of(container)) == found


def test_there_are_no_more_than_any_command_may_name() -> None:
    words = [word for i in range(300) for word in ("--model", f"org/m{i}")]
    assert len(facts_of({"command": ["python", "run.py", *words]}).artefacts) == 200
