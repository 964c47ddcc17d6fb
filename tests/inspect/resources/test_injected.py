"""Variables that a kind's controller sets: one word each, where a container names them."""

import pytest

from pinfold.inspect.podspec import Container, EnvVar, PodSpec
from pinfold.inspect.resources.injected import with_injected
from tests.inspect.resources.reading import opaque, read

STORM = """
apiVersion: orchestration.aibrix.ai/v1alpha1
kind: StormService
spec: {template: {spec: {roles: [{template: {spec: {containers: [CONTAINER]}}}]}}}
"""


@pytest.mark.parametrize(
    ("script", "known"),
    [
        pytest.param("vllm serve org/m --port $POD_GROUP_INDEX", True, id="of this controller"),
        pytest.param("vllm serve org/m $RBG_ROLE_NAME_X", False, id="of another"),
    ],
)
def test_a_variable_of_the_controller_adds_no_argument(script: str, known: bool) -> None:
    container = f"{{name: main, command: [sh, -c, {script!r}]}}"
    assert (opaque(read(STORM.replace("CONTAINER", container))) == []) is known


def test_only_what_a_container_names_is_added_and_never_over_its_own() -> None:
    spec = PodSpec(
        (Container("a", args=("$RANK",)), Container("b", args=("x",))),
        (Container("c", env=(EnvVar("RANK", "1"), EnvVar("X", "$WORLD_SIZE"))),),
    )
    found = with_injected(spec, "kubeflow.org")
    assert [v.name for v in found.containers[0].env or ()] == ["RANK"]
    assert found.containers[1] is spec.containers[1]
    assert [v.name for v in (found.init_containers or ())[0].env or ()] == [
        *("RANK", "X", "WORLD_SIZE")
    ]
    assert with_injected(spec, "apps") is spec
