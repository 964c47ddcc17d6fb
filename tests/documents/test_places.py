"""Every value can be found again in the file, and replaced without touching another byte."""

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pinfold.documents.model import Document, Span
from pinfold.documents.nodes import NoSuchPlace
from pinfold.documents.read import read_documents

POD = """\
# a pod
kind: Pod
metadata: {name: llama, annotations: {example.com/a: "é"}}
spec:
  containers:
  - name: &name vllm
    image: "vllm/vllm-openai:v1"  # tag
    args:
    - --model
    - org/m
    - 'it''s'
    command: [ vllm , serve ]
    script: |
      exec vllm

  - name: *name
    image:
"""


def document(text: str, number: int = 0) -> Document:
    found = read_documents(text.encode(), "pod.yaml")[number]
    assert isinstance(found, Document)
    return found


@pytest.mark.parametrize(
    ("path", "line", "column", "text"),
    [
        pytest.param("kind", 2, 7, "Pod", id="a field"),
        pytest.param(
            "metadata", 3, 11, '{name: llama, annotations: {example.com/a: "é"}}', id="braces"
        ),
        pytest.param("metadata.name", 3, 18, "llama", id="a field in braces"),
        pytest.param("metadata.annotations[example.com/a]", 3, 54, '"é"', id="a key with a dot"),
        pytest.param("spec.containers[0].name", 6, 17, "vllm", id="an anchor is no part of it"),
        pytest.param("spec.containers[0].image", 7, 12, '"vllm/vllm-openai:v1"', id="quotes are"),
        pytest.param("spec.containers[0].args[1]", 10, 7, "org/m", id="an item"),
        pytest.param("spec.containers[0].args[2]", 11, 7, "'it''s'", id="an item in quotes"),
        pytest.param(
            "spec.containers[0].args", 9, 5, "- --model\n    - org/m\n    - 'it''s'", id="a list"
        ),
        pytest.param("spec.containers[0].command[1]", 12, 23, "serve", id="an item in brackets"),
        pytest.param("spec.containers[0].script", 13, 13, "|\n      exec vllm\n\n", id="a block"),
        pytest.param("spec.containers[1].name", 16, 11, "*name", id="an alias stands for itself"),
        pytest.param("spec.containers[1].image", 17, 11, "", id="nothing, where it would stand"),
    ],
)
def test_a_place_is_found(path: str, line: int, column: int, text: str) -> None:
    span = document(POD).span(path)
    assert (span.line, span.column) == (line, column)
    assert POD[span.start : span.end] == text


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("spec.volumes", id="no such field"),
        pytest.param("spec.volumes[0].name", id="nothing below it either"),
        pytest.param("spec.containers[2]", id="beyond the end"),
        pytest.param("spec.containers[-1]", id="from the end"),
        pytest.param("spec.containers[²]", id="no digit"),
        pytest.param("spec.containers.name", id="a field of a list"),
        pytest.param("spec.containers[0].args[0].x", id="below a text"),
        pytest.param("kind]", id="no field path"),
    ],
)
def test_a_place_that_is_not_there_is_said_so(path: str) -> None:
    with pytest.raises(NoSuchPlace):
        document(POD).span(path)


def test_places_count_characters_and_lines_of_the_whole_file() -> None:
    text = "\ufeffa: é\r\n---\r\nb:\r\n  c: 1\r\n"
    found = document(text, number=1)
    assert found.span("b.c") == Span(start=21, end=22, line=4, column=6)
    assert found.text == text


def test_places_of_a_lists_items_are_their_own() -> None:
    text = (
        "kind: List\nitems:\n- kind: Pod\n  spec: {x: [1, 2]}\n- kind: Pod\n  spec: {x: [3, 4]}\n"
    )
    span = document(text, number=1).span("spec.x[1]")
    assert (span.line, text[span.start : span.end]) == (6, "4")


def test_places_of_a_typed_list_are_found_in_json() -> None:
    text = '{"kind": "PodList",\n "items": [{"spec": {"image": "a\\u0062"}}]}'
    span = document(text).span("spec.image")
    assert (span.line, span.column, text[span.start : span.end]) == (2, 31, '"a\\u0062"')


def test_what_a_merge_brings_in_stands_where_it_is_written() -> None:
    text = "base: &base\n  image: a\nmain:\n  <<: *base\n  x: 1\n"
    span = document(text).span("main.image")
    assert (span.line, text[span.start : span.end]) == (2, "a")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a: &x\n  b: 1\n", id="anchor above a mapping"),
        pytest.param("a: !!map\n  b: 1\n", id="tag above a mapping"),
        pytest.param("a: &x !t {b: 1}\n", id="anchor and tag before braces"),
    ],
)
def test_an_anchor_or_tag_is_no_part_of_a_value(text: str) -> None:
    span = document(text).span("a")
    assert text[span.start : span.end].strip("{}") == "b: 1"


def test_an_anchor_of_nothing_stands_before_nothing() -> None:
    span = document("a: &x\n").span("a")
    assert span.start == span.end == 5


SCALARS = st.text(
    st.characters(min_codepoint=0x20, max_codepoint=0x2FF, exclude_characters="\x7f\x85"),
    max_size=20,
)


@given(
    st.lists(SCALARS, min_size=1, max_size=5),
    st.sampled_from(["'", '"', "|", ">"]),
    st.sampled_from([b"", b"\xef\xbb\xbf"]),
    st.sampled_from(["\n", "\r\n"]),
    st.data(),
)
def test_a_value_can_be_replaced_without_touching_another_byte(
    args: list[str], style: str, mark: bytes, line_end: str, data: Any
) -> None:
    dumped = yaml.safe_dump(
        {"before": "é", "spec": {"args": args}, "after": 1},
        default_style=style,
        allow_unicode=True,
        line_break=line_end,
        sort_keys=False,
    )
    original = mark + f"# c{line_end}".encode() + dumped.encode()
    index = data.draw(st.integers(0, len(args) - 1))
    (found,) = read_documents(original, "a.yaml")
    assert isinstance(found, Document)
    assert found.value["spec"]["args"] == args
    span = found.span(f"spec.args[{index}]")
    changed = (found.text[: span.start] + '"NEW"' + found.text[span.end :]).encode()
    assert changed.startswith(original[: len(found.text[: span.start].encode())])
    assert changed.endswith(original[len(found.text[: span.end].encode()) :])
