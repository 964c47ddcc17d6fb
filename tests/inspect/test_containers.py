"""Any container is read, or said to be opaque: never an error, and always soon."""

import time
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinfold.inspect.containers import PodContext, read_container
from pinfold.inspect.podspec import PodSpec
from pinfold.inspect.workload import ContainerFacts, State

S1 = "1" * 20 + "a" * 20
SECONDS = 2.0  # far above what is measured, far below what a hang takes
MODULE = ["python3", "-m", "vllm.entrypoints.openai.api_server"]


def read(
    container: dict[str, Any],
    volumes: list[dict[str, Any]] | None = None,
    files: dict[str, dict[str, str]] | None = None,
) -> ContainerFacts:
    row = {"name": "c", "image": "vllm/vllm-openai", **container}
    spec = msgspec.convert({"containers": [row], "volumes": volumes}, PodSpec)
    context = PodContext.of(spec, "spec", files or {})
    return read_container(spec.containers[0], context, "spec.containers[0]").facts


def test_an_answer_is_kept_for_the_same_container() -> None:
    container = {"args": ["org/m", "--revision", S1]}
    assert read(container) is read(container)


def test_an_answer_for_a_large_container_is_not_kept() -> None:
    container = {"args": ["org/m", "x" * 20_000], "env": [{"name": "A", "value": "x"}]}
    assert read(container) == read(container)
    assert read(container) is not read(container)


def test_an_answer_is_for_one_set_of_volumes() -> None:
    mounted = {"args": ["/m"], "volumeMounts": [{"name": "v", "mountPath": "/m"}]}
    image = {"name": "v", "image": {"reference": "a@sha256:" + "0" * 64}}
    empty = {"name": "v", "emptyDir": {}}
    first, second = (read(mounted, [volume]).artefacts[0] for volume in (image, empty))
    assert first.provenance != second.provenance


def test_files_at_hand_are_never_kept() -> None:
    mounted = {
        "args": ["org/m", "--config", "/c/c.yaml"],
        "volumeMounts": [{"name": "v", "mountPath": "/c"}],
    }
    volumes = [{"name": "v", "configMap": {"name": "conf"}}]
    found = [
        read(mounted, volumes, {"conf": {"c.yaml": f"revision: {revision}"}}).artefacts[0].revision
        for revision in ("a", "b")
    ]
    assert found == ["a", "b"]


def test_a_context_without_files() -> None:
    assert PodContext.of(PodSpec(), "spec").files == {}


_WORDS = st.sampled_from(
    [
        "org/m", "--model", "--model=o/n", "--revision", f"--revision={S1}", S1, "--rev", "main",
        "--tokenizer", "o/t", "--config", "/c/c.yaml", "-sc.model", "-sc", '{"model":"d/d"}', "--",
        "--lora-modules", "a=o/l", "$(S)", "$(M)", "--x", "--port", "80", "", "-", "-O3",
        "vllm", "--model-id", "--lora-adapters", "$$(M)", "\ufffc", "--trust-remote-code",
        "--hf-overrides", "{", "-c", "sh", "env", "A=b", "bash", "tini", "/c/run.sh",
    ]
)  # fmt: skip
_ANY = st.one_of(_WORDS, _WORDS, _WORDS, st.text(max_size=20))
_LINE = st.lists(_ANY, max_size=8)
_SCRIPT = st.lists(
    st.one_of(
        _ANY,
        st.sampled_from(
            ["vllm serve", ";", "&&", "|", "\n", '"', "'", "$M", '"$@"', "${X:-y}", "$(", ")", "`",
             "if a; then", "fi", "<<E\nE\n", "{", "}", "A=$M", "export B=", "cd /x", "\\", "#",
             "))", "for i in a; do", "done", "[[", "]]", "eval", "(", "f() {", ">x", "&"]
        ),
    ),
    max_size=14,
).map(" ".join)  # fmt: skip
_COMMAND = st.one_of(
    _LINE,
    _LINE.map(lambda words: ["vllm", "serve", *words]),
    _LINE.map(lambda words: [*MODULE, *words]),
    _LINE.map(lambda words: ["text-generation-launcher", *words]),
    st.tuples(_SCRIPT, _LINE).map(lambda pair: ["bash", "-c", pair[0], *pair[1]]),
)
_VARIABLE = st.one_of(
    st.fixed_dictionaries(
        {"name": st.sampled_from(["M", "S", "HF_ENDPOINT", "SM_VLLM_MODEL", "MODEL_ID", "REVISION",
                                  "HF_MODEL_ID", "VLLM_USE_MODELSCOPE", "TRUST_REMOTE_CODE"]),
         "value": _ANY}
    ),
    st.just({"name": "S", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}),
    st.just({"name": "N", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}),
)  # fmt: skip
_FILE = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["model: org/m", "revision: 1", "a: [", "x: {y: [1]}", "? [a]", "- a", "<<: 1",
                     "served-model-name: [a, --model, b]", "#!/bin/sh\nvllm serve $1", "a: *b"]),
)  # fmt: skip
_CONTAINER = st.fixed_dictionaries(
    {
        "image": st.sampled_from(
            ["vllm/vllm-openai:v0.33.0", "vllm/vllm-openai:v0.8.5", "x/vllm-openai", "nginx", "",
             "x/text-generation-inference:3.3.6", "x/text-generation-inference", "A b", "sglang"]
        ),
        "command": st.one_of(st.none(), _COMMAND),
        "args": st.one_of(st.none(), _LINE),
        "env": st.lists(_VARIABLE, max_size=4),
        "envFrom": st.sampled_from(
            [None, [{"configMapRef": {"name": "conf"}}], [{"secretRef": {"name": "s"}}]]
        ),
        "workingDir": st.sampled_from(["", "/c", "/", "x"]),
        "volumeMounts": st.sampled_from([None, [{"name": "v", "mountPath": "/c"}]]),
        "resources": st.sampled_from([None, {"limits": {"nvidia.com/gpu": "1"}}]),
    }
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(container=_CONTAINER, file=st.one_of(st.none(), _FILE))
def test_any_container_is_read_or_opaque(container: dict[str, Any], file: str | None) -> None:
    files = None if file is None else {"conf": {"c.yaml": file, "run.sh": file}}
    began = time.monotonic()
    facts = read(container, [{"name": "v", "configMap": {"name": "conf"}}], files)
    assert time.monotonic() - began < SECONDS
    for row in facts.artefacts:
        if row.state is State.PINNED:
            assert (row.revision, len(row.revision or "")) == ((row.revision or "").lower(), 40)
            assert row.id is not None
        assert row.place.startswith("spec.")
    assert all(row.detail and row.place.startswith("spec.") for row in facts.opaque)


@settings(max_examples=300, deadline=None)
@given(script=st.one_of(_SCRIPT, st.text(max_size=200)))
def test_any_script_is_read_or_opaque(script: str) -> None:
    began = time.monotonic()
    read({"command": ["sh", "-c", script, "$(S)", "a"]})
    assert time.monotonic() - began < SECONDS


def doubling(count: int) -> list[dict[str, str]]:
    first = {"name": "A0", "value": "xx"}
    return [first, *({"name": f"A{i}", "value": f"$(A{i - 1})" * 2} for i in range(1, count))]


def shell(script: str, *words: str) -> dict[str, Any]:
    return {"command": ["bash", "-c", script, *words]}


@pytest.mark.parametrize(
    "container",
    [
        pytest.param({"env": doubling(60), "args": ["$(A59)"]}, id="variables that double"),
        pytest.param({"args": ["$(" * 40_000]}, id="references without an end"),
        pytest.param({"args": ["a"] * 50_000}, id="many arguments"),
        pytest.param({"args": ["m", "--a" + ".b" * 50_000, "x"]}, id="a deep dotted name"),
        pytest.param({"args": ["m", "-sc.a", "[" * 980 + "]" * 980, "-sc.b.c", "x"]},
                     id="a deep dotted value"),
        pytest.param({"args": ["m", "-sc", "[" * 100_000]}, id="a deep JSON"),
        pytest.param({"args": ["m", "--lora-modules", *(f"a=o/{i}" for i in range(1900))]},
                     id="many adapters"),
        pytest.param({"image": "x/text-generation-inference", "env": [
            {"name": "LORA_ADAPTERS", "value": ",".join(["o/a"] * 50_000)}]}, id="in one text"),
        pytest.param(shell("X=ab;" + "X=$X$X;" * 60 + "v $X"), id="a script that doubles"),
        pytest.param(shell("X='" + "a " * 9000 + "';v " + "$X " * 400), id="that splits"),
        pytest.param(shell('v "$@";' * 700, *["a"] * 9000), id="that repeats its parameters"),
        pytest.param(shell("a $b c d e\n" * 5000), id="of many words"),
        pytest.param(shell("export A=1\n" * 5000), id="of many assignments"),
        *(
            pytest.param(shell(text * (30_000 // len(text))), id=f"of {text!r} alone")
            for text in (")", "X=(", "$((", "a | ", "a=(b ", "<<a\n", "f() ", "${", '"${', "`",
                         "if a; then ", "{ ", "case a in ", '"', "'", "\\", "&&", "*", "{a,", "(")
        ),
    ],
)  # fmt: skip
def test_what_would_take_long_is_given_up_in_time(container: dict[str, Any]) -> None:
    began = time.monotonic()
    read(container)
    assert time.monotonic() - began < SECONDS


@pytest.mark.parametrize(
    ("container", "code"),
    [
        pytest.param({"env": doubling(60), "args": ["x$(A59)"]}, "too-large", id="variables"),
        pytest.param({"args": ["a"] * 2001}, "too-large", id="arguments"),
        pytest.param({"args": ["m", "--a" + ".b" * 200, "x"]}, "server-refuses", id="a name"),
        pytest.param(
            {"args": ["m", "-sc", "[" * 300 + "]" * 300]}, "server-refuses", id="a value"
        ),
        pytest.param({"args": ["m", "--lora-modules", *(f"a=o/{i}" for i in range(300))]},
                     "too-large", id="artefacts"),
        pytest.param({"image": "x/text-generation-inference:3.3.6", "env": [
            {"name": "LORA_ADAPTERS", "value": ",".join(["o/a"] * 300)}]}, "too-large", id="more"),
        pytest.param(shell("X=ab;" + "X=$X$X;" * 60 + "v $X"), "too-large", id="a script's values"),
        pytest.param(shell("a b c d e\n" * 3000), "too-large", id="a script's words"),
        pytest.param(shell("(a);" * 1000), "too-large", id="a script's operators"),
    ],
)  # fmt: skip
def test_what_is_given_up_is_said(container: dict[str, Any], code: str) -> None:
    assert code in [str(row.code) for row in read(container).opaque]
