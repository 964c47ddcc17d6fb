"""From a PodSpec to the facts of a workload: the one way in for webhook, rescan and CLI."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from pinfold.inspect.commands.mounts import Mounts
from pinfold.inspect.containers import PodContext, read_container
from pinfold.inspect.images.uses import images_of
from pinfold.inspect.kinds import WorkloadKind
from pinfold.inspect.podspec import Container, PodSpec
from pinfold.inspect.servers.case import Hints
from pinfold.inspect.traced import Row, traced
from pinfold.inspect.workload import ContainerFacts, ImageUse, Workload

Files = Mapping[str, Mapping[str, str]]  # ConfigMaps at hand, by name: key -> text
NO_FILES: Files = {}


class UnreadableWorkload(ValueError):
    """The object is of a kind that is read, but its shape is not that kind's."""


def inspect_pods(
    kind: str,
    namespace: str,
    name: str,
    pods: Mapping[str, PodSpec],
    *,
    files: Files = NO_FILES,
    hints: Hints = (),
) -> Workload:
    """The facts of an object whose PodSpecs, by field path, are `pods`.

    `files` are the ConfigMaps at hand; `hints` tell which server is in an image of the user's own.
    """
    images: list[ImageUse] = []
    facts: list[ContainerFacts] = []
    for path, spec in pods.items():
        images += images_of(spec, path)
        context = PodContext.of(spec, path, files, hints)
        facts += traced(
            [
                Row(
                    container,
                    place,
                    Mounts(container, context.volumes, files),
                    read_container(container, context, place),
                )
                for place, container in containers_of(spec, path)
            ]
        )
    return Workload(
        kind=kind,
        namespace=namespace,
        name=name,
        images=tuple(images),
        artefacts=tuple(a for f in facts for a in f.artefacts),
        hazards=tuple(h for f in facts for h in f.hazards),
        opaque=tuple(o for f in facts for o in f.opaque),
    )


def containers_of(spec: PodSpec, path: str) -> Iterator[tuple[str, Container]]:
    """Every container of a PodSpec with its place, in the order in which they start."""
    for field, containers in (
        ("initContainers", spec.init_containers),
        ("containers", spec.containers),
        ("ephemeralContainers", spec.ephemeral_containers),
    ):
        for index, container in enumerate(containers or ()):
            yield f"{path}.{field}[{index}]", container


def inspect_object(
    row: WorkloadKind,
    value: Mapping[str, Any],
    *,
    files: Files = NO_FILES,
    hints: Hints = (),
) -> Workload:
    """The facts of a decoded object of a kind in `KINDS`.

    Raises UnreadableWorkload where a field has another type than the API gives it.
    """
    metadata = value.get("metadata")
    metadata = metadata if isinstance(metadata, Mapping) else {}
    return inspect_pods(
        row.kind,
        str(metadata.get("namespace") or ""),
        str(metadata.get("name") or metadata.get("generateName") or ""),
        {path: _pod_spec(value, path) for path in row.pods},
        files=files,
        hints=hints,
    )


def _pod_spec(value: Mapping[str, Any], path: str) -> PodSpec:
    node: Any = value
    for step in path.split("."):
        if not isinstance(node, Mapping) or step not in node:
            raise UnreadableWorkload(f"{path} is missing: nothing here says what a pod would run")
        node = node[step]
    try:
        return msgspec.convert(node, PodSpec)
    except msgspec.ValidationError as error:
        raise UnreadableWorkload(f"{path}: {error}") from error
