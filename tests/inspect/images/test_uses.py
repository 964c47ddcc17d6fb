"""Every place of a pod that can name an image is found."""

from typing import Any

import msgspec
import pytest

from pinfold.inspect.images.uses import images_of
from pinfold.inspect.podspec import PodSpec
from pinfold.inspect.workload import Role

DIGEST = "sha256:" + "9f3c" * 16


def spec(**fields: Any) -> PodSpec:
    return msgspec.convert(fields, PodSpec)


def test_init_containers_stand_first_and_volumes_last() -> None:
    uses = images_of(
        spec(
            volumes=[
                {"name": "cache", "emptyDir": {}},
                {"name": "model", "image": {"reference": f"ghcr.io/acme/model@{DIGEST}"}},
            ],
            ephemeralContainers=[{"name": "debug", "image": "busybox"}],
            containers=[
                {"name": "main", "image": "vllm/vllm-openai:v1"},
                {"name": "b", "image": "b"},
            ],
            initContainers=[
                {"name": "fetch", "image": "hf:1"},
                {"name": "proxy", "image": "envoy", "restartPolicy": "Always"},
            ],
        ),
        "spec.template.spec",
    )
    assert [(use.container, use.role, use.place) for use in uses] == [
        ("fetch", Role.INIT, "spec.template.spec.initContainers[0].image"),
        ("proxy", Role.SIDECAR, "spec.template.spec.initContainers[1].image"),
        ("main", Role.CONTAINER, "spec.template.spec.containers[0].image"),
        ("b", Role.CONTAINER, "spec.template.spec.containers[1].image"),
        ("debug", Role.EPHEMERAL, "spec.template.spec.ephemeralContainers[0].image"),
        ("model", Role.VOLUME, "spec.template.spec.volumes[1].image.reference"),
    ]
    assert {use.pod for use in uses} == {"spec.template.spec"}


def test_an_empty_pod_has_no_images() -> None:
    assert images_of(spec(), "spec") == ()


@pytest.mark.parametrize(
    ("policy", "role"),
    [
        pytest.param("Always", Role.SIDECAR, id="Always: it stays"),
        pytest.param("OnFailure", Role.INIT, id="OnFailure: it ends"),
        pytest.param(None, Role.INIT, id="none: it ends"),
    ],
)
def test_an_init_container_that_stays_is_a_sidecar(policy: str | None, role: Role) -> None:
    (use,) = images_of(spec(initContainers=[{"image": "a", "restartPolicy": policy}]), "spec")
    assert use.role is role


def test_a_container_that_always_restarts_is_no_sidecar() -> None:
    (use,) = images_of(spec(containers=[{"image": "a", "restartPolicy": "Always"}]), "spec")
    assert use.role is Role.CONTAINER


@pytest.mark.parametrize(
    ("text", "canonical", "problem"),
    [
        pytest.param("vllm/vllm:1", "docker.io/vllm/vllm:1", None, id="a reference"),
        pytest.param("", None, "it is empty", id="no image"),
        pytest.param(" a", None, "white space stands before or after it", id="not trimmed"),
    ],
)
def test_a_use_has_a_reference_or_a_problem(
    text: str, canonical: str | None, problem: str | None
) -> None:
    uses = images_of(
        spec(containers=[{"image": text}], volumes=[{"name": "v", "image": {"reference": text}}]),
        "spec",
    )
    for use in uses:
        assert use.text == text
        assert (use.reference and use.reference.canonical) == canonical
        assert use.problem == problem
