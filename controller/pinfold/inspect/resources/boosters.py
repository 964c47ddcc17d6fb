"""Kinds whose controller starts vLLM by a model and options: kthena's, the production stack's.

Source: kthena's model_booster_types.go, pkg/model-booster-controller and python/kthena/downloader;
the production stack's vllmruntime_types.go, loraadapter_types.go and their controllers.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from pinfold.inspect.resources.assembled import (
    Assembled,
    Written,
    at_place,
    below,
    image_at,
    sources_at,
    texts_at,
    variables_at,
)
from pinfold.inspect.resources.parts import Label, Part
from pinfold.inspect.resources.paths import array, concrete, field, mapping, text
from pinfold.inspect.resources.stored import fetched
from pinfold.inspect.workload import Kind, Pin, PinForm, Where

_FOLDER = "/model"
_HUB = "hf://"
_DOWNLOADER = "kthena-downloader"
_REVISION = "HF_REVISION"
_OTHERS = ("s3://", "obs://", "pvc://", "ms://")
_VLLM = ("python3", "-m", "vllm.entrypoints.openai.api_server", "--model", _FOLDER)
_STORED = Label(where=Where.STORAGE_URI, server=_DOWNLOADER, unpinnable=True)
_ADAPTER = replace(_STORED, kind=Kind.ADAPTER)
_OF_HUB = Label(where=Where.STORAGE_URI, server=_DOWNLOADER, pin=Pin(PinForm.ENV, _REVISION, None))
_LOADER = Label(where=Where.CONFIG, server="lora-adapter", kind=Kind.ADAPTER, unpinnable=True)


# -- kthena --------------------------------------------------------------------------------------


def kthena(value: Mapping[str, Any], _parts: tuple[Part, ...]) -> Iterator[Part]:
    """The download of a ModelBooster, and what its workers run."""
    for path in ("spec.backend", "spec.backends[]"):
        for place, node in concrete(value, path):
            backend = mapping(node, place)
            env = variables_at(backend, "env", place)
            if uri := text(backend, "modelURI", place):
                yield _download(backend, uri, env, place)
            for index, worker in enumerate(array(backend.get("workers") or (), f"{place}.workers")):
                yield _worker(backend, worker, env, (place, f"{place}.workers[{index}]"))
            for at, lora in concrete(backend, "loraAdapters[]"):
                here = f"{place}.{at}"
                if address := text(mapping(lora, here), "artifactURL", here):
                    yield fetched(place, address, f"{here}.artifactURL", "adapter", _ADAPTER)


def _download(backend: Mapping[str, Any], uri: str, env: list[Written], place: str) -> Part:
    at = field(place, "modelURI")
    if uri.startswith(_OTHERS):
        scheme, _, rest = uri.partition("://")
        address = f"modelscope://{rest}" if scheme == "ms" else uri
        return fetched(place, address, at, "model", _STORED)
    made = Assembled(place, "model", env=env, env_from=sources_at(backend, "envFrom", place))
    made.command = at_place(at, "hf", "download", uri.removeprefix(_HUB), "--local-dir", _FOLDER)
    given = next((one for one in env if one.variable.name == _REVISION), None)
    if given is not None:
        at = given.place if given.is_key else f"{given.place}.value"
        made.command += at_place(at, "--revision", f"$({_REVISION})")
    return made.part(_OF_HUB)


def _worker(
    backend: Mapping[str, Any], node: Any, env: list[Written], places: tuple[str, str]
) -> Part:
    above, place = places
    worker = mapping(node, place)
    image = text(worker, "image", place)
    made = Assembled(place, text(worker, "type", place) or "server", env=env)
    made.env_from = sources_at(backend, "envFrom", above)
    made.image = (image, field(place, "image")) if image else ("", "")
    made.command = at_place(place, *_VLLM)
    config = below(worker, "config", place)
    for key in sorted(map(str, config)):
        words = [f"--{key.replace('_', '-')}", _word(config[key])]
        made.command += at_place(field(f"{place}.config", key), *filter(None, words))
    return made.part(Label(leaves_out=_FOLDER, keys=f"{place}.config."))


def _word(value: Any) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value)


# -- the production stack ------------------------------------------------------------------------


def runtime(value: Mapping[str, Any], _parts: tuple[Part, ...]) -> Iterator[Part]:
    """The server of a VLLMRuntime, and the container beside it."""
    spec = mapping(value.get("spec") or {}, "spec")
    model, deployed = below(spec, "model", "spec"), below(spec, "deploymentConfig", "spec")
    config, at = below(spec, "vllmConfig", "spec"), "spec.vllmConfig"
    made = Assembled("spec", "vllm", env=variables_at(config, "env", at))
    made.image = _image(deployed, "spec.deploymentConfig")
    if address := text(model, "modelURL", "spec.model"):
        made.command = at_place("spec.model", "/opt/venv/bin/vllm", "serve")
        made.args = at_place("spec.model.modelURL", address)
    made.args += texts_at(config, "extraArgs", at)
    yield made.part()
    sidecar, place = below(deployed, "sidecarConfig", "spec.deploymentConfig"), _SIDECAR
    if sidecar.get("enabled") is True:
        beside = Assembled(
            "spec", text(sidecar, "name", place) or "sidecar", _image(sidecar, place)
        )
        beside.command = texts_at(sidecar, "command", place)
        beside.args = texts_at(sidecar, "args", place)
        beside.env = variables_at(sidecar, "env", place)
        yield beside.part()


_SIDECAR = "spec.deploymentConfig.sidecarConfig"


def _image(node: Mapping[str, Any], place: str) -> tuple[str, str]:
    return image_at(below(node, "image", place), field(place, "image"), "registry", "/", "name")


def adapter(value: Mapping[str, Any], _parts: tuple[Part, ...]) -> Iterator[Part]:
    """What a LoraAdapter has servers load."""
    place = "spec.adapterSource"
    for _, node in concrete(value, place):
        source = mapping(node, place)
        if text(source, "type", place) == "huggingface":
            repository = text(source, "repository", place)
            if repository:
                at = field(place, "repository")
                yield fetched("spec", f"{_HUB}{repository}", at, "adapter", _LOADER)
        elif path := text(source, "adapterPath", place):
            yield fetched("spec", path, field(place, "adapterPath"), "adapter", _LOADER)
