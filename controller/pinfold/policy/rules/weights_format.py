"""weights-format: weights are tensors and nothing else, never pickles."""

from collections.abc import Iterator
from typing import Annotated

import msgspec

from pinfold.inspect.servers.weights import PICKLE, is_pickle
from pinfold.inspect.workload import Artefact, Hazard, Workload
from pinfold.policy.names import are_all_beside
from pinfold.policy.patterns import parse_paths
from pinfold.policy.rules.options import Text, WarningOptions
from pinfold.policy.violation import Violation

ID = "weights-format"
FIELD = "weightsFormat"
SUMMARY = "Weights are safetensors or another format without code, never pickles."
_WHY = "a pickle is a program: loading it can run what its author wrote"
_NO_PICKLES = frozenset({"llama.cpp", "ollama"})  # their files have other formats


class Options(WarningOptions, frozen=True, kw_only=True, rename="camel"):
    """Options of weights-format."""

    allowed: Annotated[
        tuple[Text, ...],
        msgspec.Meta(
            max_length=64,
            description="Repositories, addresses and paths whose pickles are trusted, as acme/*; *"
            " stands for any run of characters.",
        ),
    ] = ()


def check(workload: Workload, options: Options) -> Iterator[Violation]:
    """One violation for each pickle, and for each loader of pickles."""
    told = set()
    for hazard in workload.hazards:
        if hazard.hazard == PICKLE:
            told.add(hazard.place)
            if not are_all_beside(hazard, workload, parse_paths(options.allowed)):
                yield _loader(hazard)
    for artefact in workload.artefacts:
        if artefact.place not in told and _is_pickle(artefact, options):
            yield _file(artefact)


def _is_pickle(artefact: Artefact, options: Options) -> bool:
    """Whether it is one that nobody has allowed."""
    name = artefact.id or ""
    allowed = any(glob.matches(name) for glob in parse_paths(options.allowed))
    is_one = artefact.server not in _NO_PICKLES and is_pickle(name)
    return is_one and (".." in name or not allowed)


def _loader(hazard: Hazard) -> Violation:
    option, _, value = hazard.text.partition(" ")
    if value:
        found, fix = f"{hazard.text} loads pickles only", f"write {option}=safetensors"
    elif hazard.text.endswith(("load", "loads")):
        found = f"{hazard.text}() unpacks a pickle"
        fix = "load safetensors, or write torch.load(…, weights_only=True)"
    else:
        found = f'"{hazard.text or "a file"}" is a pickle'
        fix = "take the .safetensors files of the repository instead"
    return Violation(
        rule=ID, container=hazard.container, place=hazard.place, found=found, why=_WHY, fix=fix
    )


def _file(artefact: Artefact) -> Violation:
    return Violation(
        rule=ID,
        container=artefact.container,
        place=artefact.place,
        found=f'{artefact.kind} "{artefact.id}" is a pickle',
        why=_WHY,
        fix="take a .safetensors or .gguf file instead",
        artefact=artefact.id,
    )
