"""KServe's LLMInferenceService: vLLM behind a command that arguments only extend."""

import pytest

from tests.inspect.resources.reading import artefacts, images, opaque, read

SERVICE = """
apiVersion: serving.kserve.io/v1alpha1
kind: LLMInferenceService
metadata: {name: llama}
spec:
"""
MODEL = '  model: {uri: "hf://org/m:COMMIT"}\n'


def test_the_model_is_told_without_any_template() -> None:
    (row,) = read(SERVICE + MODEL).artefacts
    assert artefacts(read(SERVICE + MODEL)) == ["model fetch model org/m pinned spec.model.uri"]
    assert row.pod == "spec"


@pytest.mark.parametrize(
    ("main", "rows"),
    [
        pytest.param("{name: main}", [], id="no arguments"),
        pytest.param(
            "{name: main, args: [--max-model-len, '9', --tokenizer=o/t]}",
            [
                "main load tokenizer o/t unpinned spec.template.containers[0].args[2]",
            ],
            id="arguments",
        ),
        pytest.param(
            '{name: main, args: ["--chat-template=x --tokenizer=o/t"]}',
            [
                "main load tokenizer o/t unpinned spec.template.containers[0].args",
            ],
            id="two in one argument, which is evaluated again",
        ),
        pytest.param(
            "{name: main, args: ['', --tokenizer=o/t]}",
            ["main load tokenizer o/t unpinned spec.template.containers[0].args"],
            id="words that a shell drops",
        ),
        pytest.param(
            "{name: main, env: [{name: VLLM_ADDITIONAL_ARGS, value: --tokenizer=o/t}]}",
            [
                "main load tokenizer o/t unpinned spec.model.uri",
            ],
            id="arguments in a variable",
        ),
        pytest.param(
            "{name: main, command: [vllm, serve, org/other]}",
            ["main load model org/other unpinned spec.template.containers[0].command[2]"],
            id="a command of one's own",
        ),
        pytest.param("{name: beside}", [], id="another container"),
    ],
)
def test_a_template_is_read_as_it_will_be_started(main: str, rows: list[str]) -> None:
    workload = read(f"{SERVICE}{MODEL}  template: {{containers: [{main}]}}")
    assert artefacts(workload) == ["model fetch model org/m pinned spec.model.uri", *rows]
    assert (images(workload), opaque(workload)) == ([], [])


@pytest.mark.parametrize(
    "main",
    [
        pytest.param(
            "env: [{name: VLLM_ADDITIONAL_ARGS, valueFrom: {secretKeyRef: {name: a, key: b}}}]",
            id="a variable",
        ),
        pytest.param("envFrom: [{secretRef: {name: a}}]", id="a source of variables"),
        pytest.param("args: ['$(cat /x)']", id="what a shell evaluates"),
    ],
)
def test_arguments_that_are_not_known_are_said_to_be_so(main: str) -> None:
    workload = read(f"{SERVICE}{MODEL}  template: {{containers: [{{name: main, {main}}}]}}")
    assert len(opaque(workload)) == 1


def test_every_pod_of_the_service_is_read_and_its_model_told_once() -> None:
    text = f"""{SERVICE}
  model: {{uri: "hf://org/m:COMMIT", lora: {{adapters: [{{uri: "hf://o/l"}}, {{}}]}}}}
  template: {{containers: [{{name: main, image: "a:1"}}]}}
  worker: {{containers: [{{name: main}}]}}
  prefill: {{template: {{containers: [{{name: main}}]}}, worker: {{containers: [{{name: x}}]}}}}
  router: {{scheduler: {{template: {{containers: [{{name: main, image: "epp:1"}}]}}}}}}
"""
    assert artefacts(read(text)) == [
        "model fetch model org/m pinned spec.model.uri",
        "model fetch adapter o/l unpinned spec.model.lora.adapters[0].uri",
    ]
    assert images(read(text)) == [
        "main spec.template.containers[0].image a:1",
        "main spec.router.scheduler.template.containers[0].image epp:1",
    ]


def test_a_config_may_name_no_model() -> None:
    text = SERVICE.replace("Service\n", "ServiceConfig\n", 1)
    main = "{name: main, args: ['--tokenizer={{ .Spec.Model.Name }}']}"
    workload = read(f"{text}  template: {{containers: [{main}]}}")
    assert [row for row in artefacts(workload) if " pinned " in row] == []
    assert len(opaque(workload)) == 1
