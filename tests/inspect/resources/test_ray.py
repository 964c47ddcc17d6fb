"""Ray on Kubernetes: what starts in a cluster, what a job runs, what a service serves."""

from typing import Any

import pytest
import yaml

from pinfold.inspect.workload import Where
from tests.inspect.resources.reading import artefacts, images, opaque, read

GPU = "resources: {limits: {nvidia.com/gpu: 1}}"
CLUSTER = f"""
    headGroupSpec: {{template: {{spec: {{containers: [{{name: h, image: "ray-llm:1", {GPU}}}]}}}}}}
    workerGroupSpecs: [{{template: {{spec: {{containers: [{{name: w, image: "ray-llm:1"}}]}}}}}}]
"""
SERVICE = f"""
apiVersion: ray.io/v1
kind: RayService
metadata: {{name: llama}}
spec:
  rayClusterConfig: {CLUSTER}
"""
JOB = f"""
apiVersion: ray.io/v1
kind: RayJob
metadata: {{name: llama}}
spec:
  rayClusterSpec: {CLUSTER}
"""


def service(*applications: Any) -> str:
    config = yaml.safe_dump({"applications": list(applications)})
    return SERVICE + yaml.safe_dump({"serveConfigV2": config}).replace("\n", "\n  ").join(
        ("  ", "")
    )


def llm(**model: Any) -> Any:
    return {"import_path": "ray.serve.llm:build_openai_app", "args": {"llm_configs": [model]}}


def test_a_group_starts_ray_which_loads_nothing() -> None:
    workload = read(SERVICE)
    assert images(workload) == [
        "h spec.rayClusterConfig.headGroupSpec.template.spec.containers[0].image ray-llm:1",
        "w spec.rayClusterConfig.workerGroupSpecs[0].template.spec.containers[0].image ray-llm:1",
    ]
    assert (artefacts(workload), opaque(workload)) == ([], [])


def test_the_operators_start_of_ray_is_known_to_a_command() -> None:
    script = "$KUBERAY_GEN_RAY_START_CMD & vllm serve org/m --host $RAY_IP"
    text = SERVICE.replace(GPU, f"command: [bash, -c, {script!r}]")
    assert (len(artefacts(read(text))), opaque(read(text))) == (1, [])


def test_a_group_with_a_command_is_read_by_it() -> None:
    command = "command: [vllm, serve, org/m]"
    place = "spec.rayClusterConfig.headGroupSpec.template.spec.containers[0].command[2]"
    found = artefacts(read(SERVICE.replace(GPU, command)))
    assert found == [f"h load model org/m unpinned {place}"]
    assert artefacts(read(SERVICE.replace(f'{{name: h, image: "ray-llm:1", {GPU}}}', ""))) == []


@pytest.mark.parametrize(
    ("model", "rows"),
    [
        pytest.param(
            {"model_loading_config": {"model_id": "org/m"}},
            ["load model org/m unpinned"],
            id="a model by its id",
        ),
        pytest.param(
            {
                "model_loading_config": {"model_id": "q", "model_source": "org/m"},
                "engine_kwargs": {"revision": "COMMIT", "max_model_len": 9},
            },
            ["load model org/m pinned"],
            id="a source with its commit",
        ),
        pytest.param(
            {
                "model_loading_config": {"model_source": "org/m", "tokenizer_source": "o/t"},
                "engine_kwargs": {"revision": "COMMIT", "tokenizer_revision": "main"},
            },
            ["load model org/m pinned", "load tokenizer o/t unpinned"],
            id="a tokenizer of its own",
        ),
        pytest.param(
            {"model_loading_config": {"model_id": "q", "model_source": {"bucket_uri": "s3://b/m"}}},
            ["load model s3://b/m unpinnable"],
            id="the bucket of a mirror",
        ),
        pytest.param(
            {
                "model_loading_config": {"model_id": "org/m"},
                "engine_kwargs": {
                    "revision": "COMMIT",
                    "speculative_config": {"model": "o/d", "num_speculative_tokens": 5},
                    "trust_remote_code": False,
                    "middleware": ["a.b"],
                },
            },
            ["load model org/m pinned", "load draft o/d unpinned"],
            id="a draft model",
        ),
    ],
)
def test_a_model_is_told_as_its_engine_loads_it(model: Any, rows: list[str]) -> None:
    workload = read(service(llm(**model)))
    assert artefacts(workload) == [f"serveConfigV2 {row} spec.serveConfigV2" for row in rows]
    assert {row.server for row in workload.artefacts} == {"ray-serve-llm"}
    assert {row.where for row in workload.artefacts} == {Where.CONFIG}


def test_a_pin_is_told_as_the_key_that_it_is() -> None:
    (row,) = read(service(llm(model_loading_config={"model_id": "org/m"}))).artefacts
    assert row.pin is not None
    assert row.pin.to("<commit>") == "engine_kwargs.revision: <commit>"


def test_what_makes_loading_dangerous_is_told() -> None:
    application = llm(
        model_loading_config={"model_id": "org/m"}, engine_kwargs={"trust_remote_code": True}
    )
    found = read(service({**application, "runtime_env": {"pip": ["a"]}})).hazards
    assert [(hazard.hazard, hazard.place) for hazard in found] == [
        ("pip-install", "spec.serveConfigV2"),
        ("trust-remote-code", "spec.serveConfigV2"),
    ]


@pytest.mark.parametrize(
    ("application", "detail"),
    [
        pytest.param("x", "has an application that is no mapping", id="no mapping"),
        pytest.param(
            {"args": {"llm_configs": ["model.yaml"]}},
            "has a model's configuration in another file",
            id="another file",
        ),
        pytest.param(llm(), "has a model that is named in another way", id="no model"),
        pytest.param(
            llm(model_loading_config={"model_id": "a/b"}, engine_kwargs={"model": "c/d"}),
            "has a model that is named in another way",
            id="two models",
        ),
        pytest.param(
            llm(model_loading_config={"model_id": "--model=a/b"}),
            "has a model that is named in another way",
            id="an option for a name",
        ),
    ],
)
def test_what_cannot_be_read_is_said_to_be_so(application: Any, detail: str) -> None:
    assert opaque(read(service(application))) == [
        f"serveConfigV2 unknown-server spec.serveConfigV2: serveConfigV2 {detail}"
    ]


def test_code_of_ones_own_is_told_by_what_it_is_told() -> None:
    code: Any = {"import_path": "serve:model", "args": {"model": "org/m", "size": 1}}
    assert artefacts(read(service(code))) == [
        "serveConfigV2 load model org/m unpinnable spec.serveConfigV2"
    ]
    variables = {"runtime_env": {"env_vars": {"MODEL_ID": "org/m"}}}
    assert artefacts(read(service({"import_path": "serve:model", **variables}))) == [
        "serveConfigV2 load model org/m unpinnable spec.serveConfigV2"
    ]
    variables = {"runtime_env": {"env_vars": {"HF_MODEL_ID": "a b"}}}
    assert opaque(read(service({"import_path": "serve:model", **variables}))) == [
        "serveConfigV2 script-in-image spec.serveConfigV2: what serve loads is not known"
    ]
    code = {"import_path": "fruit:app", "args": {"model": "small", "models": "a/b", 1: "a/b"}}
    assert (opaque(read(service(code))), artefacts(read(service(code)))) == ([], [])


def deployment(**settings: Any) -> Any:
    return {"import_path": "serve:model", "deployments": [{"name": "LLM", **settings}]}


@pytest.mark.parametrize(
    ("application", "found"),
    [
        pytest.param(
            deployment(user_config={"engine_args": {"model": "org/m", "dtype": "half"}}),
            "org/m hub",
            id="settings of a deployment",
        ),
        pytest.param(
            deployment(
                ray_actor_options={"runtime_env": {"env_vars": {"MODEL_NAME_OR_PATH": "org/m"}}}
            ),
            "org/m hub",
            id="variables of a deployment",
        ),
        pytest.param(
            deployment(user_config={"models": [{"model_id": "org/m"}]}),
            "org/m hub",
            id="in a list",
        ),
        pytest.param(
            deployment(user_config={"model_source": "s3://b/m"}), "s3://b/m s3", id="a bucket"
        ),
    ],
)
def test_code_of_ones_own_is_told_in_many_places(application: Any, found: str) -> None:
    (row,) = read(service(application)).artefacts
    assert (f"{row.id} {row.origin}", row.endpoint is None) == (found, row.origin != "hub")


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({"user_config": {"served_model_name": "org/m"}}, id="what clients call it"),
        pytest.param({"user_config": {"model": "small"}}, id="no repository"),
        pytest.param({"user_config": {"model": 7}}, id="a number"),
        pytest.param({"user_config": {"MODEL_URI": "http://llm:8000"}}, id="a server elsewhere"),
        pytest.param({"user_config": {"a": {"b": {"c": {"d": {"e": {"f": {"model": "o/m"}}}}}}}},
                     id="too deep to be a setting"),
    ],
)  # fmt: skip
def test_settings_that_name_no_model(settings: Any) -> None:
    workload = read(service(deployment(**settings)))
    assert (artefacts(workload), opaque(workload)) == ([], [])


@pytest.mark.parametrize(
    ("application", "said"),
    [
        pytest.param(
            {"import_path": "serve:m", "runtime_env": {"env_vars": {"MODEL_ID": "$M"}}},
            "unset-variable spec.serveConfigV2: MODEL_ID is $M, which is yet to be filled in",
            id="a placeholder",
        ),
        pytest.param(
            {"import_path": "rayllm.backend:app", "args": {"models": ["./models/m.yaml"]}},
            "configmap spec.serveConfigV2: ./models/m.yaml names models, and is not read here",
            id="a file",
        ),
        pytest.param(
            {"import_path": "sd.main:app", "runtime_env": {"pip": ["diffusers==0.12.1"]}},
            "script-in-image spec.serveConfigV2: what sd.main loads stands in its code",
            id="a library that loads models",
        ),
        pytest.param(
            {"import_path": "a:b", "runtime_env": {"env_vars": {"VLLM_XLA_CACHE_PATH": "/c"}}},
            "script-in-image spec.serveConfigV2: what a loads stands in its code",
            id="a variable of such a library",
        ),
        pytest.param(
            {"import_path": "a:b", "args": {"models": [{"size": n} for n in range(201)]}},
            "too-large spec.serveConfigV2: serveConfigV2 has more than 200 settings",
            id="too many settings",
        ),
    ],
)
def test_code_of_ones_own_that_cannot_be_told(application: Any, said: str) -> None:
    assert opaque(read(service(application))) == [f"serveConfigV2 {said}"]


@pytest.mark.parametrize(
    ("config", "code"),
    [
        pytest.param('"a: ["', "server-refuses", id="no YAML"),
        pytest.param('"[]"', "server-refuses", id="no mapping"),
        pytest.param(f'"a: {"x" * 40_000}"', "too-large", id="too large"),
    ],
)
def test_a_configuration_that_is_none_is_said_to_be_so(config: str, code: str) -> None:
    (row,) = read(f"{SERVICE}  serveConfigV2: {config}").opaque
    assert (row.code, row.place) == (code, "spec.serveConfigV2")


def test_one_application_may_stand_alone() -> None:
    config = yaml.safe_dump(llm(model_loading_config={"model_id": "org/m"}))
    text = SERVICE + "  serveConfigV2: |\n    " + config.replace("\n", "\n    ")
    assert artefacts(read(text)) == ["serveConfigV2 load model org/m unpinned spec.serveConfigV2"]


class TestJobs:
    def test_run_a_shells_command_line(self) -> None:
        text = f"{JOB}  entrypoint: cd x && vllm serve org/m"
        assert artefacts(read(text)) == ["entrypoint load model org/m unpinned spec.entrypoint"]
        assert len(read(text).images) == 2

    def test_see_the_variables_of_the_head(self) -> None:
        text = JOB.replace(GPU, "env: [{name: M, value: org/m}, {name: HF_ENDPOINT, value: x}]")
        text = f"{text}  entrypoint: vllm serve $M --trust-remote-code"
        assert artefacts(read(text)) == ["entrypoint load model org/m unpinned spec.entrypoint"]
        assert [row.endpoint for row in read(text).artefacts] == ["x"]

    def test_may_run_on_a_cluster_of_another_object(self) -> None:
        text = JOB.replace(CLUSTER, "{}") + "  entrypoint: vllm serve org/m"
        assert artefacts(read(text)) == ["entrypoint load model org/m unpinned spec.entrypoint"]

    def test_may_run_again_and_again(self) -> None:
        text = f"""
apiVersion: ray.io/v1
kind: RayCronJob
spec:
  jobTemplate:
    entrypoint: vllm serve org/m
    runtimeEnvYAML: "pip: [a]"
    rayClusterSpec: {CLUSTER.replace(chr(10), chr(10) + "  ")}
"""
        assert artefacts(read(text)) == [
            "entrypoint load model org/m unpinned spec.jobTemplate.entrypoint"
        ]
        assert [h.place for h in read(text).hazards] == ["spec.jobTemplate.runtimeEnvYAML"]

    @pytest.mark.parametrize("tool", ["pip", "uv", "conda"])
    def test_install_packages_when_they_start(self, tool: str) -> None:
        text = f"{JOB}  runtimeEnvYAML: '{tool}: [a]'"
        assert [(h.hazard, h.place) for h in read(text).hazards] == [
            ("pip-install", "spec.runtimeEnvYAML")
        ]
        assert read(f"{JOB}  runtimeEnvYAML: 'working_dir: a'").hazards == ()

    def test_are_submitted_by_a_pod_of_their_own(self) -> None:
        template = "submitterPodTemplate: {spec: {containers: [{name: s, image: busybox}]}}"
        assert images(read(f"{JOB}  {template}"))[2] == (
            "s spec.submitterPodTemplate.spec.containers[0].image busybox"
        )
