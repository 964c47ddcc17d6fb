"""What llama-cpp-python's server loads, from its options, its variables and its file."""

from typing import Any

import pytest

from pinfold.inspect.workload import ContainerFacts, Where
from tests.inspect.servers.reading import SECRET, codes, env, facts_of, rows

LOCAL = ("model", "/m.gguf", None, "local")
HUB = ("model", "o/r", None, "unpinnable")


def serve(*words: str, text: str = "", **container: Any) -> ContainerFacts:
    return facts_of(
        {"command": ["python3", "-m", "llama_cpp.server", *words],
         "volumeMounts": [{"name": "c", "mountPath": "/c"}], **container},
        volumes=[{"name": "c", "configMap": {"name": "c"}}],
        files={"c": {"c.json": text}},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("words", "variables", "found"),
    [
        pytest.param(("--model", "/m.gguf", "--n_ctx", "2048"), {}, [LOCAL], id="a path"),
        pytest.param(("--model", "/a", "--model=/m.gguf"), {}, [LOCAL], id="the last"),
        pytest.param((), {"MODEL": "/m.gguf"}, [LOCAL], id="a variable"),
        pytest.param((), {"Model": "/m.gguf"}, [LOCAL], id="in any case"),
        pytest.param(("--model", "/m.gguf"), {"MODEL": "/x"}, [LOCAL], id="an option comes first"),
        pytest.param(
            ("--hf_model_repo_id", "o/r", "--model", "*q4.gguf"), {}, [HUB], id="a repository"
        ),
        pytest.param(("--model", "*"), {"HF_MODEL_REPO_ID": "o/r"}, [HUB], id="by a variable"),
        pytest.param(
            ("--hf_model", "o/r", "--model", "*", "--clip_model_path", "mm*"), {}, [HUB],
            id="an abbreviation, and a projector of the same repository",
        ),
        pytest.param(
            ("--model", "/m.gguf", "--clip_model_path", "/p", "--lora_path", "/l", "--lora_base",
             "/b", "--hf_tokenizer_config_path", "/t.json", "--draft_model", "x"),
            {},
            [LOCAL, ("weights", "/p", None, "local"), ("weights", "/b", None, "local"),
             ("adapter", "/l", None, "local"), ("config", "/t.json", None, "local")],
            id="other files",
        ),
        pytest.param(
            ("--model", "/m.gguf", "--hf_pretrained_model_name_or_path", "o/t"), {},
            [LOCAL, ("tokenizer", "o/t", None, "unpinnable")],
            id="a tokenizer of the hub",
        ),
    ],
)  # fmt: skip
def test_what_it_loads(words: tuple[str, ...], variables: dict[str, str], found: list[Any]) -> None:
    facts = serve(*words, env=env(**variables))
    assert (rows(facts), codes(facts)) == (found, [])


@pytest.mark.parametrize(
    ("words", "variables", "code"),
    [
        pytest.param((), {}, "server-refuses", id="no model"),
        pytest.param(("--n-ctx", "1"), {}, "server-refuses", id="a dash for an underscore"),
        pytest.param(("/m.gguf",), {}, "server-refuses", id="a positional"),
        pytest.param(("--config_file", "$(S)"), {"S": SECRET}, "secret", id="an unknown file"),
        pytest.param(("--config_file", "/x.json"), {}, "script-in-image", id="a file of the image"),
        pytest.param((), {"CONFIG_FILE": "/c/other.json"}, "configmap", id="a file elsewhere"),
    ],
)
def test_what_is_not_known(words: tuple[str, ...], variables: dict[str, Any], code: str) -> None:
    facts = serve(*words, env=env(**variables))
    assert (rows(facts), codes(facts)) == ([], [code])


def test_a_model_that_only_a_source_can_name() -> None:
    assert codes(serve(envFrom=[{"configMapRef": {"name": "c2"}}])) == ["configmap"]


@pytest.mark.parametrize(
    ("text", "found", "code"),
    [
        pytest.param(
            '{"models": [{"model": "/m.gguf"}, {"model": "*", "hf_model_repo_id": "o/r"}]}',
            [LOCAL, HUB], [], id="two models",
        ),
        pytest.param('{"models": []}', [], [], id="none"),
        pytest.param('{"models": {}}', [], ["server-refuses"], id="no list"),
        pytest.param('{"models": [3]}', [], ["server-refuses"], id="no model"),
        pytest.param('{"models": [{"n_ctx": 3}]}', [], ["server-refuses"], id="no path"),
        pytest.param('{"models": [' + "{}," * 101 + "]}", [], ["too-large"], id="too many"),
    ],
)  # fmt: skip
def test_a_file(text: str, found: list[Any], code: list[str]) -> None:
    facts = serve("--config_file", "/c/c.json", "--model", "/ignored", text=text)
    assert (rows(facts), codes(facts)) == (found, code)
    assert all(row.where is Where.CONFIG for row in facts.artefacts)


def test_its_image() -> None:
    image = "ghcr.io/abetlen/llama-cpp-python:v0.3.16"
    assert rows(facts_of({"image": image, "args": ["--model", "/m.gguf"]})) == [LOCAL]
