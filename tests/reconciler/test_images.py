"""Whether a container runs what its spec pins: never a false alarm."""

import pytest

from pinfold.inspect.workload import ImageUse, Role
from pinfold.kube.pods import ContainerStatus, PodStatus, Present, State
from pinfold.reconciler.images import (
    Aliases,
    Another,
    Difference,
    NodeImages,
    Untold,
    differences,
)
from tests.policy.facts import image

INDEX, PLATFORM, OTHER = ("sha256:" + letter * 64 for letter in "abc")
NAME = "docker.io/vllm/vllm-openai"
SPEC = f"vllm/vllm-openai:v0.8.5@{INDEX}"
SAME, DIFFERENT, UNTOLD = None, Another, Untold
RUNNING, ENDED = State(Present()), State(None)


def status(
    image_id: str,
    runtime: str = "containerd",
    state: State | None = RUNNING,
    seen: int | None = None,
) -> PodStatus:
    one = ContainerStatus("vllm", image_id, f"{runtime}://0123", state)
    return PodStatus(observed_generation=seen, container_statuses=(one,))


def told(
    now: PodStatus, node: NodeImages | None = (), spec: str = SPEC, generation: int = 0
) -> tuple[Difference, ...]:
    return differences([image(spec)], now, generation, node, Aliases().knows)


BOTH = [[f"{NAME}@{INDEX}", f"{NAME}@{PLATFORM}", f"{NAME}:v0.8.5"]]
ANOTHER = [[f"{NAME}@{INDEX}"], [f"{NAME}@{OTHER}", f"{NAME}:v0.8.5"]]
MANY = [[f"registry-{number}.example.com/x@{OTHER}" for number in range(5)]]


@pytest.mark.parametrize(("image_id", "runtime", "node", "expected"), [
    pytest.param(f"{NAME}@{INDEX}", "containerd", [], SAME, id="as pinned"),
    pytest.param(f"mirror.example.com/vllm@{INDEX}", "containerd", [], SAME, id="through a mirror"),
    pytest.param(f"docker-pullable://{NAME}@{INDEX}", "docker", [], SAME, id="as docker writes it"),
    pytest.param(f"{NAME}@{OTHER}", "containerd", [], DIFFERENT, id="another, node lists none"),
    pytest.param(f"{NAME}@{OTHER}", "containerd", ANOTHER, DIFFERENT, id="another, node says so"),
    pytest.param(f"{NAME}@{OTHER}", "cri-o", ANOTHER, DIFFERENT, id="another, any runtime"),
    pytest.param(f"{NAME}@{PLATFORM}", "cri-o", BOTH, SAME, id="one platform of the index"),
    pytest.param(f"{NAME}@{PLATFORM}", "containerd", BOTH, SAME, id="pulled by both digests"),
    pytest.param(f"{NAME}@{PLATFORM}", "cri-o", [], UNTOLD, id="cri-o, node lists none"),
    pytest.param(f"{NAME}@{OTHER}", "containerd", [["x:1"]], UNTOLD, id="not among the largest"),
    pytest.param(f"{NAME}@{OTHER}", "containerd", MANY, UNTOLD, id="more names than are listed"),
    pytest.param(f"{NAME}@{OTHER}", "containerd", None, UNTOLD, id="the node cannot be asked"),
    pytest.param(OTHER, "containerd", [], UNTOLD, id="the id of a configuration"),
    pytest.param(f"docker://{OTHER}", "docker", [], UNTOLD, id="the same as docker writes it"),
    pytest.param("garbage", "containerd", [], UNTOLD, id="nothing that can be read"),
    pytest.param("", "containerd", [], SAME, id="not told yet"),
])  # fmt: skip
def test_a_difference_alone_is_no_finding(
    image_id: str, runtime: str, node: NodeImages | None, expected: type[Difference] | None
) -> None:
    found = told(status(image_id, runtime), node)
    assert [type(one) for one in found] == ([] if expected is None else [expected])


def test_what_runs_and_what_is_pinned_are_told() -> None:
    [found] = told(status(f"{NAME}@{OTHER}"))
    assert found == Another("vllm", "spec.containers[0].image", INDEX, f"{NAME}@{OTHER}")


@pytest.mark.parametrize(("now", "spec", "generation"), [
    pytest.param(status(f"{NAME}@{OTHER}"), "vllm/vllm-openai:v0.8.5", 0, id="a tag pins nothing"),
    pytest.param(status(f"{NAME}@{OTHER}"), "no image", 0, id="no image reference"),
    pytest.param(status(f"{NAME}@{OTHER}", state=ENDED), SPEC, 0, id="it does not run"),
    pytest.param(status(f"{NAME}@{OTHER}", state=None), SPEC, 0, id="nothing is known of it"),
    pytest.param(status(f"{NAME}@{OTHER}", seen=1), SPEC, 2, id="the kubelet is behind the spec"),
    pytest.param(PodStatus(), SPEC, 0, id="no status yet"),
])  # fmt: skip
def test_what_cannot_be_compared_is_not(now: PodStatus, spec: str, generation: int) -> None:
    assert told(now, [], spec, generation) == ()


def test_a_volume_is_no_container() -> None:
    use = image(SPEC)
    volume = ImageUse("vllm", Role.VOLUME, "spec", "x", SPEC, use.reference, None)
    assert differences([volume], status(f"{NAME}@{OTHER}"), 0, [], Aliases().knows) == ()


def test_what_one_node_told_of_two_digests_holds_for_all() -> None:
    aliases = Aliases()
    aliases.learn(BOTH)
    now = status(f"{NAME}@{PLATFORM}", "cri-o")
    assert differences([image(SPEC)], now, 0, None, aliases.knows) == ()
    assert not aliases.knows(INDEX, OTHER)
    assert not aliases.knows(OTHER, OTHER)


def test_what_is_known_of_digests_is_bounded() -> None:
    aliases = Aliases(most=3)
    aliases.learn(BOTH)
    aliases.learn([[f"x@{PLATFORM}", f"y@{OTHER}"]])
    assert not aliases.knows(INDEX, PLATFORM)
    assert aliases.knows(OTHER, PLATFORM)
