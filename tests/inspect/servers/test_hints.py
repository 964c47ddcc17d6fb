"""Images of names of a user's own, in which a policy says that a server is."""

import pytest

from pinfold.inspect.podspec import Container, PodSpec
from pinfold.inspect.read import inspect_pods

DIGEST = "@sha256:" + "ab" * 32


def models(image: str, *hints: tuple[str, str]) -> list[str | None]:
    container = Container(name="main", image=image, args=("--model", "org/m"))
    spec = PodSpec(containers=(container,))
    workload = inspect_pods("Pod", "ml", "x", {"spec": spec}, hints=hints)
    return [artefact.id for artefact in workload.artefacts]


@pytest.mark.parametrize(
    ("image", "pattern"),
    [
        pytest.param("r.example.com/ml/our-llm:1", "*/our-llm:*", id="with a tag"),
        pytest.param(f"r.example.com/ml/our-llm{DIGEST}", "*/our-llm@*", id="with a digest"),
        pytest.param("our-llm", "docker.io/library/our-llm", id="by its full name"),
        pytest.param("our-llm", "our-llm", id="as it is written"),
    ],
)
def test_a_hint_names_the_server(image: str, pattern: str) -> None:
    assert models(image, (pattern, "vllm")) == ["org/m"]


@pytest.mark.parametrize(
    ("image", "pattern"),
    [
        pytest.param("r.example.com/ml/our-llm-proxy:1", "*/our-llm:*", id="a longer name"),
        pytest.param("not an image", "*/our-llm:*", id="no image at all"),
    ],
)
def test_another_image_is_left_alone(image: str, pattern: str) -> None:
    assert models(image, (pattern, "vllm")) == []
