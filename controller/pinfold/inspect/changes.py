"""What an update brings in: an old and a new PodSpec compared, and the facts that are news.

What was admitted before is never judged again by an update, or a pod that predates a policy could
not even be labelled, scaled down, finalised or deleted.
"""

from collections.abc import Iterator
from dataclasses import replace

from pinfold.inspect.podspec import Container, PodSpec
from pinfold.inspect.workload import Artefact, Hazard, ImageUse, Opaque, Workload

_LISTS = (
    ("initContainers", "init_containers"),
    ("containers", "containers"),
    ("ephemeralContainers", "ephemeral_containers"),
)


def unchanged_places(old: PodSpec, new: PodSpec, path: str) -> tuple[str, ...]:
    """The places of containers and volumes of `new` that run what they ran in `old`.

    Containers are matched by list and name, as the API server does.
    """
    return tuple(_unchanged_containers(old, new, path)) + tuple(_unchanged_volumes(old, new, path))


def is_all_unchanged(unchanged: tuple[str, ...], new: PodSpec) -> bool:
    """Whether `unchanged`, of unchanged_places, leaves nothing of `new` to judge."""
    parts = (new.containers, new.init_containers, new.ephemeral_containers, new.volumes)
    return len(unchanged) == sum(len(part or ()) for part in parts)


def only_news(workload: Workload, unchanged: tuple[str, ...]) -> Workload:
    """The facts of `workload` that do not stand at or below one of the places `unchanged`."""
    old = tuple(f"{place}." for place in unchanged)
    return replace(
        workload,
        images=tuple(fact for fact in workload.images if _is_news(fact, old)),
        artefacts=tuple(fact for fact in workload.artefacts if _is_news(fact, old)),
        hazards=tuple(fact for fact in workload.hazards if _is_news(fact, old)),
        opaque=tuple(fact for fact in workload.opaque if _is_news(fact, old)),
    )


def _is_news(fact: ImageUse | Artefact | Hazard | Opaque, old: tuple[str, ...]) -> bool:
    # The dot keeps containers[1] and containers[10] apart.
    return not f"{fact.place}.".startswith(old)


def _unchanged_containers(old: PodSpec, new: PodSpec, path: str) -> Iterator[str]:
    for field, attribute in _LISTS:
        before = {container.name: container for container in getattr(old, attribute) or ()}
        for index, container in enumerate(getattr(new, attribute) or ()):
            was = before.get(container.name)
            if was is not None and _runs(was) == _runs(container):
                yield f"{path}.{field}[{index}]"


def _unchanged_volumes(old: PodSpec, new: PodSpec, path: str) -> Iterator[str]:
    before = {volume.name: volume for volume in old.volumes or ()}
    for index, volume in enumerate(new.volumes or ()):
        if before.get(volume.name) == volume:
            yield f"{path}.volumes[{index}]"


def _runs(container: Container) -> tuple[object, ...]:
    """What decides what a container runs; of these, an update of a pod may change the image alone.

    Source: ValidatePodUpdate (k8s.io/kubernetes/pkg/apis/core/validation). The others are compared
    too, so that a later release that lets them change opens no gap. Resources may change.
    """
    return (
        container.image,
        container.command,
        container.args,
        container.env,
        container.env_from,
        container.working_dir,
        container.volume_mounts,
    )
