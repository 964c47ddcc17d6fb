"""Facts of workloads for tests of policies, in few words."""

from datetime import UTC, datetime

from pinfold.inspect.images.reference import InvalidReference, parse_reference
from pinfold.inspect.workload import (
    Act,
    Artefact,
    Code,
    Hazard,
    ImageUse,
    Kind,
    Opaque,
    Origin,
    Pin,
    PinForm,
    Role,
    State,
    Where,
    Workload,
)

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
COMMIT = "9f3c" * 10
DIGEST = "sha256:" + "ab" * 32
REVISION = Pin(PinForm.FLAG, "--revision", None)
HUB = "https://huggingface.co"


def image(text: str, container: str = "vllm") -> ImageUse:
    reference, problem = None, None
    try:
        reference = parse_reference(text)
    except InvalidReference:
        problem = "it has a space"
    place = "spec.containers[0].image"
    return ImageUse(container, Role.CONTAINER, "spec", place, text, reference, problem)


def model(
    identifier: str | None = "org/m",
    *,
    revision: str | None = None,
    state: State = State.UNPINNED,
    origin: Origin = Origin.HUB,
    endpoint: str | None = HUB,
    pin: Pin | None = REVISION,
    server: str = "vllm",
) -> Artefact:
    return Artefact(
        container="vllm",
        pod="spec",
        server=server,
        act=Act.LOAD,
        kind=Kind.MODEL,
        id=identifier,
        origin=origin,
        endpoint=endpoint,
        revision=revision,
        state=state,
        place="spec.containers[0].args[1]",
        where=Where.ARG,
        pin=pin,
    )


def opaque(code: Code, detail: str = "$EXTRA can add arguments") -> Opaque:
    return Opaque("vllm", code, detail, "spec.containers[0].args[0]")


def hazard(
    name: str,
    text: str = "",
    *,
    container: str = "vllm",
    pin: Pin | None = None,
    pinned: bool = False,
) -> Hazard:
    return Hazard(container, name, "spec.containers[0].args[2]", text, pin, pinned)


def workload(
    *facts: ImageUse | Artefact | Hazard | Opaque, namespace: str = "ml", name: str = "llama"
) -> Workload:
    return Workload(
        kind="Pod",
        namespace=namespace,
        name=name,
        images=tuple(fact for fact in facts if isinstance(fact, ImageUse)),
        artefacts=tuple(fact for fact in facts if isinstance(fact, Artefact)),
        hazards=tuple(fact for fact in facts if isinstance(fact, Hazard)),
        opaque=tuple(fact for fact in facts if isinstance(fact, Opaque)),
    )
