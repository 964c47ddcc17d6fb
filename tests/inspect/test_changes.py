"""What an update brings in."""

from typing import Any

import msgspec
import pytest

from pinfold.inspect.changes import is_all_unchanged, only_news, unchanged_places
from pinfold.inspect.podspec import PodSpec
from pinfold.inspect.workload import Code, Hazard, ImageUse, Opaque, Role, Workload

MAIN = {"name": "main", "image": "a:1", "args": ["--x"]}
SIDE = {"name": "side", "image": "b:1"}


def spec(*containers: dict[str, Any], **fields: Any) -> PodSpec:
    return msgspec.convert({"containers": containers, **fields}, PodSpec)


@pytest.mark.parametrize(
    ("new", "unchanged"),
    [
        pytest.param(spec(MAIN, SIDE), ("spec.containers[0]", "spec.containers[1]"), id="the same"),
        pytest.param(
            spec(SIDE, MAIN), ("spec.containers[0]", "spec.containers[1]"), id="in another order"
        ),
        pytest.param(
            spec(MAIN, {**SIDE, "image": "b:2"}), ("spec.containers[0]",), id="another image"
        ),
        pytest.param(
            spec({**MAIN, "args": ["--y"]}, SIDE), ("spec.containers[1]",), id="other arguments"
        ),
        pytest.param(
            spec({**MAIN, "env": [{"name": "A"}]}, SIDE), ("spec.containers[1]",), id="a variable"
        ),
        pytest.param(
            spec({**MAIN, "resources": {"limits": {"cpu": 1}}}, SIDE),
            ("spec.containers[0]", "spec.containers[1]"),
            id="only resources",
        ),
        pytest.param(spec({**MAIN, "name": "new"}), (), id="another name"),
        pytest.param(
            spec(MAIN, ephemeralContainers=[SIDE]),
            ("spec.containers[0]",),
            id="the name of another list's container",
        ),
    ],
)
def test_a_container_is_unchanged_if_it_runs_what_it_ran(
    new: PodSpec, unchanged: tuple[str, ...]
) -> None:
    assert unchanged_places(spec(MAIN, SIDE), new, "spec") == unchanged


def test_volumes_are_compared_by_name() -> None:
    image = {"name": "m", "image": {"reference": "a:1"}}
    other = {"name": "m", "image": {"reference": "a:2"}}
    cache = {"name": "c", "emptyDir": {}}
    old, new = spec(MAIN, volumes=[image, cache]), spec(MAIN, volumes=[cache, other])
    assert unchanged_places(old, new, "spec") == ("spec.containers[0]", "spec.volumes[0]")
    assert not is_all_unchanged(unchanged_places(old, new, "spec"), new)
    assert is_all_unchanged(unchanged_places(old, old, "spec"), old)


def image(place: str) -> ImageUse:
    return ImageUse("x", Role.CONTAINER, "spec", place, "a", None, None)


def test_facts_below_an_unchanged_place_are_no_news() -> None:
    whole = Workload(
        kind="Pod",
        namespace="ml",
        name="a",
        images=(
            image("spec.containers[1].image"),
            image("spec.containers[10].image"),
            image("spec.volumes[0].image.reference"),
        ),
        hazards=(Hazard("x", "h", "spec.containers[1].args[0]"),),
        opaque=(
            Opaque("x", Code.SECRET, "d", "spec.containers[1]"),
            Opaque("x", Code.SECRET, "d", "spec.containers[2].env[0]"),
        ),
    )
    news = only_news(whole, ("spec.containers[1]",))
    assert [use.place for use in news.images] == [
        "spec.containers[10].image",
        "spec.volumes[0].image.reference",
    ]
    assert news.hazards == ()
    assert [fact.place for fact in news.opaque] == ["spec.containers[2].env[0]"]
    assert (news.kind, news.namespace, news.name) == ("Pod", "ml", "a")
