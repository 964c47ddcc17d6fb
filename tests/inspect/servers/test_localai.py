"""What LocalAI is told to load."""

from typing import Any

import pytest

from tests.inspect.servers.reading import SECRET, codes, env, facts_of

IMAGE = "quay.io/go-skynet/local-ai:master-cublas-cuda12"


@pytest.mark.parametrize(
    ("container", "found"),
    [
        pytest.param({"args": ["phi-2"]}, ["phi-2 unknown"], id="a gallery's model"),
        pytest.param({"args": ["run", "phi-2"]}, ["phi-2 unknown"], id="with the command"),
        pytest.param(
            {"args": ["--threads", "4", "phi-2", "llama3"]},
            ["phi-2 unknown", "llama3 unknown"],
            id="two, and an option",
        ),
        pytest.param(
            {"args": ["huggingface://org/r/f.gguf"]}, ["org/r/f.gguf hub"], id="a file of the hub"
        ),
        pytest.param({"args": ["hf.co/org/r/f.gguf"]}, ["org/r/f.gguf hub"], id="the short form"),
        pytest.param({"args": ["ollama://gemma:2b"]}, ["gemma:2b ollama"], id="Ollama's"),
        pytest.param({"args": ["oci://r.example/m:1"]}, ["r.example/m:1 oci"], id="an image"),
        pytest.param(
            {"args": ["github:o/r/phi.yaml@main"]}, ["github:o/r/phi.yaml@main http"], id="GitHub"
        ),
        pytest.param({"args": ["x:y"]}, ["x:y unknown"], id="no scheme"),
        pytest.param({"args": ["/models/m.yaml"]}, ["/models/m.yaml local"], id="a path"),
        pytest.param(
            {"env": env(MODELS="phi-2, https://o.example/m.yaml,")},
            ["phi-2 unknown", "https://o.example/m.yaml http"],
            id="a variable",
        ),
        pytest.param(
            {"env": env(PRELOAD_MODELS='[{"url": "hf://o/r/f"}, {"id": "g@phi"}, {"x": 1}, 7]')},
            ["o/r/f hub", "g@phi unknown"],
            id="JSON",
        ),
        pytest.param(
            {"image": "x", "command": ["local-ai", "models", "install", "phi-2"]},
            ["phi-2 unknown"],
            id="an installation",
        ),
    ],
)
def test_what_is_named(container: dict[str, Any], found: list[str]) -> None:
    facts = facts_of({"image": IMAGE, **container})
    assert [f"{row.id} {row.origin}" for row in facts.artefacts] == found
    assert {str(row.state) for row in facts.artefacts} <= {"unpinnable", "local"}
    assert codes(facts) == []


@pytest.mark.parametrize(
    ("container", "opaque"),
    [
        pytest.param({}, ["unknown-server"], id="nothing"),
        pytest.param({"args": ["federated"]}, [], id="a load balancer"),
        pytest.param(
            {"env": env(PRELOAD_MODELS="[")}, ["unknown-server", "unknown-server"], id="no JSON"
        ),
        pytest.param(
            {"env": env(PRELOAD_MODELS=SECRET)}, ["secret", "unknown-server"], id="a Secret"
        ),
    ],
)
def test_nothing_is_named(container: dict[str, Any], opaque: list[str]) -> None:
    facts = facts_of({"image": "localai/localai:latest", **container})
    assert (facts.artefacts, codes(facts)) == ((), opaque)
