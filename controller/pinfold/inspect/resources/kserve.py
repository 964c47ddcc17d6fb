"""KServe's InferenceService: components that are PodSpecs, with a model server inside.

Source: pkg/apis/serving/v1beta1 (predictor.go, component.go, podspec.go) of KServe.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import msgspec

from pinfold.inspect.podspec import Container, PodSpec
from pinfold.inspect.resources.parts import Label, Move, Part
from pinfold.inspect.resources.paths import array, converted, field, mapping, text
from pinfold.inspect.resources.placeholders import named
from pinfold.inspect.resources.runtimes import Runtime, Runtimes, merged
from pinfold.inspect.resources.stored import FOLDER, Stored, with_stored

_COMPONENTS = ("predictor", "transformer", "explainer")
# The fields that hold a server's container, of which only `model` names no kind of server.
_SERVERS = (
    "model", "sklearn", "xgboost", "tensorflow", "pytorch", "triton", "onnx", "huggingface",
    "pmml", "lightgbm", "paddle", "art", "alibi",
)  # fmt: skip
_NAME = "kserve-container"
# Their servers load what is stored, whatever their arguments.
_LOADS_STORED = (
    "sklearn", "xgboost", "tensorflow", "pytorch", "onnx", "pmml", "lightgbm", "paddle",
)  # fmt: skip
# Words in arguments and variables of a server that is not known which can be about something to
# load, and options that only give what is loaded a name.
_TELLING = re.compile(
    r"model|token|lora|adapter|spec|draft|revision|config|code|remote|load|hf|hub|weight|plugin|/"
)
_NAMING = re.compile(r"^--(?:model|served)[-_](?:model[-_])?name\b")
# By the name of the format, in lower case: the image of the runtime that KServe comes with, and
# what it is started with.
_FORMATS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "huggingface": ("kserve/huggingfaceserver", ()),
    "vllm": ("vllm/vllm-openai", (f"--model={FOLDER}",)),
}


def parts_of(value: Mapping[str, Any], runtimes: Runtimes) -> Iterator[Part]:
    """What each component runs and loads. Raises UnreadableWorkload."""
    spec = mapping(value.get("spec") or {}, "spec")
    for name in _COMPONENTS:
        if spec.get(name) is not None:
            place = field("spec", name)
            yield from _component(mapping(spec[name], place), place, runtimes.of(value))


def _component(value: Mapping[str, Any], place: str, runtimes: Runtimes) -> Iterator[Part]:
    part = Part(place, converted(value, PodSpec, place))
    stored = [*_uris(value, place), *_of_variables(part.spec, place)]
    for name in _SERVERS:
        if value.get(name) is not None:
            server = mapping(value[name], field(place, name))
            stored += _stored(server, name, field(place, name))
            part = _with_server(part, server, name, runtimes, is_stored=bool(stored))
    own = {one.component for one in stored}  # a container of any name says STORAGE_URI
    yield with_stored(part, stored, place, (_NAME, *_SERVERS, *own))
    if value.get("workerSpec") is not None:
        below = field(place, "workerSpec")
        yield Part(below, converted(value["workerSpec"], PodSpec, below))


# -- addresses -----------------------------------------------------------------------------------


def _stored(server: Mapping[str, Any], name: str, place: str) -> Iterator[Stored]:
    if address := text(server, "storageUri", place):
        yield Stored(address, field(place, "storageUri"), name)
    storage = mapping(server.get("storage") or {}, field(place, "storage"))
    below = field(place, "storage")
    if path := text(storage, "path", below):
        parameters = mapping(storage.get("parameters") or {}, field(below, "parameters"))
        kind = text(parameters, "type", field(below, "parameters")) or "storage"
        yield Stored(f"{kind}://{path}", field(below, "path"), name)


def _uris(value: Mapping[str, Any], place: str) -> Iterator[Stored]:
    at = field(place, "storageUris")
    for index, item in enumerate(array(value.get("storageUris") or (), at)):
        here = f"{at}[{index}]"
        one = mapping(item, here)
        folder = text(one, "mountPath", here) or FOLDER
        if address := text(one, "uri", here):
            yield Stored(address, f"{here}.uri", "model", folder)


def _of_variables(spec: PodSpec, place: str) -> Iterator[Stored]:
    """STORAGE_URI of a server of the user's own."""
    for index, container in enumerate(spec.containers):
        for number, variable in enumerate(container.env or ()):
            if variable.name == "STORAGE_URI" and variable.value:
                at = f"{place}.containers[{index}].env[{number}].value"
                yield Stored(variable.value, at, container.name)


# -- the server ----------------------------------------------------------------------------------


def _with_server(
    part: Part, server: Mapping[str, Any], name: str, runtimes: Runtimes, *, is_stored: bool
) -> Part:
    """The part with the container of its server, where it is known what that is started with."""
    place = field(part.path, name)
    own = converted({**server, "name": name}, Container, place)
    runtime = runtimes.find(server, _format(server, name, place), place)
    if runtime is None:
        if is_stored and not _may_name_more(own, name):
            return part
        label = Label(leaves_out=FOLDER) if is_stored else None
        runtime = replace(_usual(server, own, _format(server, name, place), place), label=label)
    made = f"{part.path}.containers[{len(part.spec.containers)}]"
    container, moves = merged(runtime, own, made, place)
    return replace(
        part,
        spec=msgspec.structs.replace(
            part.spec,
            containers=(*part.spec.containers, named(container, runtimes.service)),
            volumes=(*(part.spec.volumes or ()), *runtime.volumes),
        ),
        moves=(*part.moves, *moves, Move(made, place)),
        made=part.made if own.image else part.made | {made},
    )


def _may_name_more(own: Container, name: str) -> bool:
    """Whether a container can load more than what is stored for it."""
    if name in _LOADS_STORED:
        return bool(own.image or own.command)
    texts = [*(own.args or ())]
    for variable in own.env or ():
        texts += (variable.name, variable.value or "")
    sources = any(variable.value_from is not None for variable in own.env or ())
    return bool(
        own.image
        or own.command
        or own.env_from
        or (sources and own.args)
        or any(_TELLING.search(_NAMING.sub("", text.lower())) for text in texts)
    )


def _format(server: Mapping[str, Any], name: str, place: str) -> str:
    at = field(place, "modelFormat")
    given = text(mapping(server.get("modelFormat") or {}, at), "name", at)
    return given if name == "model" else name


def _usual(server: Mapping[str, Any], own: Container, wanted: str, place: str) -> Runtime:
    """What a server of this format is started with, where the runtime is not at hand."""
    name = text(server, "runtime", place)
    image, args = _FORMATS.get(wanted.lower(), (name or wanted, ()))
    at = field(place, "runtime" if name else "modelFormat") if server else place
    return Runtime(Container(image=image, args=None if own.command else args), (), at)
