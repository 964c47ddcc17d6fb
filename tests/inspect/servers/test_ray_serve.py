"""What Ray Serve's configuration loads: the models of Ray Serve LLM stand in it."""

from typing import Any

import pytest
import yaml

from pinfold.inspect.commands.mounts import Mounts
from pinfold.inspect.podspec import Container as PodContainer
from pinfold.inspect.servers.case import Container
from pinfold.inspect.servers.ray_serve import read_text
from pinfold.inspect.workload import ContainerFacts, Origin, Where
from tests.inspect.servers.reading import S1, S2, SECRET, codes, env, facts_of, hazards, rows

PINNED = ("model", "org/m", S1, "pinned")
UNPINNED = ("model", "org/m", None, "unpinned")
MODEL = {"model_id": "m", "model_source": "org/m"}
LLM = "ray.serve.llm:"
BUILDER = f"{LLM}build_openai_app"


def app(*configs: Any, path: str = BUILDER, **arguments: Any) -> dict[str, Any]:
    args = {"llm_configs": list(configs), **arguments}
    return {"applications": [{"name": "a", "import_path": path, "args": args}]}


def llm(model: Any = None, engine: Any = None, **more: Any) -> dict[str, Any]:
    return {"model_loading_config": model or MODEL, "engine_kwargs": engine or {}, **more}


def ray(config: Any) -> ContainerFacts:
    text = config if isinstance(config, str) else yaml.safe_dump(config)
    mounts = Mounts(PodContainer(name="ray", image="rayproject/ray-llm:2.60.0"), (), {})
    container = Container("ray", "spec", "spec", "rayproject/ray-llm:2.60.0", mounts)
    return read_text(text, container, "spec.serveConfigV2")


@pytest.mark.parametrize(
    ("config", "found"),
    [
        pytest.param(llm(engine={"revision": S1}), [PINNED], id="a model"),
        pytest.param(llm(), [UNPINNED], id="no revision"),
        pytest.param(llm({"model_id": "org/m"}), [UNPINNED], id="its name is its source"),
        pytest.param(
            llm({"model_id": "m", "model_source": "/mnt/m"}),
            [("model", "/mnt/m", None, "local")],
            id="a path",
        ),
        pytest.param(
            llm({"model_id": "m", "model_source": "s3://b/m"}, {"revision": S1}),
            [("model", "s3://b/m", None, "unpinnable")],
            id="a bucket",
        ),
        pytest.param(
            llm({"model_id": "m", "model_source": {"bucket_uri": "abfss://c/m"}}),
            [("model", "abfss://c/m", None, "unpinnable")],
            id="a mirror",
        ),
        pytest.param(
            llm({"model_id": "m", "model_source": {"bucket_uri": "gs://c/m"}},
                {"tokenizer": "o/t", "tokenizer_revision": S2}),
            [("model", "gs://c/m", None, "unpinnable"), ("tokenizer", "o/t", S2, "pinned")],
            id="a mirror, and a tokenizer from the hub",
        ),
        pytest.param(
            llm({**MODEL, "tokenizer_source": "o/t"}),
            [UNPINNED, ("tokenizer", "o/t", None, "unpinnable")],
            id="a tokenizer of its own",
        ),
        pytest.param(
            llm(engine={"revision": S1, "tokenizer": "o/t"}),
            [PINNED, ("tokenizer", "o/t", S1, "pinned")],
            id="the engine's tokenizer",
        ),
        pytest.param(
            llm(engine={"revision": S1, "speculative_config": {"model": "d/d", "revision": S2}}),
            [PINNED, ("draft", "d/d", S2, "pinned")],
            id="a draft",
        ),
        pytest.param(
            llm(engine={"revision": S1, "lora_modules": [{"name": "a", "path": "o/l"}, "b=/b"]}),
            [PINNED, ("adapter", "o/l", None, "unpinnable"), ("adapter", "/b", None, "local")],
            id="adapters",
        ),
        pytest.param(
            llm(lora_config={"dynamic_lora_loading_path": "s3://b/l"}),
            [UNPINNED, ("adapter", "s3://b/l", None, "unpinnable")],
            id="adapters at run time",
        ),
        pytest.param(
            llm(engine={"revision": S1, "trust_remote_code": True}),
            [PINNED, ("code", "org/m", None, "unpinned")],
            id="code is looked up at main",
        ),
        pytest.param(
            llm(engine={"revision": S1, "trust_remote_code": False, "max_model_len": None,
                        "tensor_parallel_size": 2, "speculative_config": True}),
            [PINNED],
            id="switches that are off, and other arguments",
        ),
    ],
)  # fmt: skip
def test_what_a_configuration_loads(config: Any, found: list[Any]) -> None:
    facts = ray(app(config))
    assert (rows(facts), codes(facts)) == (found, [])


@pytest.mark.parametrize(
    ("config", "found"),
    [
        pytest.param(app(llm(), llm({"model_id": "/n"})), ["org/m", "/n"], id="two models"),
        pytest.param(
            app(path=f"{LLM}build_pd_openai_app", prefill_config=llm(),
                decode_config=llm({"model_id": "b/b"})),
            ["org/m", "b/b"],
            id="prefill and decode",
        ),
        pytest.param(
            {"applications": [{"import_path": f"{LLM}build_llm_deployment", "args": llm()}]},
            ["org/m"],
            id="a deployment",
        ),
        pytest.param(app(path=f"{LLM}build_dp_openai_app", llm_config=llm()), ["org/m"],
                     id="data parallel"),
    ],
)  # fmt: skip
def test_the_applications(config: Any, found: list[str]) -> None:
    facts = ray(config)
    assert ([row.id for row in facts.artefacts], codes(facts)) == (found, [])


@pytest.mark.parametrize(
    ("config", "found", "code"),
    [
        pytest.param(app("./m.yaml"), [], "configmap", id="another file"),
        pytest.param(
            {"applications": [{"import_path": "serve:app"}]}, [], "script-in-image", id="code"
        ),
        pytest.param(app(llm(), path="mine:app"), [UNPINNED], "script-in-image", id="and models"),
        pytest.param(
            app(llm(engine={"brand_new": 1})), [UNPINNED], "unknown-server", id="a new argument"
        ),
        pytest.param(app(llm({"model_source": "org/m"})), [], "server-refuses", id="no name"),
        pytest.param(app(llm({"model_id": 3})), [], "server-refuses", id="a name that is no text"),
        pytest.param(app(llm(engine={"model": "e/e"})), [], "server-refuses", id="two models"),
        pytest.param("applications: 3", [], "server-refuses", id="no applications"),
        pytest.param("applications: [3]", [], "server-refuses", id="an application that is none"),
        pytest.param("[", [], "server-refuses", id="no YAML"),
        pytest.param({"applications": [{}] * 101}, [], "too-large", id="too many"),
    ],
)
def test_what_is_not_known(config: Any, found: list[Any], code: str) -> None:
    facts = ray(config)
    assert (rows(facts), codes(facts)) == (found, [code])


@pytest.mark.parametrize("value", ["{2020-01-01: a}", "0x" + "f" * 5000])
def test_a_value_that_cannot_be_written(value: str) -> None:
    text = yaml.safe_dump(app(llm(engine={"speculative_config": "VALUE"})))
    assert codes(ray(text.replace("VALUE", value))) == ["server-refuses"]


@pytest.mark.parametrize(
    ("config", "found"),
    [
        pytest.param(llm(engine={"trust_remote_code": True}), ["trust-remote-code"], id="code"),
        pytest.param(llm(engine={"middleware": ["a.b"]}), ["import-path"], id="a class"),
        pytest.param(llm(server_cls="a.b"), ["import-path"], id="a server"),
        pytest.param(llm(callback_config={"callback_class": "a.b"}), ["import-path"], id="call"),
    ],
)
def test_hazards(config: Any, found: list[str]) -> None:
    assert hazards(ray(app(config))) == found


def test_its_variables_count() -> None:
    (row,) = ray(app(llm(runtime_env={"env_vars": {"HF_ENDPOINT": "http://m"}}))).artefacts
    assert (row.endpoint, row.server) == ("http://m", "ray-serve")
    (row,) = ray(app(llm(runtime_env={"env_vars": {"VLLM_USE_MODELSCOPE": True}}))).artefacts
    assert row.origin is Origin.MODELSCOPE


def test_where_it_stands_and_how_it_is_pinned() -> None:
    model, tokenizer = ray(
        app(llm(engine={"tokenizer": "o/t", "tokenizer_revision": "v1"}))
    ).artefacts
    assert (model.place, model.where, model.via) == ("spec.serveConfigV2", Where.CONFIG, ())
    assert model.pin is not None
    assert tokenizer.pin is not None
    assert model.pin.to("x") == "revision: x"
    assert tokenizer.pin.to("x") == "tokenizer_revision: x"


def run(*words: str, text: str = "", **container: Any) -> ContainerFacts:
    return facts_of(
        {"command": ["serve", *words], "volumeMounts": [{"name": "c", "mountPath": "/c"}],
         **container},
        volumes=[{"name": "c", "configMap": {"name": "c"}}],
        files={"c": {"s.yaml": text}},
    )  # fmt: skip


@pytest.mark.parametrize("name", ["ray.serve.llm", "ray.serve.scripts"])
def test_a_module_of_ray_serve(name: str) -> None:
    assert codes(facts_of({"command": ["python3", "-m", name]})) == ["unknown-server"]


def test_a_file_on_the_command_line() -> None:
    facts = run("run", "--address", "auto", "/c/s.yaml", text=yaml.safe_dump(app(llm())))
    assert (rows(facts), codes(facts)) == ([UNPINNED], [])
    (row,) = facts.artefacts
    assert (row.place, row.via) == ("spec.containers[0].command[4]", ("ConfigMap c",))
    assert rows(run("deploy", "/c/s.yaml", text=yaml.safe_dump(app(llm())))) == [UNPINNED]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        pytest.param(("run", "/x/s.yaml"), "script-in-image", id="a file of the image"),
        pytest.param(("run", "/c/other.yaml"), "configmap", id="a file that is not at hand"),
        pytest.param(("run", "app:main", "a=b"), "script-in-image", id="code"),
        pytest.param(("run", "$(S)"), "secret", id="a word that is not known"),
        pytest.param(("run", "/c/$(S)"), "secret", id="a file that is not known"),
        pytest.param(("run",), "server-refuses", id="nothing"),
    ],
)
def test_what_is_not_known_of_a_command(words: tuple[str, ...], code: str) -> None:
    facts = run(*words, env=env(S=SECRET))
    assert (rows(facts), codes(facts)) == ([], [code])
