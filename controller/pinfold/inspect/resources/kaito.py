"""kaito's kinds: a model by the name of a preset, adapters and data by image or address.

Source: api/v1alpha1 and api/v1beta1 of kaito. What a preset's name stands for, and at which
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

# Of a Workspace, and of what an InferenceSet makes of its template.
_ROOTS = ("inference", "tuning", "spec.template.inference")
_IMAGES = ("preset.presetOptions", "adapters[].source", "input")
_URLS = "adapters[].source.urls[]"
# Of the other kinds: a mapping, and the field in it that names a preset or a repository.
_MODELS = (("spec.model", "name"), ("spec.source", "modelID"), ("spec.embedding.local", "modelID"))
_LOCAL = "spec.embedding.local"


def more(value: Mapping[str, Any], _parts: tuple[Part, ...]) -> Iterator[Part]:
    """What `inference` and `tuning` name beside a template."""
    for root in _ROOTS:
        images = [use for path in _IMAGES for use in _images(value, f"{root}.{path}", root)]
        artefacts = [*_named(value, f"{root}.preset", "name", root), *_urls(value, root)]
        if images or artefacts:
            yield _part(root, images, artefacts)


def models(value: Mapping[str, Any], _parts: tuple[Part, ...]) -> Iterator[Part]:
    """What the kinds name that have a `spec`: the model of an engine, a mirror, roles."""
    artefacts = [row for path, name in _MODELS for row in _named(value, path, name, "spec")]
    yield _part("spec", [*_images(value, _LOCAL, "spec", "embedding")], artefacts)


def _part(root: str, images: list[ImageUse], artefacts: list[Artefact]) -> Part:
    facts = ContainerFacts(tuple(artefacts))
    return Part(root, PodSpec(), images=tuple(images), facts=facts)


def _images(
    value: Mapping[str, Any], path: str, root: str, component: str = "preset"
) -> Iterator[ImageUse]:
    for place, node in concrete(value, path):
        source = mapping(node, place)
        if image := text(source, "image", place):
            name = text(source, "name", place) or component
            at = field(place, "image")
            role = Role.CONTAINER if path == _LOCAL else Role.INIT
            yield ImageUse(name, role, root, at, image, *read_image(image))


def _named(value: Mapping[str, Any], path: str, field_name: str, root: str) -> Iterator[Artefact]:
    for place, node in concrete(value, path):
        if name := text(mapping(node, place), field_name, place):
            at_hub = "/" in name
            origin = Origin.HUB if at_hub else Origin.UNKNOWN
            yield _artefact(name, origin, Act.LOAD, Kind.MODEL, root, field(place, field_name))


def _urls(value: Mapping[str, Any], root: str) -> Iterator[Artefact]:
    for place, node in concrete(value, f"{root}.{_URLS}"):
        yield _artefact(str(node), Origin.HTTP, Act.FETCH, Kind.ADAPTER, root, place)


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
