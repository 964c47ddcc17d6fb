"""Images get their digests: behind the tag, which stays readable."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pinfold.cli.pinning.changes import Change, Rewritten
from pinfold.cli.pinning.desk import Desk, Spot
from pinfold.cli.pinning.lookups import Answer, Found, Lookups, Missing
from pinfold.cli.pinning.names import ImageName, Name, image_name
from pinfold.cli.pinning.outcome import Fate, Row, Subject
from pinfold.cli.pinning.places import scalar_at
from pinfold.cli.pinning.written import CannotWrite
from pinfold.inspect.workload import ImageUse

_OTHER = "no runtime can check that digest; write sha256:<digest> in its place"


@dataclass(frozen=True, slots=True)
class _Want:
    """An image to be written, and what is known of it."""

    subject: Subject
    spot: Spot
    use: ImageUse
    name: ImageName

    @property
    def was(self) -> str:
        assert self.use.reference is not None  # it has a name
        digest = self.use.reference.digest
        return digest.text if digest else ""

    def row(self, fate: Fate, digest: str = "", why: str = "") -> Row:
        return Row(self.subject, fate, f"@{digest}" if digest else "", self.was, why)


def pin_images(desk: Desk, lookups: Lookups) -> Iterator[Row]:
    """Write every digest that is found."""
    wants: list[_Want] = []
    for spot, inspected in desk.workloads():
        for use in inspected.workload.images:
            name = image_name(use, update=lookups.update)
            if name is not None:
                subject = desk.subject(spot, use.place, "image", use.text)
                wants.append(_Want(subject, spot, use, name))
            elif (why := _hopeless(use)) is not None:
                yield Row(desk.subject(spot, use.place, "image", use.text), Fate.BY_HAND, why=why)
    answers = lookups.answers(want.name for want in wants)
    by_piece: dict[int, list[_Want]] = {}
    for want in wants:
        by_piece.setdefault(want.spot.piece, []).append(want)
    for group in by_piece.values():
        yield from _write(desk, group, answers)


def _hopeless(use: ImageUse) -> str | None:
    if use.reference is None:
        return f"it is no image reference: {use.problem}"
    return _OTHER if use.reference.other_digest else None


def _write(desk: Desk, group: list[_Want], answers: Mapping[Name, Answer]) -> Iterator[Row]:
    """All of a piece at once; one by one where that fails, so that one hinders no other."""
    found: list[tuple[_Want, str]] = []
    for want in group:
        match answers[want.name]:
            case Missing(why):
                yield want.row(Fate.NOT_FOUND, why=why)
            case Found(digest) if digest == want.was:
                yield want.row(Fate.KEPT, digest)
            case Found(digest):
                found.append((want, digest))
    changes = [change for want, digest in found if (change := _change(desk, want, digest))]
    at_once = len(changes) == len(found) and _rewrite(desk, group[0].spot, changes)
    for want, digest in found:
        if at_once or _write_one(desk, want, digest):
            yield want.row(Fate.MOVED if want.was else Fate.PINNED, digest)
        else:
            yield want.row(Fate.BY_HAND, digest, "it is written in a way that is not spliced")


def _rewrite(desk: Desk, spot: Spot, changes: list[Change]) -> bool:
    once = {change.splice: change for change in changes}  # an anchor that several places share
    return not once or desk.rewrite(spot, list(once.values()))


def _write_one(desk: Desk, want: _Want, digest: str) -> bool:
    own = desk.inspected(want.spot)
    texts = {use.place: use.text for use in own.workload.images} if own else {}
    if texts.get(want.use.place) == _pinned(want.use.text, digest):
        return True  # by an anchor
    change = _change(desk, want, digest)
    return change is not None and desk.rewrite(want.spot, [change])


def _change(desk: Desk, want: _Want, digest: str) -> Change | None:
    document = desk.document(want.spot)
    try:
        scalar = scalar_at(document, want.use.place)
        name = scalar.value.partition("@")[0]
        new = _pinned(scalar.value, digest)
        splice = scalar.replace(len(name), len(scalar.value), f"@{digest}")
    except CannotWrite:
        return None
    return Change(document, splice, Rewritten(scalar.value, new))


def _pinned(text: str, digest: str) -> str:
    return f"{text.partition('@')[0]}@{digest}"
