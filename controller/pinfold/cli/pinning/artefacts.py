"""Models, tokenizers and adapters get their commits, each in the form of its server."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from pinfold.cli.pinning.changes import Change
from pinfold.cli.pinning.desk import Desk, Spot
from pinfold.cli.pinning.init_container import download_of
from pinfold.cli.pinning.lookups import Answer, Found, Lookups, Missing
from pinfold.cli.pinning.names import Name, artefact_name
from pinfold.cli.pinning.outcome import Fate, Row, Subject
from pinfold.cli.pinning.proposals import proposals
from pinfold.cli.pinning.written import CannotWrite, Splice
from pinfold.inspect.workload import Artefact, Origin, State, Where

_MOST_PROPOSALS = 40  # each is read back
_NO_PLACE = "no place was found that pins it and it alone"
_OPEN = (State.UNPINNED, State.UNPINNABLE)
_CONFIG_MAP = "ConfigMap "


@dataclass(frozen=True, slots=True)
class _Want:
    """The artefact at `index` of a workload, as it was read before anything was written."""

    subject: Subject
    spot: Spot
    index: int
    artefact: Artefact
    name: Name | None

    @property
    def was(self) -> str:
        return (self.artefact.revision or "") if self.artefact.state is State.PINNED else ""

    def row(self, fate: Fate, revision: str = "", why: str = "") -> Row:
        pin = self.artefact.pin
        wrote = pin.to(revision) if pin and revision else ""
        return Row(self.subject, fate, wrote, self.was, why)


@dataclass(frozen=True, slots=True)
class Downloads:
    """Artefacts without a pin are downloaded by an init container; `image` None: the server's."""

    image: str | None
    files: Iterable[str] = ()  # of the artefact


def pin_artefacts(desk: Desk, lookups: Lookups, downloads: Downloads | None) -> Iterator[Row]:
    """Write every commit that is found, and say what to do where none can be written."""
    wants: list[_Want] = []
    for spot, inspected in desk.workloads():
        for index, artefact in enumerate(inspected.workload.artefacts):
            name = None
            if not _is_supposed(artefact):
                name = artefact_name(artefact, lookups.lock, update=lookups.update)
            if name is not None or artefact.state in _OPEN:
                what, shown = artefact.kind.value, artefact.id or ""
                subject = desk.subject(spot, artefact.place, what, shown)
                wants.append(_Want(subject, spot, index, artefact, name))
    answers = lookups.answers(want.name for want in wants if want.name is not None)
    _write_at_once(desk, wants, answers)
    named = [want for want in wants if not _is_supposed(want.artefact)]
    once = {want: _settled(desk, want, answers) for want in named}
    for want, row in once.items():
        # What another needs first may be there now: a tokenizer falls back to the model's revision.
        once[want] = row if row.why != _NO_PLACE else _settled(desk, want, answers)
    for want, row in once.items():  # last: an init container moves all that is behind it
        answer = answers[want.name] if want.name else None
        if downloads and want.artefact.pin is None and isinstance(answer, Found):
            files = lookups.files_of(want.name)
            yield _downloaded(desk, want, answer.revision, row, replace(downloads, files=files))
        else:
            yield row
    yield from (row for want in wants if want not in once for row in _supposed(desk, want))


def _is_supposed(artefact: Artefact) -> bool:
    """A server's default model, in one of several readings: nothing names it."""
    return artefact.where is Where.IMAGE and artefact.reading is not None


def _supposed(desk: Desk, want: _Want) -> Iterator[Row]:
    """Nothing to say where the pin of what is named counts for it too."""
    inspected = desk.inspected(want.spot)
    artefacts = inspected.workload.artefacts if inspected else ()
    if any(_same(one, want.artefact) for one in artefacts):
        why = f"{want.artefact.reading} would load it, since nothing names another; name one"
        yield want.row(Fate.BY_HAND, why=why)


def _downloaded(desk: Desk, want: _Want, commit: str, row: Row, downloads: Downloads) -> Row:
    """The row as it is with an init container, or why there is none."""
    inspected = desk.inspected(want.spot)
    artefacts = inspected.workload.artefacts if inspected else ()
    index = next((at for at, one in enumerate(artefacts) if _same(one, want.artefact)), None)
    if index is None:
        return row  # downloaded along with another of its name
    try:
        document, image = desk.document(want.spot), downloads.image
        download = download_of(artefacts[index], commit, downloads.files, document, image)
    except CannotWrite as error:
        return replace(row, why=f"no init container: {error}; {row.why}")
    if not desk.download(want.spot, index, commit, download):
        return replace(row, why=f"no init container: it would change more; {row.why}")
    wrote = f"init container {download.name}, which downloads {commit}"
    return Row(want.subject, Fate.PINNED, wrote)


def _same(one: Artefact, other: Artefact) -> bool:
    return _named_alike(one, other) and one.state is other.state


def _named_alike(one: Artefact, other: Artefact) -> bool:
    return all(
        getattr(one, field) == getattr(other, field)
        for field in ("id", "kind", "container", "pod", "server", "origin", "endpoint")
    )


def _write_at_once(desk: Desk, wants: list[_Want], answers: Mapping[Name, Answer]) -> None:
    """The likeliest proposal for all of a piece: a long list is not read once an artefact."""
    pieces: dict[int, list[tuple[_Want, Found]]] = {}
    for want in wants:
        answer = answers[want.name] if want.name else None
        if isinstance(answer, Found) and want.artefact.pin and answer.revision != want.was:
            pieces.setdefault(want.spot.piece, []).append((want, answer))
    for group in pieces.values():
        changes: dict[Splice, Change] = {}
        wanted: dict[Spot, dict[int, str]] = {}
        for want, answer in group:
            change = next(_proposals(desk, want, want.artefact, answer.revision), None)
            if change is not None:
                changes[change.splice] = change
                wanted.setdefault(want.spot, {})[want.index] = answer.revision
        if len(changes) > 1:
            desk.pin_at_once(list(changes.values()), wanted)


def _settled(desk: Desk, want: _Want, answers: Mapping[Name, Answer]) -> Row:
    if want.name is None:
        return want.row(Fate.BY_HAND, why=_instead(want.artefact, None))
    answer = answers[want.name]
    if isinstance(answer, Missing):
        return want.row(Fate.NOT_FOUND, why=answer.why)
    if answer.revision == want.was:
        return want.row(Fate.KEPT, answer.revision)
    if want.artefact.pin is None:
        return want.row(Fate.BY_HAND, why=_instead(want.artefact, answer.revision))
    if (made := _write(desk, want, answer)) is not None:
        wrote = made.pin.to(answer.revision) if made.pin else ""
        return Row(want.subject, Fate.MOVED if want.was else Fate.PINNED, wrote, want.was)
    return want.row(Fate.BY_HAND, answer.revision, _NO_PLACE)


def _write(desk: Desk, want: _Want, answer: Found) -> Artefact | None:
    """Try proposal after proposal; the artefact as it is then, None if it could not be pinned.

    It may be pinned already: by an anchor, a variable or a ConfigMap that is shared.
    """
    revision = answer.revision
    index, artefact = _now(desk, want)
    if artefact is None or (artefact.state is State.PINNED and artefact.revision == revision):
        return artefact
    made = _proposals(desk, want, artefact, revision)
    for _, change in zip(range(_MOST_PROPOSALS), made, strict=False):
        if desk.pin(want.spot, index, revision, change):
            return _now(desk, want)[1]
    return None


def _now(desk: Desk, want: _Want) -> tuple[int, Artefact | None]:
    """The artefact as it is read now; a pin that one reading refuses takes that reading's away."""
    inspected = desk.inspected(want.spot)
    artefacts = inspected.workload.artefacts if inspected else ()
    alike = [at for at, one in enumerate(artefacts) if _named_alike(one, want.artefact)]
    if not alike:
        return 0, None
    at = want.index if want.index in alike else alike[0]
    return at, artefacts[at]


def _proposals(desk: Desk, want: _Want, artefact: Artefact, revision: str) -> Iterator[Change]:
    names = [s.removeprefix(_CONFIG_MAP) for s in artefact.via if s.startswith(_CONFIG_MAP)]
    config_maps = desk.config_maps(want.spot, names) if names else []
    return proposals(artefact, revision, desk.document(want.spot), config_maps)


def _instead(artefact: Artefact, commit: str | None) -> str:
    """What to do where the server offers no pin."""
    if artefact.pin is not None:
        return f"{artefact.origin} is not asked; add {artefact.pin.to('<commit>')} yourself"
    no_pin = f"{artefact.server} offers no pin for it"
    if artefact.origin is Origin.HUB:
        revision = commit or "<40-hex commit>"
        return (
            f"{no_pin}; download it in an init container with hf download {_repository(artefact)}"
            f" --revision {revision} --local-dir <path>, and load that path"
        )
    return f"{no_pin}; load it from an image volume pinned by @sha256:<digest>"


def _repository(artefact: Artefact) -> str:
    return "/".join((artefact.id or "").partition(":")[0].split("/")[:2])
