"""What Triton is given to load."""

from typing import Any

import pytest

from tests.inspect.servers.reading import SECRET, codes, env, facts_of, rows

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
