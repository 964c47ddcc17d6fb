"""image-digest."""

import pytest

from pinfold.policy.rules.image_digest import Options, check
from tests.policy.facts import DIGEST, image, workload


@pytest.mark.parametrize(
    "text",
    [
        f"vllm/vllm-openai@{DIGEST}",
        f"vllm/vllm-openai:v0.33.0@{DIGEST}",
        f"registry.example.com:5000/ml/llm:1@{DIGEST}",
    ],
)
def test_an_image_with_a_digest_passes(text: str) -> None:
    assert list(check(workload(image(text)), Options())) == []


def test_an_image_without_one_is_told_what_to_append_and_what_prints_it() -> None:
    (violation,) = check(workload(image("vllm/vllm-openai:latest")), Options())
    assert violation.found == '"vllm/vllm-openai:latest" has no digest'
    assert violation.fix == "append @sha256:<digest>"
    assert violation.find == "crane digest vllm/vllm-openai:latest"
    assert violation.image == "docker.io/vllm/vllm-openai"


@pytest.mark.parametrize(
    ("text", "violations"),
    [
        pytest.param("docker.io/istio/proxyv2:1.29", 0, id="an accepted repository"),
        pytest.param("docker.io/istio-evil/proxyv2:1.29", 1, id="one beside it"),
    ],
)
def test_tags_of_accepted_repositories_pass(text: str, violations: int) -> None:
    options = Options(tags_allowed=("docker.io/istio",))
    assert len(list(check(workload(image(text)), options))) == violations


def test_what_is_no_image_reference_is_refused_too() -> None:
    (violation,) = check(workload(image("vllm/ vllm")), Options(tags_allowed=("docker.io",)))
    assert violation.found == '"vllm/ vllm" is no image reference: it has a space'
    assert violation.image is None
