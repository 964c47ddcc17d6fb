"""Where a download leaves what it fetches."""

from pinfold.inspect.commands.files import slashed
from pinfold.inspect.commands.model import HOLE
from pinfold.inspect.servers.case import Case
from pinfold.inspect.workload import State, Write

# The weakest first: of several artefacts, and of several downloads, the weakest counts.
WEAKEST_FIRST = (
    "unknown", State.OPAQUE, State.UNPINNABLE, State.UNPINNED, State.LOCAL, State.PINNED,
)  # fmt: skip


def weakest(states: list[str]) -> str:
    """The one that promises least; unknown where there is none."""
    return min(states, key=WEAKEST_FIRST.index, default="unknown")


def leaves(case: Case, target: str | None, *, more: bool = False, state: str | None = None) -> None:
    """Record that the artefacts of a case are written below a path; None is anywhere.

    `more`: what is no artefact is written there as well. `state`: what counts, if not the
    weakest of the artefacts.
    """
    words = case.parsed.positionals
    if not words:
        return
    place = case.artefacts[0].place if case.artefacts else words[0].place
    if state is None:
        state = "unknown" if more else weakest([str(row.state) for row in case.artefacts])
    path = None
    if target is not None and HOLE not in target:
        path = case.container.mounts.absolute(target, case.home)
    if path is None:
        for mount in case.container.mounts.container.volume_mounts or ():
            case.writes.append(Write(mount.name, None, place, state))
        known = target is not None and HOLE not in target and case.home is None
        inside = slashed(target) if known and target is not None else None
        case.own.append(Write("", inside, place, state))
        return
    mounted = case.container.mounts.at(path)
    if mounted is not None:
        case.writes.append(Write(mounted.mount.name, mounted.below, place, state))
    else:
        case.own.append(Write("", path, place, state))
