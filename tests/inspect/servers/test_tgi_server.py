"""What TGI's inner program loads and fetches."""

from typing import Any

import pytest

from pinfold.inspect.workload import Act
from tests.inspect.servers.reading import S1, S2, SECRET, codes, env, facts_of, hazards, rows

PINNED = ("model", "org/m", S1, "pinned")


def run(*words: str, **variables: Any) -> Any:
    return facts_of({"command": ["text-generation-server", *words], "env": env(**variables)})


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param(("serve", "org/m", "--revision", S1), [PINNED], id="a model"),
        pytest.param(
            ("serve", "--sharded", "org/m"), [("model", "org/m", None, "unpinned")], id="a switch"
        ),
        pytest.param(("serve", "/m"), [("model", "/m", None, "local")], id="a path"),
        pytest.param(
            ("download-weights", "org/m", "--revision=" + S1, "--no-auto-convert"), [PINNED],
            id="weights",
        ),
    ],
)  # fmt: skip
def test_what_is_loaded(words: tuple[str, ...], found: list[Any]) -> None:
    facts = run(*words)
    assert (rows(facts), codes(facts)) == (found, [])


def test_a_download_is_no_load() -> None:
    assert run("download-weights", "org/m").artefacts[0].act is Act.FETCH
    assert run("serve", "org/m").artefacts[0].act is Act.LOAD


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("serve",), id="no model"),
        pytest.param(("serve", "a/a", "b/b"), id="two"),
    ],
)
def test_what_is_refused_is_never_pinned(words: tuple[str, ...]) -> None:
    facts = run(*words)
    assert (rows(facts), codes(facts)) == ([], ["server-refuses"])


def test_an_abbreviation_pins_nothing() -> None:
    facts = run("serve", "org/m", "--rev", S1)
    assert (rows(facts), codes(facts)) == (
        [("model", "org/m", None, "unpinned")], ["unknown-server"],
    )  # fmt: skip


def test_its_variables() -> None:
    facts = run("serve", "org/m", "--revision", S1, LORA_ADAPTERS=f"o/l@{S2}")
    assert rows(facts) == [PINNED, ("adapter", "o/l", S2, "pinned")]
    elsewhere = run("serve", "org/m", "--revision", S1, WEIGHTS_CACHE_OVERRIDE="/w")
    assert rows(elsewhere) == [PINNED, ("weights", "/w", None, "local")]


def test_a_model_that_is_not_known() -> None:
    assert codes(run("serve", "$(S)", S=SECRET)) == ["secret"]


def test_hazards() -> None:
    assert hazards(run("serve", "org/m", "--trust-remote-code")) == ["trust-remote-code"]
