"""What LMDeploy loads, from its command line and its variables."""

from typing import Any

import pytest

from pinfold.inspect.workload import ContainerFacts, Origin
from tests.inspect.servers.reading import S1, SECRET, codes, env, facts_of, hazards, rows

IMAGE = "openmmlab/lmdeploy:v0.18.0"
PINNED = ("model", "org/m", S1, "pinned")
MODEL = ("org/m", "--revision", S1)
DRAFT = ("--speculative-algorithm", "eagle3", "--speculative-draft-model", "d/d")


def serve(*words: str, **container: Any) -> ContainerFacts:
    command = ["lmdeploy", "serve", "api_server"]
    return facts_of({"image": IMAGE, "command": command, "args": list(words), **container})


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param(MODEL, [PINNED], id="a model"),
        pytest.param(("org/m",), [("model", "org/m", None, "unpinned")], id="no revision"),
        pytest.param(("--rev=" + S1, "org/m"), [PINNED], id="an abbreviation"),
        pytest.param((*MODEL, "--revision", "x"), [("model", "org/m", "x", "unpinned")], id="last"),
        pytest.param(("/m", "--server_port", "80"), [("model", "/m", None, "local")], id="a path"),
        pytest.param(
            (*MODEL, "--adapters", "org/l"),
            [PINNED, ("adapter", "org/l", None, "unpinnable")],
            id="one",
        ),
        pytest.param(
            (*MODEL, "--adapters", "a=org/l", "b=/b"),
            [PINNED, ("adapter", "org/l", None, "unpinnable"), ("adapter", "/b", None, "local")],
            id="adapters",
        ),
        pytest.param(
            (*MODEL, *DRAFT), [PINNED, ("draft", "d/d", None, "unpinnable")], id="a draft"
        ),
        pytest.param((*MODEL, *DRAFT[2:]), [PINNED], id="a draft without its algorithm"),
        pytest.param(
            (*MODEL, "--hf-overrides", '{"auto_map": {"AutoModel": "e/r--m.X", "b": "c.D"}}'),
            [PINNED, ("code", "e/r", None, "unpinnable")],
            id="code of another repository",
        ),
        pytest.param(
            (*MODEL, "--hf_overrides.auto_map.AutoModel", "e/r--m.X"),
            [PINNED, ("code", "e/r", None, "unpinnable")],
            id="in dotted pieces",
        ),
        pytest.param((*MODEL, "--hf-overrides", "{}"), [PINNED], id="no code"),
        pytest.param((*MODEL, "--tp", "-0.5"), [PINNED], id="a dot behind a single dash"),
        pytest.param(
            (*MODEL, "--hf-overrides.a", "--revision.b", "1"),
            [("model", "org/m", '{"b": 1}', "unpinned")],
            id="a dotted piece that another took for its value",
        ),
        pytest.param(
            (*MODEL, "--hf-overrides.auto_map+", "e/r--m.X"), [PINNED], id="no list by a plus"
        ),
        pytest.param(
            (*MODEL, '--hf-overrides.a=["b"]', '--hf-overrides.a=["c"]'),
            [PINNED],
            id="lists are not joined",
        ),
    ],
)
def test_what_lmdeploy_loads(words: tuple[str, ...], found: list[Any]) -> None:
    facts = serve(*words)
    assert (rows(facts), codes(facts)) == (found, [])


@pytest.mark.parametrize(
    "words",
    [
        pytest.param((), id="no model"),
        pytest.param(("a/a", "b/b"), id="two models"),
        pytest.param((*MODEL, "--adapters", "a=/a", "/b"), id="an adapter without a name"),
        pytest.param((*MODEL, "--hf-overrides", "{"), id="no JSON"),
        pytest.param((*MODEL, "--help"), id="help"),
        pytest.param((*MODEL, "--nothing"), id="another option"),
        pytest.param((*MODEL, "--hf-overrides", "None"), id="no JSON, though vLLM takes it"),
        pytest.param((*MODEL, "--hf-overrides="), id="overrides of nothing"),
    ],
)
def test_what_lmdeploy_refuses_is_never_pinned(words: tuple[str, ...]) -> None:
    facts = serve(*words)
    assert codes(facts) == ["server-refuses"]
    assert "pinned" not in [row.state for row in facts.artefacts]


def test_words_that_a_script_does_not_know() -> None:
    command = ["sh", "-c", "lmdeploy serve api_server org/m $S"]
    assert codes(facts_of({"command": command, "env": env(S=SECRET)})) == ["secret"]


def test_an_adapter_that_is_not_known() -> None:
    facts = serve(*MODEL, "--adapters", "a=$(S)", "$(S)", env=env(S=SECRET))
    assert (rows(facts), codes(facts)) == ([("model", "org/m", None, "opaque")], ["secret"])


def test_another_hub() -> None:
    facts = serve(*MODEL, env=env(LMDEPLOY_USE_MODELSCOPE="True"))
    assert rows(facts) == [("model", "org/m", S1, "unpinned")]
    assert facts.artefacts[0].origin is Origin.MODELSCOPE


def test_a_hub_of_which_nothing_is_known() -> None:
    words = (*MODEL, "--adapters", "/a")
    facts = serve(*words, env=env(LMDEPLOY_USE_OPENMIND_HUB="True"))
    assert rows(facts) == [("model", "org/m", S1, "unpinned"), ("adapter", "/a", None, "local")]
    assert codes(facts) == ["redirect"]
    assert (facts.artefacts[0].origin, facts.artefacts[0].endpoint) == (Origin.UNKNOWN, None)


def test_hazards() -> None:
    assert hazards(serve(*MODEL, "--trust-remote-code")) == ["trust-remote-code"]


def test_its_image_has_no_server_of_its_own() -> None:
    assert codes(facts_of({"image": IMAGE, "args": ["org/m"]})) == ["server-refuses"]
    command = ["/bin/sh", "-c", "lmdeploy serve api_server org/m --revision " + S1]
    assert rows(facts_of({"image": IMAGE, "args": command})) == [PINNED]


@pytest.mark.parametrize("words", [("serve", "proxy"), ("check_env",), ("list",)])
def test_what_loads_nothing(words: tuple[str, ...]) -> None:
    facts = facts_of({"image": IMAGE, "command": ["lmdeploy", *words]})
    assert (rows(facts), codes(facts)) == ([], [])
