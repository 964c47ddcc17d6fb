"""What of the object in a review is to be judged; often nothing is.

Pods are judged whatever they say of themselves: an owner reference can be forged. A template of
another controller's object (the ReplicaSet of a Deployment) is left to its Pods.
"""

import msgspec

from pinfold.inspect.kinds import WorkloadKind
from pinfold.webhook.objects import OBJECTS, TEMPLATES, Pod, decode_pod
from pinfold.webhook.request import (
    NULL,
    UNDECODABLE,
    PodRequest,
    RawRequest,
    Request,
    Unreadable,
    words_for,
)

_GENERATED = b"kube-api-access-"
_LENGTH = len(_GENERATED) + 5
_NAME = _GENERATED + b"00000"
_VOLUME = b'{"name":"%s","projected":{"sources":[{"serviceAccountToken":{'
_MOUNT = (
    b'{"name":"%s","readOnly":true,"mountPath":"/var/run/secrets/kubernetes.io/serviceaccount"}'
)


class Matter(msgspec.Struct, frozen=True):
    """All that a verdict depends on beside policies and time: equal matters have equal verdicts.

    `specs` are PodSpecs in JSON by field path; `old` is what a Pod's was before an update. Of a
    kind that is not Kubernetes' own both are all that decides; its path is "".
    """

    kind: str
    namespace: str
    specs: tuple[tuple[str, bytes], ...]
    old: bytes = b""


class Subject(msgspec.Struct, frozen=True, gc=False):
    """A matter, and whose it is; `owned` says that a controller makes the Pod, not a person."""

    matter: Matter
    name: str
    owned: bool = False


def subject_of(row: WorkloadKind, request: PodRequest | RawRequest) -> Subject | None:
    """What `request` brings in; None where that is nothing. Raises Unreadable."""
    if not request.namespace and not row.is_cluster_scoped:
        raise Unreadable(f"the review names no namespace for this {row.kind}")
    if isinstance(request, PodRequest):
        return _subject_of_pod(request, request.object, request.old_object)
    if request.object == NULL:
        raise Unreadable("the review has no object")
    try:
        if row.kind == "Pod":
            old = decode_pod(request.old_object) if request.old_object != NULL else None
            return _subject_of_pod(request, decode_pod(request.object), old)
        if row.is_built_in:
            return _subject_of_template(row, request)
        return _subject_of_object(row, request)
    except UNDECODABLE as error:
        raise Unreadable(words_for(error)) from error


def _subject_of_pod(request: Request, new: Pod | None, old: Pod | None) -> Subject | None:
    if new is None:
        raise Unreadable("the review has no object")
    _refuse_other_kind(request, new.kind)
    spec, before = bytes(new.spec), b""
    if request.operation == "UPDATE" and old is not None:
        before = bytes(old.spec)
        if before == spec:
            return None
    else:
        spec = with_common_token_name(spec)
    metadata = new.metadata
    return Subject(
        Matter("Pod", request.namespace, (("spec", spec),), before),
        metadata.name or metadata.generate_name,
        metadata.is_controlled and request.operation == "CREATE",
    )


def _subject_of_template(row: WorkloadKind, request: RawRequest) -> Subject | None:
    read = TEMPLATES[row.name]
    kind, metadata, specs = read.parts(request.object)
    _refuse_other_kind(request, kind)
    if metadata.is_controlled:
        return None
    if request.operation == "UPDATE" and request.old_object != NULL:
        old = read.parts(request.old_object)[2]
        # Byte for byte: the API server writes both with the same encoder, and a difference that is
        # none is merely judged.
        specs = {path: raw for path, raw in specs.items() if old[path] != raw}
        if not specs:
            return None
    changed = tuple((path, bytes(raw)) for path, raw in specs.items())
    name = metadata.name or metadata.generate_name
    return Subject(Matter(row.name, request.namespace, changed), name)


def _subject_of_object(row: WorkloadKind, request: RawRequest) -> Subject | None:
    read = OBJECTS[row.name]
    kind, metadata, new = read.parts(request.object)
    _refuse_other_kind(request, kind)
    if metadata.is_controlled and not row.tells_more:
        return None
    old = b""
    if request.operation == "UPDATE" and request.old_object != NULL:
        old = read.parts(request.old_object)[2]
        if old == new:
            return None
    matter = Matter(row.name, request.namespace, (("", new),), old)
    return Subject(matter, metadata.name or metadata.generate_name)


def _refuse_other_kind(request: Request, kind: str) -> None:
    if kind != request.kind.kind:
        raise Unreadable(f"its object is a {kind!r}")


def with_common_token_name(spec: bytes) -> bytes:
    """A Pod's spec with another name for the volume of its service account's token.

    The API server makes up a name for each Pod, and else replicas of one workload are alike. Only
    where it stands in nothing but the volume and the mounts that the API server itself adds; then
    what the Pod runs and loads is the same by any name.
    Source: plugin/pkg/admission/serviceaccount/admission.go (mountServiceAccountToken).
    """
    start = spec.find(_GENERATED)
    if start < 0:
        return spec
    name = spec[start : start + _LENGTH]
    mounts = spec.count(_MOUNT % name)
    if spec.count(_GENERATED) != mounts + 1 or _VOLUME % name not in spec:
        return spec
    return spec.replace(name, _NAME)
