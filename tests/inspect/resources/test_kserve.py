"""KServe's InferenceService: addresses, servers inside components, runtimes beside it."""

import pytest

from pinfold.inspect.resources.paths import UnreadableWorkload
from pinfold.inspect.resources.runtimes import is_runtime
from pinfold.inspect.workload import Where
from tests.inspect.resources.reading import COMMIT, artefacts, images, opaque, read

SERVICE = """
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: llama, namespace: ml}
spec:
"""
RUNTIME = """
apiVersion: serving.kserve.io/v1alpha1
kind: ServingRuntime
metadata: {name: our-vllm, namespace: ml}
spec:
  supportedModelFormats: [{name: ours, autoSelect: true}]
  containers:
    - {name: sidecar, image: a}
    - name: kserve-container
      image: vllm/vllm-openai:v0.14.1
      command: [python, -m, vllm.entrypoints.openai.api_server]
      args: [--model=/mnt/models, "--served-model-name={{.Name}}"]
      env: [{name: A, value: "{{.Name}}"}, {name: HF_HOME, value: /tmp}]
      workingDir: /
      volumeMounts: [{name: shm, mountPath: /dev/shm}]
  volumes: [{name: shm, emptyDir: {}}]
"""


def service(predictor: str) -> str:
    return f"{SERVICE}  predictor: {predictor}"


HF = "modelFormat: {name: huggingface}"


@pytest.mark.parametrize(
    ("predictor", "rows"),
    [
        pytest.param(
            f'{{model: {{{HF}, storageUri: "hf://org/m:COMMIT"}}}}',
            ["model fetch model org/m pinned spec.predictor.model.storageUri"],
            id="a hub's repository with its commit",
        ),
        pytest.param(
            f'{{model: {{{HF}, storageUri: "hf://org/m:main"}}}}',
            ["model fetch model org/m unpinned spec.predictor.model.storageUri"],
            id="a branch",
        ),
        pytest.param(
            '{model: {modelFormat: {name: sklearn}, storageUri: "gs://b/m"}}',
            ["model fetch model gs://b/m unpinnable spec.predictor.model.storageUri"],
            id="a bucket",
        ),
        pytest.param(
            '{model: {modelFormat: {name: x}, storageUri: "oci://r.io/m@DIGEST"}}',
            ["model fetch model r.io/m pinned spec.predictor.model.storageUri"],
            id="a modelcar by digest",
        ),
        pytest.param(
            '{sklearn: {storageUri: "pvc://models/m"}}',
            ["sklearn fetch model pvc://models/m unpinnable spec.predictor.sklearn.storageUri"],
            id="a field of its own for the format",
        ),
        pytest.param(
            "{model: {modelFormat: {name: x}, storage: {path: a/b, parameters: {type: s3}}}}",
            ["model fetch model s3://a/b unpinnable spec.predictor.model.storage.path"],
            id="storage that a Secret describes",
        ),
        pytest.param(
            "{model: {modelFormat: {name: x}, storage: {path: a/b}}}",
            ["model fetch model storage://a/b unpinnable spec.predictor.model.storage.path"],
            id="storage that only a Secret describes",
        ),
        pytest.param(
            '{storageUris: [{uri: "hf://o/a"}, {uri: "hf://o/b:COMMIT", mountPath: /b}, {}],'
            ' containers: [{name: c, image: "a:1"}]}',
            [
                "model fetch model o/a unpinned spec.predictor.storageUris[0].uri",
                "model fetch model o/b pinned spec.predictor.storageUris[1].uri",
            ],
            id="several addresses",
        ),
        pytest.param(
            '{containers: [{name: c, image: "a:1", env: [{name: A, value: b},'
            ' {name: STORAGE_URI, value: "hf://o/m"}]}]}',
            ["c fetch model o/m unpinned spec.predictor.containers[0].env[1].value"],
            id="a variable of a server of one's own",
        ),
        pytest.param(
            f"{{model: {{{HF}, args: [--model_id=org/m, --model_revision=COMMIT]}}}}",
            ["model load model org/m pinned spec.predictor.model.args[0]"],
            id="KServe's own server, by its arguments",
        ),
        pytest.param(
            "{huggingface: {args: [--model_id=org/m]}}",
            ["huggingface load model org/m unpinned spec.predictor.huggingface.args[0]"],
            id="the same by its field",
        ),
        pytest.param(
            '{model: {modelFormat: {name: vLLM}, runtime: r, storageUri: "hf://o/m:COMMIT",'
            " args: [--tokenizer=o/t]}}",
            [
                "model fetch model o/m pinned spec.predictor.model.storageUri",
                "model load tokenizer o/t unpinned spec.predictor.model.args[0]",
            ],
            id="vLLM, as its runtimes start it",
        ),
        pytest.param(
            "{model: {modelFormat: {name: vLLM}, command: [vllm, serve, org/m]}}",
            ["model load model org/m unpinned spec.predictor.model.command[2]"],
            id="a command of one's own",
        ),
        pytest.param(
            '{pytorch: {storageUri: "gs://b/m", args: [--enable-model-api]}}',
            ["pytorch fetch model gs://b/m unpinnable spec.predictor.pytorch.storageUri"],
            id="a server that loads what is stored",
        ),
        pytest.param("{model: {modelFormat: {name: sklearn}}}", [], id="nothing"),
        pytest.param("{minReplicas: 1}", [], id="nothing at all"),
    ],
)
def test_what_is_loaded_is_told_where_it_is_named(predictor: str, rows: list[str]) -> None:
    assert artefacts(read(service(predictor))) == rows


def test_a_local_path_comes_from_what_is_fetched() -> None:
    address = 'storageUri: "hf://o/m:COMMIT"'
    text = service(f"{{model: {{{HF}, {address}, args: [--model_dir=/mnt/models/x]}}}}")
    fetched, loaded = read(text).artefacts
    assert (fetched.where, fetched.pod, fetched.revision) == (
        *(Where.STORAGE_URI, "spec.predictor", COMMIT),
    )
    assert fetched.pin is not None
    assert (fetched.pin.write, fetched.pin.place) == (
        *("hf://o/m:", "spec.predictor.model.storageUri"),
    )
    assert (loaded.id, loaded.place) == ("/mnt/models/x", "spec.predictor.model.args[0]")
    assert loaded.provenance is not None
    assert loaded.provenance.by == "spec.predictor.model.storageUri"
    assert loaded.provenance.state == "pinned"


def test_a_folder_that_nobody_wrote_is_left_out() -> None:
    text = service(f'{{model: {{{HF}, storageUri: "hf://o/m", args: [--max-model-len=9]}}}}')
    assert len(read(text).artefacts) == 1
    without = service(f"{{model: {{{HF}, args: [--max-model-len=9]}}}}")
    assert artefacts(read(without)) == [
        "model load model /mnt/models local spec.predictor.model.modelFormat"
    ]


def test_images_are_told_where_somebody_wrote_one() -> None:
    text = f"""{SERVICE}
  predictor:
    model: {{modelFormat: {{name: x}}, image: "a:1"}}
    workerSpec: {{containers: [{{name: w, image: "b:1"}}]}}
    containers: [{{name: beside}}]
  transformer: {{containers: [{{name: t, image: "c:1"}}]}}
  explainer: {{containers: [{{name: e, image: "d:1"}}]}}
"""
    assert images(read(text)) == [
        "model spec.predictor.model.image a:1",
        "w spec.predictor.workerSpec.containers[0].image b:1",
        "t spec.transformer.containers[0].image c:1",
        "e spec.explainer.containers[0].image d:1",
    ]


def test_a_server_that_nobody_knows_is_said_to_be_unread() -> None:
    gpu = "resources: {limits: {nvidia.com/gpu: 1}}"
    text = service(f"{{model: {{modelFormat: {{name: x}}, runtime: ours, {gpu}}}}}")
    assert opaque(read(text)) == [
        "model script-in-image spec.predictor.model.runtime: image ours says itself what it runs"
    ]


@pytest.mark.parametrize(
    ("server", "says"),
    [
        pytest.param("args: [--model_name=a, --http_port=1]", False, id="a name alone"),
        pytest.param("args: [--workers=2], env: [{name: A, value: b}]", False, id="numbers"),
        pytest.param("args: [--model=a/b]", True, id="a model"),
        pytest.param("env: [{name: HF_X}]", True, id="a variable of the hub's"),
        pytest.param("args: [$(A)], env: [{name: A, valueFrom: {}}]", True, id="not known"),
        pytest.param("envFrom: [{secretRef: {name: a}}]", True, id="variables not known"),
        pytest.param("image: a", True, id="an image"),
    ],
)
def test_beside_an_address_a_server_that_nobody_knows_matters_if_it_may_load_more(
    server: str, says: bool
) -> None:
    gpu = "resources: {limits: {nvidia.com/gpu: 1}}"
    text = service(
        f'{{model: {{modelFormat: {{name: x}}, storageUri: "hf://o/m", {server}, {gpu}}}}}'
    )
    assert bool(opaque(read(text))) is says


class TestWithARuntime:
    MODEL = "{model: {modelFormat: {name: ours}, runtime: our-vllm, "

    def test_its_arguments_come_before_the_services(self) -> None:
        text = service(self.MODEL + 'storageUri: "hf://o/m:COMMIT", args: [--tokenizer=o/t]}}')
        assert artefacts(read(text, RUNTIME)) == [
            "model fetch model o/m pinned spec.predictor.model.storageUri",
            "model load model /mnt/models local spec.predictor.model.runtime",
            "model load tokenizer o/t unpinned spec.predictor.model.args[0]",
        ]

    def test_a_later_argument_of_the_service_wins(self) -> None:
        text = service(self.MODEL + "args: [--model=org/m]}}")
        assert artefacts(read(text, RUNTIME)) == [
            "model load model org/m unpinned spec.predictor.model.args[0]"
        ]

    def test_its_variables_are_the_services_to_replace(self) -> None:
        text = service(self.MODEL + "args: [--tokenizer=$(A)], env: [{name: A, value: o/t}]}}")
        assert artefacts(read(text, RUNTIME))[1:] == [
            "model load tokenizer o/t unpinned spec.predictor.model.args[0]"
        ]

    def test_the_name_of_the_service_is_filled_in(self) -> None:
        text = service(self.MODEL + "args: [--tokenizer=o/$(A)]}}")
        assert artefacts(read(text, RUNTIME))[1:] == [
            "model load tokenizer o/llama unpinned spec.predictor.model.args[0]"
        ]

    def test_one_that_is_selected_by_itself_is_taken(self) -> None:
        text = service('{model: {modelFormat: {name: ours}, storageUri: "hf://o/m:COMMIT"}}')
        assert artefacts(read(text, RUNTIME))[1:] == [
            "model load model /mnt/models local spec.predictor.model"
        ]

    @pytest.mark.parametrize(
        "runtimes",
        [
            pytest.param([RUNTIME, RUNTIME.replace("our-vllm", "b")], id="two fit"),
            pytest.param([RUNTIME.replace("autoSelect: true", "a: b")], id="not by itself"),
            pytest.param([f"{RUNTIME}  disabled: true"], id="disabled"),
            pytest.param([RUNTIME.replace("namespace: ml", "namespace: b")], id="elsewhere"),
            pytest.param([RUNTIME.replace("name: ours", "name: theirs")], id="another format"),
            pytest.param([RUNTIME.replace("name: kserve-container", "name: b")], id="no server"),
            pytest.param([RUNTIME.replace("workingDir: /", "workingDir: 1")], id="unreadable"),
            pytest.param([RUNTIME.replace("metadata: {", "metadata: [{").replace("ml}", "ml}]")],
                         id="nameless"),
            pytest.param([], id="none"),
        ],
    )  # fmt: skip
    def test_else_only_the_address_is_known(self, runtimes: list[str]) -> None:
        text = service('{model: {modelFormat: {name: ours}, storageUri: "hf://o/m:COMMIT"}}')
        assert artefacts(read(text, *runtimes)) == [
            "model fetch model o/m pinned spec.predictor.model.storageUri"
        ]

    def test_one_of_another_name_is_not_taken(self) -> None:
        text = service('{model: {modelFormat: {name: ours}, runtime: x, storageUri: "hf://o/m"}}')
        assert len(artefacts(read(text, RUNTIME))) == 1

    def test_one_of_the_namespace_comes_before_one_of_the_cluster(self) -> None:
        cluster = RUNTIME.replace("kind: Serving", "kind: ClusterServing")
        other = cluster.replace("--model=/mnt/models", "--model=a/b")
        text = service(self.MODEL + 'storageUri: "hf://o/m:COMMIT"}}')
        assert artefacts(read(text, other, RUNTIME))[1].startswith("model load model /mnt/models")
        assert artefacts(read(text, other))[1].startswith("model load model a/b unpinned")


def test_a_runtime_alone_is_read_with_holes_for_what_is_filled_in() -> None:
    workload = read(RUNTIME.replace("--model=/mnt/models", '"--model=o/{{.Labels.model}}"'))
    assert images(workload) == [
        "sidecar spec.containers[0].image a",
        "kserve-container spec.containers[1].image vllm/vllm-openai:v0.14.1",
    ]
    assert [row.split(":")[0] for row in opaque(workload)] == [
        "kserve-container unset-variable spec.containers[1].args[0]"
    ]
    assert [row.state for row in workload.artefacts if row.state == "pinned"] == []


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        pytest.param("  [1]", "spec: Expected `object`, got `array` - at `$`", id="a list"),
        pytest.param(
            "  {predictor: x}", "spec.predictor: Expected `object`, got `str` - at `$`", id="text"
        ),
        pytest.param(
            "  {predictor: {model: {storageUri: 1}}}",
            "spec.predictor.model.storageUri: Expected `str`, got `int` - at `$`",
            id="a number for an address",
        ),
        pytest.param(
            "  {predictor: {storageUris: {a: b}}}",
            "spec.predictor.storageUris: Expected `array`, got `object` - at `$`",
            id="a mapping for a list",
        ),
        pytest.param(
            "  {predictor: {storageUris: [null]}}",
            "spec.predictor.storageUris[0]: Expected `object`, got `null` - at `$`",
            id="nothing in a list",
        ),
        pytest.param(
            "  {predictor: {model: {args: [1]}}}",
            "spec.predictor.model: Expected `str`, got `int` - at `$.args[0]`",
            id="a number for an argument",
        ),
    ],
)
def test_another_shape_is_refused_in_words(spec: str, message: str) -> None:
    with pytest.raises(UnreadableWorkload) as refused:
        read(SERVICE + spec)
    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ({"apiVersion": "serving.kserve.io/v1alpha1", "kind": "ServingRuntime"}, True),
        ({"apiVersion": "serving.kserve.io/v1alpha1", "kind": "ClusterServingRuntime"}, True),
        ({"apiVersion": "serving.kserve.io/v1beta1", "kind": "InferenceService"}, False),
        ({"apiVersion": "example.com/v1", "kind": "ServingRuntime"}, False),
        ({"apiVersion": 1, "kind": "ServingRuntime"}, False),
        ([], False),
    ],
)
def test_a_runtime_is_known_by_its_kind(value: object, found: bool) -> None:
    assert is_runtime(value) is found


@pytest.mark.parametrize(
    ("args", "rows"),
    [
        pytest.param("[]", [], id="a service will say what"),
        pytest.param(
            "[--model=o/m]",
            ["kserve-container load model o/m unpinned spec.containers[0].args[0]"],
            id="a model of the runtime's own",
        ),
    ],
)
def test_the_default_of_a_runtimes_server_is_nobodys(args: str, rows: list[str]) -> None:
    command = "[python3, -m, vllm.entrypoints.openai.api_server]"
    container = f"{{name: kserve-container, command: {command}, args: {args}}}"
    version = "apiVersion: serving.kserve.io/v1alpha1\nkind: ServingRuntime\n"
    assert artefacts(read(f"{version}spec: {{containers: [{container}]}}")) == rows


def test_a_container_of_any_name_gets_what_its_variable_names() -> None:
    container = (
        "{name: mine, command: [tritonserver, --model-repository=/mnt/models/store],"
        ' env: [{name: STORAGE_URI, value: "s3://b/m"}]}'
    )
    fetch, load = read(service(f"{{containers: [{container}]}}")).artefacts
    assert (fetch.id, load.id) == ("s3://b/m", "/mnt/models/store")
    assert load.provenance is not None
    assert load.provenance.state == "unpinnable"
