"""What SGLang loads, from its command line and its variables."""

from typing import Any

import pytest

from pinfold.inspect.workload import ContainerFacts, Origin
from tests.inspect.servers.reading import (
    OTHER,
    S1,
    S2,
    SECRET,
    codes,
    env,
    facts_of,
    hazards,
    rows,
)

IMAGE = "lmsysorg/sglang:v0.5.23"
OLD = "lmsysorg/sglang:v0.4.6.post5"
PINNED = ("model", "org/m", S1, "pinned")
UNSURE = ("model", "org/m", None, "opaque")
MODEL = ("--model-path", "org/m", "--revision", S1)


def launch(*words: str, **container: Any) -> ContainerFacts:
    command = ["python3", "-m", "sglang.launch_server"]
    return facts_of({"image": IMAGE, "command": command, "args": list(words), **container})


def serve(*words: str, **container: Any) -> ContainerFacts:
    command = ["sglang", "serve"]
    return facts_of({"image": IMAGE, "command": command, "args": list(words), **container})


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param(MODEL, [PINNED], id="a model"),
        pytest.param(("--model", "org/m"), [("model", "org/m", None, "unpinned")], id="an alias"),
        pytest.param(("--model-pa=org/m", "--rev", S1), [PINNED], id="abbreviations"),
        pytest.param((*MODEL, "--model", "e/e"), [("model", "e/e", S1, "pinned")], id="the last"),
        pytest.param(
            ("--model-path", "org/m", "--revision", ""),
            [("model", "org/m", "", "unpinned")],
            id="an empty revision",
        ),
        pytest.param(
            (*MODEL, "--tokenizer-path", "o2/t"),
            [PINNED, ("tokenizer", "o2/t", S1, "pinned")],
            id="a tokenizer",
        ),
        pytest.param(
            (*MODEL, "--speculative-draft-model-path", "d/d"),
            [PINNED, ("draft", "d/d", None, "unpinned")],
            id="a draft follows main",
        ),
        pytest.param(
            (*MODEL, "--speculative-draft-model", "d/d", "--speculative-draft-model-rev", S2),
            [PINNED, ("draft", "d/d", S2, "pinned")],
            id="a draft with its revision",
        ),
        pytest.param(
            (*MODEL, "--lora-paths", "o/a", "n=o/b", '{"lora_name":"c","lora_path":"/c"}'),
            [
                PINNED,
                ("adapter", "o/a", None, "unpinnable"),
                ("adapter", "o/b", None, "unpinnable"),
                ("adapter", "/c", None, "local"),
            ],
            id="adapters",
        ),
        pytest.param((*MODEL, "--lora-paths"), [PINNED], id="no adapters"),
        pytest.param(
            (*MODEL, "--uno-lora-path", "o/u"),
            [PINNED, ("adapter", "o/u", None, "unpinnable")],
            id="another adapter",
        ),
        pytest.param(
            (*MODEL, "--speculative-token-map", "o/tm/f.pt"),
            [PINNED, ("config", "o/tm", None, "unpinnable")],
            id="a token map",
        ),
        pytest.param(
            (*MODEL, "--speculative-token-map", "/tm/f.pt"),
            [PINNED, ("config", "/tm/f.pt", None, "local")],
            id="a token map that is a file",
        ),
        pytest.param(
            (*MODEL, "--model-checksum", "o/sums", "--quantization-param-path", "scales"),
            [PINNED, ("config", "o/sums", None, "unpinnable"), ("config", "scales", None, "local")],
            id="checksums and scales",
        ),
        pytest.param(
            (*MODEL, "--kt-weight-path", "w", "--modelopt-checkpoint-restore-path", "/r"),
            [PINNED, ("weights", "/r", None, "local"), ("weights", "w", None, "local")],
            id="weights from elsewhere",
        ),
        pytest.param(
            (*MODEL, "--decrypted-config-file", "/c"),
            [PINNED, ("config", "/c", None, "local")],
            id="a decrypted config",
        ),
        pytest.param(
            ("--model-path", "org/m:Q4_K_M", "--revision", S1),
            [("model", "org/m:Q4_K_M", S1, "pinned")],
            id="a quantisation",
        ),
        pytest.param(
            ("--model-path", "org/m/x/f.gguf", "--revision", S1),
            [("model", "org/m/x/f.gguf", S1, "pinned")],
            id="a file of a repository",
        ),
        pytest.param(
            ("--model-path", "s3://b/m", "--revision", S1),
            [("model", "s3://b/m", None, "unpinnable")],
            id="a bucket",
        ),
        pytest.param(
            ("--model-path", "/models/m"), [("model", "/models/m", None, "local")], id="a path"
        ),
    ],
)
def test_what_sglang_loads(words: tuple[str, ...], found: list[Any]) -> None:
    facts = launch(*words)
    assert (rows(facts), codes(facts)) == (found, [])


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param(("org/m", "--revision", S1), [PINNED], id="a positional"),
        pytest.param(MODEL, [PINNED], id="an option"),
        pytest.param(
            ("evil/m", "--revision", S1, "--model", "org/m"), [PINNED], id="an option comes last"
        ),
        pytest.param(("--model-type", "llm", "org/m", "--revision", S1), [PINNED], id="a type"),
        pytest.param(("org/m", "--model-type=auto", "--revision", S1), [PINNED], id="another form"),
    ],
)
def test_what_sglang_serve_loads(words: tuple[str, ...], found: list[Any]) -> None:
    facts = serve(*words)
    assert (rows(facts), codes(facts)) == (found, [])


@pytest.mark.parametrize(
    "words",
    [
        pytest.param((), id="no model"),
        pytest.param(("--model_path", "org/m"), id="an underscore"),
        pytest.param(("--MODEL-PATH", "org/m"), id="capitals"),
        pytest.param(("org/m",), id="a positional"),
        pytest.param(("--m", "org/m"), id="an ambiguous abbreviation"),
        pytest.param((*MODEL, "--lora-paths", '{"a":1}'), id="an adapter without a path"),
        pytest.param((*MODEL, "--help"), id="help"),
        pytest.param((*MODEL, "--config", "/c.yaml", "--config", "/c.yaml"), id="two files"),
        pytest.param((*MODEL, "--config"), id="no file"),
        pytest.param((*MODEL, "--config", "/c.json"), id="a file of another kind"),
        pytest.param((*MODEL, "--trust-remote-code=true"), id="a value for a switch"),
    ],
)
def test_what_sglang_refuses_is_never_pinned(words: tuple[str, ...]) -> None:
    facts = launch(*words)
    assert (rows(facts), codes(facts)) == ([], ["server-refuses"])


def test_a_type_without_a_value() -> None:
    assert codes(serve("org/m", "--model-type")) == ["server-refuses"]


@pytest.mark.parametrize(
    ("words", "found", "code"),
    [
        pytest.param(("org/m", "--model-type", "diffusion"), [], "unknown-server", id="diffusion"),
        pytest.param(("$(S)", "--revision", S1), [], "secret", id="a first word that is not known"),
        pytest.param(
            ("org/m", "--config", "$(S)"), [UNSURE], "secret", id="a file that is not known"
        ),
        pytest.param(
            ("org/m", "--config", "/c.yaml"), [UNSURE], "script-in-image", id="a file of the image"
        ),
    ],
)
def test_what_is_not_known_of_sglang_serve(
    words: tuple[str, ...], found: list[Any], code: str
) -> None:
    facts = serve(*words, env=env(S=SECRET))
    assert (rows(facts), codes(facts)) == (found, [code])


def test_words_that_a_script_does_not_know() -> None:
    command = ["sh", "-c", "python3 -m sglang.launch_server --model-path org/m $S"]
    facts = facts_of({"image": IMAGE, "command": command, "env": env(S=SECRET)})
    assert (rows(facts), codes(facts)) == ([UNSURE], ["secret"])


def test_an_adapter_that_is_not_known_in_part() -> None:
    facts = launch(
        *MODEL, "--lora-paths", '{"lora_name":"a","lora_path":"$(S)"}', env=env(S=SECRET)
    )
    assert (rows(facts), codes(facts)) == ([PINNED, ("adapter", None, None, "opaque")], ["secret"])


def test_old_versions_have_no_serve_and_their_draft_follows_the_model() -> None:
    draft = (*MODEL, "--speculative-draft-model-path", "d/d")
    assert codes(serve("org/m", image=OLD)) == ["server-refuses"]
    assert codes(serve(image=OLD)) == ["server-refuses"]
    assert rows(launch(*draft, image=OLD)) == [PINNED, ("draft", "d/d", S1, "pinned")]


def test_serve_took_no_positional_at_first() -> None:
    image = "lmsysorg/sglang:v0.5.5"
    assert codes(serve("org/m", image=image)) == ["server-refuses"]
    assert rows(serve(*MODEL, image=image)) == [PINNED]


def test_where_the_version_is_not_known_every_reading_counts() -> None:
    facts = launch(*MODEL, "--speculative-draft-model-path", "d/d", image=OTHER)
    assert [(*row, a.reading) for row, a in zip(rows(facts), facts.artefacts, strict=True)] == [
        (*PINNED, None),
        ("draft", "d/d", S1, "pinned", "0.4.6.post5"),
        ("draft", "d/d", None, "unpinned", "0.5.5, 0.5.23"),
    ]


def configured(text: str, *words: str, **container: Any) -> ContainerFacts:
    return facts_of(
        {
            "image": IMAGE,
            "command": ["sglang", "serve"],
            "args": [*words, "--config", "/c/c.yaml"],
            "volumeMounts": [{"name": "v", "mountPath": "/c"}],
            **container,
        },
        volumes=[{"name": "v", "configMap": {"name": "c"}}],
        files={"c": {"c.yaml": text}},
    )


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        pytest.param(f"model-path: org/m\nrevision: {S1}\n", (), [PINNED], id="a model"),
        pytest.param(
            "model-path: e/e\nrevision: main\n",
            ("org/m", "--revision", S1),
            [PINNED],
            id="the command line comes after it",
        ),
        pytest.param(
            "trust-remote-code: false\nlog-level: info\ntp-size: 2\ncuda-graph-bs-decode: [1, 2]\n"
            "speculative-draft-model: d/d\njson-model-override-args: {a: 1}\ncors: []\n",
            ("org/m", "--revision", S1),
            [PINNED, ("draft", "d/d", None, "unpinned")],
            id="every kind of value",
        ),
        pytest.param(
            'log-level: x\ncuda-graph-bs-decode: [1, "--tokenizer-path", "o/t"]\n',
            ("org/m", "--revision", S1),
            [PINNED, ("tokenizer", "o/t", S1, "pinned")],
            id="items of a list become words",
        ),
    ],
)
def test_a_config_file(text: str, words: tuple[str, ...], found: list[Any]) -> None:
    facts = configured(text, *words)
    assert (rows(facts), codes(facts)) == (found, [])


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("lora-paths: [a=o/a]", id="a list of adapters"),
        pytest.param("enable-tf32-matmul: true", id="a switch with two names"),
        pytest.param("1: x", id="a key that is no text"),
        pytest.param("model_path: org/m", id="an underscore"),
        pytest.param("log-level: {2020-01-01: x}", id="a key that JSON cannot write"),
        pytest.param("log-level: 0x" + "f" * 5000, id="a number that is too long"),
        pytest.param("log-level: true\nnothing: true", id="a switch that is none"),
    ],
)
def test_a_config_file_that_is_refused(text: str) -> None:
    assert codes(configured(text, "org/m")) == ["server-refuses"]


def test_a_switch_of_a_config_file() -> None:
    assert hazards(configured("trust-remote-code: true", "org/m")) == ["trust-remote-code"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("", [PINNED], id="an empty file"),
        pytest.param("model_path: e/e", [], id="an underscore"),
        pytest.param("lora-paths: [a=o/a]\nport: 80\n",
                     [PINNED, ("adapter", "o/a", None, "unpinnable")], id="adapters"),
        pytest.param("trust-remote-code: false\nlora-paths: []\nenable-metrics: true", [PINNED],
                     id="switches"),
    ],
)  # fmt: skip
def test_a_config_file_of_0_5_5(text: str, found: list[Any]) -> None:
    command = ["python3", "-m", "sglang.launch_server"]
    facts = configured(text, *MODEL, image="lmsysorg/sglang:v0.5.5", command=command)
    assert (rows(facts), codes(facts)) == (found, [] if found else ["server-refuses"])


def test_an_empty_config_file_says_nothing() -> None:
    assert rows(configured("", "org/m", "--revision", S1)) == [PINNED]


def test_old_versions_have_no_config_file() -> None:
    assert codes(launch(*MODEL, "--config", "/c.yaml", image=OLD)) == ["server-refuses"]


def test_another_hub() -> None:
    facts = launch(*MODEL, env=env(SGLANG_USE_MODELSCOPE="yes"))
    assert rows(facts) == [("model", "org/m", S1, "unpinned")]
    assert facts.artefacts[0].origin is Origin.MODELSCOPE


def test_hazards() -> None:
    words = (*MODEL, "--trust-remote-code", "--custom-weight-loader", "a.b.c")
    facts = launch(*words, env=env(SGLANG_EXTERNAL_MODEL_PACKAGE="x.y"))
    assert sorted(hazards(facts)) == ["import-path", "import-path", "trust-remote-code"]
    assert hazards(launch(*MODEL, "--enable-custom-logit-processor")) == ["code-in-requests"]


def test_the_variables_of_sagemaker() -> None:
    variables = env(
        SM_SGLANG_MODEL_PATH="org/m", SM_SGLANG_REVISION=S1, SM_SGLANG_TP_SIZE="2", A="b"
    )
    facts = facts_of({"image": "x.dkr.ecr.y/sglang:0.5.23-gpu", "env": variables})
    assert (rows(facts), codes(facts)) == ([PINNED], [])
    pin = facts.artefacts[0].pin
    assert pin is not None
    assert pin.to("x") == "env SM_SGLANG_REVISION=x"


def test_the_folder_of_sagemaker_is_the_model() -> None:
    facts = facts_of({"image": IMAGE, "env": env(SM_SGLANG_TRUST_REMOTE_CODE="")})
    assert (rows(facts), hazards(facts)) == (
        [("model", "/opt/ml/model", None, "local")],
        ["trust-remote-code"],
    )


def test_a_variable_of_sagemaker_on_two_lines() -> None:
    facts = facts_of({"image": IMAGE, "env": env(SM_SGLANG_MODEL_PATH="org/m\nA=b")})
    assert codes(facts) == ["shell-syntax"]


def test_an_image_of_that_name_starts_the_module() -> None:
    facts = facts_of({"image": IMAGE, "args": list(MODEL)})
    assert (rows(facts), codes(facts)) == ([PINNED], [])


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(("python3", "-m", "sglang_router.launch_server"), id="the module"),
        pytest.param(("smg", "server"), id="the program"),
    ],
)
def test_a_router_that_starts_its_servers(command: tuple[str, ...]) -> None:
    words = (*MODEL, "--router-policy", "cache_aware", "--dp-size", "2", "--router-mini-lb")
    facts = facts_of({"image": OTHER, "command": [*command, *words]})
    assert (rows(facts), codes(facts)) == ([PINNED], [])
    tokenizer = facts_of({"command": [*command, *MODEL, "--router-tokenizer-path", "o/t"]})
    assert rows(tokenizer) == [PINNED, ("tokenizer", "o/t", None, "unpinnable")]
