"""Which server runs where the image's name says nothing: by its options, or by a broken name."""

from typing import Any

import pytest

from pinfold.inspect.workload import ContainerFacts
from tests.inspect.servers.reading import OTHER, S1, codes, facts_of, rows

GPU = {"limits": {"nvidia.com/gpu": "1"}}
FOUND = [("model", "org/m", None, "unpinned")]


def run(*words: str, **more: Any) -> ContainerFacts:
    return facts_of({"image": OTHER, "args": list(words), "resources": GPU, **more})


@pytest.mark.parametrize(
    ("words", "server"),
    [
        (("--model=org/m", "--max-model-len=4096"), "vllm"),
        (("--model", "org/m", "--gpu_memory_utilization", "0.9"), "vllm"),
        (("--model-path", "org/m", "--tp", "2"), "sglang"),
        (("--model-id", "org/m", "--num-shard", "2"), "tgi"),
        (("--model-id", "org/m", "--auto-truncate"), "tei"),
    ],
)
def test_options_of_one_server_alone(words: tuple[str, ...], server: str) -> None:
    facts = run(*words)
    assert (rows(facts), codes(facts)) == (FOUND, [])
    assert [row.server for row in facts.artefacts] == [server]


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("--model=org/m",), id="an option of many programs"),
        pytest.param(("--model=org/m", "--max-model-len=1", "-ngl", "9"), id="options of two"),
        pytest.param(("--model=org/m", "--max-model-len=1", "a", "b"), id="refused by that server"),
    ],
)
def test_options_that_tell_nothing(words: tuple[str, ...]) -> None:
    facts = run(*words)
    assert (rows(facts), codes(facts)) == (
        [("model", "org/m", None, "opaque")], ["script-in-image"],
    )  # fmt: skip


def test_a_pin_of_what_is_only_likely_does_not_count() -> None:
    facts = run("--model=org/m", "--max-model-len=4096", "--revision", S1)
    assert (rows(facts), codes(facts)) == ([("model", "org/m", S1, "opaque")], ["script-in-image"])


def test_a_client_may_have_options_of_the_same_names() -> None:
    facts = run("--model=org/m", "--max-num-seqs=4", resources=None)
    assert (rows(facts), codes(facts)) == ([], [])


def test_options_of_llama_cpp_are_no_clients() -> None:
    facts = run("--hf-repo", "org/m-GGUF", "--hf-file", "m.gguf", resources=None)
    assert [(row.server, row.id) for row in facts.artefacts] == [("llama.cpp", "org/m-GGUF")]


@pytest.mark.parametrize(
    "image",
    [
        "${REGISTRY}/vllm-openai:v0.33.0",
        "REGION-docker.pkg.dev/PROJECT/ours/vllm-openai@sha256:1",
        "<registry>/vllm-openai",
        "acme/vllm-gaudi:1.22",
        "acme/vllm-ascend:v0.9",
    ],
)
def test_a_name_is_read_though_the_reference_is_none(image: str) -> None:
    facts = facts_of({"image": image, "args": ["--model=org/m"]})
    assert (rows(facts), codes(facts)) == (FOUND, [])


def test_a_container_without_an_image_is_a_patch() -> None:
    facts = run("--port=80", image="")
    assert (rows(facts), codes(facts)) == ([], [])
    assert rows(run("--model=org/m", "--max-model-len=1", image="")) == FOUND
