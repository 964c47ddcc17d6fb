"""The files as they are being changed: each document by itself, each change proved before it stays.

A file is cut where its documents are, so that a change makes nothing but its own document be read
again.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pinfold.cli.pinning.changes import Change, Effect, changes_only
from pinfold.cli.pinning.facts import are_pinned_alone, is_downloaded, may_follow
from pinfold.cli.pinning.init_container import Download
from pinfold.cli.pinning.outcome import Subject
from pinfold.cli.pinning.written import CannotWrite, spliced
from pinfold.cli.regions import region_of
from pinfold.cli.report import Inspected, report_on
from pinfold.documents.model import BrokenDocument, Document
from pinfold.documents.read import read_documents
from pinfold.documents.split import pieces_of
from pinfold.inspect.workload import Workload

_USES_CONFIG_MAPS = "onfigMap"  # configMap, configMapRef, configMapKeyRef


@dataclass(slots=True)
class Piece:
    """A stretch of a file that is read by itself."""

    source: str
    line: int  # where it begins, from 1
    content: str
    documents: list[Document | BrokenDocument]

    @classmethod
    def read(cls, source: str, line: int, content: str) -> "Piece":
        data = content.encode("utf-8", "surrogateescape")
        return cls(source, line, content, read_documents(data, source))


@dataclass(frozen=True, slots=True)
class Spot:
    """A document on the desk."""

    piece: int
    document: int


@dataclass(slots=True)
class Desk:
    """Every file, in the order in which it was named."""

    pieces: list[Piece] = field(default_factory=list)
    marks: dict[str, str] = field(default_factory=dict)  # a byte order mark before the first piece

    @classmethod
    def of(cls, files: Mapping[str, bytes]) -> "Desk":
        desk = cls()
        for source, data in files.items():
            desk._add(source, data)
        return desk

    def _add(self, source: str, data: bytes) -> None:
        content = data.decode("utf-8", "surrogateescape")
        bounds = list(pieces_of(content))
        self.marks[source] = content[: bounds[0][0]]
        line = 1
        for start, end in bounds:
            self.pieces.append(Piece.read(source, line, content[start:end]))
            line += _lines(content[start:end])

    def content(self, source: str, before: bytes) -> bytes:
        """The file as it is now; as it was if it never came here."""
        if source not in self.marks:
            return before
        parts = (piece.content for piece in self.pieces if piece.source == source)
        return "".join((self.marks[source], *parts)).encode("utf-8", "surrogateescape")

    def workloads(self) -> Iterator[tuple[Spot, Inspected]]:
        """Every workload, read with the ConfigMaps that are at hand."""
        spots = {id(document): spot for spot, document in self._all()}
        for inspected in report_on(document for _, document in self._all()).workloads:
            yield spots[id(inspected.document)], inspected

    def subject(self, spot: Spot, place: str, what: str, name: str) -> Subject:
        """What stands at a place, with its line in the file."""
        piece = self.pieces[spot.piece]
        region = region_of(self.document(spot), place)
        line = piece.line + region.line - 1
        return Subject(piece.source, line, region.column, place, what, name)

    def config_maps(self, spot: Spot, names: Iterable[str] | None = None) -> list[Document]:
        """The ConfigMaps of the namespace of a document; those of `names` only, if given."""
        namespace = _metadata(self.document(spot), "namespace")
        return [
            document
            for _, document in self._all()
            if isinstance(document, Document)
            and isinstance(document.value, dict)
            and document.value.get("kind") == "ConfigMap"
            and _metadata(document, "namespace") == namespace
            and (names is None or _metadata(document, "name") in set(names))
        ]

    def document(self, spot: Spot) -> Document:
        found = self.pieces[spot.piece].documents[spot.document]
        assert isinstance(found, Document)  # spots are made of readable documents only
        return found

    def inspected(self, spot: Spot) -> Inspected | None:
        """What is read of one document now."""
        beside: list[Document] = []
        if _USES_CONFIG_MAPS in self.pieces[spot.piece].content:
            beside = self.config_maps(spot)
        workloads = report_on([self.document(spot), *beside]).workloads
        return workloads[0] if workloads else None

    def rewrite(self, spot: Spot, changes: list[Change]) -> bool:
        """Make changes of texts in the piece of `spot`, if they change nothing else."""
        return self._make(self.pieces[spot.piece], changes)

    def pin_at_once(self, changes: list[Change], wanted: Mapping[Spot, Mapping[int, str]]) -> bool:
        """Make changes in one piece, if each artefact of `wanted` is pinned and nothing else is."""
        piece = self.pieces[next(iter(wanted)).piece]
        if any(self._piece_of(next(iter(wanted)), c.document) is not piece for c in changes):
            return False
        content, documents = piece.content, piece.documents
        before = {spot: self.inspected(spot) for spot in wanted}
        if not self._make(piece, changes):
            return False
        if all(_are_pinned(before[spot], self.inspected(spot), wanted[spot]) for spot in wanted):
            return True
        piece.content, piece.documents = content, documents
        return False

    def pin(self, spot: Spot, index: int, revision: str, change: Change) -> bool:
        """Make a change if the artefact at `index` is pinned by it, and nothing else is touched."""
        piece = self._piece_of(spot, change.document)
        content, documents = piece.content, piece.documents
        before = self._beside(spot, piece)
        if not before or not self._make(piece, [change]):
            return False
        if _is_right(before, self._beside(spot, piece), index, revision):
            return True
        piece.content, piece.documents = content, documents
        return False

    def download(self, spot: Spot, index: int, commit: str, download: Download) -> bool:
        """Write an init container, if the document is as meant then, and the path is pinned."""
        piece, before = self.pieces[spot.piece], self.inspected(spot)
        content, documents = piece.content, piece.documents
        try:
            made = Piece.read(piece.source, piece.line, spliced(content, list(download.splices)))
        except CannotWrite:
            return False
        values = [d.value if isinstance(d, Document) else None for d in documents]
        values[spot.document] = download.value
        if values != [d.value if isinstance(d, Document) else None for d in made.documents]:
            return False
        piece.content, piece.documents = made.content, made.documents
        after = self.inspected(spot)
        if before is not None and after is not None:
            facts = before.workload, after.workload
            if is_downloaded(*facts, index, download.name, commit):
                return True
        piece.content, piece.documents = content, documents
        return False

    def _beside(self, spot: Spot, piece: Piece) -> list[Workload]:
        """The workload at a spot, and all others where what they share is changed."""
        own = self.inspected(spot)
        others = []
        if self.pieces[spot.piece] is not piece:
            others = [inspected.workload for _, inspected in self.workloads()]
        return [] if own is None else [own.workload, *others]

    def _make(self, piece: Piece, changes: list[Change]) -> bool:
        try:
            content = spliced(piece.content, [change.splice for change in changes])
        except CannotWrite:
            return False
        made = Piece.read(piece.source, piece.line, content)
        effects = [change.effect for change in changes]
        if not _same(piece, made, effects):
            return False
        piece.content, piece.documents = made.content, made.documents
        return True

    def _piece_of(self, spot: Spot, document: Document) -> Piece:
        """The piece that a document is in: mostly that of the spot."""
        own = self.pieces[spot.piece]
        return next(
            piece
            for piece in (own, *self.pieces)
            if any(one is document for one in piece.documents)
        )

    def _all(self) -> Iterator[tuple[Spot, Document | BrokenDocument]]:
        for number, piece in enumerate(self.pieces):
            for index, document in enumerate(piece.documents):
                yield Spot(number, index), document


def _is_right(before: list[Workload], after: list[Workload], index: int, revision: str) -> bool:
    if len(before) != len(after) or not are_pinned_alone(before[0], after[0], {index: revision}):
        return False
    wanted = before[0].artefacts[index]
    pairs = zip(before[1:], after[1:], strict=True)
    return all(may_follow(old, new, wanted, revision) for old, new in pairs)


def _are_pinned(
    before: Inspected | None, after: Inspected | None, wanted: Mapping[int, str]
) -> bool:
    if before is None or after is None:
        return False
    return are_pinned_alone(before.workload, after.workload, wanted)


def _same(before: Piece, after: Piece, effects: Sequence[Effect]) -> bool:
    if len(before.documents) != len(after.documents):
        return False
    for old, new in zip(before.documents, after.documents, strict=True):
        if isinstance(old, BrokenDocument) or isinstance(new, BrokenDocument):
            if not isinstance(new, BrokenDocument) or not isinstance(old, BrokenDocument):
                return False
            if old.message != new.message:
                return False
        elif old.within != new.within or not changes_only(old.value, new.value, effects):
            return False
    return True


def _metadata(document: Document, name: str) -> str:
    metadata = document.value.get("metadata")
    return str(metadata.get(name) or "") if isinstance(metadata, dict) else ""


def _lines(text: str) -> int:
    return text.replace("\r\n", "\n").replace("\r", "\n").count("\n")
