"""Objects that build upon others of the same input: LLMInferenceService and TrainJob."""

import pytest

from tests.inspect.resources.reading import artefacts, images, opaque, read

SERVICE = """
apiVersion: serving.kserve.io/v1alpha2
kind: LLMInferenceService
metadata: {name: s, namespace: a}
spec:
"""
CONFIG = """
apiVersion: serving.kserve.io/v1alpha2
kind: LLMInferenceServiceConfig
metadata: {name: base, namespace: a}
spec:
"""
MODEL = '  model: {uri: "hf://o/m:COMMIT"}\n'
BASES = "  baseRefs: [{name: base}]\n"
JOB = "apiVersion: trainer.kubeflow.org/v1alpha1\nkind: TrainJob\nmetadata: {name: j}\nspec:\n"
RUNTIME = """
apiVersion: trainer.kubeflow.org/v1alpha1
kind: ClusterTrainingRuntime
metadata: {name: torch}
spec:
  template:
    spec:
      replicatedJobs:
"""
NODE = """
        - name: node
          template: {spec: {template: {spec: {containers: [NODE]}}}}
"""


class TestServices:
    def test_a_base_says_what_the_service_leaves_out(self) -> None:
        base = f"{CONFIG}  template: {{containers: [{{name: main, image: 'a:1'}}]}}\n{MODEL}"
        workload = read(f"{SERVICE}{BASES}", base)
        assert images(workload) == ["main spec.baseRefs[0] a:1"]
        assert artefacts(workload) == ["model fetch model o/m pinned spec.baseRefs[0]"]
        assert opaque(workload) == []

    def test_the_service_says_it_last(self) -> None:
        base = f"{CONFIG}  template: {{containers: [{{name: main, args: [--tokenizer=o/a]}}]}}"
        own = "  template: {containers: [{name: x}, {name: main, args: [--tokenizer=o/b]}]}\n"
        assert artefacts(read(f"{SERVICE}{BASES}{MODEL}{own}", base)) == [
            "model fetch model o/m pinned spec.model.uri",
            "main load tokenizer o/b unpinned spec.template.containers[1].args[0]",
        ]
        assert artefacts(read(f"{SERVICE}{BASES}{MODEL}", base)) == [
            "model fetch model o/m pinned spec.model.uri",
            "main load tokenizer o/a unpinned spec.baseRefs[0]",
        ]

    def test_of_several_the_last_counts(self) -> None:
        first = f"{CONFIG}  worker: {{containers: [{{name: w, image: 'a:1'}}]}}"
        last = first.replace("name: base", "name: last").replace("a:1", "b:1")
        text = f"{SERVICE}{MODEL}  baseRefs: [{{name: base}}, {{name: last}}]"
        assert images(read(text, first, last)) == ["w spec.baseRefs[1] b:1"]

    def test_one_of_the_own_namespace_counts_before_others(self) -> None:
        near = f"{CONFIG}  worker: {{containers: [{{name: w, image: 'a:1'}}]}}"
        far = near.replace("namespace: a", "namespace: kserve").replace("a:1", "b:1")
        assert images(read(f"{SERVICE}{MODEL}{BASES}", far, near)) == ["w spec.baseRefs[0] a:1"]
        assert images(read(f"{SERVICE}{MODEL}{BASES}", far)) == ["w spec.baseRefs[0] b:1"]

    def test_one_that_is_not_at_hand_is_said_to_be_so(self) -> None:
        assert opaque(read(f"{SERVICE}{MODEL}{BASES}")) == [
            (
                'main configmap spec.baseRefs[0]: LLMInferenceServiceConfig "base" is not at hand,'
                " and can name more to load"
            )
        ]

    def test_those_that_come_with_kserve_name_nothing(self) -> None:
        text = f"{SERVICE}{MODEL}  baseRefs: [{{name: kserve-config-llm-decode-template}}]"
        assert opaque(read(text)) == []


class TestTrainJobs:
    REFERENCE = "  runtimeRef: {name: torch}\n"

    def test_a_runtime_says_what_the_job_leaves_out(self) -> None:
        node = NODE.replace("NODE", "{name: node, image: 'a:1', command: [vllm, serve, o/a]}")
        workload = read(f"{JOB}{self.REFERENCE}", RUNTIME + node)
        assert images(workload) == ["node spec.runtimeRef a:1"]
        assert artefacts(workload) == ["node load model o/a unpinned spec.runtimeRef"]

    def test_the_trainer_is_laid_over_it(self) -> None:
        node = NODE.replace(
            "NODE",
            "{name: x}, {name: node, image: 'a:1', args: [hf, download, o/a],"
            " env: [{name: A, value: b}]}",
        )
        own = "  trainer: {args: [hf, download, $(M)], env: [{name: M, value: o/b}]}\n"
        workload = read(f"{JOB}{self.REFERENCE}{own}", RUNTIME + node)
        assert images(workload) == ["node spec.runtimeRef a:1"]
        assert artefacts(workload) == ["node fetch model o/b unpinned spec.trainer.args[2]"]

    @pytest.mark.parametrize("runtime", [True, False], ids=["at hand", "elsewhere"])
    def test_patches_are_laid_over_both(self, runtime: bool) -> None:
        patch = (
            "[{trainingRuntimeSpec: {template: {spec: {replicatedJobs: [{name: node, template:"
            " {spec: {template: {spec: {containers: [{name: node, env: [{name: HF_ENDPOINT,"
            " value: 'http://x'}]}, {name: y}], volumes: [{name: v, image: {reference: 'i:1'}}]"
            "}}}}}, {name: other}]}}}}]"
        )
        own = f"  trainer: {{command: [hf, download, o/m]}}\n  runtimePatches: {patch}\n"
        beside = [RUNTIME + NODE.replace("NODE", "{name: node}")] if runtime else []
        workload = read(f"{JOB}{self.REFERENCE}{own}", *beside)
        (hazard,) = workload.hazards
        above = "spec.runtimePatches[0].trainingRuntimeSpec.template.spec.replicatedJobs[0]"
        place = f"{above}.template.spec.template.spec"
        assert hazard.place == f"{place}.containers[0].env[0].value"
        assert images(workload) == [f"v {place}.volumes[0].image.reference i:1"]

    def test_a_job_that_trains_is_told_by_its_label_too(self) -> None:
        job = NODE.replace("name: node", "name: launcher").replace(
            "template: {spec",
            "template: {metadata: {labels:"
            " {trainer.kubeflow.org/trainjob-ancestor-step: trainer}}, spec",
            1,
        )
        beside = (
            RUNTIME
            + job.replace("NODE", "{name: node}")
            + NODE.replace("node", "dataset-initializer").replace("NODE", "{name: d, image: 'd:1'}")
        )
        text = f"{JOB}{self.REFERENCE}  trainer: {{image: 'a:1'}}"
        assert images(read(text, beside)) == [
            "node spec.trainer.image a:1",
            "d spec.runtimeRef d:1",
        ]

    def test_an_initializer_of_a_runtime_fetches_what_it_names(self) -> None:
        containers = (
            "{name: model-initializer, env: [{name: STORAGE_URI, value: 'hf://o/m:COMMIT'}]},"
            " {name: x, image: 'r/model-initializer:1', env: [{name: Y}, {name: STORAGE_URI}]}"
        )
        (row,) = artefacts(read(RUNTIME + NODE.replace("NODE", containers)))
        assert row == (
            "model-initializer fetch model o/m unpinnable spec.template.spec.replicatedJobs[0]"
            ".template.spec.template.spec.containers[0].env[0].value"
        )


class TestMPIJobs:
    WORKER = "apiVersion: kubeflow.org/v2beta1\nkind: MPIJob\nspec: {mpiReplicaSpecs: {ROLE: POD}}"

    @pytest.mark.parametrize(
        ("role", "container", "told"),
        [
            pytest.param("Worker", "", False, id="a worker waits for the launcher"),
            pytest.param("Launcher", "", True, id="a launcher does not"),
            pytest.param("Worker", "args: [x], ", True, id="a worker that is told otherwise"),
        ],
    )
    def test_a_worker_runs_a_shells_server(self, role: str, container: str, told: bool) -> None:
        spec = f"{{image: a, {container}resources: {{limits: {{nvidia.com/gpu: 1}}}}}}"
        pod = f"{{template: {{spec: {{containers: [{spec}]}}}}}}"
        text = self.WORKER.replace("ROLE", role).replace("POD", pod)
        assert bool(opaque(read(text))) is told

    def test_a_worker_without_containers_is_nobodys_matter(self) -> None:
        text = self.WORKER.replace("ROLE", "Worker").replace("POD", "{template: {spec: {}}}")
        assert opaque(read(text)) == []
