"""An object of a kind that nobody told us of: what in it looks like a PodSpec."""

from typing import Any

import pytest

from pinfold.inspect.read import inspect_object
from pinfold.inspect.resources.search import pod_specs, unknown_kind

POD: dict[str, Any] = {"containers": [{"name": "a", "image": "b:1"}]}


def thing(**fields: Any) -> dict[str, Any]:
    return {"apiVersion": "example.com/v1", "kind": "Thing", "metadata": {"name": "x"}, **fields}


@pytest.mark.parametrize(
    ("fields", "places"),
    [
        pytest.param({"spec": POD}, ["spec"], id="at once"),
        pytest.param({"spec": {"a": {"b": POD}}}, ["spec.a.b"], id="below"),
        pytest.param({"spec": [{"x": POD}, {"x": POD}]}, ["spec[0].x", "spec[1].x"], id="lists"),
        pytest.param({"template": POD, "spec": POD}, ["template", "spec"], id="in its order"),
        pytest.param({"spec": {"a.b": POD}}, ["spec[a.b]"], id="a name with a dot"),
        pytest.param({"spec": {"containers": [{"name": "a"}]}}, [], id="names alone"),
        pytest.param({"spec": {"containers": [{"args": ["a"]}]}}, ["spec"], id="arguments alone"),
        pytest.param({"spec": {"containers": []}}, [], id="no container"),
        pytest.param({"spec": {"containers": {"a": "b"}}}, [], id="no list"),
        pytest.param({"spec": {"containers": ["a"]}}, [], id="texts"),
        pytest.param({"status": POD, "metadata": {"x": POD}}, [], id="what has happened"),
    ],
)
def test_a_pod_is_known_by_its_containers(fields: dict[str, Any], places: list[str]) -> None:
    assert [place for place, _ in pod_specs(thing(**fields))] == places


@pytest.mark.parametrize(
    ("value", "found"),
    [
        pytest.param(thing(spec=POD), True, id="an object"),
        pytest.param({**thing(spec=POD), "apiVersion": "v1"}, True, id="of the core group"),
        pytest.param(thing(spec={}), False, id="without a pod"),
        pytest.param({**thing(spec=POD), "apiVersion": 1}, False, id="no version"),
        pytest.param({**thing(spec=POD), "kind": None}, False, id="no kind"),
        pytest.param({**thing(spec=POD), "apiVersion": "kyverno.io/v1"}, False, id="a policy"),
        pytest.param(
            {**thing(spec=POD), "apiVersion": "metrics.k8s.io/v1beta1"}, False, id="measurements"
        ),
    ],
)
def test_only_an_object_that_may_run_something_is_a_workload(value: Any, found: bool) -> None:
    row = unknown_kind(value)
    assert (row is not None) is found
    if row is not None:
        workload = inspect_object(row, value)
        assert (workload.kind, workload.name) == ("Thing", "x")
        assert [use.place for use in workload.images] == ["spec.containers[0].image"]


def test_looking_ends() -> None:
    """A small text can stand for a large object, by aliases."""
    wide: Any = POD
    for _ in range(6):
        wide = [wide] * 10
    assert len(list(pod_specs(thing(spec=[*([0] * 200_000), POD])))) == 0
    assert len(list(pod_specs(thing(spec=wide)))) < 100_000
