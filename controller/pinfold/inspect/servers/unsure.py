"""What is said of a command of which it is not certain that it runs as it is read: never a pin."""

from collections.abc import Iterable
from dataclasses import replace

from pinfold.inspect.workload import Artefact, State, Where


def without_pins(rows: Iterable[Artefact]) -> tuple[Artefact, ...]:
    """The artefacts that the command names; what would be pinned is opaque."""
    found = (
        replace(row, state=State.OPAQUE if row.state is State.PINNED else row.state, reading=None)
        for row in rows
        if row.where is not Where.IMAGE
    )
    return tuple(dict.fromkeys(found))


def has_pins(rows: Iterable[Artefact]) -> bool:
    """Whether one of them would be pinned, if all were certain."""
    return any(row.state is State.PINNED for row in rows)
