"""Who stands above a pod: the chain of controllers up to the top, and what each is annotated with.

Metadata alone is read, one LIST a kind; kept is only what stands above a pod of the scan.
"""

from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass

import msgspec

from pinfold.inspect.kinds import BUILT_IN, WorkloadKind, kind_of
from pinfold.kube.calls import metadata_only
from pinfold.kube.client import Api
from pinfold.kube.errors import NotFound
from pinfold.kube.pods import PAGE_SECONDS, UNMARKED, Annotations, Metadata, Owner

# From below to above: what a kind's objects are owned by is listed after it. All of them stand in
# the group that KINDS gives them, version v1.
_ORDER = ("ReplicaSet", "ReplicationController", "Deployment", "StatefulSet", "DaemonSet", "Job")
_TOP = ("CronJob",)
# Others copy annotations into pod templates, and would restart what runs.
ANNOTATED = frozenset({"Deployment", "StatefulSet", "DaemonSet", "Job"})
_ROWS = {row.kind: row for row in BUILT_IN}


@dataclass(frozen=True, slots=True)
class Ref:
    """One object, as an ownerReference or an event names it."""

    api_version: str
    kind: str
    namespace: str
    name: str
    uid: str

    @property
    def is_annotated(self) -> bool:
        """Whether it is one of those that carry a scan status beside their pods."""
        row = kind_of(self.api_version, self.kind)
        return row is not None and row.is_built_in and row.kind in ANNOTATED

    @property
    def path(self) -> str:
        """Where the API server has it; only for kinds that are read here."""
        row = kind_of(self.api_version, self.kind)
        assert row is not None
        return f"{_base(row)}/namespaces/{self.namespace}/{row.resource}/{self.name}"


@dataclass(frozen=True, slots=True)
class Held:
    """An object above pods: its own controller, and our annotations on it."""

    ref: Ref
    controller: Owner | None
    marks: Annotations


class Owners:
    """What is known of the objects above pods, by uid."""

    def __init__(self, held: Mapping[str, Held]) -> None:
        self._held = held

    def chain(self, pod: Ref, controller: Owner | None) -> tuple[Ref, ...]:
        """From the pod to the top; the pod alone where nobody made it.

        A node is above its static pods, and no workload. What is not there is not believed in.
        """
        chain = [pod]
        seen = {pod.uid}
        while controller is not None and controller.kind != "Node" and controller.uid not in seen:
            held = self._held.get(controller.uid)
            if held is None and _is_listed(controller):
                break  # of a kind that was listed, and not in the list
            ref = held.ref if held is not None else _named(controller, pod.namespace)
            chain.append(ref)
            seen.add(ref.uid)
            controller = held.controller if held is not None else None
        return tuple(chain)

    def marks(self, uid: str) -> Annotations:
        """Our annotations on an object above pods."""
        held = self._held.get(uid)
        return UNMARKED if held is None else held.marks


def _is_listed(owner: Owner) -> bool:
    row = kind_of(owner.api_version, owner.kind)
    return row is not None and row.is_built_in


@dataclass(frozen=True, slots=True)
class Found:
    """The objects above pods, and those that carry our annotations with no pod below them."""

    owners: Owners
    stale: tuple[tuple[Ref, Annotations], ...]
    size: int  # bytes read


async def read_owners(api: Api, wanted: Collection[str]) -> Found:
    """What stands above pods whose controllers' uids are `wanted`. Raises Gone, ApiError."""
    slim = metadata_only(api)
    held: dict[str, Held] = {}
    uids = set(wanted)
    stale: list[tuple[Ref, Annotations]] = []
    size = 0
    for kind in (*_ORDER, *_TOP):
        row = _ROWS[kind]
        async for raw in _pages(slim, row):
            size += len(raw)
            for one in _held_in(raw, row):
                if one.ref.uid in uids:
                    held[one.ref.uid] = one
                    if one.controller is not None:
                        uids.add(one.controller.uid)
                elif one.marks != UNMARKED and one.ref.is_annotated:
                    stale.append((one.ref, one.marks))
    return Found(Owners(held), tuple(stale), size)


async def _pages(api: Api, row: WorkloadKind) -> AsyncIterator[bytes]:
    path = f"{_base(row)}/{row.resource}"
    try:
        async with aclosing(api.pages(path, deadline_seconds=PAGE_SECONDS)) as pages:
            async for raw in pages:
                yield raw
    except NotFound:
        return  # a cluster need not serve every kind


class _Item(msgspec.Struct):
    metadata: Metadata


class _Items(msgspec.Struct):
    items: list[_Item] | None = None


_decode = msgspec.json.Decoder(_Items).decode


def _held_in(raw: bytes, row: WorkloadKind) -> Iterator[Held]:
    version = f"{row.group}/v1" if row.group else "v1"
    for item in _decode(raw).items or ():
        metadata = item.metadata
        ref = Ref(version, row.kind, metadata.namespace, metadata.name, metadata.uid)
        yield Held(ref, metadata.controller, metadata.marks)


def _base(row: WorkloadKind) -> str:
    return f"/apis/{row.group}/v1" if row.group else "/api/v1"


def _named(owner: Owner, namespace: str) -> Ref:
    return Ref(owner.api_version, owner.kind, namespace, owner.name, owner.uid)
