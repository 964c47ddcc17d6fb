"""The report for people: per workload what it runs, what it loads, and what could not be told."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pinfold.cli.output.style import Mark, Style
from pinfold.cli.report import Inspected, Report, line_of
from pinfold.documents.model import BrokenDocument
from pinfold.inspect.workload import (
    Act,
    Artefact,
    Hazard,
    ImageUse,
    Opaque,
    Origin,
    Provenance,
    Role,
    State,
    Where,
)

_HEX = re.compile(r"[0-9a-f]{40,}")
_ROLES = {
    Role.INIT: "init container",
    Role.SIDECAR: "sidecar",
    Role.CONTAINER: "container",
    Role.EPHEMERAL: "ephemeral container",
    Role.VOLUME: "image volume",
}
_MARKS = {
    State.PINNED: Mark.PINNED,
    State.UNPINNED: Mark.OPEN,
    State.UNPINNABLE: Mark.OPEN,
}


@dataclass(frozen=True, slots=True)
class _Item:
    """A fact: its mark, what it is, and below it where it stands and what follows from it."""

    mark: Mark
    title: str
    lines: tuple[str, ...]


def as_text(report: Report, style: Style) -> str:
    """The whole report; its last line sums up."""
    blocks = [_workload(read, style) for read in report.workloads]
    if report.errors:
        items = [_error(broken) for broken in report.errors]
        blocks.append("\n".join([style.strong("Not read"), *_lines(items, style)]))
    return "\n\n".join([*blocks, "\n".join([*report.unbuilt, _summary(report)])])


def _workload(read: Inspected, style: Style) -> str:
    workload = read.workload
    name = "/".join(part for part in (workload.namespace, workload.name) if part) or "(no name)"
    source = "standard input" if read.document.source == "-" else read.document.source
    title = style.strong(f"{workload.kind} {style.quote(name)}")
    where = style.faint(f"{style.quote(source)}, line {read.document.line}")
    sections = (
        ("Runs", [_image(use, read) for use in workload.images]),
        ("Loads", [_artefact(artefact, read) for artefact in workload.artefacts]),
        ("Takes risks", [_hazard(hazard, read) for hazard in workload.hazards]),
        ("Cannot be told", [_opaque(opaque, read) for opaque in workload.opaque]),
    )
    lines = [f"{title}  {where}"]
    for heading, items in sections:
        if items:
            lines += [f"  {heading}", *_lines(items, style)]
    return "\n".join(lines)


def _lines(items: list[_Item], style: Style) -> Iterator[str]:
    indent = "      " if style.rich else "        "
    for item in items:
        yield f"    {style.mark(item.mark)} {_shortened(style.quote(item.title), style)}"
        for line in item.lines:
            yield indent + style.faint(_shortened(style.quote(line), style))


def _shortened(text: str, style: Style) -> str:
    """Digests and commits are too long to read, and the JSON has them whole."""
    return _HEX.sub(lambda match: match[0][:12] + ("…" if style.rich else "..."), text)


def _image(use: ImageUse, read: Inspected) -> _Item:
    where = f"{_ROLES[use.role]} {use.container}, {_at(use.place, read)}"
    if use.reference is None:
        return _Item(Mark.OPEN, use.text or '""', (where, f"no image reference: {use.problem}"))
    if use.reference.digest:
        return _Item(Mark.PINNED, use.text, (where,))
    found = "a digest that containerd cannot pull by" if use.reference.other_digest else "no digest"
    return _Item(
        Mark.OPEN, use.text, (where, f"{found}: what runs can change; append @sha256:<digest>")
    )


def _artefact(artefact: Artefact, read: Inspected) -> _Item:
    unnamed = "in the image" if artefact.where is Where.IMAGE else "of a name that is not known"
    name = unnamed if artefact.id is None else artefact.id
    revision = f" at {artefact.revision}" if artefact.revision else ""
    does = "fetched" if artefact.act is Act.FETCH else "loaded"
    via = "".join(f", via {step}" for step in artefact.via)
    where = (
        f"{does} by {artefact.server} in container {artefact.container},"
        f" {_at(artefact.place, read)}{via}"
    )
    lines = [where, *_consequences(artefact, read)]
    return _Item(_mark_of(artefact), f"{artefact.kind} {name}{revision}", tuple(lines))


def _mark_of(artefact: Artefact) -> Mark:
    provenance = artefact.provenance
    if artefact.state is State.LOCAL and provenance is not None:
        known = {state.value: mark for state, mark in _MARKS.items()}
        return known.get(provenance.state, Mark.UNKNOWN)
    return _MARKS.get(artefact.state, Mark.UNKNOWN)


def _consequences(artefact: Artefact, read: Inspected) -> Iterator[str]:
    if artefact.reading:
        yield f"if it is read as {artefact.reading}"
    if artefact.origin is Origin.HUB and artefact.endpoint not in (None, "https://huggingface.co"):
        yield f"asked of {artefact.endpoint}"
    match artefact.state:
        case State.UNPINNED:
            yield f"{_followed(artefact)}: its files can change{_fix(artefact)}"
        case State.UNPINNABLE:
            yield f"{artefact.server} offers no way to pin it here{_fix(artefact)}"
        case State.OPAQUE:
            yield "what it is cannot be told from the manifest"
        case State.LOCAL:
            yield _traced(artefact.provenance, read)


def _followed(artefact: Artefact) -> str:
    if artefact.revision is None:
        return "no revision"
    return f"{artefact.revision} is no full commit id"


def _fix(artefact: Artefact) -> str:
    return f"; add {artefact.pin.to('<40-hex commit>')}" if artefact.pin else ""


def _traced(provenance: Provenance | None, read: Inspected) -> str:
    if provenance is None:
        return "a local path"
    if provenance.by is None:
        where = f"on volume {provenance.volume}" if provenance.volume else "in the image"
        return f"a local path {where}: nothing here says what that holds ({provenance.state})"
    filled = f"on volume {provenance.volume}, filled from" if provenance.volume else "in the image,"
    return f"a local path {filled} {_at(provenance.by, read)} ({provenance.state})"


def _hazard(hazard: Hazard, read: Inspected) -> _Item:
    where = f"container {hazard.container}, {_at(hazard.place, read)}"
    what = f"{hazard.hazard}: {hazard.text}" if hazard.text else hazard.hazard
    return _Item(Mark.HAZARD, what, (where,))


def _opaque(opaque: Opaque, read: Inspected) -> _Item:
    where = f"container {opaque.container}, {_at(opaque.place, read)}"
    return _Item(Mark.UNKNOWN, f"{opaque.detail} ({opaque.code})", (where,))


def _error(broken: BrokenDocument) -> _Item:
    source = "standard input" if broken.source == "-" else broken.source
    where = f"{source}, line {broken.line}"
    return _Item(Mark.UNKNOWN, where, (broken.message,))


def _at(place: str, read: Inspected) -> str:
    return f"line {line_of(read.document, place)}: {place}"


def _summary(report: Report) -> str:
    if not report.workloads and not report.errors:
        found = f" among {_count(report.others, 'document')}" if report.others else ""
        return f"Nothing to inspect: no workload{found}."
    workloads = [read.workload for read in report.workloads]
    images = [use for workload in workloads for use in workload.images]
    artefacts = [artefact for workload in workloads for artefact in workload.artefacts]
    tagged = sum(use.reference is None or use.reference.digest is None for use in images)
    unpinned = sum(_mark_of(artefact) is Mark.OPEN for artefact in artefacts)
    unknown = sum(len(workload.opaque) for workload in workloads)
    parts = [
        _count(len(workloads), "workload"),
        _count(len(images), "image") + (f" ({tagged} without a digest)" if tagged else ""),
        _count(len(artefacts), "artefact") + (f" ({unpinned} not pinned)" if unpinned else ""),
        *([f"{unknown} not to be told"] if unknown else []),
        *([_count(len(report.errors), "document") + " not read"] if report.errors else []),
    ]
    return ", ".join(parts) + "."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")
