"""What Triton is given to load."""

from typing import Any

import pytest

from tests.inspect.servers.reading import S1, SECRET, codes, env, facts_of, rows

LOCAL = ("model", "/models", None, "local")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param(("--model-repository=/models", "--log-verbose=1"), [LOCAL], id="a folder"),
        pytest.param(("--model-store", "/models"), [LOCAL], id="the old name"),
        pytest.param(
            ("--model-repository=/models", "--model-repository=s3://b/m"),
            [LOCAL, ("model", "s3://b/m", None, "unpinnable")],
            id="two",
        ),
        pytest.param(
            ("--model-repository=as://a/c",),
            [("model", "as://a/c", None, "unpinnable")],
            id="Azure",
        ),
    ],
)
def test_what_triton_loads(words: tuple[str, ...], found: list[Any]) -> None:
    facts = facts_of({"command": ["tritonserver", *words]})
    assert (rows(facts), codes(facts)) == (found, [])


def test_no_repository_is_refused() -> None:
    assert codes(facts_of({"command": ["tritonserver", "--http-port=1"]})) == ["server-refuses"]


def test_a_repository_that_is_not_known() -> None:
    command = ["tritonserver", "--model-repository=$(S)"]
    facts = facts_of({"command": command, "env": env(S=SECRET)})
    assert (rows(facts), codes(facts)) == ([("model", None, None, "opaque")], ["secret"])


def test_it_is_started_by_a_script_of_tensorrt_llm() -> None:
    script = "/tensorrtllm_backend/scripts/launch_triton_server.py"
    command = ["python3", script, "--world_size", "1", "--model_repo", "/models"]
    facts = facts_of({"command": command})
    assert (rows(facts), codes(facts)) == ([LOCAL], [])


CODE = """
import os
from transformers import AutoModel
class TritonPythonModel:
    def initialize(self, args):
        self.model = AutoModel.from_pretrained(os.environ["MODEL_ID"], trust_remote_code=True)
"""
ENGINE = '{"model": "org/m", "revision": "COMMIT", "tokenizer": "org/t", "dtype": "half"}'


@pytest.mark.parametrize(
    ("path", "key", "text", "found"),
    [
        pytest.param(
            "/models/llm/1",
            "model.json",
            ENGINE.replace("COMMIT", S1),
            [("model", "org/m", S1, "pinned"), ("tokenizer", "org/t", None, "unpinned")],
            id="a vLLM backend",
        ),
        pytest.param(
            "/models/llm/1",
            "model.json",
            '{"model": "/weights", "tokenizer": 1}',
            [("model", "/weights", None, "local")],
            id="weights of its own",
        ),
        pytest.param("/", "model.py", CODE, [], id="not below it"),
        pytest.param(
            "/models/llm/1", "model.py", CODE, [("model", "org/e", None, "unpinned")], id="code"
        ),
        pytest.param("/models/llm/1", "model.py", "import numpy", [], id="code that loads nothing"),
        pytest.param("/models/llm/1", "config.pbtxt", CODE, [], id="its settings"),
        pytest.param("/elsewhere", "model.py", CODE, [], id="another folder"),
    ],
)
def test_what_its_models_load_besides(path: str, key: str, text: str, found: list[Any]) -> None:
    facts = facts_of(
        {
            "command": ["tritonserver", "--model-repository=/models"],
            "env": env(MODEL_ID="org/e"),
            "volumeMounts": [
                {"name": "m", "mountPath": path},
                {"name": "n", "mountPath": "/models/n"},
                {"name": "o", "mountPath": "/o"},
            ],
        },
        volumes=[{"name": "m", "configMap": {"name": "models"}}],
        files={"models": {key: text}},
    )
    assert (rows(facts), codes(facts)) == ([LOCAL, *found], [])


@pytest.mark.parametrize(
    ("mount", "items", "found"),
    [
        pytest.param({"mountPath": "/models/m/1/model.json", "subPath": "a"}, None, 1, id="a file"),
        pytest.param({"mountPath": "/models"}, [{"key": "a", "path": "m/1/model.json"}], 1,
                     id="a key of another name"),
        pytest.param({"mountPath": "/models"}, [{"key": "b", "path": "m/1/model.json"}], 0,
                     id="a key that is not at hand"),
    ],
)  # fmt: skip
def test_how_a_models_file_is_mounted(mount: Any, items: Any, found: int) -> None:
    facts = facts_of(
        {
            "command": ["tritonserver", "--model-repository=/models"],
            "volumeMounts": [{"name": "m", **mount}],
        },
        volumes=[{"name": "m", "configMap": {"name": "models", "items": items}}],
        files={"models": {"a": '{"model": "org/m"}'}},
    )
    assert rows(facts)[1:] == [("model", "org/m", None, "unpinned")] * found


def test_a_repository_in_a_folder_that_is_not_known() -> None:
    facts = facts_of({"command": ["sh", "-c", "cd $(cat x); tritonserver --model-store=m"]})
    assert codes(facts) == []
