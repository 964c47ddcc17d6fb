"""What Infinity loads, from its command line and its variables."""

from typing import Any

import pytest

from tests.inspect.servers.reading import S1, S2, SECRET, codes, env, facts_of, hazards, rows

IMAGE = "michaelf34/infinity:0.0.78"
A = ("model", "a/a", S1, "pinned")
DEFAULT = ("model", "michaelfeil/bge-small-en-v1.5", None, "unpinned")


@pytest.mark.parametrize(
    ("words", "variables", "found"),
    [
        pytest.param(
            ("v2", "--model-id", "a/a", "--revision", S1, "--model-id", "b/b", "--revision", S2),
            {},
            [A, ("model", "b/b", S2, "pinned")],
            id="by position",
        ),
        pytest.param(
            ("v2", "--model-id", "a/a", "--model-id", "b/b", "--revision", S1),
            {},
            [A, ("model", "b/b", S1, "pinned")],
            id="one for all",
        ),
        pytest.param(("--model-id", "a/a", "--revision", S1), {}, [A], id="no command"),
        pytest.param(
            ("v1", "--model-name-or-path", "a/a", "--revision", S1), {}, [A], id="the old command"
        ),
        pytest.param(("v2",), {}, [DEFAULT], id="the default"),
        pytest.param((), {}, [DEFAULT], id="nothing"),
        pytest.param(
            ("v2", "--model-id", "a/a", "--revision", ""),
            {},
            [("model", "a/a", None, "unpinned")],
            id="an empty revision",
        ),
        pytest.param(
            ("v2",),
            {"INFINITY_MODEL_ID": "a/a;b/b;", "INFINITY_REVISION": f"{S1};main"},
            [A, ("model", "b/b", "main", "unpinned")],
            id="variables",
        ),
        pytest.param(
            ("v2", "--model-id", "a/a"),
            {"INFINITY_MODEL_ID": "b/b", "INFINITY_REVISION": S1},
            [A],
            id="an option comes before its variable",
        ),
        pytest.param(("v2", "--model-id", "/m"), {}, [("model", "/m", None, "local")], id="a path"),
    ],
)
def test_what_infinity_loads(
    words: tuple[str, ...], variables: dict[str, str], found: list[Any]
) -> None:
    facts = facts_of({"image": IMAGE, "args": list(words), "env": env(**variables)})
    assert (rows(facts), codes(facts)) == (found, [])


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("v2", "a/a"), id="a positional"),
        pytest.param(("v2", "--model_id", "a/a"), id="an underscore"),
        pytest.param(("v2", "--model", "a/a"), id="an abbreviation"),
        pytest.param(
            ("v2", "--model-id", "a/a", "--revision", S1, "--revision", S2), id="two for one"
        ),
        pytest.param(("help",), id="help"),
    ],
)
def test_what_infinity_refuses_is_never_pinned(words: tuple[str, ...]) -> None:
    facts = facts_of({"image": IMAGE, "command": ["infinity_emb", *words]})
    assert (rows(facts), codes(facts)) == ([], ["server-refuses"])


def test_a_model_that_only_a_source_can_name() -> None:
    for source, code in (("configMapRef", "configmap"), ("secretRef", "secret")):
        facts = facts_of({"image": IMAGE, "envFrom": [{source: {"name": "x"}}]})
        assert (rows(facts), codes(facts)) == ([], [code])


def test_a_model_that_is_not_known() -> None:
    facts = facts_of({"image": IMAGE, "env": env(INFINITY_MODEL_ID=SECRET)})
    assert (rows(facts), codes(facts)) == ([("model", None, None, "opaque")], ["secret"])


def test_how_a_model_is_pinned() -> None:
    (option,) = facts_of({"image": IMAGE, "args": ["v2", "--model-id", "a/a"]}).artefacts
    (variable,) = facts_of({"image": IMAGE, "env": env(INFINITY_MODEL_ID="a/a")}).artefacts
    assert option.pin is not None
    assert variable.pin is not None
    assert option.pin.to("x") == "--revision=x"
    assert variable.pin.to("x") == "env INFINITY_REVISION=x"


@pytest.mark.parametrize(
    ("words", "variables", "found"),
    [
        pytest.param((), {}, ["trust-remote-code"], id="the default"),
        pytest.param(("--trust-remote-code",), {}, ["trust-remote-code"], id="an option"),
        pytest.param(("--no-trust-remote-code",), {}, [], id="switched off"),
        pytest.param((), {"INFINITY_TRUST_REMOTE_CODE": "false"}, [], id="by a variable"),
        pytest.param(
            (), {"INFINITY_TRUST_REMOTE_CODE": "false;true"}, ["trust-remote-code"], id="in part"
        ),
        pytest.param(
            (), {"INFINITY_TRUST_REMOTE_CODE": SECRET}, ["trust-remote-code"], id="unknown"
        ),
    ],
)
def test_hazards(words: tuple[str, ...], variables: dict[str, Any], found: list[str]) -> None:
    facts = facts_of({"image": IMAGE, "args": ["v2", *words], "env": env(**variables)})
    assert hazards(facts) == found
