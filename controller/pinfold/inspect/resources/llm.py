"""KServe's LLMInferenceService and its Config: vLLM, started by a command that args only extend.

Source: pkg/apis/serving/v1alpha2/llm_inference_service_types.go and config/llmisvcconfig of KServe.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import msgspec

from pinfold.inspect.kinds import WorkloadKind
from pinfold.inspect.podspec import Container, PodSpec
from pinfold.inspect.resources.parts import Label, Move, Part, moved_again, written
from pinfold.inspect.resources.patches import Patched
from pinfold.inspect.resources.paths import array, field, mapping, text, without_nulls
from pinfold.inspect.resources.placeholders import with_holes
from pinfold.inspect.resources.runtimes import CONFIG, Runtimes
from pinfold.inspect.resources.stored import FOLDER, Stored, with_stored
from pinfold.inspect.workload import Code, ContainerFacts, Kind, Opaque

_MAIN = "main"
_SERVING = ("spec.template", "spec.worker", "spec.prefill.template", "spec.prefill.worker")
# The container that names no command of its own evaluates these, and its arguments behind them.
_COMMAND = ("vllm", "serve", FOLDER)
_SIMPLE = re.compile(r"[A-Za-z0-9_@%+=:,./-]+")
# What KServe's own are called: they start vLLM, or what stands before it, and name no model.
_PRESETS = "kserve-config-llm-"
_MORE = "VLLM_ADDITIONAL_ARGS"
_IMAGE = "vllm/vllm-openai"


def parts_of(row: WorkloadKind, value: Mapping[str, Any], runtimes: Runtimes) -> Iterator[Part]:
    """The pods of the service, with what its bases say below what it says itself."""
    spec = mapping(value["spec"], "spec") if value.get("spec") is not None else {}
    references = array(spec.get("baseRefs") or (), "spec.baseRefs")
    laid = Patched({}, "spec")
    for index, reference in enumerate(references):
        place = f"spec.baseRefs[{index}]"
        name = text(mapping(reference, place), "name", place)
        base = runtimes.named(CONFIG, name, value)
        if base is not None:
            laid.lay_all_from(without_nulls(mapping(base.get("spec") or {}, place)), place)
        elif not name.startswith(_PRESETS):
            detail = f'{CONFIG} "{name}" is not at hand, and can name more to load'
            row_of_it = Opaque(_MAIN, Code.CONFIGMAP, detail, place)
            yield Part("spec", PodSpec(), facts=ContainerFacts(opaque=(row_of_it,)))
    if laid.moves:
        laid.lay(spec, "spec")
        value = {**value, "spec": laid.value}
    parts = tuple(each(part, value) for part in written(row, value))
    for part in (*parts, *more(value, parts)):
        yield moved_again(part, laid.moves) if laid.moves else part


def each(part: Part, value: Mapping[str, Any]) -> Part:
    """A PodSpec of the service, as it will be started."""
    part = replace(part, spec=with_holes(part.spec))
    if part.path not in _SERVING:
        return part
    for index, container in enumerate(part.spec.containers):
        if container.name == _MAIN:
            part = _served(part, index)
    return with_stored(part, _stored(value), "spec", (_MAIN,))


def _served(part: Part, index: int) -> Part:
    container = part.spec.containers[index]
    made = f"{part.path}.containers[{index}]"
    moves, listed = list(part.moves), part.made
    if not container.command:
        written = f"{made}.args" if container.args else "spec.model.uri"
        moves.append(Move(f"{made}.command", written, Label(leaves_out=FOLDER), ends=True))
        command, args = _started(container)
        container = msgspec.structs.replace(container, command=command, args=args)
    if not container.image:
        listed |= {made}
        container = msgspec.structs.replace(container, image=_IMAGE)
    containers = list(part.spec.containers)
    containers[index] = container
    spec = msgspec.structs.replace(part.spec, containers=tuple(containers))
    return replace(part, spec=spec, moves=tuple(moves), made=listed)


def _started(container: Container) -> tuple[tuple[str, ...], tuple[str, ...] | None]:
    """Command and arguments that come to the same: words that are no shell's stay as they are.

    Else it is what the shell evaluates, as a script, with variables and arguments as text of it.
    """
    given = {variable.name: variable.value for variable in container.env or ()}
    more = given.get(_MORE, None if container.env_from else "")
    args = container.args or ()
    if more == "" and all(_SIMPLE.fullmatch(word) for word in args):
        return _COMMAND, container.args
    script = ("exec", *_COMMAND, f"${_MORE}" if more is None else more, *args)
    return ("/bin/bash", "-c", " ".join(script)), None


def more(value: Mapping[str, Any], parts: tuple[Part, ...]) -> Iterator[Part]:
    """What is fetched, where no PodSpec is written that it is fetched for."""
    if not any(part.path in _SERVING for part in parts):
        part = with_stored(Part("spec", PodSpec()), _stored(value), "spec", ())
        if part.moves:
            yield part


def _stored(value: Mapping[str, Any]) -> list[Stored]:
    spec = mapping(value["spec"], "spec") if value.get("spec") is not None else {}
    model = mapping(spec.get("model") or {}, "spec.model")
    found = [_one(model, "spec.model", FOLDER, None)]
    lora = mapping(model.get("lora") or {}, "spec.model.lora")
    adapters = array(lora.get("adapters") or (), "spec.model.lora.adapters")
    for index, adapter in enumerate(adapters):
        place = f"spec.model.lora.adapters[{index}]"
        folder = f"{FOLDER}/lora/{index}"
        found.append(_one(mapping(adapter, place), place, folder, Kind.ADAPTER))
    return [one for one in found if one.address]


def _one(model: Mapping[str, Any], place: str, folder: str, kind: Kind | None) -> Stored:
    return Stored(text(model, "uri", place), field(place, "uri"), "model", folder, kind)
