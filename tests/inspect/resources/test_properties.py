"""Whatever an object holds, it is read or refused in words, and quickly."""

import contextlib
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinfold.inspect.kinds import CUSTOM
from pinfold.inspect.read import inspect_object
from pinfold.inspect.resources.paths import UnreadableWorkload
from pinfold.inspect.resources.runtimes import Runtimes
from pinfold.inspect.resources.search import unknown_kind

_FIELDS = sorted(
    {
        step.rstrip("[]{}")
        for row in CUSTOM
        for path in (*row.pods, *row.roots)
        for step in path.split(".")
    }
    | {
        "args", "command", "containers", "env", "image", "name", "value", "initContainers",
        "predictor", "model", "modelFormat", "runtime", "storageUri", "storageUris", "uri",
        "huggingface", "workerSpec", "serveConfigV2", "entrypoint", "runtimeEnvYAML", "preset",
        "adapters", "source", "services", "extraPodSpec", "mainContainer", "envs", "trainer",
        "initializer", "lora", "volumes", "urls",
    }
)  # fmt: skip
_TEXTS = st.sampled_from(
    [
        "", "main", "hf://org/m", "hf://", "vllm serve org/m", "{{.Name}}", "{{", "$(A)",
        "applications: [{args: {llm_configs: [{model_loading_config: {model_id: a/b}}]}}]",
        "applications: {a: b}", "pip: [a]", "&a [*a]", "vllm", "huggingface",
        "VLLM_ADDITIONAL_ARGS", "kserve-container", "vllm/vllm-openai", "\x00", "STORAGE_URI",
    ]
)  # fmt: skip
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | _TEXTS | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(_FIELDS) | st.text(max_size=5), inner, max_size=5)
    ),
    max_leaves=30,
)


@settings(max_examples=800)
@given(st.sampled_from(CUSTOM), st.dictionaries(st.sampled_from(_FIELDS), _VALUES, max_size=4))
def test_any_fields_are_read_or_refused_in_words(row: Any, fields: dict[str, Any]) -> None:
    value = {"metadata": fields.get("name"), **dict.fromkeys(row.roots, fields)}
    runtimes = Runtimes([{"kind": "ServingRuntime", "metadata": {}, "spec": fields}, {}])
    with contextlib.suppress(UnreadableWorkload):
        assert inspect_object(row, value, runtimes=runtimes).kind == row.kind


@settings(max_examples=300)
@given(_VALUES)
def test_any_object_is_searched(value: Any) -> None:
    found = {"apiVersion": "a/v1", "kind": "B", "spec": value}
    row = unknown_kind(found)
    if row is not None:
        with contextlib.suppress(UnreadableWorkload):
            inspect_object(row, found)


@pytest.mark.parametrize(
    "config",
    [
        pytest.param("a: " + "[" * 20_000, id="deep"),
        pytest.param("a: &a [" + "b, " * 2000 + "]\nc: [" + "*a, " * 5000 + "]", id="aliases"),
        pytest.param("applications: [" + "{args: {llm_configs: [{}]}}, " * 1000 + "]", id="wide"),
    ],
)
def test_no_configuration_takes_long(config: str) -> None:
    row = next(row for row in CUSTOM if row.kind == "RayService")
    started = time.perf_counter()
    inspect_object(row, {"spec": {"serveConfigV2": config}})
    assert time.perf_counter() - started < 2  # on a busy machine; alone it is far below
