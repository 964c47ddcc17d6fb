"""model-source: models come from approved organisations and buckets only."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated

import msgspec

from pinfold.inspect.workload import Artefact, Hazard, Origin, Workload
from pinfold.policy.rules.options import Text, WarningOptions
from pinfold.policy.sources import Approved, disguised, parse_sources, source_of, taken_for
from pinfold.policy.violation import Violation

ID = "model-source"
FIELD = "modelSource"
SUMMARY = "Models come from approved organisations and buckets only."
_RUNTIME = "runtime-lora"


class From(StrEnum):
    """What may fill the folder that a server loads from."""

    ANY = "Any"
    KNOWN = "Known"


class Options(WarningOptions, frozen=True, kw_only=True, rename="camel"):
    """Options of model-source."""

    allowed: Annotated[
        tuple[Text, ...],
        msgspec.Meta(
            max_length=128,
            description="Organisations and repositories of a hub, as acme/* or acme/model, and"
            " addresses such as s3://bucket/models or modelscope://acme/*; * stands for any run of"
            " characters, an entry without one covers all that is below it. Empty: every source.",
        ),
    ] = ()
    provenance: Annotated[
        From,
        msgspec.Meta(
            description="Known: a path must lie in the image, on an image volume, or where a"
            " download of the same pod puts it. Any: also on a claim, a host path or a CSI volume."
        ),
    ] = From.ANY

    def __post_init__(self) -> None:
        """Raises InvalidPattern, a ValueError, which msgspec reports with the field's path."""
        parse_sources(self.allowed)


def check(workload: Workload, options: Options) -> Iterator[Violation]:
    """One violation for each artefact from elsewhere, or from nobody knows where."""
    approved = parse_sources(options.allowed)
    for artefact in workload.artefacts:
        source = source_of(artefact)
        if source is None:
            yield from _of_path(artefact, approved, options)
        elif approved and not any(one.covers(source) for one in approved):
            yield _not_approved(artefact, source, approved)
    for hazard in workload.hazards:
        if hazard.hazard == _RUNTIME:
            yield _at_run_time(hazard)


def _of_path(
    artefact: Artefact, approved: tuple[Approved, ...], options: Options
) -> Iterator[Violation]:
    if artefact.origin is not Origin.LOCAL or artefact.id is None:
        return
    other = disguised(artefact.id, approved)
    if other is not None:
        yield _violation(
            artefact,
            found=f'{artefact.kind} "{artefact.id}" only looks like one of "{other}": it has'
            " letters of another script",
            why="no hub has it, and a folder of that name would be loaded",
            fix="write its name anew, by hand",
        )
    source = artefact.provenance
    if options.provenance is From.KNOWN and (source is None or source.state == "unknown"):
        where = (
            f"on volume {source.volume}" if source and source.volume else "where nobody can tell"
        )
        yield _violation(
            artefact,
            found=f'{artefact.kind} "{artefact.id}" lies {where}',
            why="nothing here says who put it there, and it can change",
            fix="load it from an image volume pinned by @sha256:<digest>, or from an emptyDir that"
            " an init container fills with hf download --revision <40-hex commit>",
        )


def _not_approved(artefact: Artefact, source: str, approved: tuple[Approved, ...]) -> Violation:
    other = taken_for(source, approved)
    if other is not None:
        return _violation(
            artefact,
            found=f'{artefact.kind} "{artefact.id}" is not approved, and looks like "{other}"',
            why="a name that can be taken for another's may be there for that",
            fix=f"write {other}, if that is what you mean",
        )
    names = [one.text for one in approved]
    shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    return _violation(
        artefact,
        found=f'{artefact.kind} "{artefact.id}" is {source}, which no approved source covers',
        why="nobody here vouches for what it holds",
        fix=f"load one from: {shown}",
    )


def _violation(artefact: Artefact, *, found: str, why: str, fix: str) -> Violation:
    return Violation(
        rule=ID,
        container=artefact.container,
        place=artefact.place,
        found=found,
        why=why,
        fix=fix,
        artefact=artefact.id,
    )


def _at_run_time(hazard: Hazard) -> Violation:
    setting = hazard.text or hazard.hazard
    return Violation(
        rule=ID,
        container=hazard.container,
        place=hazard.place,
        found=f"{setting} lets clients load adapters that no manifest names",
        why="whoever reaches its port chooses what is loaded",
        fix=f"remove {setting}, and name the adapters with --lora-modules",
    )
