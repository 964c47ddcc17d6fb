"""Argo's workflows and Tekton's tasks: containers by themselves, and scripts beside them."""

import pytest

from tests.inspect.resources.reading import artefacts, images, opaque, read

WORKFLOW = "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nspec: "
TASK = "apiVersion: tekton.dev/v1\nkind: Task\nspec: "
PYTHON = 'from huggingface_hub import snapshot_download\\nsnapshot_download(\\"o/m\\")'


@pytest.mark.parametrize(
    ("template", "rows"),
    [
        pytest.param(
            "{container: {command: [hf, download, o/m]}}",
            ["main fetch model o/m unpinned spec.templates[0].container.command[2]"],
            id="a container",
        ),
        pytest.param(
            '{script: {command: [bash], source: "hf download o/m"}}',
            ["main fetch model o/m unpinned spec.templates[0].script.source"],
            id="a script",
        ),
        pytest.param(
            f'{{script: {{command: [python3], source: "{PYTHON}"}}}}',
            ["main fetch model o/m unpinned spec.templates[0].script.source"],
            id="a script of Python",
        ),
        pytest.param('{script: {command: [perl], source: "1"}}', [], id="a script of another kind"),
        pytest.param(
            "{containerSet: {containers: [{name: a, command: [hf, download, o/m]}]}}",
            ["a fetch model o/m unpinned spec.templates[0].containerSet.containers[0].command[2]"],
            id="one of a set",
        ),
        pytest.param(
            "{steps: [[{inline: {container: {command: [hf, download, o/m]}}}, {name: x}]]}",
            [("main fetch model o/m unpinned"
             " spec.templates[0].steps[0][0].inline.container.command[2]")],
            id="within a step",
        ),
        pytest.param(
            "{dag: {tasks: [{inline: {container: {command: [hf, download, o/m]}}}]}}",
            [("main fetch model o/m unpinned"
             " spec.templates[0].dag.tasks[0].inline.container.command[2]")],
            id="within a task",
        ),
        pytest.param(
            "{container: {command: [hf, download], args: [o/x]},"
            ' podSpecPatch: \'{"containers": [{"name": "main", "args": ["o/m"]}]}\'}',
            ["main fetch model o/m unpinned spec.templates[0].podSpecPatch"],
            id="a patch of the pod",
        ),
        pytest.param("{suspend: {}}", [], id="no pod"),
    ],
)  # fmt: skip
def test_what_a_template_runs_is_read(template: str, rows: list[str]) -> None:
    assert artefacts(read(f"{WORKFLOW}{{templates: [{template}]}}")) == rows


def test_every_image_of_a_template_is_told() -> None:
    template = (
        '{container: {image: "a:1"}, sidecars: [{name: s, image: "b:1"}],'
        ' initContainers: [{name: i, image: "c:1"}]}'
    )
    text = f"{WORKFLOW}{{volumes: [{{name: v}}], templates: [{template}], templateDefaults: {{}}}}"
    cron = text.replace("Workflow", "CronWorkflow").replace("spec: ", "spec: {workflowSpec: ") + "}"
    for one, root in ((text, "spec"), (cron, "spec.workflowSpec")):
        assert images(read(one)) == [
            f"i {root}.templates[0].initContainers[0].image c:1",
            f"main {root}.templates[0].container.image a:1",
            f"s {root}.templates[0].sidecars[0].image b:1",
        ]


def test_what_a_workflow_fills_in_is_not_known() -> None:
    container = '{command: [hf, download, "{{inputs.parameters.model}}"]}'
    (row,) = opaque(read(f"{WORKFLOW}{{templates: [{{container: {container}}}]}}"))
    assert row.startswith("main unset-variable spec.templates[0].container.command[2]: ")


def test_a_patch_that_cannot_be_read_is_said_to_be_so() -> None:
    text = f"{WORKFLOW}{{templates: [{{container: {{image: a}}, podSpecPatch: '{{{{x}}}}'}}]}}"
    (row,) = opaque(read(text))
    assert row.startswith("main unknown-server spec.templates[0].podSpecPatch: ")
    assert row.endswith(": podSpecPatch changes the pod in a way that is known only when it runs")


@pytest.mark.parametrize(
    ("kind", "spec", "rows"),
    [
        pytest.param(
            "Task",
            '{steps: [{name: a, script: "#!/usr/bin/env bash\\nhf download o/m"}]}',
            ["a fetch model o/m unpinned spec.steps[0].script"],
            id="a script",
        ),
        pytest.param(
            "Task",
            '{steps: [{name: a, script: "hf download $M"}],'
            " stepTemplate: {env: [{name: M, value: o/m}]}}",
            ["a fetch model o/m unpinned spec.steps[0].script"],
            id="a variable of all steps",
        ),
        pytest.param(
            "Task",
            "{sidecars: [{name: s, command: [vllm, serve, o/m]}], volumes: [{name: v}]}",
            ["s load model o/m unpinned spec.sidecars[0].command[2]"],
            id="a sidecar",
        ),
        pytest.param(
            "StepAction",
            '{image: "a:1", script: "hf download o/m"}',
            [" fetch model o/m unpinned spec.script"],
            id="a step by itself",
        ),
        pytest.param(
            "TaskRun",
            "{taskSpec: {steps: [{name: a, command: [hf, download, o/m]}]}}",
            ["a fetch model o/m unpinned spec.taskSpec.steps[0].command[2]"],
            id="a task in a run",
        ),
        pytest.param(
            "PipelineRun",
            "{pipelineSpec: {finally: [{taskSpec: {steps: [{command: [hf, download, o/m]}]}}]}}",
            [" fetch model o/m unpinned spec.pipelineSpec.finally[0].taskSpec.steps[0].command[2]"],
            id="a task in a pipeline",
        ),
        pytest.param("Pipeline", "{tasks: [{taskRef: {name: x}}]}", [], id="a task elsewhere"),
    ],
)
def test_what_a_step_runs_is_read(kind: str, spec: str, rows: list[str]) -> None:
    assert artefacts(read(f"apiVersion: tekton.dev/v1\nkind: {kind}\nspec: {spec}")) == rows


def test_what_a_task_fills_in_is_not_known() -> None:
    (row,) = opaque(read(f'{TASK}{{steps: [{{command: [hf, download, "$(params.model)"]}}]}}'))
    assert row.startswith(" unset-variable spec.steps[0].command[2]: ")
