"""What of the object in a review is to be judged; often nothing is.

Pods are judged whatever they say of themselves: an owner reference can be forged. A template of
another controller's object (the ReplicaSet of a Deployment) is left to its Pods.
"""

import msgspec

from pinfold.inspect.changes import is_all_unchanged, unchanged_places
from pinfold.inspect.kinds import WorkloadKind
from pinfold.inspect.podspec import PodSpec
from pinfold.webhook.objects import TEMPLATES, Pod, decode_pod, decode_spec
from pinfold.webhook.request import (
    NULL,
    UNDECODABLE,
    PodRequest,
    RawRequest,
    Request,
    Unreadable,
    words_for,
)


class Subject(msgspec.Struct, frozen=True, gc=False):
    """PodSpecs to judge by field path; facts at the places `unchanged` were admitted before.

    `owned` says that the object is a Pod made by a controller.
    """

    kind: str
    namespace: str
    name: str
    pods: dict[str, PodSpec]
    unchanged: tuple[str, ...] = ()
    owned: bool = False


def subject_of(row: WorkloadKind, request: PodRequest | RawRequest) -> Subject | None:
    """What `request` brings in; None where that is nothing. Raises Unreadable."""
    if not request.namespace:
        raise Unreadable(f"the review names no namespace for this {row.kind}", request.uid)
    if isinstance(request, PodRequest):
        return _subject_of_pod(request, request.object, request.old_object)
    if request.object == NULL:
        raise Unreadable("the review has no object", request.uid)
    try:
        if row.kind == "Pod":
            old = decode_pod(request.old_object) if request.old_object != NULL else None
            return _subject_of_pod(request, decode_pod(request.object), old)
        return _subject_of_template(row, request)
    except UNDECODABLE as error:
        raise Unreadable(words_for(error), request.uid) from error


def _subject_of_pod(request: Request, new: Pod | None, old: Pod | None) -> Subject | None:
    if new is None:
        raise Unreadable("the review has no object", request.uid)
    _refuse_odd_shapes(request, new.kind, "spec", new.spec)
    unchanged: tuple[str, ...] = ()
    if request.operation == "UPDATE" and old is not None:
        unchanged = unchanged_places(old.spec, new.spec, "spec")
        if is_all_unchanged(unchanged, new.spec):
            return None
    metadata = new.metadata
    return Subject(
        "Pod",
        request.namespace,
        metadata.name or metadata.generate_name,
        {"spec": new.spec},
        unchanged,
        metadata.is_controlled,
    )


def _subject_of_template(row: WorkloadKind, request: RawRequest) -> Subject | None:
    read = TEMPLATES[row.kind]
    kind, metadata, templates = read.parts(request.object)
    if metadata.is_controlled:
        return None
    if request.operation == "UPDATE" and request.old_object != NULL:
        old = read.parts(request.old_object)[2]
        # Byte for byte: the API server writes both with the same encoder, and a difference that is
        # none is merely judged.
        templates = {path: raw for path, raw in templates.items() if old[path] != raw}
        if not templates:
            return None
    pods = {path: decode_spec(raw) for path, raw in templates.items()}
    for path, spec in pods.items():
        _refuse_odd_shapes(request, kind, path, spec)
    name = metadata.name or metadata.generate_name
    return Subject(row.kind, request.namespace, name, pods)


def _refuse_odd_shapes(request: Request, kind: str, path: str, spec: PodSpec) -> None:
    """An object of another kind than the request's, or without containers, has nothing to judge."""
    if kind != request.kind.kind:
        raise Unreadable(f"its object is a {kind!r}", request.uid)
    if not spec.containers:
        raise Unreadable(f"{path}.containers is empty", request.uid)
