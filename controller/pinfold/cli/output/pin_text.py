"""What `pinfold pin` did, for people; and as a diff that patch and git can apply."""

from collections.abc import Iterator
from difflib import unified_diff
from itertools import groupby

from pinfold.cli.output.style import Mark, Style
from pinfold.cli.pinning.outcome import Edited, Fate, Row
from pinfold.cli.pinning.run import Outcome

_SHOWN = (Fate.PINNED, Fate.MOVED, Fate.BY_HAND, Fate.NOT_FOUND)


def as_text(outcome: Outcome, style: Style, *, done: bool) -> str:
    """Row by row, and a line that sums up; `done` says whether files were written."""
    lines: list[str] = []
    rows = [row for row in outcome.rows if row.fate in _SHOWN]
    for source, group in groupby(rows, key=lambda row: row.subject.source):
        lines.append(style.strong(style.quote(source)))
        for row in group:
            lines += _row(row, style)
    for error in outcome.errors:
        where = f"{style.quote(error.source)}:{error.line}"
        lines.append(f"{style.mark(Mark.OPEN)} {where}: {style.quote(error.message)}")
    return "\n".join((*lines, *([""] if lines else []), *_summary(outcome, done=done)))


def _row(row: Row, style: Style) -> Iterator[str]:
    subject = row.subject
    mark = Mark.PINNED if row.fate in (Fate.PINNED, Fate.MOVED) else Mark.OPEN
    name = style.quote(subject.name)
    yield f"  {style.mark(mark)} {subject.line}:{subject.column} {subject.what} {name}"
    if row.fate is Fate.MOVED:
        yield f"      from {style.quote(row.was)}"
        yield f"      to   {style.quote(row.wrote)}"
    elif row.fate is Fate.PINNED:
        yield f"      {style.quote(row.wrote)}"
    else:
        yield f"      {_safe(row.why) if row.fate is Fate.NOT_FOUND else 'not written'}"
        yield from (f"      {line}" for line in _by_hand(row, style))


def _by_hand(row: Row, style: Style) -> Iterator[str]:
    if row.fate is Fate.NOT_FOUND:
        return
    yield _safe(row.why)
    if row.wrote:
        yield f"write {style.quote(row.wrote)} at {row.subject.place} yourself"


def _safe(text: str) -> str:
    """Whole, and without what a registry or manifest could do to a terminal."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def _summary(outcome: Outcome, *, done: bool) -> Iterator[str]:
    files = sum(file.changed for file in outcome.files)
    pinned = sum(row.fate is Fate.PINNED for row in outcome.rows)
    moved = sum(row.fate is Fate.MOVED for row in outcome.rows)
    left = sum(row.fate in (Fate.BY_HAND, Fate.NOT_FOUND) for row in outcome.rows)
    parts = [f"{pinned} pinned", *([f"{moved} moved forward"] if moved else [])]
    where = f" in {_counted(files, 'file')}" if files else ""
    if not (pinned or moved or left):
        yield "Nothing to pin"
    else:
        was = "" if done or not files else ", nothing is written"
        yield (
            f"{', '.join(parts)}{where}{was}; {left} left"
            if left
            else (f"{', '.join(parts)}{where}{was}")
        )
    if outcome.unread:
        things = _counted(outcome.unread, "thing")
        yield f"{things} could not be understood, and may load more: pinfold explain tells"
    if outcome.errors:
        yield f"{_counted(len(outcome.errors), 'document')} could not be read"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def as_diff(files: tuple[Edited, ...]) -> str:
    """Unified, with the names that git gives."""
    return "".join(line for file in files if file.changed for line in _diff(file))


def _diff(file: Edited) -> Iterator[str]:
    before = file.before.decode("utf-8", "surrogateescape")
    after = file.after.decode("utf-8", "surrogateescape")
    name = file.source.removeprefix("./").lstrip("/")
    lines = unified_diff(_lines(before), _lines(after), f"a/{name}", f"b/{name}")
    for line in lines:
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(text: str) -> list[str]:
    """Cut at line feeds alone, as diff does: a carriage return belongs to its line."""
    parts = text.split("\n")
    return [f"{part}\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])
