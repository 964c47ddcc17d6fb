"""Spark's applications: images of driver and executors, and containers beside them.

Source: api/v1beta2/sparkapplication_types.go of the Spark operator.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pinfold.inspect.images.uses import read_image
from pinfold.inspect.podspec import PodSpec
from pinfold.inspect.resources.parts import Move, Part
from pinfold.inspect.resources.paths import concrete, converted, field, mapping, text
from pinfold.inspect.workload import ImageUse, Role

_ROOTS = ("spec", "spec.template")  # of an application, and of a scheduled one
_PODS = ("driver", "executor", "server")


def more(value: Mapping[str, Any], _parts: tuple[Part, ...]) -> Iterator[Part]:
    """What a driver and executors run beside the templates of their pods."""
    for root in _ROOTS:
        for place, node in concrete(value, root):
            yield Part(place, PodSpec(), images=tuple(_image(mapping(node, place), place, "spark")))
            for name in _PODS:
                for at, pod in concrete(node, name):
                    yield _pod(mapping(pod, at), f"{place}.{at}", name)


def _pod(pod: Mapping[str, Any], place: str, name: str) -> Part:
    whole = {
        "containers": pod.get("sidecars") or (),
        "initContainers": pod.get("initContainers") or (),
    }
    spec = converted(whole, PodSpec, place)
    moves = (Move(f"{place}.containers", f"{place}.sidecars"),)
    return Part(place, spec, moves, images=tuple(_image(pod, place, name)))


def _image(node: Mapping[str, Any], place: str, name: str) -> Iterator[ImageUse]:
    if image := text(node, "image", place):
        at = field(place, "image")
        yield ImageUse(name, Role.CONTAINER, place, at, image, *read_image(image))
