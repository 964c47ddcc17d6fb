"""From a PodSpec to the facts of a workload: the one way in for webhook, rescan and CLI."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pinfold.inspect.containers import PodContext
from pinfold.inspect.images.uses import images_of
from pinfold.inspect.kinds import WorkloadKind
from pinfold.inspect.podspec import PodSpec
from pinfold.inspect.resources.listed import parts_of
from pinfold.inspect.resources.parts import Mover, Part
from pinfold.inspect.resources.paths import UnreadableWorkload, converted
from pinfold.inspect.resources.placeholders import Holes, with_holes
from pinfold.inspect.resources.runtimes import Runtimes
from pinfold.inspect.servers import ollama
from pinfold.inspect.servers.case import Hints
from pinfold.inspect.shares import rows_of
from pinfold.inspect.startup import is_about_models, startup_facts
from pinfold.inspect.traced import traced
from pinfold.inspect.workload import ContainerFacts, ImageUse, Workload

Files = Mapping[str, Mapping[str, str]]  # ConfigMaps at hand, by name: key -> text
NO_FILES: Files = {}


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
        rows, rest = rows_of(spec, PodContext.of(spec, path, files, hints))
        facts += ollama.settled(traced(rows, rest))
        if is_about_models([row.facts for row in rows]):
            facts += (startup_facts(row.taken, rest) for row in rows)
    return Workload(
        kind=kind,
        namespace=namespace,
        name=name,
        images=tuple(images),
        artefacts=tuple(a for f in facts for a in f.artefacts),
        hazards=tuple(h for f in facts for h in f.hazards),
        opaque=tuple(dict.fromkeys(o for f in facts for o in f.opaque)),
    )


def inspect_parts(
    kind: str,
    namespace: str,
    name: str,
    parts: Sequence[Part],
    *,
    files: Files = NO_FILES,
    hints: Hints = (),
) -> Workload:
    """The facts of an object of another kind than Kubernetes' own."""
    found = [_of_part(kind, part, files, hints) for part in parts]
    return Workload(
        kind=kind,
        namespace=namespace,
        name=name,
        images=tuple(dict.fromkeys(use for one in found for use in one.images)),
        artefacts=tuple(dict.fromkeys(row for one in found for row in one.artefacts)),
        hazards=tuple(dict.fromkeys(row for one in found for row in one.hazards)),
        opaque=tuple(dict.fromkeys(row for one in found for row in one.opaque)),
    )


def _of_part(kind: str, part: Part, files: Files, hints: Hints) -> Workload:
    """The facts of a part, each where it was written."""
    read = inspect_pods(kind, "", "", {part.path: part.spec}, files=files, hints=hints)
    mover = Mover(part.moves)
    made = tuple(f"{place}.image" for place in part.made)
    # An image that nobody wrote is its controller's to choose, and judged in the pods.
    images = [use for use in read.images if use.text and use.place not in made]
    return replace(
        read,
        images=(*map(mover.image, images), *part.images),
        artefacts=(*mover.artefacts(read.artefacts), *part.facts.artefacts),
        hazards=(*map(mover.hazard, read.hazards), *part.facts.hazards),
        opaque=(*map(mover.opaque, read.opaque), *part.facts.opaque),
    )


def inspect_object(
    row: WorkloadKind,
    value: Mapping[str, Any],
    *,
    files: Files = NO_FILES,
    hints: Hints = (),
    runtimes: Runtimes | None = None,
    later: Holes | None = None,
) -> Workload:
    """The facts of a decoded object of a kind in `KINDS`, or of one that was found by its looks.

    `runtimes` are what model servers of KServe's are started with; `later` finds text for which
    something else will be filled in.
    Raises UnreadableWorkload where a field has another type than the API gives it.
    """
    metadata = value.get("metadata")
    metadata = metadata if isinstance(metadata, Mapping) else {}
    namespace = str(metadata.get("namespace") or "")
    name = str(metadata.get("name") or metadata.get("generateName") or "")
    if not row.is_built_in:
        parts = parts_of(row, value, runtimes)
        if later is not None:
            parts = tuple(replace(part, spec=with_holes(part.spec, later)) for part in parts)
        return inspect_parts(row.kind, namespace, name, parts, files=files, hints=hints)
    pods = {path: _pod_spec(value, path) for path in row.pods}
    if later is not None:
        pods = {path: with_holes(spec, later) for path, spec in pods.items()}
    return inspect_pods(row.kind, namespace, name, pods, files=files, hints=hints)


def _pod_spec(value: Mapping[str, Any], path: str) -> PodSpec:
    node: Any = value
    for step in path.split("."):
        if not isinstance(node, Mapping) or step not in node:
            raise UnreadableWorkload(f"{path} is missing: nothing here says what a pod would run")
        node = node[step]
    return converted(node, PodSpec, path)
