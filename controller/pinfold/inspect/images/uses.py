"""Every place of a pod that names an image."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, islice

from pinfold.inspect.images.reference import InvalidReference, Reference, parse_reference
from pinfold.inspect.limits import MOST_CONTAINERS, MOST_VOLUMES
from pinfold.inspect.podspec import Container, PodSpec
from pinfold.inspect.workload import ImageUse, Role


def images_of(spec: PodSpec, pod: str) -> tuple[ImageUse, ...]:
    """The images of a PodSpec whose field path is `pod`: init, containers, ephemeral, volumes.

    An image volume stands under the name of its volume.
    """
    containers = chain(
        _of_containers(spec.init_containers, Role.INIT, pod, "initContainers"),
        _of_containers(spec.containers, Role.CONTAINER, pod, "containers"),
        _of_containers(spec.ephemeral_containers, Role.EPHEMERAL, pod, "ephemeralContainers"),
    )
    return (
        *_first(containers, MOST_CONTAINERS, "containers"),
        *_first(_of_volumes(spec, pod), MOST_VOLUMES, "image volumes"),
    )


def _first(uses: Iterator[ImageUse], most: int, what: str) -> Iterator[ImageUse]:
    """So many of them; the next one stands for the rest, and cannot be read."""
    yield from islice(uses, most)
    for use in islice(uses, 1):
        problem = f"a Pod of more than {most} {what} is not read"
        yield replace(use, text=use.text or "…", reference=None, problem=problem)


def _of_containers(
    containers: tuple[Container, ...] | None, role: Role, pod: str, field: str
) -> Iterator[ImageUse]:
    for index, container in enumerate(containers or ()):
        stays = role is Role.INIT and container.restart_policy == "Always"
        reference, problem = read_image(container.image)
        yield ImageUse(
            container.name,
            Role.SIDECAR if stays else role,
            pod,
            f"{pod}.{field}[{index}].image",
            container.image,
            reference,
            problem,
        )


def _of_volumes(spec: PodSpec, pod: str) -> Iterator[ImageUse]:
    for index, volume in enumerate(spec.volumes or ()):
        if volume.image is not None:
            text = volume.image.reference
            place = f"{pod}.volumes[{index}].image.reference"
            yield ImageUse(volume.name, Role.VOLUME, pod, place, text, *read_image(text))


def read_image(text: str) -> tuple[Reference | None, str | None]:
    """The reference, or in words why the text is none: exactly one of the two is None."""
    try:
        return parse_reference(text), None
    except InvalidReference as error:
        return None, error.reason
