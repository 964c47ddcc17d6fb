"""What is kept is small in every field; what cannot be weighed is not kept."""

from typing import Any

import msgspec
import pytest

from pinfold.inspect.kept import key_of
from pinfold.inspect.podspec import Container, Volume

LONG = "x" * 17_000
HOOK = {"postStart": {"exec": {"command": ["sh", "-c", LONG]}}}
NESTED: list[Any] = []
NESTED.append(NESTED)


def kept(container: dict[str, Any], *volumes: dict[str, Any]) -> bool:
    one = key_of(msgspec.convert({"name": "main", **container}, Container))
    others = key_of(tuple(msgspec.convert(volume, Volume) for volume in volumes))
    return one is not None and others is not None


def test_a_container_as_people_write_them_is_kept() -> None:
    container = {"command": ["vllm", "serve", "org/m"], "env": [{"name": "A", "value": "x" * 9000}]}
    assert kept(container, {"name": "models", "emptyDir": {}})


@pytest.mark.parametrize("container", [
    pytest.param({"args": [LONG]}, id="a long word"),
    pytest.param({"args": ["x"] * 9_000}, id="many short ones"),
    pytest.param({"env": [{"name": LONG}]}, id="the name of a variable"),
    pytest.param({"lifecycle": HOOK}, id="a hook"),
    pytest.param({"volumeMounts": [{"name": "v", "mountPath": LONG}]}, id="where it mounts"),
    pytest.param({"resources": {"limits": {LONG: 1}}}, id="what it asks for"),
    pytest.param({"image": LONG}, id="an image"),
])  # fmt: skip
def test_one_that_is_long_anywhere_is_not(container: dict[str, Any]) -> None:
    assert not kept(container)


def test_volumes_count_too() -> None:
    items = [{"key": "k", "path": f"p{number}"} for number in range(1000)]
    assert not kept({}, {"name": "v", "configMap": {"name": "c", "items": items}})


@pytest.mark.parametrize("value", [
    pytest.param("\ud800", id="half a character"),
    pytest.param(10**5000, id="a number without end"),
    pytest.param(object(), id="no JSON at all"),
    pytest.param(NESTED, id="a thing within itself"),
])  # fmt: skip
def test_what_cannot_be_weighed_is_not_kept(value: Any) -> None:
    assert not kept({"resources": {"limits": {"nvidia.com/gpu": value}}})
