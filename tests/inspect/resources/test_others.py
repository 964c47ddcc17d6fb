"""Dynamo, kaito, TrainJob: what their own fields name."""

import pytest

from pinfold.inspect.resources.paths import UnreadableWorkload
from pinfold.inspect.workload import Role
from tests.inspect.resources.reading import artefacts, images, read

GRAPH = """
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata: {name: llama}
spec:
"""
WORKSPACE = """
apiVersion: kaito.sh/v1beta1
kind: Workspace
metadata: {name: llama}
resource: {labelSelector: {}}
"""
TGI = "text-generation-inference"
TGI_PROGRAM = "text-generation-launcher"
JOB = """
apiVersion: trainer.kubeflow.org/v1alpha1
kind: TrainJob
metadata: {name: llama}
spec:
"""


class TestDynamo:
    def test_the_main_container_stands_beside_its_pod(self) -> None:
        text = f"""{GRAPH}
  services:
    Frontend: {{replicas: 1}}
    Beside: {{extraPodSpec: {{containers: [{{name: x, image: "b:1"}}]}}}}
    decode.worker:
      extraPodSpec:
        containers: [{{name: sidecar, image: "b:1"}}]
        mainContainer:
          image: "a:1"
          command: [python3, -m, dynamo.vllm]
          args: [--model, org/m]
"""
        place = "spec.services[decode.worker].extraPodSpec"
        assert images(read(text)) == [
            "x spec.services.Beside.extraPodSpec.containers[0].image b:1",
            f"sidecar {place}.containers[0].image b:1",
            f"main {place}.mainContainer.image a:1",
        ]
        assert artefacts(read(text)) == [
            f"main load model org/m unpinnable {place}.mainContainer.args[1]"
        ]

    def test_a_variable_of_the_graph_counts_behind_one_of_the_service(self) -> None:
        main = f"{{image: {TGI}, env: [{{name: X, value: y}}]}}"
        text = f"""{GRAPH}
  envs: [{{name: MODEL_ID, value: org/graph}}]
  services: {{A: {{extraPodSpec: {{mainContainer: {main}}}}}}}
"""
        place = "spec.services.A"
        assert artefacts(read(text)) == ["main load model org/graph unpinned spec.envs[0].value"]
        text = text.replace(
            "extraPodSpec", "envs: [{name: MODEL_ID, value: org/own}], extraPodSpec", 1
        )
        assert artefacts(read(text)) == [f"main load model org/own unpinned {place}.envs[0].value"]
        text = text.replace("name: X", "name: MODEL_ID")
        assert artefacts(read(text)) == [
            f"main load model y unpinned {place}.extraPodSpec.mainContainer.env[0].value"
        ]

    def test_a_claim_of_the_graph_is_a_volume_of_what_mounts_it(self) -> None:
        main = "{command: [vllm, serve, /cache/m], volumeMounts: [{name: own, mountPath: /own}]}"
        mounts = "[{name: cache, mountPoint: /cache}, {name: own, mountPoint: /x}]"
        pod = f"{{mainContainer: {main}, volumes: [{{name: own, emptyDir: {{}}}}]}}"
        text = f"""{GRAPH}
  pvcs: [{{name: cache}}]
  services: {{A: {{volumeMounts: {mounts}, extraPodSpec: {pod}}}}}
"""
        (row,) = read(text).artefacts
        assert row.provenance is not None
        assert (row.provenance.volume, row.provenance.state) == ("cache", "unknown")

    def test_a_component_is_a_template_in_the_next_version(self) -> None:
        template = "{spec: {containers: [{name: main, image: text-generation-inference}]}}"
        text = f"""{GRAPH}
  env: [{{name: MODEL_ID, value: org/m}}]
  components: [{{name: a, podTemplate: {template}}}]
"""
        assert artefacts(read(text)) == ["main load model org/m unpinned spec.env[0].value"]
        other = text.replace("name: main", "name: other")
        assert [row for row in artefacts(read(other)) if "org/m" in row] == []

    def test_a_component_alone_is_read_alike(self) -> None:
        text = f"""{GRAPH.replace("GraphDeployment", "ComponentDeployment")}
  envs: [{{name: MODEL_ID, value: org/m}}]
  extraPodSpec: {{mainContainer: {{image: {TGI}}}}}
"""
        assert artefacts(read(text)) == ["main load model org/m unpinned spec.envs[0].value"]

    def test_the_front_of_a_graph_loads_nothing_unless_it_says_so(self) -> None:
        main = f"{{image: {TGI}}}"
        text = f"""{GRAPH}
  envs: [{{name: MODEL_ID, value: org/m}}]
  services: {{A: {{componentType: frontend, extraPodSpec: {{mainContainer: {main}}}}}}}
"""
        assert artefacts(read(text)) == []
        for other in (
            f"{{image: {TGI}, args: [--x]}}",
            f"{{image: {TGI}, command: [{TGI_PROGRAM}]}}",
        ):
            assert artefacts(read(text.replace(main, other))) != []

    def test_what_is_given_to_too_many_is_refused(self) -> None:
        envs = ", ".join(f"{{name: V{i}}}" for i in range(1000))
        services = ", ".join(f"s{i}: {{extraPodSpec: {{mainContainer: {{}}}}}}" for i in range(60))
        with pytest.raises(UnreadableWorkload, match=r"^spec\.envs is given to too many services"):
            read(f"{GRAPH}  envs: [{envs}]\n  services: {{{services}}}")


class TestKaito:
    @pytest.mark.parametrize(
        ("fields", "rows"),
        [
            pytest.param(
                "inference: {preset: {name: phi-4}}",
                ["preset load model phi-4 unpinnable inference.preset.name"],
                id="a preset",
            ),
            pytest.param(
                "tuning: {preset: {name: org/m}}",
                ["preset load model org/m unpinnable tuning.preset.name"],
                id="a repository",
            ),
            pytest.param(
                'inference: {adapters: [{source: {urls: ["a://b"]}}]}',
                ["adapters fetch adapter a://b unpinnable inference.adapters[0].source.urls[0]"],
                id="an adapter's address",
            ),
            pytest.param("inference: {preset: {}}", [], id="nothing"),
        ],
    )  # fmt: skip
    def test_a_model_is_told_by_its_name(self, fields: str, rows: list[str]) -> None:
        assert artefacts(read(WORKSPACE + fields)) == rows

    def test_images_stand_in_fields_of_their_own(self) -> None:
        workload = read(f"""{WORKSPACE}
inference:
  preset: {{name: p, presetOptions: {{image: "a:1"}}}}
  adapters: [{{source: {{name: style, image: "b:1"}}}}, {{source: {{name: x}}}}]
  template: {{spec: {{containers: [{{name: main, image: "c:1"}}]}}}}
tuning: {{input: {{name: data, image: "d:1"}}}}
""")
        assert images(workload) == [
            "main inference.template.spec.containers[0].image c:1",
            "preset inference.preset.presetOptions.image a:1",
            "style inference.adapters[0].source.image b:1",
            "data tuning.input.image d:1",
        ]
        assert [use.role for use in workload.images] == [Role.CONTAINER] + [Role.INIT] * 3


class TestTrainJobs:
    def test_a_trainer_is_laid_over_a_runtime(self) -> None:
        text = f'{JOB}  trainer: {{image: "a:1", command: [vllm, serve, org/m]}}'
        assert images(read(text)) == ["trainer spec.trainer.image a:1"]
        assert artefacts(read(text)) == [
            "trainer load model org/m unpinned spec.trainer.command[2]"
        ]

    def test_an_initializer_takes_no_revision(self) -> None:
        for address in ("hf://org/m", "hf://org/m:COMMIT"):
            text = f'{JOB}  initializer: {{model: {{storageUri: "{address}"}}}}'
            (row,) = read(text).artefacts
            assert artefacts(read(text)) == [
                "model fetch model org/m unpinnable spec.initializer.model.storageUri"
            ]
            assert (row.server, row.pin) == ("model-initializer", None)
        assert artefacts(read(f"{JOB}  initializer: {{model: {{}}}}")) == []


class TestAddresses:
    @pytest.mark.parametrize(
        ("api_version", "kind", "spec", "row"),
        [
            pytest.param(
                "serving.kserve.io/v1alpha1",
                "TrainedModel",
                '{model: {storageUri: "hf://org/m:COMMIT"}}',
                "model fetch model org/m pinned spec.model.storageUri",
                id="of a model that a server loads later",
            ),
            pytest.param(
                "serving.kserve.io/v1alpha1",
                "LocalModelCache",
                '{sourceModelUri: "hf://org/m"}',
                "model fetch model org/m unpinned spec.sourceModelUri",
                id="of what nodes keep",
            ),
            pytest.param(
                "model.aibrix.ai/v1alpha1",
                "ModelAdapter",
                '{artifactURL: "huggingface://org/lora"}',
                "adapter fetch adapter org/lora unpinnable spec.artifactURL",
                id="of an adapter",
            ),
            pytest.param(
                "model.aibrix.ai/v1alpha1",
                "ModelAdapter",
                '{artifactURL: "s3://b/lora"}',
                "adapter fetch adapter s3://b/lora unpinnable spec.artifactURL",
                id="of a bucket",
            ),
        ],
    )
    def test_are_told(self, api_version: str, kind: str, spec: str, row: str) -> None:
        workload = read(f"apiVersion: {api_version}\nkind: {kind}\nspec: {spec}")
        assert artefacts(workload) == [row]
        assert [one.pod for one in workload.artefacts] == ["spec"]
