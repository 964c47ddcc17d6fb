"""What the command line reads beyond the webhook: unknown kinds, Templates, runtimes beside."""

import json
from typing import Any

import pytest
from click.testing import CliRunner

from pinfold.cli.main import main
from pinfold.cli.regions import region_of
from pinfold.cli.report import line_of
from pinfold.documents.model import Document
from pinfold.documents.read import read_documents

POD = "spec: {containers: [{name: main, image: vllm/vllm-openai, args: [--model, org/m]}]}"
TEMPLATE = """\
apiVersion: template.openshift.io/v1
kind: Template
parameters: [{name: IMAGE, value: "busybox:1"}, {name: MODEL}, {name: NAME}]
objects:
  - apiVersion: v1
    kind: Pod
    metadata: {name: "${NAME}"}
    spec:
      containers:
        - name: main
          image: vllm/vllm-openai
          args: [--model, "${MODEL}", --port, "${NAME}"]
        - name: beside
          image: ${IMAGE}
"""


def run(command: str, text: str) -> Any:
    result = CliRunner().invoke(main, [command, "-", "-o", "json"], input=text)
    return result.exit_code, json.loads(result.stdout)


def test_an_unknown_kind_is_searched_and_judged() -> None:
    text = f"apiVersion: example.com/v1\nkind: Thing\nmetadata: {{name: x}}\nspec: {{a: {{{POD}}}}}"
    code, found = run("inspect", text)
    (workload,) = found["workloads"]
    assert (code, workload["kind"]) == (0, "Thing")
    assert workload["artefacts"][0]["place"] == "spec.a.spec.containers[0].args[1]"
    code, found = run("check", text)
    assert code == 1
    assert "spec.a.spec.containers[0].args[1]" in json.dumps(found)


def test_an_unknown_kind_of_another_shape_is_said_to_be_so() -> None:
    text = "apiVersion: a/v1\nkind: B\nspec: {containers: [{image: x, args: [1]}]}"
    code, found = run("inspect", text)
    assert code == 2
    assert found["errors"][0]["message"] == (
        "spec.containers[0].args[0]: expected text, found a number: put it in quotes"
    )


def test_the_objects_of_a_template_are_read_with_its_parameters() -> None:
    code, found = run("inspect", TEMPLATE)
    (workload,) = found["workloads"]
    assert code == 0
    assert [image["image"] for image in workload["images"]] == ["vllm/vllm-openai", "busybox:1"]
    assert {(row["code"], row["place"]) for row in workload["opaque"]} == {
        ("unset-variable", "spec.containers[0].args[1]")
    }
    assert "${MODEL} is known only when the pod runs" in workload["opaque"][0]["detail"]
    assert [row["state"] for row in workload["artefacts"]] == ["opaque"]


def test_a_parameter_of_another_kind_is_not_known_either() -> None:
    text = """\
apiVersion: v1
kind: Template
parameters: [{name: MODEL}]
objects:
  - apiVersion: serving.kserve.io/v1beta1
    kind: InferenceService
    spec: {predictor: {model: {modelFormat: {name: x}, storageUri: "hf://${MODEL}:%s"}}}
""" % ("9f3c" * 10)
    _, found = run("inspect", text)
    (workload,) = found["workloads"]
    assert [row["state"] for row in workload["artefacts"]] == ["opaque"]
    assert [row["place"] for row in workload["opaque"]] == ["spec.predictor.model.storageUri"]


@pytest.mark.parametrize(
    "value",
    [
        pytest.param('"{{ .Values.image }}"', id="a value"),
        pytest.param("'{{ include \"x\" .Values.y }}'", id="a function of one"),
        pytest.param('"{{- if .Values.a }}b{{ end }}"', id="a condition"),
        pytest.param('"{{ $.Release.Name }}"', id="of the release"),
    ],
)
def test_a_helm_template_that_happens_to_be_yaml_is_said_to_be_one(value: str) -> None:
    text = f"apiVersion: v1\nkind: Pod\nspec: {{containers: [{{name: a, image: {value}}}]}}"
    for command in ("inspect", "check"):
        code, found = run(command, text)
        assert code == 2
        assert found["errors"][0]["message"] == (
            "it is a Helm template, not a manifest; render it first:"
            " helm template RELEASE CHART > rendered.yaml"
        )


def test_braces_alone_are_no_helm_template() -> None:
    args = "[--model, org/m, --chat-template, '{{ messages[0].Values }}{% if x %}']"
    text = (
        f"apiVersion: v1\nkind: Pod\nspec: {{containers: [{{image: vllm-openai, args: {args}}}]}}"
    )
    code, found = run("inspect", text)
    assert (code, len(found["workloads"][0]["artefacts"])) == (0, 1)


RUNTIME = """\
apiVersion: serving.kserve.io/v1alpha1
kind: ClusterServingRuntime
metadata: {name: ours}
spec: {containers: [{name: kserve-container, image: "our-llm@sha256:%s", args: [--tokenizer=o/t]}]}
""" % ("ab" * 32)
SERVICE = """\
---
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: a}
spec: {predictor: {model: {modelFormat: {name: x}, runtime: ours, args: [--model=org/m]}}}
"""
POLICY = """\
apiVersion: pinfold.dev/v1alpha1
kind: SupplyChainPolicy
metadata: {name: p}
spec:
  mode: Enforce
  match: {namespaces: [ml]}
  rules: {modelRevision: {}}
  servers: [{image: "our-llm*", server: vllm}]
"""


def test_a_service_is_merged_with_its_runtime_and_read_as_a_policy_says(tmp_path: Any) -> None:
    (tmp_path / "policy.yaml").write_text(POLICY)
    command = ["check", "-", "-n", "ml", "-o", "json", "--policy", str(tmp_path / "policy.yaml")]
    result = CliRunner().invoke(main, command, input=RUNTIME + SERVICE)
    assert result.exit_code == 1
    assert "spec.predictor.model.args[0]" in result.stdout  # the service's model
    assert '"spec.predictor.model.runtime"' in result.stdout  # the runtime's tokenizer
    assert "ClusterServingRuntime" not in result.stdout  # of no namespace, so not of ml


def test_a_controllers_object_is_left_to_its_pods_unless_they_do_not_show_all() -> None:
    owner = "ownerReferences: [{controller: true, kind: X, name: y, uid: z}]"
    cluster = f"""\
apiVersion: ray.io/v1
kind: RayCluster
metadata: {{name: a, {owner}}}
spec: {{headGroupSpec: {{template: {{{POD}}}}}}}
"""
    assert run("check", cluster)[0] == 0
    config = "applications: [{args: {llm_configs: [{model_loading_config: {model_id: org/m}}]}}]"
    service = cluster.replace("RayCluster", "RayService").replace(
        f"{{headGroupSpec: {{template: {{{POD}}}}}}}", f'{{serveConfigV2: "{config}"}}'
    )
    assert run("check", service)[0] == 1


def test_an_object_with_too_many_containers_is_refused_unread() -> None:
    group = "{template: {spec: {containers: [" + "{name: a, image: b}, " * 300 + "]}}}"
    text = f"apiVersion: ray.io/v1\nkind: RayCluster\nspec: {{headGroupSpec: {group}, "
    code, found = run("check", f"{text}workerGroupSpecs: [{group}]}}")
    assert code == 2
    assert "spec has 600 containers; no more than 500 are read" in json.dumps(found)


@pytest.mark.parametrize("name", ["x[y]", "x]", "[", "x.y", "]]", ""])
def test_a_place_with_an_odd_name_in_it_is_found_or_its_neighbour_is(name: str) -> None:
    """Whatever is looked for, looking ends."""
    value = {
        "apiVersion": "nvidia.com/v1alpha1",
        "kind": "DynamoGraphDeployment",
        "metadata": {"name": "a"},
        "spec": {"services": {name: {"extraPodSpec": {"mainContainer": {"image": "b"}}}}},
    }
    for output in ("text", "json", "sarif", "junit"):
        result = CliRunner().invoke(main, ["check", "-", "-o", output], input=json.dumps(value))
        assert result.exit_code == 1
    value["spec"] = {"services": {name: {"extraPodSpec": {"mainContainer": {"image": 1}}}}}
    for command in ("check", "inspect"):
        assert run(command, json.dumps(value))[0] == 2


@pytest.mark.parametrize("place", ["spec.a]]", "spec[", "]", "x\n", "spec.a[b[c]]"])
def test_looking_for_what_is_no_place_ends(place: str) -> None:
    (document,) = read_documents(b"spec: {a: 1}", "a.yaml")
    assert isinstance(document, Document)
    assert line_of(document, place) == 1
    assert region_of(document, place).line == 1
