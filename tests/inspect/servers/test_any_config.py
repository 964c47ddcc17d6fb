"""No file of options makes a reader raise: any structure is read, refused or opaque."""

from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.inspect.servers.reading import facts_of

KEYS = st.sampled_from(
    (
        "applications", "args", "bucket_uri", "dynamic_lora_loading_path", "engine_kwargs",
        "env_vars", "hf_model_repo_id", "import_path", "llm_configs", "lora_config", "lora_dir",
        "lora_modules", "model", "model_id", "model_loading_config", "model_source", "models",
        "prefill_config", "revision", "runtime_env", "speculative_config", "tokenizer_source",
        "trust_remote_code",
    )
)  # fmt: skip
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.dates()
    | st.sampled_from(("org/m", "ray.serve.llm:build_openai_app", "s3://b/m", "/m", "", "a,b=c"))
    | st.text(max_size=8)
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(KEYS | st.dates() | st.integers(), inner, max_size=4)
    ),
    max_leaves=20,
)


def read(command: list[str], text: str) -> Any:
    return facts_of(
        {"command": command, "volumeMounts": [{"name": "c", "mountPath": "/c"}]},
        volumes=[{"name": "c", "configMap": {"name": "c"}}],
        files={"c": {"f.yaml": text}},
    )


def llm(value: Any) -> dict[str, Any]:
    """A model of Ray Serve LLM with anything as the arguments of its engine."""
    config = {"model_loading_config": {"model_id": "org/m"}, "engine_kwargs": value}
    application = {"import_path": "ray.serve.llm:x", "args": {"llm_configs": [config, value]}}
    return {"applications": [application]}


@given(st.dictionaries(KEYS, VALUES, max_size=5))
def test_any_file_is_read_or_opaque(value: dict[str, Any]) -> None:
    for structure in (value, llm(value), {"models": [value]}):
        text = yaml.dump(structure)
        for command in (
            ["serve", "run", "/c/f.yaml"],
            ["python3", "-m", "llama_cpp.server", "--config_file", "/c/f.yaml"],
            ["trtllm-serve", "org/m", "--config", "/c/f.yaml"],
            ["vllm", "run-batch", "--config", "/c/f.yaml"],
            ["sglang", "serve", "org/m", "--config", "/c/f.yaml"],
        ):
            read(command, text)


@given(st.text() | st.text(alphabet='{}[]",=:.-m/ ', max_size=40))
def test_any_argument_is_read_or_opaque(text: str) -> None:
    for command in (
        ["lm_eval", "--model_args", text],
        ["guidellm", "--tokenizer", text],
        ["python3", "-m", "dynamo.vllm", "--model", "m", "--speculative-config", text],
        ["serve", "run", text],
    ):
        facts_of({"command": command})
