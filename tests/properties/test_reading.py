"""No input makes the reader raise, hang, or take longer than a Pod may."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pinfold.cli.judge import check_documents
from pinfold.cli.output import check_text
from pinfold.cli.output import json as inspect_json
from pinfold.cli.output.style import Style
from pinfold.cli.report import report_on
from pinfold.documents.model import BrokenDocument, Document
from pinfold.documents.read import read_documents
from pinfold.inspect import containers, startup
from pinfold.inspect.commands import taken
from pinfold.inspect.kinds import kind_of
from pinfold.inspect.read import inspect_object
from pinfold.inspect.workload import Code
from tests.corpus.manifests import NOW, manifests, policies
from tests.properties.cost import is_affordable
from tests.properties.drawing import json_like, mutated, pod, pods, texts

_SOME = settings(
    max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
_BYTES = [manifest.path.read_bytes() for manifest in manifests()]


def read(data: bytes) -> None:
    """Everything that the command line does with a file."""
    judge(parsed(data))


def parsed(data: bytes) -> tuple[Document | BrokenDocument, ...]:
    return tuple(read_documents(data, "x.yaml"))


def judge(documents: tuple[Document | BrokenDocument, ...]) -> None:
    """Nothing is remembered of it."""
    for kept in (containers.KEPT, taken.KEPT, startup.KEPT):
        kept.clear()
    inspect_json.as_json(report_on(documents))
    check_text.as_text(check_documents(documents, policies(), NOW), Style(rich=False))


def written(value: Any) -> bytes:
    return json.dumps(value).encode()


@_SOME
@given(mutated())
def test_a_manifest_with_anything_in_any_place(value: Any) -> None:
    documents = parsed(written(value))
    assert is_affordable(lambda: judge(documents))


@_SOME
@given(pods)
def test_a_pod_with_any_command(value: Any) -> None:
    documents = parsed(written(value))
    assert is_affordable(lambda: judge(documents))


@_SOME
@given(json_like)
def test_any_document(value: Any) -> None:
    read(written(value))
    read(written({"apiVersion": "v1", "kind": "Pod", "spec": value}))
    read(written({"apiVersion": "v1", "kind": "List", "items": [value, {"kind": value}]}))


@_SOME
@given(st.binary(max_size=400) | texts.map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes(data: bytes) -> None:
    read(data)


@_SOME
@given(
    st.sampled_from(_BYTES),
    st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 40), st.binary(max_size=12))),
)
def test_a_file_with_bytes_cut_out_and_put_in(data: bytes, edits: list[Any]) -> None:
    for start, length, piece in edits[:4]:
        data = data[:start] + piece + data[start + length :]
    documents = parsed(data)
    assert is_affordable(lambda: judge(documents))


_LONG = 20_000
_SLOWEST = [
    pytest.param(pod(command=["bash", "-c", "(" * _LONG]), id="brackets that nobody closes"),
    pytest.param(pod(command=["bash", "-c", "$(" * _LONG]), id="substitutions in one another"),
    pytest.param(pod(command=["bash", "-c", "if a; then " * 2000]), id="conditions in one another"),
    pytest.param(pod(command=["bash", "-c", "a;" * _LONG]), id="many commands"),
    pytest.param(pod(command=["bash", "-c", "<<E " * 2000]), id="documents that nobody ends"),
    pytest.param(pod(command=["bash", "-c", "x=$x$x;" * 500 + "vllm serve $x"]), id="a doubling"),
    pytest.param(
        pod(command=["bash", "-c", "for i in " + "a " * 5000 + "; do b; done"]), id="a loop"
    ),
    pytest.param(pod(command=["python3", "-c", 'snapshot_download("a/b");' * 500]), id="calls"),
    pytest.param(pod(args=[f"--hf-overrides.k{i}.a.b.c=1" for i in range(1900)]), id="keys"),
    pytest.param(pod(args=["--model", "[" * _LONG]), id="a name of brackets"),
    pytest.param(pod(args=["-sc", "[" * _LONG]), id="JSON of brackets"),
    pytest.param(pod(args=["-sc.a.b=1"] * 2000), id="dotted keys"),
    pytest.param(pod(args=["--revision"] * _LONG), id="many options"),
    pytest.param(pod(command=["python3", "-c", "f(" * _LONG + "vllm"]), id="calls in one another"),
    pytest.param(pod(command=["sh", "-c"] * 500 + ["a"]), id="shells in one another"),
    pytest.param(pod(command=["env"] * 5000 + ["vllm", "serve"]), id="wrappers in one another"),
    pytest.param(pod(command=["vllm", "$(" * _LONG]), id="references that nobody closes"),
    pytest.param(
        pod(
            command=["vllm", "serve", "$(V99)"],
            env=[{"name": f"V{i}", "value": f"$(V{i - 1})" * 4 + "x"} for i in range(100)],
        ),
        id="variables of variables",
    ),
]


@pytest.mark.parametrize("value", _SLOWEST)
def test_the_dearest_pods_that_were_found(value: Any) -> None:
    documents = parsed(written(value))
    assert is_affordable(lambda: judge(documents))


def shell(text: str) -> Any:
    return pod(command=["bash", "-c", text])


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(shell("a;" * 200_000), id="many commands"),
        pytest.param(shell("vllm serve a/b;" * 8_000), id="many servers"),
        pytest.param(shell("a | " * 50_000 + "b"), id="a long pipe"),
        pytest.param(shell("x=1;" * 50_000), id="many variables"),
        pytest.param(shell("A=();" + "A+=(a);" * 3_000 + 'vllm serve "${A[@]}"'), id="an array"),
        pytest.param(shell("if a; then b; fi;" * 5_000), id="many conditions"),
        pytest.param(shell("vllm serve {a,b}" * 3_000), id="braces"),
        pytest.param(pod(command=["hf", "download", "a/b", *["f"] * 20_000]), id="many words"),
    ],
)
def test_what_is_too_large_says_so_before_it_is_read(value: Any) -> None:
    row = kind_of("v1", "Pod")
    assert row is not None
    assert {said.code for said in inspect_object(row, value).opaque} == {Code.TOO_LARGE}
