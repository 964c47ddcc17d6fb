"""What Text Embeddings Inference loads, from its command line and its variables."""

from typing import Any

import pytest

from tests.inspect.servers.reading import (
    OTHER,
    S1,
    SECRET,
    codes,
    env,
    facts_of,
    hazards,
    rows,
)

IMAGE = "ghcr.io/huggingface/text-embeddings-inference:1.9.3"
PINNED = ("model", "org/e", S1, "pinned")
UNPINNED = ("model", "org/e", None, "unpinned")


@pytest.mark.parametrize(
    ("words", "variables", "found"),
    [
        pytest.param(("--model-id", "org/e"), {}, [UNPINNED], id="an option"),
        pytest.param(("--model-id=org/e", "--revision", S1), {}, [PINNED], id="its revision"),
        pytest.param((), {"MODEL_ID": "org/e", "REVISION": S1}, [PINNED], id="variables"),
        pytest.param(
            ("--auto-truncate", "--model-id", "org/e", "--revision", S1), {}, [PINNED], id="switch"
        ),
        pytest.param(
            ("--auto-truncate", "false", "--model-id=org/e"), {}, [UNPINNED], id="with a value"
        ),
        pytest.param(
            ("--model-id=org/e",), {"AUTO_TRUNCATE": "false"}, [UNPINNED], id="as a variable"
        ),
        pytest.param(
            ("--model-id", "org/e", "--json-output"), {"REVISION": S1}, [PINNED], id="both"
        ),
        pytest.param(
            ("--model-id", "org/e"),
            {"REVISION": ""},
            [("model", "org/e", "", "unpinned")],
            id="an empty variable is a value",
        ),
        pytest.param(
            ("--model-id", "/data/e"), {}, [("model", "/data/e", None, "local")], id="path"
        ),
        pytest.param(
            ("--model-id", "org/e", "--dense-path", "2_Dense_1024"),
            {},
            [UNPINNED],
            id="a part of the repository",
        ),
        pytest.param(
            ("--model-id", "org/e", "--hf-api-token", "$(S)"), {}, [UNPINNED], id="a token"
        ),
    ],
)
def test_what_tei_loads(
    words: tuple[str, ...], variables: dict[str, str], found: list[Any]
) -> None:
    facts = facts_of({"image": IMAGE, "args": list(words), "env": env(S=SECRET, **variables)})
    assert (rows(facts), codes(facts)) == (found, [])


@pytest.mark.parametrize(
    "words",
    [
        pytest.param((), id="no model"),
        pytest.param(("--model-id", "a/a", "--model-id", "b/b"), id="a repeated option"),
        pytest.param(("--model_id", "a/a"), id="an underscore"),
        pytest.param(("--model", "a/a"), id="an abbreviation"),
        pytest.param(("a/a",), id="a positional"),
        pytest.param(("--port 80 --model-id a/a",), id="one word: nothing is split"),
    ],
)
def test_what_tei_refuses_is_never_pinned(words: tuple[str, ...]) -> None:
    facts = facts_of({"image": IMAGE, "args": list(words)})
    assert (rows(facts), codes(facts)) == ([], ["server-refuses"])


@pytest.mark.parametrize(
    ("source", "code"),
    [
        pytest.param({"configMapRef": {"name": "c"}}, "configmap", id="a ConfigMap"),
        pytest.param({"secretRef": {"name": "s"}}, "secret", id="a Secret"),
    ],
)
def test_a_model_that_only_a_source_can_name(source: dict[str, Any], code: str) -> None:
    facts = facts_of({"image": IMAGE, "envFrom": [source]})
    assert (rows(facts), codes(facts)) == ([], [code])


@pytest.mark.parametrize("name", ["text-embeddings-router", "text-embeddings-router-90"])
def test_the_router_in_any_image(name: str) -> None:
    facts = facts_of({"image": OTHER, "command": [name, "--model-id", "org/e"]})
    assert rows(facts) == [UNPINNED]


def test_the_python_backend_reads_a_variable() -> None:
    variables = env(MODEL_ID="org/e", TRUST_REMOTE_CODE="true")
    assert hazards(facts_of({"image": IMAGE, "env": variables})) == ["trust-remote-code"]
