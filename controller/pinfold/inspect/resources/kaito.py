"""kaito's Workspace: a model by the name of a preset, adapters and data by image or address.

Source: api/v1beta1/workspace_types.go of kaito. What a preset's name stands for, and at which
commit, is written in the release of kaito that runs; a name with a slash is a repository of the
hub, at its default branch.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pinfold.inspect.images.uses import read_image
from pinfold.inspect.podspec import PodSpec
from pinfold.inspect.resources.parts import Part
from pinfold.inspect.resources.paths import concrete, field, mapping, text
from pinfold.inspect.servers.hub import HUGGING_FACE
from pinfold.inspect.workload import (
    Act,
    Artefact,
    ContainerFacts,
    ImageUse,
    Kind,
    Origin,
    Role,
    State,
    Where,
)

_IMAGES = (
    "inference.preset.presetOptions",
    "inference.adapters[].source",
    "tuning.preset.presetOptions",
    "tuning.input",
)
_URLS = {"inference.adapters[].source.urls[]": Kind.ADAPTER}


def more(value: Mapping[str, Any], _parts: tuple[Part, ...]) -> Iterator[Part]:
    """What `inference` and `tuning` name beside a template."""
    for root in ("inference", "tuning"):
        images = [use for path in _IMAGES if path.startswith(root) for use in _images(value, path)]
        artefacts = [*_preset(value, root)]
        artefacts += [row for path in _URLS if path.startswith(root) for row in _urls(value, path)]
        if images or artefacts:
            facts = ContainerFacts(tuple(artefacts))
            yield Part(root, PodSpec(), images=tuple(images), facts=facts)


def _images(value: Mapping[str, Any], path: str) -> Iterator[ImageUse]:
    for place, node in concrete(value, path):
        source = mapping(node, place)
        if image := text(source, "image", place):
            name = text(source, "name", place) or "preset"
            pod = place.partition(".")[0]
            at = field(place, "image")
            yield ImageUse(name, Role.INIT, pod, at, image, *read_image(image))


def _preset(value: Mapping[str, Any], root: str) -> Iterator[Artefact]:
    for place, node in concrete(value, f"{root}.preset"):
        if name := text(mapping(node, place), "name", place):
            at_hub = "/" in name
            origin = Origin.HUB if at_hub else Origin.UNKNOWN
            yield _artefact(name, origin, Act.LOAD, Kind.MODEL, root, field(place, "name"))


def _urls(value: Mapping[str, Any], path: str) -> Iterator[Artefact]:
    for place, node in concrete(value, path):
        yield _artefact(str(node), Origin.HTTP, Act.FETCH, _URLS[path], "inference", place)


def _artefact(name: str, origin: Origin, act: Act, kind: Kind, pod: str, place: str) -> Artefact:
    return Artefact(
        container="preset" if act is Act.LOAD else "adapters",
        pod=pod,
        server="kaito",
        act=act,
        kind=kind,
        id=name,
        origin=origin,
        endpoint=HUGGING_FACE if origin is Origin.HUB else None,
        revision=None,
        state=State.UNPINNABLE,
        place=place,
        where=Where.CONFIG,
    )
