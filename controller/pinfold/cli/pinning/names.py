"""What is looked up: a tag of an image, a branch of a model."""

import re
from dataclasses import dataclass

from pinfold.cli.pinning.lock import Lock
from pinfold.inspect.images.reference import InvalidReference, Reference, parse_reference
from pinfold.inspect.workload import Artefact, ImageUse, Origin, State

HUB = "https://huggingface.co"
LATEST = "latest"  # what a runtime pulls where no tag is written
_REPOSITORY = re.compile(r"[\w.-]+(?:/[\w.-]+)?", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class ImageName:
    """A tag of a repository, in full: docker.io/library/nginx, 1.29."""

    repository: str
    tag: str

    def __str__(self) -> str:
        return f"{self.repository}:{self.tag}"


@dataclass(frozen=True, slots=True)
class ModelName:
    """A repository of a hub, and the branch or tag that is followed; None is its default branch."""

    endpoint: str
    id: str
    asked: str | None

    def __str__(self) -> str:
        branch = f"@{self.asked}" if self.asked else ""
        where = "" if self.endpoint == HUB else f" on {self.endpoint}"
        return f"{self.id}{branch}{where}"


Name = ImageName | ModelName


def image_name(use: ImageUse, *, update: bool) -> ImageName | None:
    """None where nothing is to be looked up: pinned, unreadable, or without a tag to follow."""
    reference = use.reference
    if reference is None or reference.other_digest is not None:
        return None
    return _tag_of(reference, update=update)


def _tag_of(reference: Reference, *, update: bool) -> ImageName | None:
    pinned = reference.digest is not None
    if pinned and not (update and reference.tag):
        return None
    return ImageName(reference.repository, reference.tag or LATEST)


def artefact_name(artefact: Artefact, lock: Lock, *, update: bool) -> Name | None:
    """None where nothing is to be looked up, or nobody could say what."""
    if artefact.id is None or artefact.state not in _states(update=update):
        return None
    if artefact.origin is Origin.OCI:
        return _oci_name(artefact.id, update=update)
    if artefact.origin is not Origin.HUB or artefact.endpoint is None:
        return None
    name = _REPOSITORY.match(artefact.id)
    if name is None:
        return None
    endpoint = artefact.endpoint.rstrip("/")
    asked = artefact.revision
    if artefact.state is State.PINNED:
        asked = lock.asked(endpoint, name[0], artefact.revision or "")
    return ModelName(endpoint, name[0], asked or None)


def _states(*, update: bool) -> tuple[State, ...]:
    open_ones = (State.UNPINNED, State.UNPINNABLE)
    return (*open_ones, State.PINNED) if update else open_ones


def _oci_name(text: str, *, update: bool) -> ImageName | None:
    try:
        return _tag_of(parse_reference(text), update=update)
    except InvalidReference:
        return None
