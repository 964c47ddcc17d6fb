"""Models, tokenizers and adapters get their commits, each in the form of its server."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pinfold.cli.pinning.desk import Desk, Spot
from pinfold.cli.pinning.lookups import Answer, Found, Lookups, Missing
from pinfold.cli.pinning.names import Name, artefact_name
from pinfold.cli.pinning.outcome import Fate, Row, Subject
from pinfold.cli.pinning.proposals import proposals
from pinfold.inspect.workload import Artefact, Origin, State

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


def pin_artefacts(desk: Desk, lookups: Lookups) -> Iterator[Row]:
    """Write every commit that is found, and say what to do where none can be written."""
    wants: list[_Want] = []
    for spot, inspected in desk.workloads():
        for index, artefact in enumerate(inspected.workload.artefacts):
            name = artefact_name(artefact, lookups.lock, update=lookups.update)
            if name is not None or artefact.state in _OPEN:
                what, shown = artefact.kind.value, artefact.id or ""
                subject = desk.subject(spot, artefact.place, what, shown)
                wants.append(_Want(subject, spot, index, artefact, name))
    answers = lookups.answers(want.name for want in wants if want.name is not None)
    once = {want: _settled(desk, want, answers) for want in wants}
    for want, row in once.items():
        # What another needs first may be there now: a tokenizer falls back to the model's revision.
        yield row if row.why != _NO_PLACE else _settled(desk, want, answers)


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
    if _write(desk, want, answer):
        return want.row(Fate.MOVED if want.was else Fate.PINNED, answer.revision)
    return want.row(Fate.BY_HAND, answer.revision, _NO_PLACE)


def _write(desk: Desk, want: _Want, answer: Found) -> bool:
    """Try proposal after proposal; those of one place before it have moved the places along."""
    inspected = desk.inspected(want.spot)
    if inspected is None:
        return False
    artefact = inspected.workload.artefacts[want.index]
    if artefact.state is State.PINNED and artefact.revision == answer.revision:
        return True  # by an anchor, a variable or a ConfigMap that is shared
    names = [s.removeprefix(_CONFIG_MAP) for s in artefact.via if s.startswith(_CONFIG_MAP)]
    config_maps = desk.config_maps(want.spot, names) if names else []
    document = desk.document(want.spot)
    made = proposals(artefact, answer.revision, document, config_maps)
    for _, change in zip(range(_MOST_PROPOSALS), made, strict=False):
        if desk.pin(want.spot, want.index, answer.revision, change):
            return True
    return False


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
