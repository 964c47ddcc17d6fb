"""Short ways to say a container in a test, and to read what it loads."""

from typing import Any

import msgspec

from pinfold.inspect.containers import PodContext, read_container
from pinfold.inspect.podspec import PodSpec
from pinfold.inspect.workload import ContainerFacts

S1 = "1" * 20 + "a" * 20
S2 = "2" * 20 + "b" * 20
VLLM = "vllm/vllm-openai:v0.33.0"
TGI = "ghcr.io/huggingface/text-generation-inference:3.3.6"
OTHER = "registry.example.com/llm:1"


def env(**variables: Any) -> list[dict[str, Any]]:
    """Entries of env: a text is a value, anything else its valueFrom."""
    return [
        {"name": name, "value": value}
        if isinstance(value, str)
        else {"name": name, "valueFrom": value}
        for name, value in variables.items()
    ]


SECRET = {"secretKeyRef": {"name": "s", "key": "k"}}


def facts_of(
    container: dict[str, Any],
    *,
    volumes: list[dict[str, Any]] | None = None,
    files: dict[str, dict[str, str]] | None = None,
) -> ContainerFacts:
    """What a container of a pod loads; `files` are the ConfigMaps at hand."""
    row = {"name": "main", "image": OTHER, **container}
    spec = msgspec.convert({"containers": [row], "volumes": volumes}, PodSpec)
    context = PodContext.of(spec, "spec", files or {})
    return read_container(spec.containers[0], context, "spec.containers[0]").facts


def rows(facts: ContainerFacts) -> list[tuple[str, str | None, str | None, str]]:
    """Kind, id, revision and state of each artefact."""
    return [(str(a.kind), a.id, a.revision, str(a.state)) for a in facts.artefacts]


def codes(facts: ContainerFacts) -> list[str]:
    """The code of each thing that could not be read."""
    return [str(row.code) for row in facts.opaque]


def hazards(facts: ContainerFacts) -> list[str]:
    """The name of each hazard."""
    return [row.hazard for row in facts.hazards]


def serve(*words: str, **container: Any) -> ContainerFacts:
    """What `vllm serve WORDS…` loads, in the version of the newest table."""
    return facts_of({"image": VLLM, "command": ["vllm", "serve"], "args": list(words), **container})


def module(*words: str, **container: Any) -> ContainerFacts:
    """What vLLM's API server module loads, in the version of the newest table."""
    command = ["python3", "-m", "vllm.entrypoints.openai.api_server"]
    return facts_of({"image": VLLM, "command": command, "args": list(words), **container})


def tgi(*words: str, **container: Any) -> ContainerFacts:
    """What TGI's image loads with these arguments."""
    return facts_of({"image": TGI, "args": list(words), **container})
