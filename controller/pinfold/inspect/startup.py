"""What a container fetches and runs as it starts, beside its server: packages, scripts.

Read only in pods in which a model is likely: elsewhere it is none of our business. Nearly all
containers of such pods have no word of it, so that nothing in them needs to be taken apart.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from pinfold.inspect import packages, remote_scripts
from pinfold.inspect.commands.handlers import handler_commands
from pinfold.inspect.commands.mounts import Mounts
from pinfold.inspect.commands.read import commands_of
from pinfold.inspect.kept import is_kept
from pinfold.inspect.podspec import Container, Volume
from pinfold.inspect.servers.case import shown
from pinfold.inspect.workload import ContainerFacts, Hazard


def is_about_models(facts: Sequence[ContainerFacts]) -> bool:
    """Whether a model is likely in a pod, by what was read of its containers."""
    return any(one.suspect or one.artefacts or one.opaque or one.hazards for one in facts)


def startup_hazards(container: Container, place: str, mounts: Mounts) -> tuple[Hazard, ...]:
    """What is dangerous in how a container starts."""
    if mounts.files and container.volume_mounts:
        return tuple(_hazards(container, place, mounts))
    if not any(map(_is_mentioned, _texts(container))):
        return ()
    if not is_kept(container, mounts.volumes):
        return tuple(_hazards(container, place, mounts))
    return _without_files(container, place, mounts.volumes)


@lru_cache(maxsize=512)
def _without_files(
    container: Container, place: str, volumes: tuple[Volume, ...]
) -> tuple[Hazard, ...]:
    return tuple(_hazards(container, place, Mounts(container, volumes, {})))


def _texts(container: Container) -> Iterator[str]:
    yield from container.command or ()
    yield from container.args or ()
    for _name, command in handler_commands(container):
        yield from command
    for variable in container.env or ():
        yield variable.name
        yield variable.value or ""


def _is_mentioned(text: str) -> bool:
    return bool(packages.MENTION.search(text) or remote_scripts.MENTION.search(text))


def _hazards(container: Container, place: str, mounts: Mounts) -> Iterator[Hazard]:
    commands = commands_of(container, place, mounts)
    found = (*packages.packages_of(commands, mounts), *remote_scripts.scripts_of(commands, mounts))
    for one in dict.fromkeys(found):
        yield Hazard(container.name, one.hazard, one.place, shown(" ".join(one.text.split())))
