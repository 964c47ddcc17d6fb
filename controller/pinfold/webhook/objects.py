"""The objects in reviews, as far as they are read.

A Pod, the ways to the PodSpecs of Kubernetes' own kinds, or the fields of another kind in which
something is read.
"""

from typing import Any

import msgspec

from pinfold.inspect.kinds import BUILT_IN, CUSTOM, WorkloadKind


class Owner(msgspec.Struct, frozen=True, gc=False):
    """One entry of ownerReferences."""

    controller: bool | None = None


class Metadata(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """The part of metadata that is read."""

    name: str = ""
    generate_name: str = ""
    owner_references: tuple[Owner, ...] | None = None

    @property
    def is_controlled(self) -> bool:
        """Whether it says that a controller made the object; for a Pod this proves nothing."""
        owners = self.owner_references
        return owners is not None and any(owner.controller for owner in owners)


class Pod(msgspec.Struct, frozen=True, gc=False):
    """A Pod; its spec stays raw, since most have been judged before."""

    kind: str
    metadata: Metadata
    spec: msgspec.Raw


class TemplateReader:
    """Reads objects of one kind; PodSpecs stay raw, since most updates leave them as they were."""

    def __init__(self, row: WorkloadKind) -> None:
        self._paths = row.pods
        self._decode = msgspec.json.Decoder(_shape_of(row)).decode

    def parts(self, raw: msgspec.Raw) -> tuple[str, Metadata, dict[str, msgspec.Raw]]:
        """Kind, metadata, and the JSON of each PodSpec by field path.

        Raises what msgspec raises where a step on the way is missing or of another type.
        """
        value: Any = self._decode(raw)
        return value.kind, value.metadata, {path: _at(value, path) for path in self._paths}


class ObjectReader:
    """Reads objects of another kind than Kubernetes' own; what decides stays raw."""

    def __init__(self, row: WorkloadKind) -> None:
        self._roots = row.roots
        roots = [(root, msgspec.Raw, msgspec.Raw(b"null")) for root in row.roots]
        fields: list[Any] = [("kind", str), ("metadata", Metadata), *roots]
        self._decode = msgspec.json.Decoder(msgspec.defstruct(row.kind, fields, frozen=True)).decode

    def parts(self, raw: msgspec.Raw) -> tuple[str, Metadata, bytes]:
        """Kind, metadata, and an object in JSON that has only the fields that decide."""
        value: Any = self._decode(raw)
        fields = (b'"%s":%s' % (root.encode(), getattr(value, root)) for root in self._roots)
        return value.kind, value.metadata, b"{%s}" % b",".join(fields)


def _shape_of(row: WorkloadKind) -> type[Any]:
    """A struct with the fields on the ways to the PodSpecs of a kind, and nothing else."""
    tree: dict[str, Any] = {}
    for path in row.pods:
        *steps, leaf = path.split(".")
        node = tree
        for step in steps:
            node = node.setdefault(step, {})
        node[leaf] = msgspec.Raw
    fields = [("kind", str), ("metadata", Metadata), *_fields_of(tree)]
    return msgspec.defstruct(row.kind, fields, frozen=True)


def _fields_of(tree: dict[str, Any]) -> list[tuple[str, Any]]:
    return [
        (
            name,
            msgspec.defstruct(name, _fields_of(below), frozen=True)
            if isinstance(below, dict)
            else below,
        )
        for name, below in tree.items()
    ]


def _at(value: Any, path: str) -> msgspec.Raw:
    for step in path.split("."):
        value = getattr(value, step)
    raw: msgspec.Raw = value
    return raw


decode_pod = msgspec.json.Decoder(Pod).decode
TEMPLATES = {row.name: TemplateReader(row) for row in BUILT_IN if row.kind != "Pod"}
OBJECTS = {row.name: ObjectReader(row) for row in CUSTOM}
