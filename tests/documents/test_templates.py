"""OpenShift's Templates, taken apart and filled in as `oc process` does."""

from typing import Any

import pytest

from pinfold.documents.model import Document
from pinfold.documents.read import read_documents

TEMPLATE = """\
apiVersion: template.openshift.io/v1
kind: Template
parameters:
  - {name: IMAGE, value: "a:1"}
  - {name: MODEL}
  - {name: REPLICAS, value: "2"}
  - {name: NUMBER, value: 3}
  - {name: WORD, value: x y}
  - {name: MADE, generate: expression}
  - name
  - {name: 1}
objects:
"""


def read(text: str) -> list[Document]:
    found = read_documents(text.encode(), "a.yaml")
    assert all(isinstance(one, Document) for one in found)
    return [one for one in found if isinstance(one, Document)]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        pytest.param("${IMAGE}", "a:1", id="all of a text"),
        pytest.param("x-${IMAGE}-${NUMBER}", "x-a:1-3", id="parts of a text"),
        pytest.param("${{REPLICAS}}", 2, id="a number"),
        pytest.param("${{WORD}}", "x y", id="a text as JSON"),
        pytest.param("${MODEL}", "${MODEL}", id="no value"),
        pytest.param("${{MODEL}}", "${{MODEL}}", id="no value as JSON"),
        pytest.param("${HOME}", "${HOME}", id="no parameter"),
        pytest.param("$IMAGE", "$IMAGE", id="no braces"),
    ],
)
def test_a_parameter_is_filled_in(written: str, value: Any) -> None:
    (document,) = read(f'{TEMPLATE}  - {{kind: X, a: [{{b: "{written}"}}], c: 1}}')
    assert document.value == {"kind": "X", "a": [{"b": value}], "c": 1}
    assert document.unset == {"MODEL", "MADE"}


def test_places_are_the_objects_own() -> None:
    first, second = read(TEMPLATE + '  - {kind: X}\n  - {kind: Y, a: "${IMAGE}"}\n')
    assert (first.within, second.within, second.line) == ("objects[0]", "objects[1]", 14)
    span = second.span("a")
    assert second.text[span.start : span.end] == '"${IMAGE}"'
    start, end = second.extent
    assert second.text[start:end] == '{kind: Y, a: "${IMAGE}"}'


def test_lists_and_templates_may_stand_in_each_other() -> None:
    (document,) = read(
        "kind: List\nitems: [{apiVersion: v1, kind: Template, parameters: [{name: A, value: b},"
        ' {name: C}], objects: [{kind: XList, items: [{a: "${A}${C}"}]}]}]'
    )
    assert document.value == {"apiVersion": None, "kind": "X", "a": "b${C}"}
    assert document.within == "items[0].objects[0].items[0]"
    assert document.unset == {"C"}


@pytest.mark.parametrize(
    ("text", "count"),
    [
        pytest.param("kind: Template\nobjects: [{kind: X}, {kind: X}]", 1, id="of another group"),
        pytest.param("kind: Template\napiVersion: v1\nobjects: {}", 1, id="objects that are none"),
        pytest.param("kind: Template\napiVersion: v1\nobjects: []\nparameters: x", 0, id="empty"),
        pytest.param(
            'kind: Template\napiVersion: v1\nparameters: [{name: A, value: "[1]"}]\n'
            'objects: [{kind: List, items: "${{A}}"}]',
            0,
            id="a list that is only a parameter",
        ),
    ],
)
def test_what_is_no_template_stays_whole(text: str, count: int) -> None:
    assert len(read(text)) == count
