"""Which running pods get a scan status."""

from typing import Any

import msgspec
import pytest

from pinfold.inspect.accelerators import Accelerators
from pinfold.inspect.read import inspect_pods
from pinfold.kube.pods import RunningSpec
from pinfold.reconciler.covered import is_covered


def container(image: str = "nginx:1", **more: Any) -> dict[str, Any]:
    return {"containers": [{"name": "main", "image": image, **more}]}


def limits(name: str) -> dict[str, Any]:
    return container(resources={"limits": {name: "1"}})


def requests(name: str) -> dict[str, Any]:
    return container(resources={"requests": {name: "1"}})


def init(spec: dict[str, Any]) -> dict[str, Any]:
    return container() | {"initContainers": spec["containers"]}


@pytest.mark.parametrize(("spec", "covered"), [
    pytest.param(limits("nvidia.com/gpu"),             True,  id="an NVIDIA GPU"),
    pytest.param(limits("nvidia.com/mig-1g.10gb"),     True,  id="a slice of one"),
    pytest.param(limits("nvidia.com/gpu.shared"),      True,  id="a shared one"),
    pytest.param(limits("amd.com/gpu"),                True,  id="an AMD GPU"),
    pytest.param(limits("gpu.intel.com/i915"),         True,  id="an Intel GPU"),
    pytest.param(limits("gpu.intel.com/xe"),           True,  id="another Intel GPU"),
    pytest.param(limits("habana.ai/gaudi"),            True,  id="a Gaudi"),
    pytest.param(limits("google.com/tpu"),             True,  id="a TPU"),
    pytest.param(limits("aws.amazon.com/neuron"),      True,  id="a Neuron device"),
    pytest.param(limits("aws.amazon.com/neuroncore"),  True,  id="a Neuron core"),
    pytest.param(requests("nvidia.com/gpu"),           True,  id="a request"),
    pytest.param(init(limits("nvidia.com/gpu")),       True,  id="in an init container"),
    pytest.param(container() | {"resourceClaims": [{"name": "gpu"}]}, True, id="a claim"),
    pytest.param(container(command=["vllm", "serve", "org/m"]), True, id="a model server"),
    pytest.param(container("vllm/vllm-openai:v0.8.5"), True,  id="a model server by its image"),
    pytest.param(container("ollama/ollama"),           True,  id="one that is not read yet"),
    pytest.param(limits("cpu"),                        False, id="a processor"),
    pytest.param(limits("example.com/nvidia.com"),     False, id="another's name in it"),
    pytest.param(limits("google.com/tpu-like"),        False, id="more than the name"),
    pytest.param(container(command=["sleep", "1"]),    False, id="a command of no matter"),
    pytest.param(container(),                          False, id="nothing"),
])  # fmt: skip
def test_covered_is_what_asks_for_one_or_serves(spec: dict[str, Any], covered: bool) -> None:
    read = msgspec.convert(spec, RunningSpec)
    workload = inspect_pods("Pod", "ml", "x", {"spec": read})
    assert is_covered(read, workload, Accelerators()) is covered


def test_the_list_is_a_setting() -> None:
    own = Accelerators(["example.com/chip*"])
    assert own.asked_for(msgspec.convert(limits("example.com/chip-v2"), RunningSpec))
    assert not own.asked_for(msgspec.convert(limits("nvidia.com/gpu"), RunningSpec))
