"""Whether a container runs the image that its spec pins. Pure.

What a runtime says in `imageID` is not always the digest that was asked for: an image may be known
by the digest of an index and by that of one platform's manifest in it, and runtimes tell either.
So a difference alone is no finding; what cannot be told is said to be unknown.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pinfold.inspect.workload import ImageUse, Role
from pinfold.kube.pods import ContainerStatus, PodStatus

_IMAGE_ID = re.compile(r"(?:[a-z-]+://)?(?:(?P<name>[^@]+)@)?(?P<digest>sha256:[0-9a-f]{64})")
# The kubelet lists no more names of an image than these (maxNamesPerImageInNodeStatus).
_NAMES_OF_A_NODE = 5
# containerd and cri-dockerd tell the digest by which the image was pulled. CRI-O keeps both the
# index's and the manifest's, and tells whichever comes first.
_TELLS_WHAT_WAS_PULLED = ("containerd", "docker")


@dataclass(frozen=True, slots=True)
class Another:
    """The container runs another image than its spec pins."""

    container: str
    place: str
    pinned: str
    runs: str


@dataclass(frozen=True, slots=True)
class Untold:
    """It cannot be told whether it does; `why` is a clause."""

    container: str
    why: str


Difference = Another | Untold
NodeImages = Sequence[Sequence[str]]  # the names of each image that a node holds


def differences(
    uses: Iterable[ImageUse],
    status: PodStatus,
    generation: int,
    node: NodeImages | None,
    is_alias: Callable[[str, str], bool],
) -> tuple[Difference, ...]:
    """Of each running container with a digest in its spec, whether it runs that.

    `node` is None where it was not asked: then a difference is Untold. Source of the names: the
    kubelet's node status, which lists the largest images first. `is_alias` tells of two digests
    whether some node knew one image by both.
    """
    observed = status.observed_generation
    if observed is not None and observed < generation:
        return ()  # the spec has just changed, and the kubelet has not got to it
    states = {state.name: state for state in status.all()}
    found = []
    for use in uses:
        state = states.get(use.container)
        if use.role is Role.VOLUME or state is None or state.state is None:
            continue
        if state.state.running is not None:
            found.append(_difference(use, state, node, is_alias))
    return tuple(difference for difference in found if difference is not None)


def _difference(
    use: ImageUse,
    state: ContainerStatus,
    node: NodeImages | None,
    is_alias: Callable[[str, str], bool],
) -> Difference | None:
    pinned = use.reference.digest.text if use.reference and use.reference.digest else None
    if pinned is None or not state.image_id:
        return None  # image-digest speaks of the first; the second has not been told yet
    read = _IMAGE_ID.fullmatch(state.image_id)
    runs = read["digest"] if read else ""
    if runs == pinned or is_alias(pinned, runs):
        return None
    if read is None or read["name"] is None:
        return Untold(use.container, f"the runtime says only {state.image_id!r} of what runs")
    is_same = _is_same(pinned, runs, state.container_id, node)
    if is_same is None:
        return Untold(use.container, f"{runs} may be one platform's image of {pinned}")
    return None if is_same else Another(use.container, use.place, pinned, f"{read['name']}@{runs}")


def _is_same(pinned: str, runs: str, container_id: str, node: NodeImages | None) -> bool | None:
    """Whether two digests name one image; None where it cannot be told."""
    if node is None:
        return None
    names = next((names for names in node if _has(names, runs)), ())
    if _has(names, pinned):
        return True
    runtime = container_id.partition("://")[0]
    is_told = 0 < len(names) < _NAMES_OF_A_NODE
    return False if is_told or (not node and runtime in _TELLS_WHAT_WAS_PULLED) else None


def _has(names: Sequence[str], digest: str) -> bool:
    return any(name.endswith(f"@{digest}") for name in names)


class Aliases:
    """Digests that name one image, as nodes told: what is true of digests stays true."""

    def __init__(self, most: int = 4096) -> None:
        self._most = most
        self._groups: dict[str, frozenset[str]] = {}

    def learn(self, node: NodeImages) -> None:
        """From the names by which a node knows its images."""
        for names in node:
            digests = frozenset(name.rpartition("@")[2] for name in names if "@" in name)
            if len(digests) > 1:
                if len(self._groups) + len(digests) > self._most:
                    self._groups.clear()  # they are learnt again as they are met
                self._groups |= dict.fromkeys(digests, digests)

    def knows(self, one: str, other: str) -> bool:
        """Whether some node knew one image by both."""
        return other in self._groups.get(one, ())
