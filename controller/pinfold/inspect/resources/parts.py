"""A part of an object: a PodSpec, or what its controller will make of other fields.

Such a PodSpec is made here, as the controller would make it; its moves say for each place in it
where in the object that was written, so that facts point at what a person can change.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pinfold.inspect.kinds import WorkloadKind
from pinfold.inspect.podspec import PodSpec
from pinfold.inspect.resources.paths import concrete, converted
from pinfold.inspect.workload import (
    Artefact,
    ContainerFacts,
    Hazard,
    ImageUse,
    Kind,
    Opaque,
    Origin,
    Pin,
    PinForm,
    State,
    Where,
)

_NOTHING = ContainerFacts()


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What an artefact is called that a made-up container names; None leaves it as it was read."""

    kind: Kind | None = None
    where: Where | None = None
    server: str | None = None
    pod: str | None = None
    keys: str | None = None  # `--revision` is written as this key, and then `revision`
    pin: Pin | None = None  # what pins it, where a controller gives the revision to its server
    unpinnable: bool = False
    digest: str | None = None  # what is fetched is compared with it
    leaves_out: str | None = None  # a path that nobody wrote: what is fetched to it is told
    leaves_out_defaults: bool = False  # a service that uses this says what is loaded

    def hides(self, artefact: Artefact) -> bool:
        """Whether nobody wrote this, and it is told elsewhere."""
        if self.leaves_out_defaults and artefact.where is Where.IMAGE:
            return artefact.origin is Origin.HUB
        return self.leaves_out is not None and self.leaves_out == artefact.id


@dataclass(frozen=True, slots=True)
class Move:
    """What is read at `made`, or below it, was written at `place`."""

    made: str
    place: str
    label: Label | None = None
    ends: bool = False  # what lies below `made` is at `place` too


@dataclass(frozen=True, slots=True)
class Part:
    """A PodSpec at `path`, and what else the fields there say."""

    path: str
    spec: PodSpec
    moves: tuple[Move, ...] = ()
    made: frozenset[str] = frozenset()  # places of containers whose image nobody wrote there
    images: tuple[ImageUse, ...] = ()
    facts: ContainerFacts = _NOTHING

    def says_the_same(self, other: "Part") -> bool:
        """Whether both run and load the same, wherever they stand."""
        return (self.spec, self.images, self.facts) == (other.spec, other.images, other.facts)


def written(row: WorkloadKind, value: Mapping[str, Any]) -> Iterator[Part]:
    """The PodSpecs that stand at the paths of a kind. Raises UnreadableWorkload."""
    for path in row.pods:
        for place, node in concrete(value, path):
            yield Part(place, converted(node, PodSpec, place))


def container_count(parts: Sequence[Part]) -> int:
    """All containers of all parts."""
    lists = [
        containers
        for part in parts
        for containers in (
            part.spec.containers,
            part.spec.init_containers,
            part.spec.ephemeral_containers,
        )
    ]
    return sum(len(containers or ()) for containers in lists)


def moved_again(part: Part, moves: Sequence[Move]) -> Part:
    """A part of a made object, with its places in that one moved on to where they are written."""
    mover = Mover(moves)
    again = (mover.move(move) for move in part.moves)
    return replace(part, moves=(*moves, *again))


class Mover:
    """Says where what was read in a made PodSpec was written."""

    def __init__(self, moves: Sequence[Move]) -> None:
        # The longest first, and of those as long the last: it was laid over the others.
        latest_first = list(reversed(moves))
        self._moves = sorted(latest_first, key=lambda move: -len(move.made))

    def move(self, move: Move) -> Move:
        above = self._move(move.place)
        ends = move.ends or (above is not None and above.ends)
        return replace(move, place=self._place(move.place), ends=ends)

    def image(self, use: ImageUse) -> ImageUse:
        return replace(use, place=self._place(use.place))

    def hazard(self, hazard: Hazard) -> Hazard:
        move = self._move(hazard.place)
        keys = move.label.keys if move is not None and move.label is not None else None
        pin = hazard.pin and _as_key(hazard.pin, keys)
        return replace(hazard, place=self._place(hazard.place), pin=pin)

    def opaque(self, opaque: Opaque) -> Opaque:
        return replace(opaque, place=self._place(opaque.place))

    def artefacts(self, artefacts: Iterable[Artefact]) -> Iterator[Artefact]:
        """Those that somebody wrote, or that follow from what somebody left out."""
        for artefact in artefacts:
            move = self._move(artefact.place)
            label = move.label if move is not None else None
            if label is None or not label.hides(artefact):
                yield self._artefact(artefact, label)

    def _artefact(self, artefact: Artefact, label: Label | None) -> Artefact:
        pin, source = artefact.pin, artefact.provenance
        moved = replace(
            artefact,
            place=self._place(artefact.place),
            pin=pin and replace(pin, place=pin.place and self._place(pin.place)),
            provenance=source and replace(source, by=source.by and self._place(source.by)),
        )
        return _labelled(moved, label) if label is not None else moved

    def _move(self, place: str) -> Move | None:
        return next((move for move in self._moves if _is_within(place, move.made)), None)

    def _place(self, place: str) -> str:
        move = self._move(place)
        if move is None:
            return place
        return move.place if move.ends else move.place + place[len(move.made) :]


def _is_within(place: str, above: str) -> bool:
    return place.startswith(above) and place[len(above) : len(above) + 1] in ("", ".", "[")


def _as_key(pin: Pin, keys: str | None) -> Pin:
    if keys is None or pin.form is not PinForm.FLAG:
        return pin
    key = pin.write.removeprefix("--").replace("-", "_")
    return Pin(PinForm.CONFIG_KEY, f"{keys}{key}", pin.place)


def _labelled(artefact: Artefact, label: Label) -> Artefact:
    pin = artefact.pin and _as_key(artefact.pin, label.keys)
    if pin is not None and label.pin is not None:
        pin = replace(label.pin, place=label.pin.place or pin.place)
    state = artefact.state
    if label.unpinnable and state in (State.PINNED, State.UNPINNED):
        state, pin = State.UNPINNABLE, None
    if label.digest is not None and artefact.id is not None and state is not State.OPAQUE:
        artefact, state = replace(artefact, revision=label.digest), State.PINNED
    return replace(
        artefact,
        kind=label.kind or artefact.kind,
        where=label.where or artefact.where,
        server=label.server or artefact.server,
        pod=label.pod or artefact.pod,
        state=state,
        pin=pin,
    )
