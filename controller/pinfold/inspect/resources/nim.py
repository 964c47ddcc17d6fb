"""NVIDIA's NIM operator: services in a container of NIM's, caches that a job fills before.

Source: api/apps/v1alpha1 (nimservice, nimcache, nimpipeline, nimbuild, common), internal/nimsource
and internal/controller of NVIDIA/k8s-nim-operator.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pinfold.inspect.podspec import ClaimVolume, EnvVar, Present, Volume, VolumeMount
from pinfold.inspect.resources.assembled import (
    Assembled,
    Written,
    at_place,
    below,
    image_at,
    texts_at,
    variables_at,
)
from pinfold.inspect.resources.parts import Label, Part
from pinfold.inspect.resources.paths import array, concrete, field, mapping, text
from pinfold.inspect.workload import Where

_STORE = "/model-store"
_NAME = "nim"
_BESIDE = ("initContainers", "sidecarContainers")
_TAG = "tag"


def services(value: Mapping[str, Any], _parts: tuple[Part, ...]) -> Iterator[Part]:
    """A NIMService, or the services of a NIMPipeline."""
    if mapping(value.get("spec") or {}, "spec").get("services") is None:
        yield from _service(mapping(value.get("spec") or {}, "spec"), "spec")
    for place, node in concrete(value, "spec.services[].spec"):
        yield from _service(mapping(node, place), place)


def _service(spec: Mapping[str, Any], place: str) -> Iterator[Part]:
    server = _container(spec, place, place, _NAME)
    server.volumes = (_volume(below(spec, "storage", place), field(place, "storage")),)
    server.mounts = (VolumeMount("model-store", _STORE),)
    if server.image[0]:
        yield server.part()
    yield from _beside(spec, place)


def _container(node: Mapping[str, Any], path: str, place: str, name: str) -> Assembled:
    """A container whose image is written as a repository and a tag."""
    image = below(node, "image", place)
    made = Assembled(path, name)
    made.image = image_at(image, field(place, "image"), "repository", ":", _TAG)
    made.command = texts_at(node, "command", place)
    made.args = texts_at(node, "args", place)
    made.env = variables_at(node, "env", place)
    return made


def _beside(spec: Mapping[str, Any], path: str) -> Iterator[Part]:
    for name in _BESIDE:
        at = field(path, name)
        for index, node in enumerate(array(spec.get(name) or (), at)):
            place = f"{at}[{index}]"
            one = mapping(node, place)
            made = _container(one, path, place, text(one, "name", place))
            made.volumes = (Volume("model-store", persistent_volume_claim=ClaimVolume("")),)
            made.mounts = (VolumeMount("model-store", _STORE),)
            yield made.part()


def _volume(storage: Mapping[str, Any], place: str) -> Volume:
    claim = text(below(storage, "pvc", place), "name", field(place, "pvc"))
    if storage.get("emptyDir") is not None:
        return Volume("model-store", empty_dir=Present())
    if text(storage, "hostPath", place):
        return Volume("model-store")
    return Volume("model-store", persistent_volume_claim=ClaimVolume(claim))


# -- caches --------------------------------------------------------------------------------------


def caches(value: Mapping[str, Any], _parts: tuple[Part, ...]) -> Iterator[Part]:
    """What a NIMCache or a NIMBuild runs once, and what it fetches."""
    spec = mapping(value.get("spec") or {}, "spec")
    source = below(spec, "source", "spec")
    env = variables_at(spec, "env", "spec")
    for name in ("hf", "dataStore"):
        if source.get(name) is not None:
            yield _of_hub(below(source, name, "spec.source"), f"spec.source.{name}", env)
    if source.get("ngc") is not None:
        yield _of_ngc(below(source, "ngc", "spec.source"), "spec.source.ngc", env)
    if spec.get("image") is not None:
        yield _container(spec, "spec", "spec", "build").part()
    yield from _beside(spec, "spec")


def _of_hub(node: Mapping[str, Any], place: str, env: list[Written]) -> Part:
    """`huggingface-cli download`, in an image that the object names."""
    owner = text(node, "namespace", place)
    name = "modelName" if node.get("modelName") is not None else "datasetName"
    repository = f"{owner}/{text(node, name, place)}" if owner else text(node, name, place)
    made = Assembled("spec", "cache", _puller(node, place))
    made.command = at_place(field(place, name), "huggingface-cli", "download", repository)
    kind = name.removesuffix("Name")
    made.command += at_place(place, "--local-dir", _STORE, "--repo-type", kind)
    if revision := text(node, "revision", place):
        made.command += at_place(field(place, "revision"), "--revision", revision)
    if endpoint := text(node, "endpoint", place):
        variable = EnvVar("HF_ENDPOINT", endpoint)
        made.env.append(Written(variable, field(place, "endpoint"), is_key=True))
    made.env += env
    keys = place.removeprefix("spec.")
    return made.part(Label(where=Where.CONFIG, keys=f"{keys}."))


def _of_ngc(node: Mapping[str, Any], place: str, env: list[Written]) -> Part:
    """A model by its address, or else those that the puller's image names."""
    made = Assembled("spec", "cache", _puller(node, place), env=list(env))
    if endpoint := text(node, "modelEndpoint", place):
        variable = EnvVar("NIM_MODEL_NAME", endpoint)
        made.env.append(Written(variable, field(place, "modelEndpoint"), is_key=True))
    else:
        made.command = at_place(place, "download-to-cache")
    return made.part()


def _puller(node: Mapping[str, Any], place: str) -> tuple[str, str]:
    image = text(node, "modelPuller", place)
    return (image, field(place, "modelPuller")) if image else ("", "")
