"""What a container fetches and runs as it starts, beside its server: packages, scripts.

Read only in pods in which a model is likely: elsewhere it is none of our business. Nearly all
containers of such pods have no word of it, so that nothing in them needs to be taken apart.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pinfold.inspect import packages, remote_scripts
from pinfold.inspect.commands.expansion import Budget
from pinfold.inspect.commands.handlers import text_of
from pinfold.inspect.commands.model import Commands
from pinfold.inspect.commands.read import commands_of
from pinfold.inspect.commands.taken import UNREAD, Taken
from pinfold.inspect.kept import Kept
from pinfold.inspect.limits import ENOUGH_WORK
from pinfold.inspect.servers.case import shown
from pinfold.inspect.workload import Code, ContainerFacts, Hazard, Opaque

KEPT: Kept[tuple[ContainerFacts, int]] = Kept(512)  # and the work that each took
_CHARACTERS = 16  # of scripts, for a piece of work: their trees are made again
_NOTHING = ContainerFacts()
_MENTION = packages.MENTION | remote_scripts.MENTION


def is_about_models(facts: Sequence[ContainerFacts]) -> bool:
    """Whether a model is likely in a pod, by what was read of its containers."""
    return any(one.suspect or one.artefacts or one.opaque or one.hazards for one in facts)


def startup_facts(taken: Taken, rest: Budget) -> ContainerFacts:
    """What is dangerous in how a container starts; `rest` is the work left to its Pod."""
    container, mounts = taken.container, taken.mounts
    has_files = mounts.files and container.volume_mounts
    if mounts.work.left <= 0 or not (has_files or _MENTION.stand_in(text_of(container))):
        return _NOTHING
    if rest.left <= 0:
        return _too_large(taken)
    key = (taken.key, rest.left) if taken.key is not None else None
    kept = KEPT.get(key) if key is not None else None
    if kept is None:
        kept = _read(taken, rest.left)
        if key is not None:
            KEPT.put(key, kept)
    facts, work = kept
    rest.spend(work)
    return facts


def _read(taken: Taken, most: int) -> tuple[ContainerFacts, int]:
    """What is dangerous, and the work that it took to tell."""
    commands = taken.commands
    work = taken.work
    if taken.mounts.work.left < 0:  # its own share did not do
        mounts = replace(taken.mounts, work=Budget(most), parsed=set())
        commands = commands_of(taken.container, taken.place, mounts)
        work += most - mounts.work.left
        if mounts.work.left < 0 and most < ENOUGH_WORK:
            return _too_large(taken), work
    trees = sum(len(script.text) for script in commands.scripts) // _CHARACTERS
    if trees > most:
        return _too_large(taken), work
    return ContainerFacts(hazards=tuple(_hazards(taken, commands))), work + trees


def _too_large(taken: Taken) -> ContainerFacts:
    row = Opaque(taken.container.name, Code.TOO_LARGE, UNREAD, taken.place)
    return ContainerFacts(opaque=(row,))


def _hazards(taken: Taken, commands: Commands) -> Iterator[Hazard]:
    mounts = taken.mounts
    found = (*packages.packages_of(commands, mounts), *remote_scripts.scripts_of(commands, mounts))
    for one in dict.fromkeys(found):
        text = shown(" ".join(one.text.split()))
        yield Hazard(taken.container.name, one.hazard, one.place, text)
