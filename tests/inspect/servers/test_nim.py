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


@pytest.mark.parametrize(
    ("container", "opaque"),
    [
        pytest.param({"image": "nvcr.io/nim/meta/llama3-8b-instruct:1.0.0"}, 1, id="NVIDIA's"),
        pytest.param({"image": "registry.example/nim/meta/llama3:1"}, 1, id="a mirror's"),
        pytest.param(
            {"image": "nvcr.io/nim/meta/llama3:1", "args": ["download-to-cache", "--all"]},
            1,
            id="a download",
        ),
        pytest.param(
            {
                "image": "nvcr.io/nim/meta/llama3:1",
                "args": ["list-model-profiles"],
                "env": env(NIM_MODEL_NAME="hf://org/m"),
            },
            0,
            id="a list of what it could load",
        ),
        pytest.param(
            {"image": "nvcr.io/nim/meta/llama3:1", "command": ["download-to-cache"]},
            1,
            id="a download by its command",
        ),
        pytest.param({"image": "nvcr.io/nvidia/cloud-native/k8s-nim-operator:v2"}, 0, id="other"),
        pytest.param({"image": "nimlang/nim:2.2"}, 0, id="a language"),
    ],
)
def test_its_images_are_told_by_their_path(container: dict[str, Any], opaque: int) -> None:
    facts = facts_of(container)
    assert (rows(facts), codes(facts)) == ([], ["script-in-image"] * opaque)
