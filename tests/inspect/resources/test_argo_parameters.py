"""What parameters of Argo's workflows stand for, where the workflow itself says it."""

import pytest

from tests.inspect.resources.reading import artefacts, opaque, read

S1 = "1" * 20 + "a" * 20
FETCH = "container: {command: [hf, download, '{{inputs.parameters.m}}']}"
OWN = "container: {command: [hf, download, '{{workflow.parameters.m}}']}"
FOUND = "main fetch model o/m unpinned"


def workflow(spec: str, kind: str = "Workflow") -> str:
    return f"apiVersion: argoproj.io/v1alpha1\nkind: {kind}\nspec: {spec}"


def named(rows: list[str]) -> list[str]:
    """Each row without its place."""
    return [row.rpartition(" ")[0] for row in rows]


def given(value: str) -> str:
    return f"parameters: [{{name: m, value: {value}}}]"


HANDED_ON = "parameters: [{name: m, value: '{{workflow.parameters.m}}'}]"


@pytest.mark.parametrize(
    "spec",
    [
        pytest.param(f"{{arguments: {{{given('o/m')}}}, templates: [{{{OWN}}}]}}", id="its own"),
        pytest.param(
            f"{{arguments: {{{given('o/m')}}}, entrypoint: a, templates: [{{name: a, {FETCH}}}]}}",
            id="those of the first template",
        ),
        pytest.param(
            f"{{templates: [{{name: a, inputs: {{{given('o/m')}}}, {FETCH}}}]}}", id="a default"
        ),
        pytest.param(
            "{templates: [{name: a, inputs: {parameters: [{name: m, default: o/m}, {name: x}, 1]}, "
            f"{FETCH}}}]}}",
            id="a default by its other name",
        ),
        pytest.param(
            f"{{arguments: {{{given('o/m')}}}, templates: [{{name: a, {FETCH}}}, {{name: b, "
            f"steps: [[{{template: a, arguments: {{{HANDED_ON}}}}}]]}}]}}",
            id="handed on by a step",
        ),
        pytest.param(
            f"{{templates: [{{name: a, {FETCH}}}, {{name: b, dag: {{tasks: [{{template: a, "
            f"arguments: {{{given('o/m')}}}}}]}}}}]}}",
            id="given by a task",
        ),
    ],
)
def test_what_is_said_is_known(spec: str) -> None:
    workload = read(workflow(spec))
    assert (named(artefacts(workload)), opaque(workload)) == ([FOUND], [])


@pytest.mark.parametrize(
    "spec",
    [
        pytest.param(f"{{templates: [{{name: a, {FETCH}}}]}}", id="nobody says it"),
        pytest.param(f"{{templates: [{{name: a, inputs: 1, {FETCH}}}]}}", id="no parameters"),
        pytest.param(
            f"{{templates: [{{name: a, inputs: {{{given('o/m')}}}, {FETCH}}}, {{name: b, steps: "
            f"[[{{template: a, arguments: {{{given('o/x')}}}}}]]}}]}}",
            id="a step says another",
        ),
        pytest.param(
            f"{{templates: [{{name: a, {FETCH}}}, {{name: b, steps: [[{{template: a, arguments: "
            "{parameters: [{name: m, value: '{{item}}'}]}}]]}]}",
            id="it comes with the run",
        ),
        pytest.param(
            f"{{arguments: {{{given('o/' + 'm' * 200)}}}, templates: [{{{OWN}}}]}}", id="too long"
        ),
    ],
)
def test_what_is_not_said_is_not_known(spec: str) -> None:
    workload = read(workflow(spec))
    assert len(opaque(workload)) == 1


@pytest.mark.parametrize(
    ("kind", "state"), [("Workflow", "pinned"), ("WorkflowTemplate", "opaque")]
)
def test_a_template_of_workflows_pins_nothing_by_a_default(kind: str, state: str) -> None:
    command = "[hf, download, o/m, --revision, '{{workflow.parameters.m}}']"
    spec = f"{{arguments: {{{given(S1)}}}, templates: [{{container: {{command: {command}}}}}]}}"
    assert named(artefacts(read(workflow(spec, kind)))) == [f"main fetch model o/m {state}"]
