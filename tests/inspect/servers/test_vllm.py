"""What vLLM loads, from its command line, its config file and its variables."""

from typing import Any

import pytest

from pinfold.inspect.workload import ContainerFacts, Origin, Where
from tests.inspect.servers.reading import (
    OTHER,
    S1,
    S2,
    SECRET,
    VLLM,
    codes,
    env,
    facts_of,
    hazards,
    module,
    rows,
    serve,
)

DEFAULT = "Qwen/Qwen3-0.6B"
PINNED = ("model", "org/m", S1, "pinned")
UNSURE = ("model", "org/m", None, "opaque")
PIN = ("org/m", "--revision", S1)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param(PIN, [PINNED], id="pinned"),
        pytest.param(("org/m",), [("model", "org/m", None, "unpinned")], id="no revision"),
        pytest.param((), [("model", DEFAULT, None, "unpinned")], id="the default"),
        pytest.param(("--model", "org/m", "--revision", S1), [PINNED], id="--model"),
        pytest.param(
            ("org/m", f"--revision={S1}", "--rev=main"),
            [("model", "org/m", "main", "unpinned")],
            id="an abbreviation, later",
        ),
        pytest.param(
            (*PIN, "--revision", "main"),
            [("model", "org/m", "main", "unpinned")],
            id="the last revision wins",
        ),
        pytest.param(
            ("--model", "good/m", *PIN[1:], "--model", "evil/m"),
            [("model", "good/m", S1, "pinned")],
            id="the first --model wins",
        ),
        pytest.param(
            (*PIN, "--revision", "None"),
            [("model", "org/m", None, "unpinned")],
            id="None is no revision",
        ),
        pytest.param(
            (*PIN, "--revision="), [("model", "org/m", None, "unpinned")], id="nothing is none"
        ),
        pytest.param(
            ("org/m", "--revision", "859350e"),
            [("model", "org/m", "859350e", "unpinned")],
            id="a short id",
        ),
        pytest.param(
            ("org/m", "--revision", S1 + " "),
            [("model", "org/m", S1 + " ", "unpinned")],
            id="nothing is trimmed",
        ),
        pytest.param(
            ("org/m", "--revision", S1 + "\n"),
            [("model", "org/m", S1 + "\n", "unpinned")],
            id="not a newline either",
        ),
        pytest.param(
            ("org/m", "--revision", S1.upper()),
            [("model", "org/m", S1.upper(), "unpinned")],
            id="upper case",
        ),
        pytest.param(
            ("org/m", "--revision", "refs/pr/1"),
            [("model", "org/m", "refs/pr/1", "unpinned")],
            id="a pull request",
        ),
        pytest.param(
            ("gpt2", "--revision", S1), [("model", "gpt2", S1, "pinned")], id="a bare name"
        ),
        pytest.param(
            ("s3://b/m", "--revision", S1),
            [("model", "s3://b/m", None, "unpinnable")],
            id="a bucket",
        ),
        pytest.param(("S3://b/m",), [("model", "S3://b/m", None, "unpinnable")], id="in any case"),
        pytest.param(("gs://b/m",), [("model", "gs://b/m", None, "unpinnable")], id="another"),
        pytest.param(("/models/m",), [("model", "/models/m", None, "local")], id="a path"),
        pytest.param(
            ("./m", "--revision", S1), [("model", "./m", None, "local")], id="a relative one"
        ),
        pytest.param(("a/b/c",), [("model", "a/b/c", None, "local")], id="no name for the hub"),
        pytest.param(
            ("org/r/f.gguf", "--revision", S1),
            [("weights", "org/r/f.gguf", None, "unpinnable")],
            id="a file ignores it",
        ),
        pytest.param(
            ("org/r:Q4_K", "--revision", S1),
            [("model", "org/r:Q4_K", S1, "pinned")],
            id="a quantisation honours it",
        ),
        pytest.param(("--", "org/m"), [("model", "org/m", None, "unpinned")], id="behind --"),
        pytest.param(
            ("--hf-token", "org/m"),
            [("model", DEFAULT, None, "unpinned")],
            id="an option takes the model",
        ),
    ],
)
def test_the_model(words: tuple[str, ...], found: list[Any]) -> None:
    assert rows(serve(*words)) == found


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param(
            ("org/decoy", "--revision", S1),
            [("model", DEFAULT, S1, "pinned")],
            id="a positional is ignored",
        ),
        pytest.param(
            ("--model", "good/m", *PIN[1:], "--model", "evil/m"),
            [("model", "evil/m", S1, "pinned")],
            id="the last --model wins",
        ),
    ],
)
def test_the_module(words: tuple[str, ...], found: list[Any]) -> None:
    assert rows(module(*words)) == found


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param(
            ("--tokenizer", "o2/t"),
            ("tokenizer", "o2/t", S1, "pinned"),
            id="falls back to --revision",
        ),
        pytest.param(
            ("--tokenizer_revision", "main"),
            ("tokenizer", "org/m", "main", "unpinned"),
            id="a revision of its own sets it apart",
        ),
        pytest.param(
            ("--tokenizer", "o2/t", "--tokenizer-revision", S2),
            ("tokenizer", "o2/t", S2, "pinned"),
            id="its own revision",
        ),
        pytest.param(("--tokenizer", "/t"), ("tokenizer", "/t", None, "local"), id="a path"),
        pytest.param(
            ("--hf-c", "evil/c"),
            ("config", "evil/c", S1, "pinned"),
            id="another config, pinned by --revision alone",
        ),
        pytest.param(
            ("--generation-config", "o/g"),
            ("config", "o/g", None, "unpinnable"),
            id="a generation config gets no revision",
        ),
        pytest.param(
            ("--lora-modules", '{"name":"a","path":"/adapters/a"}'),
            ("adapter", "/adapters/a", None, "local"),
            id="an adapter as JSON",
        ),
        pytest.param(
            ("--lora-modules", "a=org/x"),
            ("adapter", "org/x", None, "unpinnable"),
            id="an adapter of the hub",
        ),
        pytest.param(
            ("--lora-modules", "a=org/x", "--lora-modules", "b=/b", ""),
            ("adapter", "/b", None, "local"),
            id="a repeat replaces the list",
        ),
        pytest.param(
            ("--default-mm-loras", '{"audio":"org/x","n":1}'),
            ("adapter", "org/x", None, "unpinnable"),
            id="an adapter by modality",
        ),
        pytest.param(
            ("--speculative-config", f'{{"model":"d/d","revision":"{S2}"}}'),
            ("draft", "d/d", S2, "pinned"),
            id="a draft",
        ),
        pytest.param(
            ("--speculative-config", '{"model":"d/d"}'),
            ("draft", "d/d", None, "unpinned"),
            id="a draft never inherits",
        ),
        pytest.param(
            (
                "--speculative-config.model",
                "e/e",
                "--speculative-config",
                f'{{"model":"d/d","revision":"{S2}"}}',
            ),
            ("draft", "e/e", None, "unpinned"),
            id="dotted pieces replace the JSON",
        ),
        pytest.param(
            ("-sc.model", "d/d", f"-sc.revision={S2}"),
            ("draft", "d/d", S2, "pinned"),
            id="a draft in dotted pieces",
        ),
        pytest.param(
            ("--spec-model", "d/d", "-sc.revision", S2, "--spec-method", "eagle3"),
            ("draft", "d/d", S2, "pinned"),
            id="a draft by its own option",
        ),
        pytest.param(
            ("-sc", '{"method":"mtp","num_speculative_tokens":1}'),
            ("draft", "org/m", None, "unpinned"),
            id="a draft in the model's repository",
        ),
        pytest.param(
            ("-sc", '{"method":"deepseek_mtp"}'),
            ("draft", "org/m", None, "unpinned"),
            id="by an old name",
        ),
        pytest.param(
            ("--model-loader-extra-config", '{"tensorizer_uri":"s3://b/x"}'),
            ("weights", "s3://b/x", None, "unpinnable"),
            id="weights from elsewhere",
        ),
        pytest.param(
            (
                "--trust-remote-code",
                "--hf-overrides",
                '{"auto_map":{"AutoModel":"evil/r--modeling.X"}}',
            ),
            ("code", "evil/r", None, "unpinned"),
            id="code of another repository",
        ),
        pytest.param(
            (
                "--trust-remote-code",
                "--code-revision",
                S2,
                "--hf-overrides",
                '{"auto_map":{"AutoModel":["evil/r--a.X", null],"B":"own.Y"}}',
            ),
            ("code", "evil/r", S2, "pinned"),
            id="pinned by --code-revision",
        ),
        pytest.param(
            ("--trust-remote-code", "--code-revision", "main"),
            ("code", "org/m", "main", "unpinned"),
            id="code at another revision",
        ),
        pytest.param(
            ("--hf-overrides", '{"text_model_id":"o/t"}'),
            ("weights", "o/t", None, "unpinnable"),
            id="a model that a config names",
        ),
    ],
)
def test_what_else_is_loaded(words: tuple[str, ...], found: Any) -> None:
    facts = serve(*PIN, *words)
    assert found in rows(facts)
    assert (PINNED in rows(facts), codes(facts)) == (True, [])


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("--generation-config", "vllm"), id="a built-in generation config"),
        pytest.param(("--tokenizer", "None"), id="None is no tokenizer"),
        pytest.param(("--served-model-name", "org/other"), id="a name is no artefact"),
        pytest.param(("-sc", '{"method":"ngram","num_speculative_tokens":1}'), id="no draft"),
        pytest.param(("-sc", '{"model":"[ngram]"}'), id="no draft, said otherwise"),
        pytest.param(("-sc", "null"), id="no speculation"),
        pytest.param(("-sc", "{}"), id="none of its keys"),
        pytest.param(("--speculative-config", ""), id="nothing"),
        pytest.param(("--lora-modules", "", "None"), id="no adapters"),
        pytest.param(("--default-mm-loras", "[]"), id="no adapters by modality"),
        pytest.param(("--hf-overrides", '{"auto_map":{"A":"evil/r--x.Y"}}'), id="without trust"),
        pytest.param(
            ("--trust-remote-code", "--no-trust-remote-code", "--code-revision", "main"),
            id="trust taken back",
        ),
        pytest.param(("--trust-remote-code",), id="the model's own code follows its revision"),
        pytest.param(("--hf-overrides", '{"text_model_id":"/t"}'), id="a path in a config"),
        pytest.param(("--hf-overrides", "x.Y"), id="a name of a function"),
        pytest.param(("--model-loader-extra-config", '{"a":1}'), id="other settings of a loader"),
        pytest.param(("--chat-template", "org/x"), id="a template is no artefact"),
    ],
)
def test_what_loads_nothing_more(words: tuple[str, ...]) -> None:
    facts = serve(*PIN, *words)
    assert (rows(facts), codes(facts)) == ([PINNED], [])


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("--unknown", "x"), id="an unknown option"),
        pytest.param(("second/model",), id="two models"),
        pytest.param(("--trust", "x"), id="an abbreviation of several"),
        pytest.param(("--trust-remote-code=true",), id="a switch with a value"),
        pytest.param(("--speculative-config", "{"), id="no JSON"),
        pytest.param(("--speculative-config", '{"model":1}'), id="a model that is no text"),
        pytest.param(("--lora-modules", "{}"), id="an adapter without a path"),
        pytest.param(("--lora-modules", "[]"), id="a list of adapters"),
        pytest.param(("--lora-modules", "a,b=c"), id="an adapter that is neither form"),
        pytest.param(("--spec-model", "a/a", "-sc.model", "b/b"), id="two drafts"),
    ],
)
def test_what_vllm_refuses_is_never_pinned(words: tuple[str, ...]) -> None:
    facts = serve(*PIN, *words)
    assert codes(facts) == ["server-refuses"]
    assert "pinned" not in [row.state for row in facts.artefacts]


def config(text: str, *words: str, at_hand: bool = True) -> ContainerFacts:
    volume = {"name": "c", "configMap": {"name": "conf"}}
    return facts_of(
        {
            "image": VLLM,
            "command": ["vllm", "serve"],
            "args": list(words),
            "volumeMounts": [{"name": "c", "mountPath": "/cfg"}],
        },
        volumes=[volume],
        files={"conf": {"c.yaml": text}} if at_hand else None,
    )


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        pytest.param(f"model: org/m\nrevision: {S1}", (), [PINNED], id="all in the file"),
        pytest.param(
            f"model: other/x\nrevision: {S1}",
            ("org/m", "--revision", "main"),
            [("model", "org/m", "main", "unpinned")],
            id="the command line wins",
        ),
        pytest.param(
            'served-model-name: [x, "--tokenizer", "evil/t"]\n"hf-config-path=evil/c": true',
            ("org/m",),
            [
                ("model", "org/m", None, "unpinned"),
                ("tokenizer", "evil/t", None, "unpinned"),
                ("config", "evil/c", None, "unpinned"),
            ],
            id="items and keys are words",
        ),
    ],
)
def test_a_config_file_at_hand(text: str, words: tuple[str, ...], found: list[Any]) -> None:
    assert rows(config(text, *words, "--config", "/cfg/c.yaml")) == found


def test_what_a_config_file_names_says_so() -> None:
    model = config("model: org/m", "--config", "/cfg/c.yaml").artefacts[0]
    assert (model.where, model.via) == (Where.CONFIG, ("ConfigMap conf",))
    assert model.place == "spec.containers[0].args[1]"
    assert model.pin is not None
    assert model.pin.to("x") == "revision: x"


@pytest.mark.parametrize(
    ("file", "code"),
    [
        pytest.param("/cfg/c.yaml", "configmap", id="a ConfigMap that is not at hand"),
        pytest.param("/elsewhere/c.yaml", "script-in-image", id="in the image"),
    ],
)
def test_a_config_file_that_is_not_at_hand_can_change_everything(file: str, code: str) -> None:
    facts = config("", *PIN, "--config", file, at_hand=False)
    assert (rows(facts), codes(facts)) == ([UNSURE], [code])


@pytest.mark.parametrize(
    ("text", "found", "code"),
    [
        pytest.param(f"model: org/m\nrevision: {S1}", [PINNED], [], id="a text"),
        pytest.param(
            "model: org/m\nrevision: $R", [("model", "org/m", S1, "pinned")], [], id="expanded"
        ),
        pytest.param("model: $S", [], ["secret"], id="with what is not known"),
    ],
)
def test_a_config_file_that_the_script_wrote(text: str, found: list[Any], code: list[str]) -> None:
    script = f"cat > /tmp/c.yaml <<E\n{text}\nE\nexec vllm serve --config /tmp/c.yaml"
    facts = shell(script, R=S1, S=SECRET)
    assert (rows(facts), codes(facts)) == (found, code)


def test_config_with_an_equals_sign_is_not_read() -> None:
    assert rows(config("model: evil/m", *PIN, "--config=/cfg/c.yaml")) == [PINNED]


@pytest.mark.parametrize(
    ("words", "write", "place", "paste"),
    [
        pytest.param(("org/m",), "--revision", None, "--revision=x", id="a flag to add"),
        pytest.param(PIN, "--revision", "args[2]", "--revision=x", id="a flag that is there"),
        pytest.param(
            ("org/m", "--rev", "main"),
            "--revision",
            "args[2]",
            "--revision=x",
            id="an abbreviation",
        ),
    ],
)
def test_how_a_model_is_pinned(
    words: tuple[str, ...], write: str, place: str | None, paste: str
) -> None:
    pin = serve(*words).artefacts[0].pin
    assert pin is not None
    shown = pin.place.removeprefix("spec.containers[0].") if pin.place else None
    assert (pin.write, shown, pin.to("x")) == (write, place, paste)


@pytest.mark.parametrize(
    ("words", "paste"),
    [
        pytest.param(("-sc", '{"model":"d/d"}'), '"revision": "x"', id="a key of the JSON"),
        pytest.param(("-sc.model", "d/d"), "--speculative-config.revision=x", id="a dotted key"),
        pytest.param(("--spec-model", "d/d"), "--speculative-config.revision=x", id="an option"),
        pytest.param(("--tokenizer-revision", "main"), "--tokenizer-revision=x", id="a tokenizer"),
        pytest.param(("--lora-modules", "a=org/x"), None, id="an adapter cannot be"),
    ],
)
def test_how_the_others_are_pinned(words: tuple[str, ...], paste: str | None) -> None:
    pin = serve(*PIN, *words).artefacts[-1].pin
    assert (pin and pin.to("x")) == paste


def test_a_row_says_all_that_the_contract_asks() -> None:
    (row,) = serve(*PIN).artefacts
    assert (row.container, row.pod, row.server, str(row.act)) == ("main", "spec", "vllm", "load")
    assert (row.origin, row.endpoint) == (Origin.HUB, "https://huggingface.co")
    assert (row.place, row.where, row.via) == ("spec.containers[0].args[0]", Where.ARG, ())
    assert (row.reading, row.provenance) == (None, None)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param((), [], id="none"),
        pytest.param(("--trust-remote-code",), ["trust-remote-code"], id="remote code"),
        pytest.param(("--trust-rem",), ["trust-remote-code"], id="abbreviated"),
        pytest.param(("--trust-remote-code", "--no-trust-remote-code"), [], id="taken back"),
        pytest.param(("--middleware", "a.b"), ["import-path"], id="a class to import"),
        pytest.param(("--tool-parser-plugin", ""), [], id="no plugin"),
        pytest.param(
            ("-sc", '{"model":"pkg.Mine"}'), ["import-path"], id="a proposer by its class"
        ),
        pytest.param(
            ("-sc", '{"model":"pkg.Mine","method":"custom_class"}'),
            ["import-path"],
            id="said to be one",
        ),
        pytest.param(("--worker-cls", "auto"), [], id="the server's own worker"),
        pytest.param(("--worker-cls", "vllm.v1.worker.gpu_worker.Worker"), [], id="by its path"),
        pytest.param(("--worker-cls", "acme.Worker"), ["import-path"], id="another worker"),
        pytest.param(("--distributed-executor-backend", "ray"), [], id="a built-in executor"),
        pytest.param(
            ("--kv-transfer-config", '{"kv_connector":"C","kv_connector_module_path":"a.b"}'),
            ["import-path"],
            id="a connector by its module",
        ),
        pytest.param(("--kv-transfer-config", '{"kv_connector":"C"}'), [], id="a built-in one"),
    ],
)
def test_hazards(words: tuple[str, ...], found: list[str]) -> None:
    assert hazards(serve(*PIN, *words)) == found


def test_a_connector_that_is_not_known_hides_nothing() -> None:
    facts = serve(*PIN, "--kv-transfer-config", "$(X)", env=env(X=SECRET))
    assert (rows(facts), hazards(facts), codes(facts)) == ([PINNED], [], [])


@pytest.mark.parametrize(
    ("words", "pinned"),
    [
        pytest.param((), False, id="no revision of the code"),
        pytest.param(("--code-revision", S1), True, id="a commit"),
        pytest.param(("--code-revision", "main"), False, id="a branch"),
    ],
)
def test_the_code_of_a_repository(words: tuple[str, ...], pinned: bool) -> None:
    (hazard,) = serve(*PIN, "--trust-remote-code", *words).hazards
    assert hazard.pin is not None
    assert (hazard.pinned, hazard.pin.write) == (pinned, "--code-revision")
    assert hazard.text == "--trust-remote-code"


def test_a_commit_of_code_means_nothing_to_another_hub() -> None:
    words = (*PIN, "--trust-remote-code", "--code-revision", S1)
    code, hub = serve(*words, env=env(VLLM_USE_MODELSCOPE="1")).hazards
    assert (code.pinned, hub.hazard) == (False, "other-hub")


@pytest.mark.parametrize(
    ("variables", "found"),
    [
        ({"VLLM_RUST_FRONTEND_PATH": "/x"}, [("import-path", "VLLM_RUST_FRONTEND_PATH=/x")]),
        ({"VLLM_RUST_FRONTEND_PATH": ""}, []),
        (
            {"VLLM_ALLOW_INSECURE_SERIALIZATION": "1"},
            [("insecure-serialization", "VLLM_ALLOW_INSECURE_SERIALIZATION")],
        ),
        ({"VLLM_SERVER_DEV_MODE": "1"}, [("development-routes", "VLLM_SERVER_DEV_MODE")]),
    ],
)
def test_variables_that_let_code_in(variables: Any, found: list[tuple[str, str]]) -> None:
    facts = serve(*PIN, env=env(**variables))
    assert [(row.hazard, row.text) for row in facts.hazards] == found


def test_what_adds_up_is_told_whole() -> None:
    (hazard,) = serve(*PIN, "--middleware", "evil.b", "--middleware=acme.c").hazards
    assert hazard.text == "--middleware evil.b acme.c"


def test_what_was_written_is_cut_for_a_message() -> None:
    (hazard,) = serve(*PIN, "--middleware", "a." + "b" * 200).hazards
    assert hazard.text == "--middleware a." + "b" * 64 + "…"


def test_a_dotted_name_with_a_method_is_a_repository() -> None:
    facts = serve(*PIN, "-sc", '{"model":"a.b","method":"eagle"}')
    assert ("draft", "a.b", None, "unpinned") in rows(facts)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param(
            ("--qlora-adapter-name-or-path", "o/q"),
            ("adapter", "o/q", None, "unpinnable"),
            id="an adapter of a quantised model",
        ),
        pytest.param(
            ("--prompt-adapters", "a=o/p", "b=/p"),
            ("adapter", "/p", None, "local"),
            id="adapters of a prompt",
        ),
    ],
)
def test_options_of_0_8(words: tuple[str, ...], found: Any) -> None:
    facts = serve(*PIN, *words, image="vllm/vllm-openai:v0.8.5")
    assert (found in rows(facts), codes(facts)) == (True, [])


def test_variables_that_change_what_names_mean() -> None:
    redirected = serve(*PIN, env=env(VLLM_MODEL_REDIRECT_PATH="/x"))
    assert (codes(redirected), rows(redirected)) == (["redirect"], [PINNED])
    assert codes(serve(*PIN, env=env(VLLM_MODEL_REDIRECT_PATH=""))) == []
    assert hazards(serve(*PIN, env=env(VLLM_ALLOW_RUNTIME_LORA_UPDATING="True"))) == [
        "runtime-lora"
    ]
    assert hazards(serve(*PIN, env=env(VLLM_ALLOW_RUNTIME_LORA_UPDATING="0"))) == []


@pytest.mark.parametrize("text", ["1", "true", " TRUE "])
def test_a_commit_means_nothing_to_another_hub(text: str) -> None:
    (row,) = serve(*PIN, env=env(VLLM_USE_MODELSCOPE=text)).artefacts
    assert (row.origin, row.endpoint) == (Origin.MODELSCOPE, "https://modelscope.cn")
    assert (str(row.state), row.revision, row.pin) == ("unpinned", S1, None)


def test_modelscope_switched_off() -> None:
    assert rows(serve(*PIN, env=env(VLLM_USE_MODELSCOPE="false"))) == [PINNED]


@pytest.mark.parametrize(
    ("variables", "endpoint"),
    [
        pytest.param({"HF_ENDPOINT": "http://mirror/"}, "http://mirror", id="a mirror"),
        pytest.param(
            {"HUGGINGFACE_CO_STAGING": "1"}, "https://hub-ci.huggingface.co", id="staging"
        ),
        pytest.param({"HUGGINGFACE_CO_STAGING": "0"}, "https://huggingface.co", id="no staging"),
    ],
)
def test_which_hub_answers(variables: dict[str, str], endpoint: str) -> None:
    facts = serve(*PIN, env=env(**variables))
    assert (facts.artefacts[0].endpoint, rows(facts)) == (endpoint, [PINNED])


def test_a_hub_that_is_not_known() -> None:
    facts = serve(*PIN, "--tokenizer", "o/t", env=env(HF_ENDPOINT=SECRET))
    assert (facts.artefacts[0].endpoint, codes(facts)) == ("$HF_ENDPOINT", ["secret"])


@pytest.mark.parametrize(
    ("words", "found", "code"),
    [
        pytest.param(("$(S)",), [], "secret", id="a positional can be an option"),
        pytest.param(("org/$(S)",), [("model", None, None, "opaque")], "secret", id="a name"),
        pytest.param(("/models/$(S)",), [("model", "/models/…", None, "local")], None, id="a path"),
        pytest.param(
            ("org/m", "--revision", "$(S)"),
            [("model", "org/m", None, "opaque")],
            "secret",
            id="a revision",
        ),
        pytest.param((*PIN, "--port", "$(S)"), [PINNED], None, id="a port changes nothing"),
        pytest.param(
            (*PIN, "--lora-modules", '{"path":"$(S)"}'),
            [PINNED, ("adapter", None, None, "opaque")],
            "secret",
            id="an adapter",
        ),
        pytest.param(
            (*PIN, "--lora-modules", "$(N)=/a"),
            [PINNED, ("adapter", "/a", None, "local")],
            None,
            id="an adapter's name",
        ),
        pytest.param((*PIN, "-sc", '{"model":"$(S)"}'), [UNSURE], "secret", id="a JSON"),
        pytest.param(
            (*PIN, "-sc.model", "$(S)"),
            [PINNED, ("draft", None, None, "opaque")],
            "secret",
            id="a dotted value",
        ),
        pytest.param(
            (*PIN, "-sc.model", "d/d", "-sc.num", "$(S)"),
            [PINNED, ("draft", "d/d", None, "unpinned")],
            None,
            id="another dotted value",
        ),
        pytest.param(
            ("org/m", "--revision", "$(UNSET)"),
            [("model", "org/m", "$(UNSET)", "unpinned")],
            None,
            id="an unset one is text",
        ),
    ],
)
def test_values_that_are_not_known(
    words: tuple[str, ...], found: list[Any], code: str | None
) -> None:
    name = {"fieldRef": {"fieldPath": "metadata.name"}}
    facts = serve(*words, env=env(S=SECRET, N=name))
    assert (rows(facts), codes(facts)) == (found, [code] if code else [])


def test_a_variable_in_an_argument_is_a_step_on_the_way() -> None:
    (row,) = serve("$(M)", env=env(M="org/m")).artefacts
    assert (row.id, row.via, row.place) == ("org/m", ("$(M)",), "spec.containers[0].args[0]")


def shell(script: str, **variables: Any) -> ContainerFacts:
    return facts_of({"image": OTHER, "command": ["sh", "-c", script], "env": env(**variables)})


@pytest.mark.parametrize(
    ("script", "found", "code"),
    [
        pytest.param(
            'exec vllm serve $M --revision "$R"',
            [PINNED, ("tokenizer", "evil/t", S1, "pinned")],
            None,
            id="a value is split",
        ),
        pytest.param(
            "cd /x && vllm serve org/m; sleep 5",
            [("model", "org/m", None, "unpinned")],
            None,
            id="beside others",
        ),
        pytest.param(
            f"vllm serve org/m --revision {S1} $S", [UNSURE], "secret", id="unknown words"
        ),
        pytest.param(
            f"vllm serve org/m --revision {S1} --port $S",
            [UNSURE],
            "secret",
            id="an unquoted port can be more",
        ),
        pytest.param(
            f'vllm serve org/m --revision {S1} --port "$S"',
            [PINNED],
            None,
            id="a quoted one cannot",
        ),
        pytest.param(
            f"vllm serve org/m --revision {S1}; eval $(x)",
            [PINNED],
            "shell-syntax",
            id="an unreadable part has an entry of its own",
        ),
        pytest.param("X=1; if a; then", [], None, id="no script, and nothing about models"),
        pytest.param("if a; then vllm serve org/m", [], "shell-syntax", id="no script"),
    ],
)
def test_a_server_in_a_script(script: str, found: list[Any], code: str | None) -> None:
    facts = shell(script, M="org/m --tokenizer evil/t", R=S1, S=SECRET)
    assert (rows(facts), codes(facts)) == (found, [code] if code else [])


def test_a_script_is_where_its_words_stand() -> None:
    (row,) = shell("vllm serve $M", M="org/m").artefacts
    assert (row.where, row.via, row.place) == (
        Where.SHELL, ("sh -c", "$M"), "spec.containers[0].command[2]",
    )  # fmt: skip


def test_a_leader_of_a_group_starts_ray_and_then_the_server() -> None:
    script = (
        "bash /vllm-workspace/examples/online_serving/multi-node-serving.sh leader"
        " --ray_cluster_size=$(LWS_GROUP_SIZE);"
        " python3 -m vllm.entrypoints.openai.api_server --port 8080 --model org/m -tp 8"
    )
    facts = facts_of({"image": VLLM, "command": ["sh", "-c", script]})
    assert (rows(facts), codes(facts)) == ([("model", "org/m", None, "unpinned")], [])


SAGEMAKER = "763104351884.dkr.ecr.us-east-1.amazonaws.com/vllm:0.33-gpu-py312"


def test_the_image_for_sagemaker_takes_variables() -> None:
    variables = env(SM_VLLM_MODEL="org/m", SM_VLLM_REVISION=S1, SM_VLLM_TRUST_REMOTE_CODE="", A="b")
    facts = facts_of({"image": SAGEMAKER, "env": variables})
    (row,) = facts.artefacts
    assert (rows(facts), hazards(facts)) == ([PINNED], ["trust-remote-code"])
    assert (row.where, row.place) == (Where.ENV, "spec.containers[0].env[0].value")
    assert row.pin is not None
    assert row.pin.to("x") == "env SM_VLLM_REVISION=x"


def test_a_missing_revision_there_is_a_variable_too() -> None:
    (row,) = facts_of({"image": SAGEMAKER, "env": env(SM_VLLM_MODEL="org/m")}).artefacts
    assert row.pin is not None
    assert (row.pin.write, row.pin.place) == ("SM_VLLM_REVISION", None)


@pytest.mark.parametrize(
    "variables",
    [
        pytest.param({"SM_VLLM_MODEL": "org/m\nSM_VLLM_TOKENIZER=evil/t"}, id="in one of its own"),
        pytest.param({"SM_VLLM_MODEL": "org/m", "X": "\nSM_VLLM_MODEL=evil/m"}, id="in another"),
        pytest.param({"SM_VLLM_MODEL": "org/m="}, id="a sign at the end"),
    ],
)
def test_a_value_that_its_script_takes_for_several(variables: dict[str, str]) -> None:
    facts = facts_of({"image": SAGEMAKER, "env": env(**variables)})
    assert (rows(facts), codes(facts)) == ([], ["shell-syntax"])
