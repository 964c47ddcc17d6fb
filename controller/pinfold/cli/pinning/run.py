"""Files in, files out: everything that can be pinned is, and every row says what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pinfold.cli.pinning.artefacts import Downloads, pin_artefacts
from pinfold.cli.pinning.desk import Desk
from pinfold.cli.pinning.images import pin_images
from pinfold.cli.pinning.lookups import Lookups
from pinfold.cli.pinning.outcome import Edited, Fate, Row
from pinfold.cli.report import report_on
from pinfold.documents.model import BrokenDocument, Document
from pinfold.documents.read import BYTES_MAX, read_documents


@dataclass(frozen=True, slots=True)
class Outcome:
    """Every file as it should be, and what was done."""

    files: tuple[Edited, ...]
    rows: tuple[Row, ...]
    errors: tuple[BrokenDocument, ...]
    unread: int = 0  # parts of workloads that could not be understood

    @property
    def leaves(self) -> bool:
        """Whether something is not pinned."""
        return any(row.fate in (Fate.BY_HAND, Fate.NOT_FOUND) for row in self.rows)

    @property
    def changes(self) -> bool:
        return any(file.changed for file in self.files)


def pin(
    files: Mapping[str, bytes], lookups: Lookups, downloads: Downloads | None = None
) -> Outcome:
    """What the files become. Images first: a digest beside a tag can change how flags are read."""
    before = {source: read_documents(data, source) for source, data in files.items()}
    report = report_on(document for rows in before.values() for document in rows)
    desk = Desk.of({s: data for s, data in files.items() if len(data) <= BYTES_MAX})
    rows = dict.fromkeys((*pin_images(desk, lookups), *pin_artefacts(desk, lookups, downloads)))
    order = list(files)
    edited = [Edited(source, data, desk.content(source, data)) for source, data in files.items()]
    kept = {file.source for file in edited if file.changed and not _is_proved(file, desk)}
    return Outcome(
        tuple(replace(file, after=file.before) if file.source in kept else file for file in edited),
        tuple(
            _as_kept(row) if row.subject.source in kept else row
            for row in sorted(rows, key=lambda r: (order.index(r.subject.source), r.subject))
        ),
        report.errors,
        sum(len(read.workload.opaque) for read in report.workloads),
    )


def _is_proved(file: Edited, desk: Desk) -> bool:
    """Read whole, the file says what its pieces say."""
    whole = [_value(document) for document in read_documents(file.after, file.source)]
    pieces = (piece for piece in desk.pieces if piece.source == file.source)
    return whole == [_value(document) for piece in pieces for document in piece.documents]


def _value(document: Document | BrokenDocument) -> object:
    return BrokenDocument if isinstance(document, BrokenDocument) else document.value


def _as_kept(row: Row) -> Row:
    if row.fate not in (Fate.PINNED, Fate.MOVED):
        return row
    return replace(row, fate=Fate.BY_HAND, why="the file would not read the same as a whole")
