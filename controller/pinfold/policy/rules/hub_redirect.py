"""hub-redirect: the hub that a name means is the one that answers."""

from collections.abc import Iterator
from typing import Annotated

import msgspec

from pinfold.inspect.servers.hub import MODELSCOPE
from pinfold.inspect.servers.redirected import CACHE, ENDPOINT, OTHER_HUB, REDIRECT
from pinfold.inspect.workload import Artefact, Hazard, Origin, Workload
from pinfold.policy.names import HUB
from pinfold.policy.rules.options import Text, WarningOptions
from pinfold.policy.violation import Violation

ID = "hub-redirect"
FIELD = "hubRedirect"
SUMMARY = "The hub that a model's name means is the one that answers."


class Options(WarningOptions, frozen=True, kw_only=True, rename="camel"):
    """Options of hub-redirect."""

    trusted_endpoints: Annotated[
        tuple[Text, ...],
        msgspec.Meta(
            min_length=1,
            max_length=16,
            description="Hubs that may answer: https://huggingface.co, a mirror of your own"
            f" (HF_ENDPOINT), {MODELSCOPE} for ModelScope.",
        ),
    ] = (HUB,)


def check(workload: Workload, options: Options) -> Iterator[Violation]:
    """One violation for each setting by which something else answers."""
    trusted = {endpoint.rstrip("/") for endpoint in options.trusted_endpoints}
    told = set()
    for hazard in workload.hazards:
        if hazard.hazard == ENDPOINT:
            endpoint = hazard.text.partition("=")[2]
            told.add((hazard.container, endpoint))
            if endpoint not in trusted:
                yield _endpoint(hazard, endpoint)
        elif hazard.hazard == OTHER_HUB:
            told.add((hazard.container, MODELSCOPE))
            if not ("MODELSCOPE" in hazard.text and MODELSCOPE in trusted):
                yield _other_hub(hazard)
        elif hazard.hazard == REDIRECT:
            yield _redirect(hazard)
        elif hazard.hazard == CACHE:
            yield _cache(hazard)
    for artefact in workload.artefacts:
        answers = _hub_of(artefact)
        if answers and answers not in trusted and (artefact.container, answers) not in told:
            yield _of_artefact(artefact, answers)


def _hub_of(artefact: Artefact) -> str:
    if artefact.origin is Origin.MODELSCOPE:
        return MODELSCOPE
    return (artefact.endpoint or "").rstrip("/")


def _of_artefact(artefact: Artefact, endpoint: str) -> Violation:
    return Violation(
        rule=ID,
        container=artefact.container,
        place=artefact.place,
        found=f'{artefact.kind} "{artefact.id}" is answered by {endpoint}',
        why="what a name and a commit mean is up to the hub that answers",
        fix=f"load it from {HUB}, or ask your cluster admin to add {endpoint} to"
        " hubRedirect.trustedEndpoints",
        artefact=artefact.id,
    )


def _endpoint(hazard: Hazard, endpoint: str) -> Violation:
    name = hazard.text.partition("=")[0]
    if not endpoint or "$" in endpoint:
        found = f"{name} makes an address answer that is known only when the pod runs"
        fix = f"remove {name}, or write the address itself"
    else:
        found = f"{name} makes {endpoint} answer for the hub"
        fix = f"remove {name}, or ask your cluster admin to add {endpoint} to"
        fix += " hubRedirect.trustedEndpoints"
    why = "what a name and a commit mean is up to the hub that answers"
    return _violation(hazard, found=found, why=why, fix=fix)


def _other_hub(hazard: Hazard) -> Violation:
    fix = f"remove {hazard.text}"
    if "MODELSCOPE" in hazard.text:
        fix += f", or ask your cluster admin to add {MODELSCOPE} to hubRedirect.trustedEndpoints"
    return _violation(
        hazard,
        found=f"{hazard.text} takes names for those of another hub",
        why="the same name can be somebody else's there, and a commit means nothing",
        fix=fix,
    )


def _redirect(hazard: Hazard) -> Violation:
    return _violation(
        hazard,
        found=f"{hazard.text} can give any name another meaning",
        why="what is loaded is written in a file, not here",
        fix=f"remove {hazard.text}, and write the names that are meant",
    )


def _cache(hazard: Hazard) -> Violation:
    return _violation(
        hazard,
        found=f"{hazard.text}: the cache is believed, and it can be written to",
        why="what lies there under a commit is loaded without a look at the hub",
        fix="mount it with readOnly: true, or load the files from an image volume pinned by"
        " @sha256:<digest>",
    )


def _violation(hazard: Hazard, *, found: str, why: str, fix: str) -> Violation:
    return Violation(
        rule=ID, container=hazard.container, place=hazard.place, found=found, why=why, fix=fix
    )
