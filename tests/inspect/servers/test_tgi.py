"""What Text Generation Inference loads, from its command line and its variables."""

from typing import Any

import pytest

from pinfold.inspect.workload import Where
from tests.inspect.servers.reading import (
    OTHER,
    S1,
    S2,
    SECRET,
    TGI,
    codes,
    env,
    facts_of,
    hazards,
    rows,
    tgi,
)

PINNED = ("model", "org/m", S1, "pinned")
ENV = {"MODEL_ID": "org/m", "REVISION": S1}


@pytest.mark.parametrize(
    ("words", "variables", "found"),
    [
        pytest.param((), {}, [("model", "bigscience/bloom-560m", None, "unpinned")], id="default"),
        pytest.param(("--model-id", "org/m", "--revision", S1), {}, [PINNED], id="options"),
        pytest.param((), ENV, [PINNED], id="variables"),
        pytest.param(
            ("--model-id", "evil/m"),
            ENV,
            [("model", "evil/m", S1, "pinned")],
            id="an option comes before its variable",
        ),
        pytest.param(
            (),
            {"MODEL_ID": "org/m", "REVISION": ""},
            [("model", "org/m", "", "unpinned")],
            id="an empty variable is a value",
        ),
        pytest.param(
            ("--hostname=0.0.0.0 --model-id evil/m",),
            ENV,
            [("model", "evil/m", S1, "pinned")],
            id="an argument is split",
        ),
        pytest.param(
            (" --model-id  org/m",), {}, [("model", "org/m", None, "unpinned")], id="at every blank"
        ),
        pytest.param(
            ("--model-id", "org/m", ""),
            {},
            [("model", "org/m", None, "unpinned")],
            id="an empty argument is none",
        ),
        pytest.param((), {"MODEL_ID": "/data/m"}, [("model", "/data/m", None, "local")], id="path"),
        pytest.param(
            (),
            {**ENV, "LORA_ADAPTERS": f"o/a@{S2},o/b, n=/c"},
            [
                PINNED,
                ("adapter", "o/a", S2, "pinned"),
                ("adapter", "o/b", None, "unpinned"),
                ("adapter", "/c", None, "local"),
            ],
            id="adapters",
        ),
        pytest.param((), {**ENV, "LORA_ADAPTERS": ""}, [PINNED], id="no adapters"),
        pytest.param(
            (),
            {**ENV, "WEIGHTS_CACHE_OVERRIDE": "/w"},
            [PINNED, ("weights", "/w", None, "local")],
            id="weights from elsewhere",
        ),
    ],
)
def test_what_tgi_loads(
    words: tuple[str, ...], variables: dict[str, str], found: list[Any]
) -> None:
    facts = tgi(*words, env=env(**variables))
    assert (rows(facts), codes(facts)) == (found, [])


@pytest.mark.parametrize(
    ("words", "variables"),
    [
        pytest.param(("--model-id", "a/a", "--model-id", "b/b"), {}, id="a repeated option"),
        pytest.param(("--model", "a/a"), {}, id="an abbreviation"),
        pytest.param(("a/a",), {}, id="a positional"),
        pytest.param(("--lora-adapters", "a@b@c"), ENV, id="an adapter with two revisions"),
        pytest.param(("--lora-adapters", "a,,b"), ENV, id="an adapter without a name"),
        pytest.param((), {**ENV, "TRUST_REMOTE_CODE": "1"}, id="a switch that is neither"),
    ],
)
def test_what_tgi_refuses_is_never_pinned(
    words: tuple[str, ...], variables: dict[str, str]
) -> None:
    facts = tgi(*words, env=env(**variables))
    assert (rows(facts), codes(facts)) == ([], ["server-refuses"])


def test_the_launcher_itself_splits_nothing() -> None:
    command = ["text-generation-launcher", "--port 80"]
    assert codes(facts_of({"image": OTHER, "command": command})) == ["server-refuses"]


def test_the_launcher_in_any_image() -> None:
    command = ["text-generation-launcher", "--model-id=org/m", "--revision", S1]
    assert rows(facts_of({"image": OTHER, "command": command})) == [PINNED]


def test_old_images_run_the_launcher_itself() -> None:
    facts = facts_of({"image": "x/text-generation-inference:1.4", "args": ["--port 80"]})
    assert codes(facts) == ["server-refuses"]


@pytest.mark.parametrize(
    ("words", "found", "code"),
    [
        pytest.param(
            ("--model-id", "org/m", "--port", "$(S)"),
            [("model", "org/m", None, "opaque")],
            "secret",
            id="an unknown argument can be several",
        ),
        pytest.param(
            ("--model-id", "org/m", "--port", "$(N)"),
            [("model", "org/m", None, "unpinned")],
            None,
            id="a pod's name cannot",
        ),
        pytest.param(("--model-id", "*"), [], "shell-syntax", id="a pattern of files"),
    ],
)
def test_what_the_script_of_the_image_makes_of_arguments(
    words: tuple[str, ...], found: list[Any], code: str | None
) -> None:
    name = {"fieldRef": {"fieldPath": "metadata.name"}}
    facts = tgi(*words, env=env(S=SECRET, N=name))
    assert (rows(facts), codes(facts)) == (found, [code] if code else [])


@pytest.mark.parametrize(
    ("variables", "found"),
    [
        pytest.param({"MODEL_ID": SECRET}, [("model", None, None, "opaque")], id="a model"),
        pytest.param(
            {"MODEL_ID": "org/m", "REVISION": SECRET},
            [("model", "org/m", None, "opaque")],
            id="a revision",
        ),
        pytest.param(
            {**ENV, "LORA_ADAPTERS": SECRET},
            [PINNED, ("adapter", None, None, "opaque")],
            id="adapters",
        ),
    ],
)
def test_variables_that_are_not_known(variables: dict[str, Any], found: list[Any]) -> None:
    facts = tgi(env=env(**variables))
    assert (rows(facts), codes(facts)) == (found, ["secret"])


CONFIGMAP = [{"configMapRef": {"name": "c"}}]
TOKENS = [{"secretRef": {"name": "hf"}}]


@pytest.mark.parametrize(
    ("words", "variables", "source", "found", "code"),
    [
        pytest.param((), {}, CONFIGMAP, [], ["configmap"], id="no model but from a ConfigMap"),
        pytest.param((), {}, TOKENS, [], ["secret"], id="no model but from a Secret"),
        pytest.param(
            ("--model-id", "org/m"),
            {},
            CONFIGMAP,
            [("model", "org/m", None, "opaque")],
            ["configmap"],
            id="a ConfigMap may set the revision",
        ),
        pytest.param(
            ("--model-id", "org/m"),
            {},
            TOKENS,
            [("model", "org/m", None, "unpinned")],
            [],
            id="a Secret holds tokens",
        ),
        pytest.param((), ENV, CONFIGMAP, [PINNED], ["configmap"], id="or adapters"),
    ],
)
def test_sources_that_are_not_at_hand(
    words: tuple[str, ...], variables: dict[str, str], source: Any, found: Any, code: list[str]
) -> None:
    facts = tgi(*words, env=env(**variables), envFrom=source)
    assert (rows(facts), codes(facts)) == (found, code)


def test_a_configmap_at_hand_is_read() -> None:
    facts = facts_of({"image": TGI, "envFrom": CONFIGMAP}, files={"c": ENV})
    assert (rows(facts), facts.artefacts[0].via) == ([PINNED], ("ConfigMap c",))


@pytest.mark.parametrize(
    ("words", "variables", "paste", "place"),
    [
        pytest.param(("--model-id", "a/a"), {}, "--revision=x", None, id="an option"),
        pytest.param((), {"MODEL_ID": "a/a"}, "env REVISION=x", None, id="a variable"),
        pytest.param(
            ("--model-id", "a/a"),
            {"REVISION": "main"},
            "env REVISION=x",
            "env[0].value",
            id="where the revision stands",
        ),
        pytest.param(
            ("--revision", "main"),
            {"MODEL_ID": "a/a"},
            "--revision=x",
            "args[1]",
            id="also as an option",
        ),
    ],
)
def test_how_a_model_is_pinned(
    words: tuple[str, ...], variables: dict[str, str], paste: str, place: str | None
) -> None:
    pin = tgi(*words, env=env(**variables)).artefacts[0].pin
    assert pin is not None
    shown = pin.place.removeprefix("spec.containers[0].") if pin.place else None
    assert (pin.to("x"), shown) == (paste, place)


def test_an_adapter_is_pinned_by_its_suffix() -> None:
    pinned, unpinned = tgi("--lora-adapters", f"o/a@{S1},o/b", env=env(**ENV)).artefacts[1:]
    assert pinned.pin is not None
    assert unpinned.pin is not None
    assert (pinned.pin.to("x"), pinned.pin.place) == ("o/a@x", "spec.containers[0].args[1]")
    assert (unpinned.pin.to("x"), unpinned.pin.place) == ("o/b@x", None)


@pytest.mark.parametrize(
    ("words", "variables", "found"),
    [
        pytest.param((), {}, [], id="none"),
        pytest.param(("--trust-remote-code",), {}, ["trust-remote-code"], id="an option"),
        pytest.param((), {"TRUST_REMOTE_CODE": "true"}, ["trust-remote-code"], id="a variable"),
        pytest.param((), {"TRUST_REMOTE_CODE": "false"}, [], id="switched off"),
    ],
)
def test_hazards(words: tuple[str, ...], variables: dict[str, str], found: list[str]) -> None:
    assert hazards(tgi(*words, env=env(**ENV, **variables))) == found


SAGEMAKER = "763104351884.dkr.ecr.us-east-1.amazonaws.com/huggingface-pytorch-tgi-inference:2.6.0"


@pytest.mark.parametrize("image", [SAGEMAKER, TGI])
def test_the_variables_of_sagemaker(image: str) -> None:
    variables = env(HF_MODEL_ID="org/m", HF_MODEL_REVISION=S1, HF_MODEL_TRUST_REMOTE_CODE="true")
    facts = facts_of({"image": image, "env": variables})
    (row,) = facts.artefacts
    assert (rows(facts), hazards(facts)) == ([PINNED], ["trust-remote-code"])
    assert (row.where, row.place) == (Where.ENV, "spec.containers[0].env[0].value")
    assert row.pin is not None
    assert row.pin.to("x") == "env HF_MODEL_REVISION=x"


DJL = "763104351884.dkr.ecr.us-west-2.amazonaws.com/djl-inference:0.32.0-lmi14.0.0-cu124"


@pytest.mark.parametrize("image", [OTHER, DJL])
def test_another_image_with_these_variables_is_never_pinned(image: str) -> None:
    pinned = facts_of({"image": image, "env": env(HF_MODEL_ID="org/m", HF_MODEL_REVISION=S1)})
    assert (rows(pinned), codes(pinned)) == (
        [("model", "org/m", S1, "opaque")],
        ["script-in-image"],
    )
    floating = facts_of({"image": image, "env": env(HF_MODEL_ID="org/m")})
    assert (rows(floating), codes(floating)) == ([("model", "org/m", None, "unpinned")], [])


def test_no_model_is_refused_there() -> None:
    facts = facts_of({"image": SAGEMAKER, "env": env(HF_MODEL_ID="")})
    assert (rows(facts), codes(facts)) == ([], ["server-refuses"])
    assert facts.opaque[0].place == "spec.containers[0].image"


TOKENIZER = ("tokenizer", "o/t", S1, "pinned")
ENGINE = ("model", "/engine", None, "local")


@pytest.mark.parametrize(
    ("words", "variables", "found"),
    [
        pytest.param(
            ("--model-id", "/engine", "--tokenizer-name", "o/t", "--revision", S1),
            {},
            [ENGINE, TOKENIZER],
            id="TensorRT-LLM",
        ),
        pytest.param(
            ("--executor-worker=/x", "--model-id=/engine"),
            {"TOKENIZER_NAME": "o/t"},
            [ENGINE, ("tokenizer", "o/t", None, "unpinned")],
            id="its variable",
        ),
        pytest.param(
            ("--model-id", "org/m", "--revision", S1, "--model-gguf", "models/m.gguf"),
            {},
            [PINNED, ("weights", "models/m.gguf", None, "local")],
            id="llama.cpp",
        ),
        pytest.param(
            ("--n-gpu-layers", "99"),
            {**ENV, "MODEL_GGUF": "models/m.gguf"},
            [PINNED, ("weights", "models/m.gguf", None, "local")],
            id="its variables",
        ),
    ],
)
@pytest.mark.parametrize("tag", ["3.3.6-trtllm", "3.3.6-llamacpp", "3.3.6", "latest"])
def test_backends(
    tag: str, words: tuple[str, ...], variables: dict[str, str], found: list[Any]
) -> None:
    image = f"ghcr.io/huggingface/text-generation-inference:{tag}"
    facts = facts_of({"image": image, "args": list(words), "env": env(**variables)})
    assert (rows(facts), codes(facts)) == (found, [])


@pytest.mark.parametrize(
    ("words", "found", "code"),
    [
        pytest.param(
            ("--model-id", "org/m", "--n-threads", "2"),
            [("model", "org/m", None, "unpinned")],
            [],
            id="a model that it converts",
        ),
        pytest.param(("--model-gguf", "/m"), [], ["server-refuses"], id="no model"),
        pytest.param(
            ("--model-id", "org/m", "--num-shard", "2"),
            [("model", "org/m", None, "unpinned")],
            ["server-refuses"],
            id="the launcher's",
        ),
    ],
)
def test_the_router_for_llama_cpp(
    words: tuple[str, ...], found: list[Any], code: list[str]
) -> None:
    command = ["text-generation-router-llamacpp", *words]
    image = "ghcr.io/huggingface/text-generation-inference:3.3.6"
    facts = facts_of({"image": image, "command": command})
    assert (rows(facts), codes(facts)) == (found, code)
