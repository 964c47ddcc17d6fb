"""A check for people: each objection at its line, with what is wrong, why, and what to type."""

import unicodedata
from collections.abc import Iterator

from pinfold.cli.judge import Check, Judged, Objection
from pinfold.cli.output.style import Style
from pinfold.cli.regions import Region, quoted_line, region_of
from pinfold.documents.model import BrokenDocument, Document
from pinfold.policy.violation import Mode

_BEFORE, _MARKED, _AFTER = 48, 80, 24  # characters of a quoted line that are shown
_VERDICTS = {  # of one, of several, and the colour
    Mode.ENFORCE: ("refused", "refused", "31"),
    Mode.WARN: ("warning", "warned", "33"),
    Mode.AUDIT: ("counted", "counted", "36"),
    None: ("exempted", "exempted", "2"),
}


def as_text(check: Check, style: Style) -> str:
    """The whole check; its last line sums up."""
    blocks = [
        "\n".join(objection_lines(judged, objection, style))
        for judged in check.workloads
        for objection in judged.objections
    ]
    blocks += [_error(broken, style) for broken in check.errors]
    return "\n\n".join([*blocks, "\n".join(summary_lines(check))])


def objection_lines(judged: Judged, objection: Objection, style: Style) -> Iterator[str]:
    """One objection as a compiler would tell it."""
    document, violation = judged.read.document, objection.violation
    region = region_of(document, violation.place)
    where = f"{_source(document.source, style)}:{region.line}:{region.column}:"
    yield (
        f"{style.strong(where)} {_verdict(objection.mode, style)} [{violation.rule}]"
        f' {style.quote(name_of(judged))}, container "{style.quote(violation.container)}"'
    )
    if objection.mode is not None:
        yield from _excerpt(document, region, style)
    yield f"  {style.quote(violation.found)}; {violation.why}."
    if objection.mode is not None:
        yield f"  Fix: {style.quote(violation.fix)}"
        if violation.find:
            yield f"  Print it: {style.quote(violation.find)}"
    yield style.faint(f"  {_whose(objection, style)}, {style.quote(violation.place)}")


def name_of(judged: Judged) -> str:
    """The workload as people call it: Deployment ml/llama."""
    workload = judged.read.workload
    return f"{workload.kind} {workload.namespace}/{workload.name or '(no name)'}"


def _verdict(mode: Mode | None, style: Style) -> str:
    word, _, colour = _VERDICTS[mode]
    return f"\x1b[{colour}m{word}\x1b[0m" if style.rich else word


def _whose(objection: Objection, style: Style) -> str:
    names = [
        f'"{style.quote(finding.policy)}"'
        + (f' (exemption "{style.quote(finding.exemption)}")' if finding.exemption else "")
        for finding in objection.findings
    ]
    return f"{'policy' if len(names) == 1 else 'policies'} {', '.join(names)}"


def _excerpt(document: Document, region: Region, style: Style) -> Iterator[str]:
    before, marked, after = quoted_line(document, region)
    before = style.quote(_cut(before.expandtabs(4), _BEFORE, style, from_end=True))
    marked = style.quote(_cut(marked, _MARKED, style))
    after = style.quote(_cut(after, _AFTER, style))
    number = str(region.line)
    yield style.faint(f"  {number} | ") + before + style.strong(marked) + style.faint(after)
    carets = "^" * max(1, _width(marked))
    yield style.faint(f"  {' ' * len(number)} | ") + " " * _width(before) + style.strong(carets)


def _cut(text: str, most: int, style: Style, *, from_end: bool = False) -> str:
    if len(text) <= most:
        return text
    dots = "…" if style.rich else "..."
    return dots + text[-most:] if from_end else text[:most] + dots


def _width(text: str) -> int:
    """Cells on a terminal: a character of East Asia has two, a combining one has none."""
    return sum(
        0 if unicodedata.combining(char) else 1 + (unicodedata.east_asian_width(char) in "WF")
        for char in text
    )


def _error(broken: BrokenDocument, style: Style) -> str:
    where = f"{_source(broken.source, style)}:{broken.line}:"
    return f"{style.strong(where)} {style.quote(f'not read: {broken.message}')}"


def _source(source: str, style: Style) -> str:
    return "<stdin>" if source == "-" else style.quote(source)


def summary_lines(check: Check) -> Iterator[str]:
    """What the check comes to, in a few lines."""
    if check.unused:
        yield (
            f"{_count(check.unused, 'policy or exemption', 'policies or exemptions')} of the input"
            " not asked: name the file with --policy."
        )
    yield from check.unbuilt
    if not check.workloads and not check.errors:
        found = f" among {_count(check.others, 'document')}" if check.others else ""
        yield f"Nothing to check: no workload{found}."
        return
    parts = [_count(len(check.workloads), "workload"), _violations(check)]
    if check.errors:
        parts.append(f"{_count(len(check.errors), 'document')} not read")
    yield f"{', '.join(parts)}."


def _violations(check: Check) -> str:
    modes = [objection.mode for judged in check.workloads for objection in judged.objections]
    if not modes:
        return "no violation"
    told = [f"{modes.count(mode)} {row[1]}" for mode, row in _VERDICTS.items() if mode in modes]
    return f"{_count(len(modes), 'violation')} ({', '.join(told)})"


def _count(number: int, noun: str, nouns: str = "") -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {nouns or noun + 's'}"
