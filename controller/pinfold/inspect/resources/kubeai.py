"""KubeAI's Model: an address, an engine, and what is added to the engine's command.

Source: api/k8s/v1/model_types.go and internal/modelcontroller of kubeai-project/kubeai. What a
cache, an adapter's loader or another engine than vLLM fetches has no place for a revision.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pinfold.inspect.podspec import ClaimVolume, Volume, VolumeMount
from pinfold.inspect.resources.assembled import (
    Assembled,
    at_place,
    sources_at,
    texts_at,
    variables_at,
)
from pinfold.inspect.resources.parts import Label, Part
from pinfold.inspect.resources.paths import array, mapping, text
from pinfold.inspect.resources.stored import fetched
from pinfold.inspect.workload import Kind, Where

_NAME = "server"  # of the container
_VLLM = ("python3", "-m", "vllm.entrypoints.openai.api_server")
_ADDRESS = re.compile(r"([a-z0-9]+)://([^?]+)(\?.*)?")
_MODEL = "/model"  # where a claim is mounted
_CACHE = "/models"  # below it lies what a cache has fetched
_URL = "spec.url"
_NOT_PULLED = re.compile(r"[?&]pull=false(?:&|$)", re.IGNORECASE)
_LOADER = Label(where=Where.STORAGE_URI, server="kubeai-loader", unpinnable=True)
_ADAPTER = Label(
    where=Where.STORAGE_URI, server="kubeai-loader", unpinnable=True, kind=Kind.ADAPTER
)


def more(value: Mapping[str, Any], _parts: tuple[Part, ...]) -> Iterator[Part]:
    """What the model's pods run and load."""
    spec = mapping(value.get("spec") or {}, "spec")
    engine, url = text(spec, "engine", "spec"), text(spec, "url", "spec")
    is_cached = bool(text(spec, "cacheProfile", "spec"))
    server = Assembled("spec", _NAME, _image(spec))
    server.args = texts_at(spec, "args", "spec")
    server.env = variables_at(spec, "env", "spec")
    server.env_from = sources_at(spec, "envFrom", "spec")
    if engine == "OLlama":
        yield from _ollama(server, url)
    elif engine == "VLLM":
        yield from _vllm(server, url, is_cached=is_cached)
    else:
        yield _beside(server)
    if url and (is_cached or engine not in ("OLlama", "VLLM")):
        yield fetched("spec", url, _URL, "model", _LOADER)
    for index, item in enumerate(array(spec.get("adapters") or (), "spec.adapters")):
        place = f"spec.adapters[{index}]"
        if address := text(mapping(item, place), "url", place):
            yield fetched("spec", address, f"{place}.url", "adapter", _ADAPTER)


def _image(spec: Mapping[str, Any]) -> tuple[str, str]:
    image = text(spec, "image", "spec")
    return (image, "spec.image") if image else ("", "")


def _vllm(server: Assembled, url: str, *, is_cached: bool) -> Iterator[Part]:
    match = _ADDRESS.fullmatch(url)
    scheme, model = (match[1], match[2]) if match is not None else ("", url)
    leaves_out = None
    if is_cached:
        leaves_out = model = _CACHE
    elif scheme == "s3":
        model = url
    elif scheme == "pvc":
        claim, _, folder = model.partition("/")
        server.volumes = (Volume("model", persistent_volume_claim=ClaimVolume(claim)),)
        server.mounts = (VolumeMount("model", _MODEL, folder),)
        model = _MODEL
    server.image = server.image if server.image[0] else ("vllm/vllm-openai", "")
    server.command = at_place("spec.engine", *_VLLM)
    server.args = [(f"--model={model}", _URL), *server.args]
    yield server.part(Label(leaves_out=leaves_out))


def _ollama(server: Assembled, url: str) -> Iterator[Part]:
    """What a probe of the server pulls and it then serves; its own arguments name nothing."""
    match = _ADDRESS.fullmatch(url)
    if match is not None and match[1] != "pvc" and not _NOT_PULLED.search(match[3] or ""):
        server.command, server.args = at_place(_URL, "ollama", "pull", match[2]), []
    yield _beside(server, "ollama/ollama")


def _beside(server: Assembled, image: str = "") -> Part:
    """A server whose model is told beside it."""
    server.image = server.image if server.image[0] else (image, "")
    return server.part()
