"""What one container will load: the hot path of the webhook.

It is a pure function of the container, the pod's volumes, the ConfigMaps at hand, and the work that
may be done; so answers are kept: pods of one workload differ in nothing that is read here.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace

from pinfold.inspect.commands.environment import Files
from pinfold.inspect.commands.expansion import MAX_WORK, Budget
from pinfold.inspect.commands.handlers import text_of
from pinfold.inspect.commands.mounts import Mounts
from pinfold.inspect.commands.taken import UNREAD, Taken
from pinfold.inspect.kept import Kept, key_of
from pinfold.inspect.limits import ENOUGH_WORK, MOST_MOUNTS, weight_of
from pinfold.inspect.podspec import Container, PodSpec, Volume
from pinfold.inspect.servers.case import Container as Place
from pinfold.inspect.servers.case import Hints
from pinfold.inspect.servers.recognise import mentions
from pinfold.inspect.servers.suspect import Reader
from pinfold.inspect.workload import Code, ContainerFacts, Opaque

_MOUNTS = f"a container of more than {MOST_MOUNTS} mounts is not read"
_LOOKED_THROUGH = 256 * 1024  # characters of files at hand; of more it is said that they matter
_NO_FILES: Mapping[str, Mapping[str, str]] = {}
KEPT: Kept[tuple[ContainerFacts, int, bool]] = Kept(2048)  # and the rest of a row


@dataclass(frozen=True, slots=True)
class PodContext:
    """What a container's reading needs of its pod; `key` stands for the volumes."""

    path: str
    volumes: tuple[Volume, ...]
    files: Files
    hints: Hints = ()
    key: bytes | None = None

    @classmethod
    def of(
        cls, spec: PodSpec, path: str, files: Files = _NO_FILES, hints: Hints = ()
    ) -> "PodContext":
        """The context of a PodSpec at a field path, with the ConfigMaps at hand by name.

        `hints` tell which server is in an image of a name of the user's own.
        """
        volumes = spec.volumes or ()
        return cls(path, volumes, files, hints, None if files else key_of(volumes))

    def place(self, container: Container, place: str, work: int) -> Place:
        """A container as its readings see it, with the work that they may do."""
        mounts = Mounts(container, self.volumes, self.files, Budget(work))
        return Place(container.name, self.path, place, container.image, mounts, self.hints)


@dataclass(frozen=True, slots=True)
class Row:
    """A container, and what was read of it alone; `whole`: more work would tell no more."""

    where: Place
    taken: Taken
    facts: ContainerFacts
    work: int
    whole: bool

    @property
    def container(self) -> Container:
        return self.taken.container

    @property
    def place(self) -> str:
        return self.taken.place

    @property
    def mounts(self) -> Mounts:
        return self.taken.mounts

    @property
    def runs_server(self) -> bool:
        """Whether the image's own command is a server that was read, or another download."""
        return Reader(self.taken, self.where).default is not None and not self.facts.opaque


def read_container(
    container: Container, context: PodContext, place: str, work: int = MAX_WORK
) -> Row:
    """What the container loads, and what of it could not be read. Never raises.

    Where it takes more work than this, that is said as well.
    """
    weight = weight_of(container, work)
    if len(container.volume_mounts or ()) > MOST_MOUNTS:
        return unread(container, context, place, _MOUNTS)
    if weight >= work:
        return replace(unread(container, context, place, UNREAD), whole=False)
    where = context.place(container, place, work - weight)
    key = _key(container, context, place, work)
    taken = Taken(container, place, where.mounts, key)
    kept = KEPT.get(key) if key is not None else None
    if kept is not None:
        return Row(where, taken, *kept)
    facts = Reader(taken, where).read()
    left = where.mounts.work.left
    if left < 0 and (work < ENOUGH_WORK or _matters(facts, where.mounts)):
        facts = replace(facts, opaque=(*facts.opaque, _too_large(container, place, UNREAD)))
    if key is not None:
        KEPT.put(key, (facts, work - max(left, 0), left >= 0))
    return Row(where, taken, facts, work - max(left, 0), left >= 0)


def _matters(facts: ContainerFacts, mounts: Mounts) -> bool:
    """Whether a model is likely, by what was read before the work ended, or by what was not."""
    if facts.suspect or facts.artefacts or facts.opaque or mentions(text_of(mounts.container)):
        return True
    files = [text for texts in mounts.files.values() for text in texts.values()]
    return sum(map(len, files)) > _LOOKED_THROUGH or any(map(mentions, files))


def unread(container: Container, context: PodContext, place: str, why: str) -> Row:
    """A container of which nothing is read: it is said to be too large, whatever it is."""
    where = context.place(container, place, 0)
    facts = ContainerFacts(opaque=(_too_large(container, place, why),))
    return Row(where, Taken(container, place, where.mounts), facts, 0, whole=True)


def _too_large(container: Container, place: str, why: str) -> Opaque:
    return Opaque(container.name, Code.TOO_LARGE, why, place)


def _key(container: Container, context: PodContext, place: str, work: int) -> Hashable | None:
    """All that a reading depends on; None where it is not kept."""
    if context.key is None:
        return None
    key = key_of(container)
    volumes = context.key if container.volume_mounts else b""
    return None if key is None else (key, volumes, context.path, place, context.hints, work)
