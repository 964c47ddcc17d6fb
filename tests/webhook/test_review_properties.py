"""No bytes make the server admit by accident."""

import json
from collections.abc import Iterable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pinfold.webhook.judgement import Endpoint
from tests.webhook.material import DEBUG, UNPINNED, Object, answer_to, as_bytes, pod, review

ENDPOINTS: st.SearchStrategy[Endpoint] = st.sampled_from(["enforce", "observe"])
WORDS = ("", "*", "CREATE", "UPDATE", "PATCH", "Pod", "Deployment", "Job", "v1", "apps", "admit")
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-1, 2**70)
    | st.floats(allow_nan=False)
    | st.sampled_from(WORDS)
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=2)
    ),
    max_leaves=4,
)


def unpinned() -> Object:
    """A review in which nothing is pinned, so that no single change makes it acceptable."""
    made = review(pod(UNPINNED, DEBUG, initContainers=[DEBUG | {"name": "first"}], volumes=[]))
    copy: Object = json.loads(json.dumps(made))
    return copy


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a document."""
    below: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, dict | list):
        below = value.items() if isinstance(value, dict) else enumerate(value)
    return [path, *(found for key, inner in below for found in paths(inner, (*path, key)))]


def admits_in_silence(body: bytes, endpoint: Endpoint) -> bool:
    answer = answer_to(body, endpoint)
    if answer.status != 200:
        assert b'"allowed"' not in answer.body
        return False
    found = json.loads(answer.body)["response"]
    if endpoint == "enforce":
        return bool(found["allowed"])
    return not found.get("warnings")


@given(st.binary(max_size=200), ENDPOINTS)
def test_arbitrary_bytes_are_never_admitted(body: bytes, endpoint: Endpoint) -> None:
    assert answer_to(body, endpoint).status == 400


@given(VALUES, ENDPOINTS)
def test_arbitrary_json_is_never_admitted(value: Any, endpoint: Endpoint) -> None:
    assert answer_to(as_bytes(value), endpoint).status == 400


@settings(max_examples=500)
@given(st.data(), ENDPOINTS)
def test_an_unpinned_pod_is_not_admitted_whatever_one_change_does(
    data: st.DataObject, endpoint: Endpoint
) -> None:
    document: Any = {"root": unpinned()}
    *way, last = data.draw(st.sampled_from(paths(document)[1:]))
    node = document
    for step in way:
        node = node[step]
    match data.draw(st.sampled_from(["replace", "remove", "rename"])):
        case "replace":
            node[last] = data.draw(VALUES)
        case "remove":
            del node[last]
        case "rename" if isinstance(node, dict):
            node[data.draw(st.text(max_size=12))] = node.pop(last)
        case _:
            node.insert(0, data.draw(VALUES))
    body = as_bytes(document.get("root"))
    assert not admits_in_silence(body, endpoint)


@settings(max_examples=500)
@given(st.data(), ENDPOINTS)
def test_an_unpinned_pod_is_not_admitted_whatever_bytes_change(
    data: st.DataObject, endpoint: Endpoint
) -> None:
    body = bytearray(as_bytes(unpinned()))
    for _ in range(data.draw(st.integers(1, 3))):
        index = data.draw(st.integers(0, len(body) - 1))
        body[index : index + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=2))
    assert not admits_in_silence(bytes(body), endpoint)


@given(st.text(max_size=60), ENDPOINTS)
def test_an_image_that_is_any_text_gets_an_answer(text: str, endpoint: Endpoint) -> None:
    body = as_bytes(review(pod({"name": "a", "image": text})))
    assert not admits_in_silence(body, endpoint)


@given(st.lists(st.text(max_size=30), max_size=6), ENDPOINTS)
def test_any_command_line_gets_an_answer(arguments: list[str], endpoint: Endpoint) -> None:
    container = {**UNPINNED, "args": arguments, "command": arguments[:2]}
    assert not admits_in_silence(as_bytes(review(pod(container))), endpoint)
