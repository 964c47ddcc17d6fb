"""What NIM loads, as far as its variable tells."""

from typing import Any

import pytest

from tests.inspect.servers.reading import S1, SECRET, codes, env, facts_of, rows


@pytest.mark.parametrize(
    ("name", "origin", "found"),
    [
        pytest.param("hf://org/m", "hub", ("model", "org/m", None, "unpinnable"), id="a hub"),
        pytest.param(
            f"hf://org/m:{S1}", "hub", ("model", "org/m", None, "unpinnable"), id="commit"
        ),
        pytest.param("/models/m", "local", ("model", "/models/m", None, "local"), id="a path"),
        pytest.param(
            "ngc://org/team/m:1",
            "ngc",
            ("model", "ngc://org/team/m:1", None, "unpinnable"),
            id="NGC",
        ),
    ],
)
def test_what_nim_loads(name: str, origin: str, found: Any) -> None:
    facts = facts_of({"image": "nvcr.io/nim/nvidia/llm-nim:1.14", "env": env(NIM_MODEL_NAME=name)})
    assert (rows(facts), codes(facts)) == ([found], [])
    assert facts.artefacts[0].origin == origin


def test_a_model_that_is_not_known() -> None:
    facts = facts_of({"image": "nvcr.io/nim/x:1", "env": env(NIM_MODEL_NAME=SECRET)})
    assert (rows(facts), codes(facts)) == ([("model", None, None, "opaque")], ["secret"])


def test_an_empty_name() -> None:
    facts = facts_of({"image": "nvcr.io/nim/x:1", "env": env(NIM_MODEL_NAME="")})
    assert (rows(facts), codes(facts)) == ([], ["script-in-image"])
