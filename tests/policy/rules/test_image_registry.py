"""image-registry."""

import pytest

from pinfold.policy.rules.image_registry import Options, check
from tests.policy.facts import image, workload

OPTIONS = Options(allowed=("docker.io/vllm", "registry.example.com/team"))


@pytest.mark.parametrize(
    ("text", "approved"),
    [
        pytest.param("vllm/vllm-openai:v0.33.0", True, id="familiar name of Docker Hub"),
        pytest.param("docker.io/vllm/vllm-openai", True, id="full name"),
        pytest.param("registry.example.com/team/llm", True, id="own registry"),
        pytest.param("registry.example.com/team-evil/llm", False, id="a neighbour of the team"),
        pytest.param("registry.example.com.evil.io/team/llm", False, id="a longer host"),
        pytest.param("evil.io/registry.example.com/team/llm", False, id="the host in the path"),
        pytest.param("nginx", False, id="docker.io/library is not docker.io/vllm"),
    ],
)
def test_only_approved_registries_pass(text: str, approved: bool) -> None:
    assert (list(check(workload(image(text)), OPTIONS)) == []) is approved


def test_the_message_names_the_full_repository_and_what_is_approved() -> None:
    (violation,) = check(workload(image("nginx:1")), OPTIONS)
    assert (
        violation.found == '"nginx:1" is docker.io/library/nginx, which no approved registry covers'
    )
    assert violation.fix == "use an image from: docker.io/vllm, registry.example.com/team"


def test_a_long_list_of_registries_is_shortened() -> None:
    many = Options(allowed=("a.io", "b.io", "c.io", "d.io", "e.io"))
    (violation,) = check(workload(image("nginx:1")), many)
    assert violation.fix == "use an image from: a.io, b.io, c.io and 2 more"


def test_what_is_no_image_reference_is_refused_too() -> None:
    (violation,) = check(workload(image("a b")), OPTIONS)
    assert violation.rule == "image-registry"
    assert violation.found == '"a b" is no image reference: it has a space'
