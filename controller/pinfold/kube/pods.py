"""The pods of the cluster, page by page: decoded to what a scan reads, and then forgotten."""

import gc
import logging
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import aclosing, contextmanager
from datetime import datetime

import msgspec

from pinfold.inspect.podspec import PodSpec
from pinfold.kube.client import Api

PODS = "/api/v1/pods"
# What has ended runs nothing. No resourceVersion: the list is of now, and comes in pages, where
# resourceVersion=0 would be answered from a cache with all pods at once.
RUNNING = {"fieldSelector": "status.phase!=Succeeded,status.phase!=Failed"}
PAGE_SECONDS = 60.0
_log = logging.getLogger(__name__)

STATUS = "pinfold.dev/scan-status"
VIOLATIONS = "pinfold.dev/violations"


class _Read(msgspec.Struct, frozen=True, rename="camel", gc=False):
    """Strings and tuples: it can hold no cycle, so the garbage collector skips it."""


class Owner(_Read, frozen=True, rename="camel", gc=False):
    """An entry of ownerReferences."""

    api_version: str = ""
    kind: str = ""
    name: str = ""
    uid: str = ""
    controller: bool | None = None


class Annotations(_Read, frozen=True, gc=False):
    """Ours; the others are skipped."""

    scan_status: str | None = msgspec.field(name=STATUS, default=None)
    violations: str | None = msgspec.field(name=VIOLATIONS, default=None)


UNMARKED = Annotations()


class Metadata(_Read, frozen=True, rename="camel", gc=False):
    """metadata of a pod or an owner."""

    name: str = ""
    namespace: str = ""
    uid: str = ""
    creation_timestamp: datetime | None = None
    deletion_timestamp: str | None = None
    generation: int = 0
    owner_references: tuple[Owner, ...] | None = None
    annotations: Annotations | None = None

    @property
    def marks(self) -> Annotations:
        """Our annotations."""
        return self.annotations or UNMARKED

    @property
    def controller(self) -> Owner | None:
        """Who made it and makes it anew; there is at most one."""
        return next((owner for owner in self.owner_references or () if owner.controller), None)


class ResourceClaim(_Read, frozen=True, rename="camel", gc=False):
    """A claim for devices (dynamic resource allocation)."""

    name: str = ""


class RunningSpec(PodSpec, frozen=True, rename="camel", gc=False):
    """A PodSpec, with what else a scan asks of it."""

    node_name: str = ""
    resource_claims: tuple[ResourceClaim, ...] | None = None


class Present(_Read, frozen=True, gc=False):
    """Only whether it is there matters."""


class State(_Read, frozen=True, gc=False):
    """state of a container."""

    running: Present | None = None


class ContainerStatus(_Read, frozen=True, rename="camel", gc=False):
    """An entry of containerStatuses and its like."""

    name: str = ""
    image_id: str = msgspec.field(name="imageID", default="")
    container_id: str = msgspec.field(name="containerID", default="")
    state: State | None = None


class PodStatus(_Read, frozen=True, rename="camel", gc=False):
    """status of a pod."""

    observed_generation: int | None = None
    container_statuses: tuple[ContainerStatus, ...] | None = None
    init_container_statuses: tuple[ContainerStatus, ...] | None = None
    ephemeral_container_statuses: tuple[ContainerStatus, ...] | None = None

    def all(self) -> Iterator[ContainerStatus]:
        """Of all containers; their names are unique in a pod."""
        yield from self.container_statuses or ()
        yield from self.init_container_statuses or ()
        yield from self.ephemeral_container_statuses or ()


class Pod(_Read, frozen=True, gc=False):
    """A pod."""

    metadata: Metadata
    spec: RunningSpec = RunningSpec()
    status: PodStatus = PodStatus()


class _Pods(msgspec.Struct):
    items: list[Pod] | None = None


class _RawItems(msgspec.Struct):
    items: list[msgspec.Raw] | None = None


_decode = msgspec.json.Decoder(_Pods).decode
_decode_items = msgspec.json.Decoder(_RawItems).decode
_decode_pod = msgspec.json.Decoder(Pod).decode


class Page(msgspec.Struct, frozen=True):
    """Some pods; `size` in bytes; `unreadable` are those whose shape is not a pod's."""

    pods: tuple[Pod, ...]
    size: int
    unreadable: int = 0


async def pod_pages(api: Api, query: Mapping[str, str] = RUNNING) -> AsyncGenerator[Page]:
    """All pods that have not ended, those on their way out left out. Raises Gone, ApiError.

    Gone: the server has forgotten the list in the midst of it, and what was read does not count.
    """
    async with aclosing(api.pages(PODS, query, deadline_seconds=PAGE_SECONDS)) as pages:
        async for raw in pages:
            yield read_page(raw)


def read_page(raw: bytes) -> Page:
    """One page. An object that is no pod is left out and counted: the others are still seen."""
    unreadable = 0
    try:
        pods = _decode(raw).items or []
    except msgspec.ValidationError:
        pods = []
        for item in _decode_items(raw).items or ():
            try:
                pods.append(_decode_pod(item))
            except msgspec.ValidationError as error:
                unreadable += 1
                _log.warning("a pod cannot be read: %s", error)
    there = tuple(pod for pod in pods if pod.metadata.deletion_timestamp is None)
    return Page(there, len(raw), unreadable)


@contextmanager
def without_collector() -> Iterator[None]:
    """What is here now is never looked at by the garbage collector while pages go through.

    It is half of the time of a scan otherwise, and what is read makes no cycles.
    """
    gc.collect()
    gc.freeze()
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
        gc.unfreeze()
