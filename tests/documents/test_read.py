"""Files are read as kubectl reads them, and a broken document hides no other."""

import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pinfold.documents import read
from pinfold.documents.model import BrokenDocument, Document
from pinfold.documents.read import read_documents

HELM = (
    "it is a Helm template, not a manifest; render it first:"
    " helm template RELEASE CHART > rendered.yaml"
)


def values(text: str) -> list[Any]:
    """The values of a text all of whose documents can be read."""
    found = read_documents(text.encode(), "a.yaml")
    assert [row for row in found if isinstance(row, BrokenDocument)] == []
    return [row.value for row in found if isinstance(row, Document)]


def broken(data: bytes, source: str = "a.yaml") -> list[tuple[int, int, str]]:
    """Index, line and message of what cannot be read."""
    return [
        (row.index, row.line, row.message)
        for row in read_documents(data, source)
        if isinstance(row, BrokenDocument)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", [], id="an empty file"),
        pytest.param("\n# only a comment\n", [], id="only a comment"),
        pytest.param("---\n---\n# c\n---\nnull\n---\n~\n", [], id="empty documents"),
        pytest.param("a: 1", [{"a": 1}], id="one document"),
        pytest.param("---\na: 1\n---\nb: 2\n", [{"a": 1}, {"b": 2}], id="two documents"),
        pytest.param("a: 1\n---\n\n---\nb: 2", [{"a": 1}, {"b": 2}], id="an empty one between"),
        pytest.param("a: 1\n--- # next\nb: 2", [{"a": 1}, {"b": 2}], id="a comment after ---"),
        pytest.param("--- {a: 1}\n--- [b]\n", [{"a": 1}, ["b"]], id="content after ---"),
        pytest.param("a: 1\n...\nb: 2\n", [{"a": 1}, {"b": 2}], id="... ends a document"),
        pytest.param("a: 1\n...", [{"a": 1}], id="... at the end"),
        pytest.param(
            "# c\n%YAML 1.1\n---\na: 1\n...\n%YAML 1.1\n---\nb: 2",
            [{"a": 1}, {"b": 2}],
            id="directives belong to what follows",
        ),
        pytest.param("a: |\n  ---\n  x\n", [{"a": "---\nx\n"}], id="--- within a text"),
        pytest.param("a: x---\nb: ---y\n", [{"a": "x---", "b": "---y"}], id="--- within a line"),
        pytest.param("\ufeff---\na: 1\n---\nb: 2", [{"a": 1}, {"b": 2}], id="byte order mark"),
        pytest.param("a: 1\r\n---\r\nb: 2\r\n", [{"a": 1}, {"b": 2}], id="CRLF"),
        pytest.param("a: 1\r---\rb: 2\r", [{"a": 1}, {"b": 2}], id="CR alone"),
        pytest.param("a:\t1\nb: 2\t# c\n", [{"a": 1, "b": 2}], id="tabs that do not indent"),
        pytest.param("just a sentence", ["just a sentence"], id="not Kubernetes at all"),
    ],
)
def test_a_stream_is_cut_into_its_documents(text: str, expected: list[Any]) -> None:
    assert values(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('{"a": [1, true, null, "x"]}', [{"a": [1, True, None, "x"]}], id="JSON"),
        pytest.param(' \n[{"a":1}]\n', [[{"a": 1}]], id="white space around"),
        pytest.param('{}{"a":{}}\n[]', [{}, {"a": {}}, []], id="several in a row"),
        pytest.param('{"a":1}\n---\n{"b":2}', [{"a": 1}, {"b": 2}], id="several cut by ---"),
        pytest.param('{"a":"\\ud83d\\ude00"}', [{"a": "😀"}], id="surrogate pair"),
        pytest.param('{"a":"x\\ud83dy"}', [{"a": "x\ufffdy"}], id="half a surrogate pair"),
        pytest.param('{"a":"\\"\\\\\\/\\n\\u0041"}', [{"a": '"\\/\nA'}], id="escapes"),
        pytest.param('{"a":"---\\u000a"}', [{"a": "---\n"}], id="--- within a string"),
        pytest.param(
            '{"a":[-1,0,1.5,1e2,-0.5E-1]}', [{"a": [-1, 0, 1.5, 100.0, -0.05]}], id="numbers"
        ),
        pytest.param(
            '{"a":18446744073709551616}', [{"a": 1.8446744073709552e19}], id="more than 64 bits"
        ),
        pytest.param("{a: b, c: [d]}", [{"a": "b", "c": ["d"]}], id="YAML in braces"),
        pytest.param('{"a": 1, # c\n"b": 2,}', [{"a": 1, "b": 2}], id="YAML with quotes"),
        pytest.param('{"a":1}\n# c\n', [{"a": 1}], id="a comment behind: YAML"),
        pytest.param("{a: 1}\n...\n", [{"a": 1}], id="... behind"),
        pytest.param("[]\n---\n# c", [[]], id="nothing behind ---"),
    ],
)
def test_json_is_read_and_so_is_yaml_that_looks_like_it(text: str, expected: list[Any]) -> None:
    assert values(text) == expected


@pytest.mark.parametrize(
    ("data", "line", "message"),
    [
        pytest.param(b"a:\n\tb: 1", 2, "a tab stands where YAML wants spaces", id="tab"),
        pytest.param(
            b"a: b: c",
            1,
            "it is no YAML: mapping values are not allowed in this context",
            id="two colons",
        ),
        pytest.param(
            b"x: 1\na: [b\n",
            3,
            "it is no YAML: did not find expected ',' or ']' while parsing a flow sequence",
            id="open bracket",
        ),
        pytest.param(b"a: \xff", 1, "a byte that is no UTF-8 stands here (0xff)", id="no UTF-8"),
        pytest.param(
            b"\na: \x00", 2, "a character that no text has stands here (U+0000)", id="a zero byte"
        ),
        pytest.param(
            "a: 1\u2028---\u2028b: 2".encode(),
            1,
            "a second document begins without a line that is ---",
            id="a line that editors do not see",
        ),
        pytest.param(b"a: {{ .Values.x }}", 1, HELM, id="Helm value"),
        pytest.param(b"a: 1\n{{- if .x }}\nb: 1\n{{- end }}", 2, HELM, id="Helm control"),
        pytest.param(b"{{- if .x }}\na: 1\n{{ end }}", 1, HELM, id="Helm in the first line"),
        pytest.param(b"a: *b", 1, "*b is used before any &b", id="alias of nothing"),
        pytest.param(
            b"a: &a\n- *a", 2, "*a stands inside of &a: it would contain itself", id="circle"
        ),
        pytest.param(
            b"<<: 1", 1, '"<<" takes a mapping or a list of mappings', id="merge of a number"
        ),
        pytest.param(
            b"<<: [{}, 1]", 1, '"<<" takes a mapping or a list of mappings', id="merge of a list"
        ),
        pytest.param(
            b"? {a: 1}\n: 2",
            1,
            "a mapping or sequence stands where a key must be",
            id="mapping as a key",
        ),
        pytest.param(
            b"a: &a [1]\n? *a\n: 2",
            2,
            "a mapping or sequence stands where a key must be",
            id="alias of a sequence as a key",
        ),
        pytest.param(b"~: 1", 1, "a key is null: JSON has none such", id="null as a key"),
        pytest.param(b"a: .inf", 1, ".inf is a number that JSON cannot write", id="infinity"),
        pytest.param(b"a: !!int x", 1, '"x" is no !!int', id="tag that lies"),
        pytest.param(b"[" * 10**6, 1, "it nests deeper than 200 levels", id="deep, in brackets"),
        pytest.param(b"- " * 10**5, 1, "it nests deeper than 200 levels", id="deep, with dashes"),
        pytest.param(b'{"a":' * 10**5, 1, "it nests deeper than 200 levels", id="deep JSON"),
        pytest.param(b"\xff\xfea\x00", 1, "it is UTF-16: save it as UTF-8", id="UTF-16"),
    ],
)
def test_a_broken_document_says_why_and_in_which_line(data: bytes, line: int, message: str) -> None:
    assert broken(data) == [(0, line, message)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param('{"a" 1}', 'it is no JSON: ":" must come where 1 stands', id="no colon"),
        pytest.param(
            '{"a":"b" "c":2}', 'it is no JSON: "," or "}" must come where " stands', id="no comma"
        ),
        pytest.param(
            '["a" 1}',
            'it is no JSON: "," or "]" must come where 1 stands',
            id="no comma in a list",
        ),
        pytest.param('{"a":x}}', "it is no JSON: a value must come where x stands", id="a word"),
        pytest.param(
            '{"a":1,b:[}',
            "it is no JSON: a key in double quotes must come where b stands",
            id="a bare key",
        ),
        pytest.param('{"a":', "it is no JSON: a value must come where the text ends", id="its end"),
        pytest.param('{"a":1e999}}', "1e999 is larger than any number can be", id="huge"),
        pytest.param(
            '{"a":' + "9" * 500 + "}}", "it has a number of too many digits", id="many digits"
        ),
    ],
)
def test_what_was_meant_as_json_is_told_of_as_json(text: str, message: str) -> None:
    assert broken(text.encode()) == [(0, 1, message)]


@pytest.mark.parametrize(
    ("text", "kept", "line", "key"),
    [
        pytest.param("a: 1\nb: 2\na: 3", {"a": 3, "b": 2}, 3, "a", id="a key"),
        pytest.param('a: 1\n"a": 3', {"a": 3}, 2, "a", id="in quotes"),
        pytest.param("1: a\n0x1: b", {"1": "b"}, 2, "1", id="a number"),
        pytest.param('{"a":1,"a":{"b":2}}', {"a": {"b": 2}}, 1, "a", id="JSON"),
        pytest.param("a:\n- x: 1\n  x: 2\n  x: 3\n", {"a": [{"x": 3}]}, 3, "x", id="thrice"),
        pytest.param("a: {x: 1, x: 2}\nb: 1\nb: 2", {"a": {"x": 2}, "b": 2}, 1, "x", id="two"),
    ],
)
def test_of_a_key_given_twice_the_last_value_is_kept_and_it_is_told(
    text: str, kept: Any, line: int, key: str
) -> None:
    told = f'the first "{key}" of two in a mapping: the last is kept'
    found = [row for row in read_documents(text.encode(), "a") if isinstance(row, Document)]
    assert ([row.value for row in found], broken(text.encode())) == ([kept], [(0, line, told)])


def test_the_place_is_that_of_the_last() -> None:
    _, document = read_documents(b"a: 1\na: 3\n", "a.yaml")
    assert isinstance(document, Document)
    assert document.span("a").line == 2


def test_yaml_in_braces_is_told_of_as_yaml() -> None:
    ((_, _, message),) = broken(b"{a: [}")
    assert message.startswith("it is no YAML: ")


def test_what_stands_around_a_broken_document_is_read() -> None:
    found = read_documents(b"a: 1\n---\nb: [\n---\n# c\n---\n\nc: 3\n---\nd: {{ x }}", "a.yaml")
    assert [(row.index, row.line, isinstance(row, Document)) for row in found] == [
        (0, 1, True),
        (1, 4, False),
        (2, 8, True),
        (3, 10, False),
    ]


def test_what_stands_behind_broken_json_is_read() -> None:
    found = read_documents(b'{"a":1}\n{"b":\n{"c":3}\n{"d"\n', "a.json")
    assert [(row.index, row.line, isinstance(row, Document)) for row in found] == [
        (0, 1, True),
        (1, 4, False),
        (2, 5, False),
    ]


def test_a_byte_that_is_no_utf_8_hides_no_other_document() -> None:
    found = read_documents(b"a: \xe9\n---\nb: \xc3\xa9\n", "a.yaml")
    assert [isinstance(row, Document) for row in found] == [False, True]


def test_aliases_may_not_stand_for_more_text_than_an_object_may_have() -> None:
    lines = ["x0: &x0 [" + ", ".join(["lol"] * 9) + "]"]
    lines += [f"x{n}: &x{n} [" + ", ".join([f"*x{n - 1}"] * 9) + "]" for n in range(1, 10)]
    ((_, _, message),) = broken("\n".join(lines).encode())
    assert message == "its aliases stand for more text than any object may have"


def test_aliases_of_aliases_may_not_nest_deeper_than_anything_else() -> None:
    lines = ["x0: &x0 [1]", *(f"x{n}: &x{n} [*x{n - 1}]" for n in range(1, 300))]
    assert broken("\n".join(lines).encode()) == [(0, 199, "it nests deeper than 200 levels")]


def test_a_file_has_a_largest_size() -> None:
    assert broken(b" " * (read.BYTES_MAX + 1)) == [(0, 1, "it is larger than 64 MiB: split it")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "a: &x {b: 1}\nc: *x\nd: [*x]",
            {"a": {"b": 1}, "c": {"b": 1}, "d": [{"b": 1}]},
            id="anchor and aliases",
        ),
        pytest.param("a: &x 1\nb: &x 2\nc: *x", {"a": 1, "b": 2, "c": 2}, id="the latest anchor"),
        pytest.param("a: &x {b: &x 1}\nc: *x", {"a": {"b": 1}, "c": 1}, id="the inner anchor"),
        pytest.param("a: &x b\n*x : c", {"a": "b", "b": "c"}, id="alias as a key"),
        pytest.param("<<: {a: 1, b: 1}\nb: 2", {"a": 1, "b": 2}, id="a key below a merge wins"),
        pytest.param("b: 2\n<<: {a: 1, b: 1}", {"a": 1, "b": 1}, id="a key above it loses"),
        pytest.param(
            "<<: [{a: 1}, {a: 2, b: 2}]", {"a": 1, "b": 2}, id="the first of several merges wins"
        ),
        pytest.param('"<<": {a: 1}', {"<<": {"a": 1}}, id="in quotes it is a key"),
        pytest.param("a: <<", {"a": "<<"}, id="as a value it is a text"),
        pytest.param(
            "on: 1\n2: b\n1.5: c\nnull_: d",
            {"true": 1, "2": "b", "1.5": "c", "null_": "d"},
            id="keys",
        ),
        pytest.param("a: !!str 1\nb: ! 1", {"a": "1", "b": "1"}, id="tags"),
        pytest.param("a: !mine {b: 1}", {"a": {"b": 1}}, id="a tag of somebody else's"),
    ],
)
def test_anchors_merges_keys_and_tags_are_read_as_kubectl_reads_them(
    text: str, expected: Any
) -> None:
    assert values(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "kind: List\nitems:\n- kind: Pod\n- kind: Job\n",
            [("items[0]", 3, {"kind": "Pod"}), ("items[1]", 4, {"kind": "Job"})],
            id="List",
        ),
        pytest.param(
            '{"apiVersion":"v1","kind":"PodList","items":[{"a":1}]}',
            [("items[0]", 1, {"apiVersion": "v1", "kind": "Pod", "a": 1})],
            id="typed list: its items are of its kind",
        ),
        pytest.param(
            "kind: List\nitems: [{kind: List, items: [{kind: Pod}]}, {kind: Job}]",
            [
                ("items[0].items[0]", 2, {"kind": "Pod"}),
                ("items[1]", 2, {"kind": "Job"}),
            ],
            id="a list in a list",
        ),
        pytest.param("kind: List\nitems: [3]", [("items[0]", 2, 3)], id="an item that is none"),
        pytest.param("kind: List\nitems: []", [], id="no items"),
        pytest.param("kind: List\nitems: ~", [], id="null items"),
        pytest.param("kind: List", [], id="no field items"),
        pytest.param("kind: AllowList", [("", 1, {"kind": "AllowList"})], id="no list at all"),
        pytest.param("kind: [List]", [("", 1, {"kind": ["List"]})], id="a kind that is none"),
    ],
)
def test_lists_are_taken_apart(text: str, expected: list[Any]) -> None:
    found = read_documents(text.encode(), "a.yaml")
    rows = [(row.within, row.line, row.value) for row in found if isinstance(row, Document)]
    assert rows == expected
    assert {row.index for row in found} <= {0}


def test_ten_thousand_documents_are_ten_thousand_documents() -> None:
    found = read_documents(b"a: 1\n---\n" * 10_000, "a.yaml")
    assert len(found) == 10_000
    assert (found[-1].index, found[-1].line) == (9_999, 19_999)


PIECES = st.sampled_from(
    [
        *"{}[]'\"\n\t\\|",
        *("a: 1", "a: [", "---", "...", ": ", "- ", "\r\n", "&x ", "*x", "<<: ", "!!int ", "!x "),
        *("{{", "> ", "? ", "# c", "%YAML 1.1", "\ufeff", '{"a":1}', '"\\ud800"', "null", ".nan"),
        *("0x", "1e9", "kind: List", "items: ", "\x85"),
    ]
)


@given(st.one_of(st.binary(), st.lists(PIECES).map(lambda p: "".join(p).encode())))
@example(b"kind: List\nitems: {a: 1}")
@example(b"{" + b"\n{" * 1000)
def test_any_bytes_are_documents_or_broken_documents(data: bytes) -> None:
    for row in read_documents(data, "a.yaml"):
        if isinstance(row, BrokenDocument):
            assert row.message
        else:
            json.dumps(row.value, allow_nan=False).encode()
            assert row.span("").line == row.line


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@settings(max_examples=50)
@given(st.dictionaries(st.text(), JSON), st.booleans())
def test_any_json_is_read_as_itself(value: dict[str, Any], ascii_only: bool) -> None:
    if value.get("kind") != "List":
        text = json.dumps(value, ensure_ascii=ascii_only)
        data = text.encode("utf-8", "replace")
        assert [row.value for row in read_documents(data, "-") if isinstance(row, Document)] == [
            json.loads(data)
        ]
