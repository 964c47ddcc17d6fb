"""Kinds with PodSpecs of their own and a model beside them: Ollama's, Seldon's, and others'.

Source: nekomeowww/ollama-operator api/ollama/v1, SeldonDeployment v1 of Seldon Core 1 (its graph
is a tree of units), llm-d-model-service api/v1alpha1, yatai-deployment apis/serving/v2alpha1,
SlinkyProject/slurm-operator api/v1beta1, defilantech/LLMKube api/v1alpha1 and its
internal/controller/source.go.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from pinfold.inspect.podspec import Container, PodSpec, Volume, VolumeMount
from pinfold.inspect.resources.addresses import with_at
from pinfold.inspect.resources.assembled import Assembled, at_place, texts_at, variables_at
from pinfold.inspect.resources.parts import Label, Move, Part
from pinfold.inspect.resources.paths import array, concrete, converted, field, mapping, text
from pinfold.inspect.resources.placeholders import with_holes
from pinfold.inspect.resources.stored import fetched
from pinfold.inspect.workload import Code, ContainerFacts, Opaque, Where

_OF_SLURM = ("slurmd", "logfile", "login")
_STORED = Label(where=Where.STORAGE_URI, pod="spec")


def with_text_holes(part: Part, _value: Mapping[str, Any]) -> Part:
    """A PodSpec in which a controller fills in `{{ … }}`."""
    return replace(part, spec=with_holes(part.spec))


def ollama(value: Mapping[str, Any], _parts: tuple[Part, ...]) -> Iterator[Part]:
    """The name that the operator has its server pull."""
    for place, node in concrete(value, "spec"):
        if name := text(mapping(node, place), "image", place):
            made = Assembled("spec", "model")
            made.command = at_place("spec.image", "ollama", "pull", name)
            yield made.part()


def seldon(value: Mapping[str, Any], _parts: tuple[Part, ...]) -> Iterator[Part]:
    """The addresses in the graph of each predictor."""
    pending = list(concrete(value, "spec.predictors[].graph"))
    pending += concrete(value, "spec.predictors[].explainer")
    for place, node in pending:  # it grows on the way
        unit = mapping(node, place)
        if address := text(unit, "modelUri", place):
            at = field(place, "modelUri")
            yield fetched(place, address, at, text(unit, "name", place) or "model", _STORED)
        children = array(unit.get("children") or (), field(place, "children"))
        pending += [(f"{place}.children[{i}]", child) for i, child in enumerate(children)]


def artifacts(value: Mapping[str, Any], _parts: tuple[Part, ...]) -> Iterator[Part]:
    """The address that a ModelService of llm-d's gives to its servers."""
    for place, node in concrete(value, "spec.modelArtifacts"):
        if address := text(mapping(node, place), "uri", place):
            yield fetched("spec", address, field(place, "uri"), "model", _STORED)


def bento(value: Mapping[str, Any], _parts: tuple[Part, ...]) -> Iterator[Part]:
    """What a Bento loads is written in it, and its image is built from it in the cluster."""
    for place, node in concrete(value, "spec"):
        if name := text(mapping(node, place), "bento", place):
            detail = f'what the Bento "{name}" loads is written in it alone'
            row = Opaque("bento", Code.SCRIPT_IN_IMAGE, detail, "spec.bento")
            yield Part("spec", PodSpec(), facts=ContainerFacts(opaque=(row,)))


def slurm(value: Mapping[str, Any], _parts: tuple[Part, ...]) -> Iterator[Part]:
    """The containers of Slurm's sets that stand in fields of their own, beside a template."""
    for name in _OF_SLURM:
        for place, node in concrete(value, f"spec.{name}"):
            container = converted({"name": name, **mapping(node, place)}, Container, place)
            yield Part(place, PodSpec((container,)), (Move(f"{place}.containers[0]", place),))


# -- LLMKube -------------------------------------------------------------------------------------

_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+(?:@.*)?", re.ASCII)
_SHA256 = re.compile(r"[0-9a-fA-F]{64}")
_FOLDER = "/models"
_LLAMA = ("llama-server", "--model", _FOLDER)
# What the operator starts for a `runtime` (its internal/controller/runtime_*.go).
_SERVERS = {
    "": _LLAMA,
    "llamacpp": _LLAMA,
    "vllm": ("vllm", "serve", _FOLDER),
    "sglang": ("python3", "-m", "sglang.launch_server", "--model-path", _FOLDER),
    "tgi": ("text-generation-launcher", "--model-id", _FOLDER),
}


def llmkube_model(value: Mapping[str, Any], _parts: tuple[Part, ...]) -> Iterator[Part]:
    """Where a Model comes from, and the checksum that it is compared with."""
    for place, node in concrete(value, "spec"):
        source = text(mapping(node, place), "source", place)
        if source:
            digest = text(mapping(node, place), "sha256", place).lower()
            label = replace(
                _STORED, digest=f"sha256:{digest}" if _SHA256.fullmatch(digest) else None
            )
            source = f"hf://{source}" if _REPOSITORY.fullmatch(source) else source
            yield with_at("spec", source, "spec.source", "model", label)


def llmkube_service(value: Mapping[str, Any], _parts: tuple[Part, ...]) -> Iterator[Part]:
    """The server of a Model that another object names."""
    for place, node in concrete(value, "spec"):
        spec = mapping(node, place)
        image = text(spec, "image", place)
        made = Assembled("spec", "server", (image, "spec.image") if image else ("", ""))
        made.command = texts_at(spec, "command", place)
        made.args = texts_at(spec, "args", place)
        program = _SERVERS.get(text(spec, "runtime", place))
        if program is not None and not made.command:
            made.command = at_place("spec.modelRef", *program)
        made.args += texts_at(spec, "extraArgs", place)
        made.env = variables_at(spec, "env", place)
        made.volumes, made.mounts = (Volume("models"),), (VolumeMount("models", _FOLDER),)
        yield made.part(Label(leaves_out=_FOLDER))
