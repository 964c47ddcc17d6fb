"""Texts changed in a file: the splice is exact, whatever the style it is written in."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinfold.cli.pinning.places import node_of, scalar_at
from pinfold.cli.pinning.written import CannotWrite, Splice, spliced
from pinfold.documents.model import Document
from pinfold.documents.read import read_documents

IMAGE = "registry.example.com:5000/team/llm:v1"
DIGEST = "@sha256:" + "ab" * 32


def one(content: str) -> Document:
    (document,) = read_documents(content.encode(), "x.yaml")
    assert isinstance(document, Document)
    return document


def appended(content: str, place: str = "image") -> str:
    document = one(content)
    scalar = scalar_at(document, place)
    return spliced(content, [scalar.replace(len(scalar.value), len(scalar.value), DIGEST)])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("image: a/b:1\n", f"image: a/b:1{DIGEST}\n", id="plain"),
        pytest.param("image: a/b:1 # new\n", f"image: a/b:1{DIGEST} # new\n", id="a comment stays"),
        pytest.param("image: 'a/b:1'\n", f"image: 'a/b:1{DIGEST}'\n", id="single quotes"),
        pytest.param('image: "a/b:1"\n', f'image: "a/b:1{DIGEST}"\n', id="double quotes"),
        pytest.param('image: "a\\/b:1"', f'image: "a\\/b:1{DIGEST}"', id="with an escape"),
        pytest.param('{"image":"a/b:1"}', f'{{"image":"a/b:1{DIGEST}"}}', id="JSON"),
        pytest.param("{image: a/b:1, x: 1}", f"{{image: a/b:1{DIGEST}, x: 1}}", id="in a flow"),
        pytest.param("image: >-\n  a/b:1\n", f"image: >-\n  a/b:1{DIGEST}\n", id="folded"),
        pytest.param("image: |-\r\n  a/b:1\r\n", f"image: |-\r\n  a/b:1{DIGEST}\r\n", id="CRLF"),
        pytest.param("image:\n  a/b:1\n", f"image:\n  a/b:1{DIGEST}\n", id="on a line of its own"),
        pytest.param("image: !!str a/b:1\n", f"image: !!str a/b:1{DIGEST}\n", id="a tag"),
        pytest.param("image: &i a/b:1\nx: *i\n", f"image: &i a/b:1{DIGEST}\nx: *i\n", id="anchor"),
        pytest.param("x: &i a/b:1\nimage: *i\n", f"x: &i a/b:1{DIGEST}\nimage: *i\n", id="alias"),
        pytest.param(
            "w: &i z:9\nx: &i a/b:1\nimage: *i\ny: &i c\n",
            f"w: &i z:9\nx: &i a/b:1{DIGEST}\nimage: *i\ny: &i c\n",
            id="an alias of a name given several times",
        ),
        pytest.param(
            "x: &x {image: a/b:1}\n<<: *x\n",
            f"x: &x {{image: a/b:1{DIGEST}}}\n<<: *x\n",
            id="merged in",
        ),
    ],
)
def test_a_digest_is_written_behind_the_tag_and_nothing_else_changes(
    before: str, after: str
) -> None:
    assert appended(before) == after


@pytest.mark.parametrize(
    ("before", "new", "after"),
    [
        pytest.param("rev: main", "9f3c" * 10, f"rev: {'9f3c' * 10}", id="text stays plain"),
        pytest.param("rev: main", "1234" * 10, f'rev: "{"1234" * 10}"', id="digits get quotes"),
        pytest.param("rev: main", "1" * 38 + "e1", f'rev: "{"1" * 38}e1"', id="and so a float"),
        pytest.param('rev: "main"', "1234" * 10, f'rev: "{"1234" * 10}"', id="there are quotes"),
    ],
)
def test_a_commit_stays_text(before: str, new: str, after: str) -> None:
    scalar = scalar_at(one(before), "rev")
    assert spliced(before, [scalar.replace(0, 4, new)]) == after
    assert one(after).value == {"rev": new}


def test_a_script_is_changed_within_its_block() -> None:
    before = "run: |\n  #!/bin/sh\n\n  exec vllm serve m --port 1\n\nx: 1\n"
    scalar = scalar_at(one(before), "run")
    at = scalar.value.index(" --port")
    after = spliced(before, [scalar.replace(at, at, " --revision=r\n--y")])
    assert (
        after == "run: |\n  #!/bin/sh\n\n  exec vllm serve m --revision=r\n  --y --port 1\n\nx: 1\n"
    )


@pytest.mark.parametrize(
    "content",
    [
        pytest.param('image: "a/\\\n  b:1"', id="a line that is continued"),
        pytest.param("image: 7", id="a number"),
        pytest.param("other: a", id="not there"),
    ],
)
def test_what_is_not_understood_is_left_alone(content: str) -> None:
    with pytest.raises(CannotWrite):
        appended(content)


def test_two_changes_of_one_text_are_refused() -> None:
    with pytest.raises(CannotWrite):
        spliced("abcdef", [Splice(1, 4, "x"), Splice(3, 5, "y")])


TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=20
)
WORDS = st.text("abcxyz019:/._-@ ", min_size=1, max_size=30)


def _styles(text: str) -> list[str]:
    single = text.replace("'", "''")
    return [
        json.dumps(text),
        json.dumps(text, ensure_ascii=False),
        f"'{single}'",
        f"|-\n    {text}",
        f">-\n    {text}",
        text,
    ]


@given(
    before=TEXTS,
    text=WORDS | TEXTS,
    style=st.integers(0, 5),
    cut=st.integers(0, 40),
    data=st.data(),
)
def test_only_the_text_that_is_meant_differs(
    before: str, text: str, style: int, cut: int, data: st.DataObject
) -> None:
    """Whatever the styles around it: read back, everything but that text is as it was."""
    mark = data.draw(st.sampled_from(["", "\ufeff"]))
    around = data.draw(st.lists(TEXTS, max_size=3))
    lines = [
        f"a: {json.dumps(before)} # {before.replace(chr(0xFEFF), '')}",
        f"image: {_styles(text)[style]}",
        *(f"k{at}: {_styles(word)[at]}" for at, word in enumerate(around)),
    ]
    content = mark + "\n".join(lines) + "\n"
    read = read_documents(content.encode(), "x.yaml")
    document = read[0] if read else None
    if not isinstance(document, Document) or not isinstance(document.value, dict):
        return
    if document.value.get("image") != text or len(read) != 1:
        return
    at = min(cut, len(text))
    try:
        splice = scalar_at(document, "image").replace(at, at, DIGEST)
    except CannotWrite:
        return
    after = spliced(content, [splice])
    node = node_of(document, "image")
    assert node is not None
    assert node.start <= splice.start <= splice.end <= node.end
    assert after[: splice.start] == content[: splice.start]
    assert after[splice.start + len(splice.text) :] == content[splice.end :]
    value = one(after).value
    assert value.pop("image") == text[:at] + DIGEST + text[at:]
    assert value == {key: v for key, v in document.value.items() if key != "image"}
