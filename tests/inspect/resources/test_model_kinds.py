"""Kinds whose own fields name a model, and whose controllers make the pods for it."""

import pytest

from tests.inspect.resources.reading import artefacts, images, opaque, read

KUBEAI = "kubeai.org/v1 Model"
NIM = "apps.nvidia.com/v1alpha1"
BOOSTER = "workload.serving.volcano.sh/v1alpha1 ModelBooster"
STACK = "production-stack.vllm.ai/v1alpha1"
LLMAZ = "llmaz.io/v1alpha1 OpenModel"
KAITO = "kaito.sh/v1beta1"
OME = "ome.io/v1beta1"
SERVE = "python3, -m, sglang.launch_server, --model-path"


def object_of(kind: str, spec: str) -> str:
    version, name = kind.split()
    return f"apiVersion: {version}\nkind: {name}\nmetadata: {{name: x}}\nspec: {spec}"


@pytest.mark.parametrize(
    ("kind", "spec", "rows"),
    [
        pytest.param(
            KUBEAI,
            '{engine: VLLM, url: "hf://o/m"}',
            ["server load model o/m unpinned spec.url"],
            id="KubeAI: the engine gets the name",
        ),
        pytest.param(
            KUBEAI,
            '{engine: VLLM, url: "hf://o/m", args: [--revision=COMMIT]}',
            ["server load model o/m pinned spec.url"],
            id="KubeAI: arguments behind it",
        ),
        pytest.param(
            KUBEAI,
            '{engine: VLLM, url: "hf://o/m", env: {VLLM_USE_MODELSCOPE: "true"}}',
            ["server load model o/m unpinned spec.url"],
            id="KubeAI: variables",
        ),
        pytest.param(
            KUBEAI,
            '{engine: VLLM, url: "hf://o/m:COMMIT", cacheProfile: c}',
            ["model fetch model o/m unpinnable spec.url"],
            id="KubeAI: a cache has no place for a revision",
        ),
        pytest.param(
            KUBEAI,
            '{engine: VLLM, url: "s3://b/m"}',
            ["server load model s3://b/m unpinnable spec.url"],
            id="KubeAI: a bucket",
        ),
        pytest.param(
            KUBEAI,
            '{engine: VLLM, url: "pvc://claim/m"}',
            ["server load model /model local spec.url"],
            id="KubeAI: a claim",
        ),
        pytest.param(
            KUBEAI,
            "{engine: VLLM, url: odd}",
            ["server load model odd unpinned spec.url"],
            id="KubeAI: an address that is none",
        ),
        pytest.param(
            KUBEAI,
            '{engine: VLLM, url: "hf://o/m", adapters: [{url: "hf://o/l"}, {name: x}]}',
            [
                "server load model o/m unpinned spec.url",
                "adapter fetch adapter o/l unpinnable spec.adapters[0].url",
            ],
            id="KubeAI: an adapter",
        ),
        pytest.param(
            KUBEAI,
            '{engine: OLlama, url: "ollama://gemma2:2b"}',
            ["server fetch model gemma2:2b unpinnable spec.url"],
            id="KubeAI: Ollama",
        ),
        pytest.param(
            KUBEAI,
            '{engine: Infinity, url: "hf://o/e"}',
            ["model fetch model o/e unpinnable spec.url"],
            id="KubeAI: another engine",
        ),
        pytest.param(KUBEAI, "{engine: Infinity}", [], id="KubeAI: nothing"),
        pytest.param(
            f"{NIM} NIMService",
            "{image: {repository: nvcr.io/nim/x, tag: '1'},"
            ' env: [{name: NIM_MODEL_NAME, value: "hf://o/m"}], storage: {emptyDir: {}}}',
            ["nim load model o/m unpinnable spec.env[0].value"],
            id="NIM: a service's variable",
        ),
        pytest.param(
            f"{NIM} NIMService", "{storage: {hostPath: /x}}", [], id="NIM: without an image"
        ),
        pytest.param(
            f"{NIM} NIMCache",
            "{source: {hf: {namespace: o, modelName: m, modelPuller: 'p:1'}}}",
            ["cache fetch model o/m unpinned spec.source.hf.modelName"],
            id="NIM: a cache of a repository",
        ),
        pytest.param(
            f"{NIM} NIMCache",
            "{source: {hf: {modelName: o/m, revision: COMMIT}}}",
            ["cache fetch model o/m pinned spec.source.hf.modelName"],
            id="NIM: at a commit",
        ),
        pytest.param(
            f"{NIM} NIMCache",
            "{source: {dataStore: {namespace: o, datasetName: d, endpoint: 'http://x'}}}",
            [],
            id="NIM: a cache of data",
        ),
        pytest.param(
            f"{NIM} NIMCache",
            "{source: {ngc: {modelEndpoint: 'ngc://a/b:1', modelPuller: 'nvcr.io/nim/x:1'}}}",
            ["cache load model ngc://a/b:1 unpinnable spec.source.ngc.modelEndpoint"],
            id="NIM: a cache of NGC's",
        ),
        pytest.param(
            BOOSTER,
            '{backend: {modelURI: "hf://o/m"}}',
            ["model fetch model o/m unpinned spec.backend.modelURI"],
            id="kthena: a repository",
        ),
        pytest.param(
            BOOSTER,
            "{backend: {modelURI: o/m, env: [{name: HF_REVISION, value: COMMIT}]}}",
            ["model fetch model o/m pinned spec.backend.modelURI"],
            id="kthena: at a commit",
        ),
        pytest.param(
            BOOSTER,
            '{backends: [{modelURI: "ms://o/m", loraAdapters: [{artifactURL: "s3://l"}, {}]}]}',
            [
                "model fetch model o/m unpinnable spec.backends[0].modelURI",
                (
                    "adapter fetch adapter s3://l unpinnable "
                    "spec.backends[0].loraAdapters[0].artifactURL"
                ),
            ],
            id="kthena: another hub, and an adapter",
        ),
        pytest.param(
            BOOSTER,
            '{backend: {modelURI: "s3://b/m", workers: [{config: {tokenizer: o/t, seed: 1,'
            ' trust-remote-code: ""}}]}}',
            [
                "model fetch model s3://b/m unpinnable spec.backend.modelURI",
                "server load tokenizer o/t unpinned spec.backend.workers[0].config.tokenizer",
            ],
            id="kthena: what a worker is told",
        ),
        pytest.param(
            f"{STACK} VLLMRuntime",
            "{model: {modelURL: o/m}, vllmConfig: {extraArgs: [--tokenizer, o/t]}}",
            [
                "vllm load model o/m unpinned spec.model.modelURL",
                "vllm load tokenizer o/t unpinned spec.vllmConfig.extraArgs[1]",
            ],
            id="production stack: a runtime",
        ),
        pytest.param(f"{STACK} VLLMRuntime", "{}", [], id="production stack: nothing"),
        pytest.param(
            f"{STACK} LoraAdapter",
            "{adapterSource: {type: huggingface, repository: o/l}}",
            ["adapter fetch adapter o/l unpinnable spec.adapterSource.repository"],
            id="production stack: an adapter",
        ),
        pytest.param(
            f"{STACK} LoraAdapter",
            "{adapterSource: {type: local, adapterPath: /data/l}}",
            ["adapter fetch adapter /data/l local spec.adapterSource.adapterPath"],
            id="production stack: an adapter on a volume",
        ),
        pytest.param(
            f"{STACK} LoraAdapter",
            "{adapterSource: {type: huggingface}}",
            [],
            id="production stack: no repository",
        ),
        pytest.param(
            f"{STACK} LoraAdapter", "{adapterSource: {}}", [], id="production stack: no adapter"
        ),
        pytest.param(
            LLMAZ,
            "{source: {modelHub: {modelID: o/m}}}",
            ["model fetch model o/m unpinned spec.source.modelHub.modelID"],
            id="llmaz: a repository",
        ),
        pytest.param(
            LLMAZ,
            "{source: {modelHub: {name: Huggingface, modelID: o/m, revision: COMMIT}}}",
            ["model fetch model o/m pinned spec.source.modelHub.modelID"],
            id="llmaz: at a commit",
        ),
        pytest.param(
            LLMAZ,
            "{source: {modelHub: {name: ModelScope, modelID: o/m}}}",
            ["model fetch model o/m unpinned spec.source.modelHub.modelID"],
            id="llmaz: ModelScope",
        ),
        pytest.param(
            LLMAZ,
            '{source: {uri: "ollama://x"}}',
            ["model fetch model x unpinnable spec.source.uri"],
            id="llmaz: Ollama",
        ),
        pytest.param(
            LLMAZ,
            '{source: {uri: "host:///mnt/m"}}',
            ["model fetch model /mnt/m local spec.source.uri"],
            id="llmaz: a node's folder",
        ),
        pytest.param(
            LLMAZ,
            '{source: {uri: "oss://b/m"}}',
            ["model fetch model oss://b/m unpinnable spec.source.uri"],
            id="llmaz: a bucket",
        ),
        pytest.param(LLMAZ, "{source: {modelHub: {}}}", [], id="llmaz: nothing"),
        pytest.param(
            f"{KAITO} InferenceSet",
            "{template: {inference: {preset: {name: o/m}}}}",
            ["preset load model o/m unpinnable spec.template.inference.preset.name"],
            id="kaito: a set",
        ),
        pytest.param(
            f"{KAITO} RAGEngine",
            "{embedding: {local: {modelID: o/e}}}",
            ["preset load model o/e unpinnable spec.embedding.local.modelID"],
            id="kaito: an engine's embedding",
        ),
        pytest.param(
            "kaito.sh/v1alpha1 MultiRoleInference",
            "{model: {name: o/m}}",
            ["preset load model o/m unpinnable spec.model.name"],
            id="kaito: roles",
        ),
        pytest.param(
            f"{OME} BaseModel",
            '{storage: {storageUri: "hf://o/m@COMMIT"}}',
            ["model fetch model o/m pinned spec.storage.storageUri"],
            id="OME: an @ before the revision",
        ),
        pytest.param(
            f"{OME} BaseModel",
            '{storage: {storageUri: "hf://o/m:COMMIT"}}',
            ["model fetch model o/m%3ACOMMIT unpinnable spec.storage.storageUri"],
            id="OME: a colon is none",
        ),
        pytest.param(
            f"{OME} ClusterBaseModel",
            '{storage: {storageUri: "pvc://c/m"}}',
            ["model fetch model pvc://c/m unpinnable spec.storage.storageUri"],
            id="OME: a claim",
        ),
        pytest.param(
            f"{OME} ServingRuntime",
            f"{{engineConfig: {{runner: {{command: [{SERVE}, $(MODEL_PATH)]}}}}}}",
            [],
            id="OME: what a BaseModel names is told there",
        ),
        pytest.param(
            f"{OME} InferenceService",
            f"{{engine: {{leader: {{runner: {{command: [{SERVE}, o/m]}}}}}}}}",
            ["load model o/m unpinned spec.engine.leader.runner.command[4]"],
            id="OME: a leader's own",
        ),
        pytest.param(
            "nvidia.com/v1alpha1 DynamoModel",
            '{source: {uri: "hf://o/l@main"}}',
            ["adapter fetch adapter o/l unpinned spec.source.uri"],
            id="Dynamo: an adapter",
        ),
        pytest.param(
            "mlops.seldon.io/v1alpha1 Model",
            '{storageUri: "gs://b/m"}',
            ["model fetch model gs://b/m unpinnable spec.storageUri"],
            id="Seldon 2",
        ),
        pytest.param(
            "machinelearning.seldon.io/v1 SeldonDeployment",
            '{predictors: [{graph: {modelUri: "s3://m", children: [{name: b, modelUri:'
            ' "hf://o/m"}]}}, {graph: {name: c}}]}',
            [
                "model fetch model s3://m unpinnable spec.predictors[0].graph.modelUri",
                "b fetch model o/m unpinned spec.predictors[0].graph.children[0].modelUri",
            ],
            id="Seldon 1: units of a graph",
        ),
        pytest.param(
            "model.aibrix.ai/v1alpha1 ModelClaim",
            '{artifactURL: "huggingface://o/m"}',
            ["adapter fetch model o/m unpinnable spec.artifactURL"],
            id="AIBrix: a model that is claimed",
        ),
        pytest.param(
            "ollama.ayaka.io/v1 Model",
            "{image: phi}",
            ["model fetch model phi unpinnable spec.image"],
            id="Ollama's operator",
        ),
        pytest.param("ollama.ayaka.io/v1 Model", "{}", [], id="Ollama's operator: nothing"),
        pytest.param(
            "inference.llmkube.dev/v1alpha1 Model", "{files: [x]}", [], id="LLMKube: nothing"
        ),
        pytest.param(
            "llm-d.ai/v1alpha1 ModelService", "{modelArtifacts: {size: 1}}", [], id="llm-d: nothing"
        ),
        pytest.param(
            "llm-d.ai/v1alpha1 ModelService",
            '{modelArtifacts: {uri: "hf://o/m"}, decode: {containers: [{args: ["{{ .X }}"]}]}}',
            ["model fetch model o/m unpinned spec.modelArtifacts.uri"],
            id="llm-d",
        ),
        pytest.param(
            "inference.llmkube.dev/v1alpha1 Model",
            "{source: o/m@COMMIT}",
            ["model fetch model o/m pinned spec.source"],
            id="LLMKube: a repository",
        ),
        pytest.param(
            "inference.llmkube.dev/v1alpha1 Model",
            '{source: "https://example.com/m.gguf"}',
            ["model fetch model https://example.com/m.gguf unpinnable spec.source"],
            id="LLMKube: a file",
        ),
        pytest.param(
            "inference.llmkube.dev/v1alpha1 Model",
            f'{{source: "https://example.com/m.gguf", sha256: {"AB" * 32}}}',
            ["model fetch model https://example.com/m.gguf pinned spec.source"],
            id="LLMKube: a file that is compared with a checksum",
        ),
        pytest.param(
            "inference.llmkube.dev/v1alpha1 Model",
            f'{{source: "https://example.com/m.gguf", sha256: {"ab" * 31}}}',
            ["model fetch model https://example.com/m.gguf unpinnable spec.source"],
            id="LLMKube: no checksum",
        ),
        pytest.param(
            "inference.llmkube.dev/v1alpha1 InferenceService",
            "{modelRef: x, extraArgs: [--hf-repo, o/m]}",
            ["server load model o/m unpinnable spec.extraArgs[1]"],
            id="LLMKube: a service",
        ),
        *(
            pytest.param(
                "inference.llmkube.dev/v1alpha1 InferenceService",
                f"{{modelRef: x, runtime: {runtime}, image: '{image}'}}",
                [],
                id=f"LLMKube: {runtime} serves the Model, not its own default",
            )
            for runtime, image in (
                ("vllm", "vllm/vllm-openai:v0.20.0"),
                ("sglang", "lmsysorg/sglang:v0.5.15"),
                ("tgi", "ghcr.io/huggingface/text-generation-inference:3.3.6"),
            )
        ),
        pytest.param(
            "inference.llmkube.dev/v1alpha1 InferenceService",
            "{modelRef: x, runtime: vllm, extraArgs: [--tokenizer, o/t]}",
            ["server load tokenizer o/t unpinned spec.extraArgs[1]"],
            id="LLMKube: vLLM with options",
        ),
        pytest.param(
            "inference.llmkube.dev/v1alpha1 InferenceService",
            "{runtime: generic, command: [hf, download], args: [o/m]}",
            ["server fetch model o/m unpinned spec.args[0]"],
            id="LLMKube: a command of one's own",
        ),
    ],
)
def test_what_the_fields_name_is_told(kind: str, spec: str, rows: list[str]) -> None:
    assert [row.strip() for row in artefacts(read(object_of(kind, spec)))] == rows


@pytest.mark.parametrize(
    ("kind", "spec", "rows"),
    [
        pytest.param(
            KUBEAI,
            '{engine: VLLM, url: "hf://o/m", image: "a:1"}',
            ["server spec.image a:1"],
            id="KubeAI",
        ),
        pytest.param(
            f"{NIM} NIMPipeline",
            "{services: [{spec: {image: {repository: r/x, tag: '1'}, sidecarContainers: [{name: s,"
            " image: {repository: r/y}}], storage: {pvc: {name: c}}}}]}",
            [
                "nim spec.services[0].spec.image.tag r/x:1",
                "s spec.services[0].spec.sidecarContainers[0].image.repository r/y",
            ],
            id="NIM: a pipeline",
        ),
        pytest.param(
            f"{NIM} NIMCache",
            "{source: {ngc: {modelPuller: 'p:1'}}, initContainers: [{name: i, image: {repository:"
            " q, tag: '2'}}]}",
            ["cache spec.source.ngc.modelPuller p:1", "i spec.initContainers[0].image.tag q:2"],
            id="NIM: a cache",
        ),
        pytest.param(
            f"{NIM} NIMBuild",
            "{image: {repository: r, tag: '1'}}",
            ["build spec.image.tag r:1"],
            id="NIM: a build",
        ),
        pytest.param(
            BOOSTER,
            '{backend: {workers: [{type: decode, image: "a:1"}]}}',
            ["decode spec.backend.workers[0].image a:1"],
            id="kthena",
        ),
        pytest.param(
            f"{STACK} VLLMRuntime",
            "{deploymentConfig: {image: {registry: r, name: 'x:1'}, sidecarConfig: {enabled: true,"
            " image: {registry: r, name: 'y:1'}}}}",
            [
                "vllm spec.deploymentConfig.image.name r/x:1",
                "sidecar spec.deploymentConfig.sidecarConfig.image.name r/y:1",
            ],
            id="production stack",
        ),
        pytest.param(
            f"{KAITO} RAGEngine",
            '{embedding: {local: {image: "a:1"}}}',
            ["embedding spec.embedding.local.image a:1"],
            id="kaito",
        ),
        pytest.param(
            f"{OME} InferenceService",
            '{engine: {containers: [{name: a, image: "a:1"}], runner: {name: r, image: "b:1"}}}',
            ["a spec.engine.containers[0].image a:1", "r spec.engine.runner.image b:1"],
            id="OME",
        ),
        pytest.param(
            "slinky.slurm.net/v1beta1 NodeSet",
            '{slurmd: {image: "a:1"}, template: {spec: {containers: [{name: x, image: "b:1"}]}}}',
            ["x spec.template.spec.containers[0].image b:1", "slurmd spec.slurmd.image a:1"],
            id="Slurm",
        ),
        pytest.param(
            "sparkoperator.k8s.io/v1beta2 SparkApplication",
            '{image: "a:1", driver: {image: "b:1", sidecars: [{name: s, image: "c:1"}],'
            ' initContainers: [{name: i, image: "d:1"}]},'
            ' executor: {template: {spec: {containers: [{name: e, image: "e:1"}]}}}}',
            [
                "e spec.executor.template.spec.containers[0].image e:1",
                "spark spec.image a:1",
                "i spec.driver.initContainers[0].image d:1",
                "s spec.driver.sidecars[0].image c:1",
                "driver spec.driver.image b:1",
            ],
            id="Spark",
        ),
    ],
)
def test_images_are_told_where_they_are_written(kind: str, spec: str, rows: list[str]) -> None:
    assert images(read(object_of(kind, spec))) == rows


def test_a_revision_is_asked_for_where_the_controller_reads_it() -> None:
    for kind, spec, words in (
        (BOOSTER, '{backend: {modelURI: "hf://o/m"}}', "env HF_REVISION=X"),
        (f"{OME} BaseModel", '{storage: {storageUri: "hf://o/m"}}', "hf://o/m@X"),
        (f"{NIM} NIMCache", "{source: {hf: {modelName: o/m}}}", "source.hf.revision: X"),
        (LLMAZ, "{source: {modelHub: {modelID: o/m}}}", "source.modelHub.revision: X"),
    ):
        (row,) = read(object_of(kind, spec)).artefacts
        assert row.pin is not None
        assert row.pin.to("X") == words


def test_a_checksum_is_the_revision() -> None:
    spec = f'{{source: "https://e.com/m.gguf", sha256: {"AB" * 32}}}'
    (row,) = read(object_of("inference.llmkube.dev/v1alpha1 Model", spec)).artefacts
    assert row.revision == f"sha256:{'ab' * 32}"


def test_another_hub_of_a_cache_is_a_hazard() -> None:
    spec = "{source: {dataStore: {modelName: o/m, endpoint: 'http://x'}}, env: [{name: A}]}"
    (hazard,) = read(object_of(f"{NIM} NIMCache", spec)).hazards
    assert (hazard.hazard, hazard.place) == ("hub-endpoint", "spec.source.dataStore.endpoint")


def test_a_key_that_is_a_hazard_is_put_right_by_a_key() -> None:
    spec = '{backend: {modelURI: o/m, workers: [{config: {trust_remote_code: ""}}]}}'
    (hazard,) = read(object_of(BOOSTER, spec)).hazards
    assert hazard.pin is not None
    assert hazard.pin.to("X") == "spec.backend.workers[0].config.code_revision: X"


def test_a_bento_says_itself_what_it_loads() -> None:
    spec = '{bento: iris-1, runners: [{extraPodSpec: {containers: [{image: "a:1"}]}}]}'
    workload = read(object_of("serving.yatai.ai/v2alpha1 BentoDeployment", spec))
    assert images(workload) == [" spec.runners[0].extraPodSpec.containers[0].image a:1"]
    assert opaque(workload) == [
        'bento script-in-image spec.bento: what the Bento "iris-1" loads is written in it alone'
    ]
    assert opaque(read(object_of("serving.yatai.ai/v2alpha1 BentoDeployment", "{}"))) == []


def test_an_ollama_server_without_a_model_is_anybodys() -> None:
    for url in ("ollama://x?pull=false", "pvc://c?model=x", "odd"):
        workload = read(object_of(KUBEAI, f'{{engine: OLlama, url: "{url}"}}'))
        assert [(row.code, row.place) for row in workload.opaque] == [("unknown-server", "spec")]
