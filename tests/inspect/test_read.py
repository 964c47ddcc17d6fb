"""From an object to the facts of a workload."""

from typing import Any

import msgspec
import pytest

from pinfold.inspect.kinds import WorkloadKind, kind_of
from pinfold.inspect.podspec import PodSpec
from pinfold.inspect.read import inspect_object, inspect_pods
from pinfold.inspect.resources.paths import UnreadableWorkload
from pinfold.inspect.shares import containers_of
from pinfold.inspect.workload import Origin, Role, State

COMMIT = "9f3c" * 10
MODEL = "meta-llama/Llama-3.1-8B-Instruct"


def kind(api_version: str, name: str) -> WorkloadKind:
    row = kind_of(api_version, name)
    assert row is not None
    return row


POD = kind("v1", "Pod")
DEPLOYMENT = kind("apps/v1", "Deployment")


def vllm(*args: str, **fields: Any) -> dict[str, Any]:
    return {"name": "vllm", "image": "vllm/vllm-openai:v0.14.1", "args": list(args), **fields}


def test_a_deployment_is_read_by_its_template() -> None:
    workload = inspect_object(
        DEPLOYMENT,
        {
            "metadata": {"namespace": "ml", "name": "llama"},
            "spec": {"template": {"spec": {"containers": [vllm(MODEL, "--revision", COMMIT)]}}},
        },
    )
    assert (workload.kind, workload.namespace, workload.name) == ("Deployment", "ml", "llama")
    (image,) = workload.images
    assert (image.pod, image.place, image.role) == (
        "spec.template.spec",
        "spec.template.spec.containers[0].image",
        Role.CONTAINER,
    )
    (artefact,) = workload.artefacts
    assert (artefact.id, artefact.revision, artefact.state, artefact.origin) == (
        MODEL,
        COMMIT,
        State.PINNED,
        Origin.HUB,
    )
    assert artefact.place == "spec.template.spec.containers[0].args[0]"


@pytest.mark.parametrize(
    ("metadata", "namespace", "name"),
    [
        pytest.param({"namespace": "ml", "name": "a"}, "ml", "a", id="both"),
        pytest.param({"name": "a"}, "", "a", id="no namespace"),
        pytest.param({"generateName": "a-"}, "", "a-", id="a name to be made"),
        pytest.param({"name": None, "namespace": None}, "", "", id="null"),
        pytest.param({}, "", "", id="nothing"),
        pytest.param("x", "", "", id="no mapping"),
        pytest.param(None, "", "", id="no metadata"),
    ],
)
def test_a_workload_is_named_as_far_as_it_is(metadata: Any, namespace: str, name: str) -> None:
    workload = inspect_object(POD, {"metadata": metadata, "spec": {}})
    assert (workload.namespace, workload.name) == (namespace, name)


@pytest.mark.parametrize(
    ("row", "value", "message"),
    [
        pytest.param(
            POD, {}, "spec is missing: nothing here says what a pod would run", id="no spec"
        ),
        pytest.param(
            DEPLOYMENT,
            {"spec": {"template": []}},
            "spec.template.spec is missing: nothing here says what a pod would run",
            id="a template that is a list",
        ),
        pytest.param(
            POD,
            {"spec": {"containers": [{"args": [1]}]}},
            "spec: Expected `str`, got `int` - at `$.containers[0].args[0]`",
            id="a number where a text must be",
        ),
        pytest.param(
            DEPLOYMENT,
            {"spec": {"template": {"spec": "x"}}},
            "spec.template.spec: Expected `object`, got `str`",
            id="a text where a spec must be",
        ),
    ],
)
def test_another_shape_is_refused_in_words(row: WorkloadKind, value: Any, message: str) -> None:
    with pytest.raises(UnreadableWorkload) as refused:
        inspect_object(row, value)
    assert str(refused.value) == message


def test_containers_stand_in_the_order_in_which_they_start() -> None:
    spec = msgspec.convert(
        {
            "containers": [{"name": "a"}, {"name": "b"}],
            "initContainers": [{"name": "c"}],
            "ephemeralContainers": [{"name": "d"}],
        },
        PodSpec,
    )
    assert [(place, container.name) for place, container in containers_of(spec, "spec")] == [
        ("spec.initContainers[0]", "c"),
        ("spec.containers[0]", "a"),
        ("spec.containers[1]", "b"),
        ("spec.ephemeralContainers[0]", "d"),
    ]


def test_every_pod_of_an_object_is_read() -> None:
    spec = msgspec.convert({"containers": [vllm(MODEL)]}, PodSpec)
    workload = inspect_pods("Group", "ml", "a", {"spec.leader": spec, "spec.worker": spec})
    assert [use.pod for use in workload.images] == ["spec.leader", "spec.worker"]
    assert [artefact.place for artefact in workload.artefacts] == [
        "spec.leader.containers[0].args[0]",
        "spec.worker.containers[0].args[0]",
    ]


def test_hazards_and_what_cannot_be_told_are_listed() -> None:
    workload = inspect_object(
        POD,
        {"spec": {"containers": [vllm(MODEL, "--trust-remote-code"), vllm("$(cat x)")]}},
    )
    assert [hazard.hazard for hazard in workload.hazards] == ["trust-remote-code"]
    shell = {"command": ["sh", "-c", "vllm serve $(cat x)"], "name": "b", "image": "a"}
    workload = inspect_object(POD, {"spec": {"containers": [shell]}})
    assert [opaque.container for opaque in workload.opaque] == ["b"]


def test_a_config_map_at_hand_serves_the_pod_that_reads_it() -> None:
    env = [{"name": "MODEL", "valueFrom": {"configMapKeyRef": {"name": "llama", "key": "model"}}}]
    value = {"spec": {"containers": [vllm("$(MODEL)", env=env)]}}
    (known,) = inspect_object(POD, value, files={"llama": {"model": MODEL}}).artefacts
    assert known.id == MODEL
    unknown = inspect_object(POD, value)
    assert [artefact.id for artefact in unknown.artefacts if artefact.id] == []
    assert [opaque.code.value for opaque in unknown.opaque] == ["configmap"]
