"""A scan as a table for people: by namespace the workloads, their pods, the rules and the fixes."""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from pinfold.cli.output.style import Style
from pinfold.cli.scanned import Found, Scan

_NARROWEST = 40  # columns for what is wrong and its fix; below that they go below
_HEADS = ("WORKLOAD", "PODS", "RULE", "WHAT TO DO")


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of the table; what was said in the line above is left empty."""

    cells: tuple[str, str, str]
    what: str
    fix: str


def as_text(scan: Scan, style: Style, width: int | None) -> str:
    """The whole scan; `width` are the columns of the terminal, None where lines may be long."""
    blocks = [
        "\n".join(_namespace(name, list(members), scan, style, width))
        for name, members in groupby(scan.refused, key=lambda found: found.namespace)
    ]
    if scan.notes:
        blocks.append("\n".join(f"Note: {style.quote(note.text)}." for note in scan.notes))
    return "\n\n".join([*blocks, "\n".join(_summary(scan))])


def _namespace(
    name: str, members: Sequence[Found], scan: Scan, style: Style, width: int | None
) -> Iterator[str]:
    yield style.strong(f"Namespace {name}") + style.faint(_state(name, scan))
    rows = [row for found in members for row in _rows(found, style)]
    columns = [
        max(map(len, column))
        for column in zip(_HEADS[:3], *(row.cells for row in rows), strict=True)
    ]
    room = None if width is None else width - sum(columns) - 2 * len(columns) - 2
    if room is not None and room < _NARROWEST:
        assert width is not None
        yield from _stacked(rows, width)
        return
    yield style.faint(f"  {_cells(_HEADS[:3], columns)}  {_HEADS[3]}")
    for row in rows:
        yield f"  {_cells(row.cells, columns)}  {_words(row, room, style)}"


def _state(name: str, scan: Scan) -> str:
    if scan.enforced is None:
        return ""
    return "  refusals are on" if name in scan.enforced else "  refusals are not on yet"


def _rows(found: Found, style: Style) -> Iterator[_Row]:
    workload, pods = f"{found.kind} {style.quote(found.name)}", str(found.refused)
    last = ""
    for entry in sorted(found.refusals, key=lambda entry: entry.objection.violation.rule):
        violation = entry.objection.violation
        rule = violation.rule if violation.rule != last else ""
        what = f"{violation.container}: {violation.found}"
        yield _Row((workload, pods, rule), style.quote(what), style.quote(violation.fix))
        workload, pods, last = "", "", violation.rule


def _cells(texts: Sequence[str], columns: Sequence[int]) -> str:
    workload, pods, rule = texts
    return f"{workload.ljust(columns[0])}  {pods.rjust(columns[1])}  {rule.ljust(columns[2])}"


def _words(row: _Row, room: int | None, style: Style) -> str:
    """In one line, the fix whole if that is possible at all."""
    words = f"{row.what}; {row.fix}"
    if room is None or len(words) <= room:
        return words
    dots = "…" if style.rich else "..."
    left = room - len(row.fix) - len(dots) - 1
    if left >= _NARROWEST // 2:
        return f"{row.what[:left]}{dots} {row.fix}"
    return words[: room - len(dots)] + dots


def _stacked(rows: Sequence[_Row], width: int) -> Iterator[str]:
    """For a narrow terminal: nothing beside each other, nothing cut."""
    for row in rows:
        workload, pods, rule = row.cells
        if workload:
            head = f"{workload}, {_count(int(pods), 'pod')}"
            yield from textwrap.wrap(head, width, initial_indent="  ", subsequent_indent="    ")
        words = f"[{rule}] {row.what}; {row.fix}" if rule else f"{row.what}; {row.fix}"
        yield from textwrap.wrap(words, width, initial_indent="    ", subsequent_indent="      ")


def _summary(scan: Scan) -> Iterator[str]:
    names = ", ".join(sorted(policy.name for policy in scan.policies.policies))
    if scan.unjudged:
        yield f"Never judged, and left out: {', '.join(scan.unjudged)}."
    pods = sum(found.pods for found in scan.workloads)
    looked = f"{_count(len(scan.workloads), 'workload')} with {_count(pods, 'pod')}"
    if not scan.refused:
        yield f"Nothing would be refused: {looked}, judged by {names}."
        return
    refused = sum(found.refused for found in scan.refused)
    yield (
        f"{len(scan.refused)} of {looked} would be refused, and {_count(refused, 'pod')} of them"
        f" could not be made again; judged by {names}."
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
