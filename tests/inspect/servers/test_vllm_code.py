"""Settings of vLLM that import code, load at run time, or take weights from elsewhere."""

from typing import Any

import pytest

from tests.inspect.servers.reading import S1, S2, SECRET, codes, env, hazards, rows, serve

PIN = ("org/m", "--revision", S1)
PINNED = ("model", "org/m", S1, "pinned")
DRAFT = f'{{"model":"d/d","revision":"{S2}","code_revision":"{S1}"}}'


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param(("--worker-cls", "auto"), [], id="vLLM's own worker"),
        pytest.param(("--worker-cls", "a.B"), ["import-path"], id="another worker"),
        pytest.param(("--distributed-executor-backend", "ray"), [], id="Ray"),
        pytest.param(("--distributed-executor-backend=a.B",), ["import-path"], id="an executor"),
        pytest.param(("--worker-extension-cls", "a.B"), ["import-path"], id="an extension"),
        pytest.param(("--scheduler-cls", "a.B"), ["import-path"], id="a scheduler"),
        pytest.param(("--logits-processors", "a.B"), ["import-path"], id="a processor of logits"),
        pytest.param(("--io-processor-plugin", "x"), ["import-path"], id="a plugin"),
        pytest.param(("--reasoning-parser-plugin", "/x.py"), ["import-path"], id="a parser"),
        pytest.param(("--model-class-overrides", '{"A":"b:C"}'), ["import-path"], id="classes"),
        pytest.param(
            ("--kv-transfer-config", '{"kv_connector":"X","kv_connector_module_path":"a.b"}'),
            ["import-path"],
            id="a connector by its module",
        ),
        pytest.param(
            ("--kv-transfer-config.kv_connector_module_path", "a.b"),
            ["import-path"],
            id="in dotted pieces",
        ),
        pytest.param(("--kv-transfer-config", '{"kv_connector":"X"}'), [], id="a known one"),
        pytest.param(("--kv-transfer-config", '{"kv_connector":"$(S)"}'), [], id="an unknown one"),
        pytest.param(("--compilation-config", '{"backend":"inductor"}'), [], id="a backend"),
        pytest.param(
            ("--compilation-config", '{"backend":"a.b"}'), ["import-path"], id="of a module"
        ),
        pytest.param(
            ("--compilation-config", '{"inductor_passes":{"p":"a.b"}}'),
            ["import-path"],
            id="passes",
        ),
        pytest.param(("--compilation-config", "3"), [], id="a level"),
        pytest.param(("--load-format", "ipc_cache"), ["weights-elsewhere"], id="from a daemon"),
        pytest.param(("--load-format", "ModelExpress"), ["weights-elsewhere"], id="from a peer"),
        pytest.param(("--load-format", "safetensors"), [], id="a format"),
    ],
)
def test_an_option(words: tuple[str, ...], found: list[str]) -> None:
    facts = serve(*PIN, *words, env=env(S=SECRET))
    assert (hazards(facts), rows(facts), codes(facts)) == (found, [PINNED], [])


@pytest.mark.parametrize(
    ("variables", "found"),
    [
        pytest.param({"VLLM_RUST_FRONTEND_PATH": "/x"}, ["import-path"], id="a frontend"),
        pytest.param({"VLLM_NCCL_SO_PATH": "/x.so"}, ["import-path"], id="a library"),
        pytest.param({"VLLM_NCCL_SO_PATH": ""}, [], id="no library"),
        pytest.param(
            {"VLLM_ALLOW_INSECURE_SERIALIZATION": "1"}, ["insecure-serialization"], id="s"
        ),
        pytest.param({"VLLM_SERVER_DEV_MODE": "1"}, ["development-routes"], id="a mode to develop"),
        pytest.param({"VLLM_SERVER_DEV_MODE": "0"}, [], id="not that mode"),
        pytest.param(
            {"VLLM_PLUGINS": "lora_hf_hub_resolver", "VLLM_LORA_RESOLVER_HF_REPO_LIST": "o/l"},
            ["runtime-lora"],
            id="adapters of the hub",
        ),
        pytest.param({"VLLM_LORA_RESOLVER_CACHE_DIR": "/l"}, ["runtime-lora"], id="of a folder"),
        pytest.param({"VLLM_PLUGINS": ""}, [], id="no plugins"),
    ],
)
def test_a_variable(variables: dict[str, str], found: list[str]) -> None:
    assert hazards(serve(*PIN, env=env(**variables))) == found


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param(("--trust-remote-code",), [("code", "d/d", S1, "pinned")], id="trusted"),
        pytest.param((), [], id="not trusted"),
    ],
)
def test_the_code_of_a_draft(words: tuple[str, ...], found: list[Any]) -> None:
    facts = serve(*PIN, "-sc", DRAFT, *words)
    assert rows(facts) == [PINNED, ("draft", "d/d", S2, "pinned"), *found]


@pytest.mark.parametrize(
    ("keys", "found"),
    [
        pytest.param(f'"code-revision":"{S1}"', (S1, "pinned"), id="a dash"),
        pytest.param(
            f'"code_revision":"{S1}","code-revision":"main"', ("main", "unpinned"), id="the last"
        ),
        pytest.param(
            f'"code-revision":"main","code_revision":"{S1}"', (S1, "pinned"), id="whichever"
        ),
    ],
)
def test_a_dash_in_a_key_is_an_underscore(keys: str, found: tuple[str, str]) -> None:
    facts = serve(*PIN, "--trust-remote-code", "-sc", f'{{"model":"d/d",{keys}}}')
    assert rows(facts)[-1] == ("code", "d/d", *found)
