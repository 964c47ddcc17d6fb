"""The templates that pods are made from, page by page, and who stands above whom."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import msgspec

from pinfold.inspect.kinds import WorkloadKind
from pinfold.inspect.podspec import PodSpec
from pinfold.kube.client import Api
from pinfold.kube.errors import NotFound
from pinfold.kube.owners import Held, Ref
from pinfold.kube.pods import PAGE_SECONDS, Metadata

_ENDED = ("Complete", "Failed")  # conditions of a Job that makes no more pods


@dataclass(frozen=True, slots=True)
class Template:
    """An object that pods are made from; `pods` are its PodSpecs by field path.

    `pods` is empty where it makes none any more, or where they cannot be read.
    """

    held: Held
    pods: dict[str, PodSpec]
    is_readable: bool = True


def collection_of(row: WorkloadKind, namespace: str | None) -> str:
    """Where the API server lists a kind: in one namespace, or in all."""
    base = f"/apis/{row.group}/v1" if row.group else "/api/v1"
    return (
        f"{base}/namespaces/{namespace}/{row.resource}" if namespace else f"{base}/{row.resource}"
    )


async def template_pages(
    api: Api, row: WorkloadKind, namespace: str | None
) -> AsyncGenerator[list[Template]]:
    """All objects of a kind. Raises Gone, ApiError. A cluster need not serve every kind."""
    path = collection_of(row, namespace)
    try:
        async with aclosing(api.pages(path, deadline_seconds=PAGE_SECONDS)) as pages:
            async for raw in pages:
                yield list(_read(raw, row))
    except NotFound:
        return


class _Condition(msgspec.Struct):
    type: str = ""
    status: str = ""


class _Status(msgspec.Struct):
    conditions: list[_Condition] | None = None


class _Item(msgspec.Struct):
    metadata: Metadata
    spec: msgspec.Raw = msgspec.Raw(b"{}")
    status: _Status | None = None


class _Items(msgspec.Struct):
    items: list[_Item] | None = None


_decode = msgspec.json.Decoder(_Items).decode


def _read(raw: bytes, row: WorkloadKind) -> Iterator[Template]:
    version = f"{row.group}/v1" if row.group else "v1"
    for item in _decode(raw).items or ():
        metadata = item.metadata
        ref = Ref(version, row.kind, metadata.namespace, metadata.name, metadata.uid)
        held = Held(ref, metadata.controller, metadata.marks)
        if metadata.deletion_timestamp is not None or _has_ended(item, row):
            yield Template(held, {})
            continue
        try:
            yield Template(held, dict(_pods(item.spec, row)))
        except msgspec.ValidationError:
            yield Template(held, {}, is_readable=False)


def _has_ended(item: _Item, row: WorkloadKind) -> bool:
    conditions = (item.status and item.status.conditions) or ()
    return row.kind == "Job" and any(c.type in _ENDED and c.status == "True" for c in conditions)


def _pods(spec: msgspec.Raw, row: WorkloadKind) -> Iterator[tuple[str, PodSpec]]:
    value = msgspec.json.decode(spec)
    for path in row.pods:
        node: Any = value
        for step in path.split(".")[1:]:
            node = node.get(step) if isinstance(node, dict) else None
        if node is not None:  # a ReplicationController can do without
            yield path, msgspec.convert(node, PodSpec)
