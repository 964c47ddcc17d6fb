"""The variables of a container, in the kubelet's order."""

from typing import Any

import msgspec
import pytest

from pinfold.inspect.commands.environment import environment_of
from pinfold.inspect.commands.model import HOLE, Environment
from pinfold.inspect.podspec import Container

FILES = {"cm": {"A": "from cm", "B": "also"}}


def read(env: Any = None, env_from: Any = None, files: Any = FILES) -> Environment:
    row = {"name": "c", "env": env, "envFrom": env_from}
    return environment_of(msgspec.convert(row, Container), "spec.containers[0]", files)


def text(environment: Environment, name: str) -> str | None:
    value = environment.get(name)
    return None if value is None else value.text


def test_no_variables_at_all() -> None:
    assert read().values == {}


def test_a_value_sees_only_what_stands_before_it() -> None:
    found = read(
        [
            {"name": "A", "value": "$(B)"},
            {"name": "B", "value": "b"},
            {"name": "C", "value": "$(B)"},
        ]
    )
    assert (text(found, "A"), text(found, "C")) == ("$(B)", "b")


def test_the_last_of_two_wins() -> None:
    assert text(read([{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]), "A") == "2"


def test_a_variable_without_a_value_is_empty() -> None:
    assert text(read([{"name": "A"}]), "A") == ""


def test_a_configmap_at_hand_gives_its_keys_with_the_prefix() -> None:
    found = read(env_from=[{"prefix": "P_", "configMapRef": {"name": "cm"}}])
    assert (text(found, "P_A"), text(found, "A")) == ("from cm", None)


def test_env_comes_before_env_from_and_sees_it() -> None:
    found = read(
        [{"name": "A", "value": "own"}, {"name": "C", "value": "$(B)"}],
        [{"configMapRef": {"name": "cm"}}],
    )
    assert (text(found, "A"), text(found, "C")) == ("own", "also")


@pytest.mark.parametrize(
    ("source", "code"),
    [
        pytest.param({"configMapRef": {"name": "other"}}, "configmap", id="a ConfigMap"),
        pytest.param({"secretRef": {"name": "s"}}, "secret", id="a Secret"),
        pytest.param({}, "secret", id="a source that is not known"),
    ],
)
def test_a_source_that_is_not_at_hand_could_set_any_variable(source: Any, code: str) -> None:
    found = read(env_from=[source]).get("ANYTHING")
    assert found is not None
    assert found.unread is not None
    assert (found.text, str(found.unread.code)) == (HOLE, code)


def test_what_env_does_not_tell_is_not_told_by_an_unknown_source() -> None:
    found = read([{"name": "A", "value": "1"}], [{"secretRef": {"name": "s"}}])
    assert (found.told("ANYTHING"), found.told("A")) == (None, found.get("A"))


@pytest.mark.parametrize(
    ("source", "code", "clean"),
    [
        pytest.param({"secretKeyRef": {"name": "s", "key": "k"}}, "secret", False, id="a Secret"),
        pytest.param(
            {"configMapKeyRef": {"name": "x", "key": "k"}}, "configmap", False, id="a ConfigMap"
        ),
        pytest.param(
            {"fieldRef": {"fieldPath": "metadata.name"}}, "unset-variable", True, id="a name"
        ),
        pytest.param(
            {"fieldRef": {"fieldPath": "metadata.annotations['a']"}},
            "unset-variable",
            False,
            id="an annotation can be any text",
        ),
        pytest.param(
            {"fieldRef": {"fieldPath": "metadata.labels['apps.kubernetes.io/pod-index']"}},
            "unset-variable",
            True,
            id="a label that a controller always sets",
        ),
        pytest.param(
            {"fieldRef": {"fieldPath": "metadata.labels['app']"}},
            "unset-variable",
            False,
            id="any other label may be empty",
        ),
        pytest.param(
            {"fieldRef": {"fieldPath": "status.podIPs"}},
            "unset-variable",
            True,
            id="addresses with commas between",
        ),
        pytest.param(
            {"resourceFieldRef": {"resource": "limits.cpu"}}, "unset-variable", True, id="a number"
        ),
        pytest.param({}, "unset-variable", False, id="a source that is not known"),
    ],
)
def test_a_value_from_elsewhere_is_a_hole(source: Any, code: str, clean: bool) -> None:
    found = read([{"name": "A", "valueFrom": source}]).get("A")
    assert found is not None
    assert found.unread is not None
    assert (str(found.unread.code), found.unread.clean) == (code, clean)


def test_a_key_of_a_configmap_at_hand_is_read() -> None:
    found = read([{"name": "X", "valueFrom": {"configMapKeyRef": {"name": "cm", "key": "A"}}}])
    assert text(found, "X") == "from cm"


def test_laying_nothing_over_an_environment_changes_nothing() -> None:
    found = read([{"name": "A", "value": "1"}])
    assert found.having({}) is found
