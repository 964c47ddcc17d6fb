"""What a workload will run and load: facts, each with its place in the document.

The vocabulary of `pinfold inspect` (schema pinfold.dev/inspect/v1); policies judge these facts and
nothing else. A place is a field path from the document's root, as the API server writes it:
`spec.template.spec.containers[0].args[1]`.
"""

from dataclasses import dataclass
from enum import StrEnum

from pinfold.inspect.images.reference import Reference

SCHEMA = "pinfold.dev/inspect/v1"


class Role(StrEnum):
    """Where in a pod an image stands."""

    INIT = "init"
    SIDECAR = "sidecar"  # an init container that stays: restartPolicy Always
    CONTAINER = "container"
    EPHEMERAL = "ephemeral"
    VOLUME = "volume"


class Act(StrEnum):
    """How an artefact gets into the pod."""

    LOAD = "load"  # by a server
    FETCH = "fetch"  # by a download


class Kind(StrEnum):
    """What an artefact is."""

    MODEL = "model"
    TOKENIZER = "tokenizer"
    ADAPTER = "adapter"
    DRAFT = "draft"
    CODE = "code"
    CONFIG = "config"
    WEIGHTS = "weights"


class Origin(StrEnum):
    """What kind of place an artefact comes from."""

    HUB = "hub"
    MODELSCOPE = "modelscope"
    LOCAL = "local"
    PVC = "pvc"
    S3 = "s3"
    GCS = "gcs"
    AZURE = "azure"
    TOS = "tos"
    OCI = "oci"
    HTTP = "http"
    GIT = "git"
    OLLAMA = "ollama"
    NGC = "ngc"
    KAGGLE = "kaggle"
    CONFIGMAP = "configmap"
    UNKNOWN = "unknown"


class State(StrEnum):
    """What a reference says about itself; never our trust in where it leads."""

    PINNED = "pinned"  # a full commit honoured by the server, or a sha256 digest
    UNPINNED = "unpinned"  # could be pinned here
    UNPINNABLE = "unpinnable"  # this server offers no way to
    LOCAL = "local"
    OPAQUE = "opaque"


class Where(StrEnum):
    """Which part of a workload names an artefact."""

    ARG = "arg"
    SHELL = "shell"
    ENV = "env"
    CONFIG = "config"
    STORAGE_URI = "storageUri"
    IMAGE = "image"


class Code(StrEnum):
    """Why something could not be read; a policy decides, per code, what each means."""

    CONFIGMAP = "configmap"
    SECRET = "secret"  # noqa: S105 - a code, not a password
    UNSET_VARIABLE = "unset-variable"
    SCRIPT_IN_IMAGE = "script-in-image"
    SHELL_SYNTAX = "shell-syntax"
    SERVER_REFUSES = "server-refuses"
    REDIRECT = "redirect"
    TOO_LARGE = "too-large"
    UNKNOWN_SERVER = "unknown-server"
    VOLUME = "volume"  # a script or config on a PVC, hostPath or CSI volume


class PinForm(StrEnum):
    """How a revision is written beside what it pins."""

    FLAG = "flag"  # --revision=<commit>
    ENV = "env"  # {name: REVISION, value: <commit>}
    SUFFIX = "suffix"  # org/adapter@<commit>, hf://org/model:<commit>
    JSON_KEY = "json-key"  # {"model": …, "revision": "<commit>"}
    CONFIG_KEY = "config-key"  # revision: <commit> in the server's config file


_PIN_TEXTS = {
    PinForm.FLAG: "{write}={revision}",
    PinForm.ENV: "env {write}={revision}",
    PinForm.SUFFIX: "{write}{revision}",
    PinForm.JSON_KEY: '"{write}": "{revision}"',
    PinForm.CONFIG_KEY: "{write}: {revision}",
}


@dataclass(frozen=True, slots=True)
class Pin:
    """What to write, and where, so that an artefact is pinned."""

    form: PinForm
    write: str  # "--revision", "REVISION", "@", ":", "--speculative-config.revision"
    place: str | None  # the text that holds the revision now; None where there is none yet

    def to(self, revision: str) -> str:
        """The text to paste: this pin with `revision` filled in."""
        return _PIN_TEXTS[self.form].format(write=self.write, revision=revision)


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where the bytes behind a local path come from; `by` is the place of the download or image."""

    volume: str | None
    by: str | None
    state: str  # a State, or "unknown" for a PVC, a hostPath, a CSI volume


@dataclass(frozen=True, slots=True)
class ImageUse:
    """One place of a pod that names an image."""

    container: str
    role: Role
    pod: str  # the path of the PodSpec: "spec", "spec.template.spec"
    place: str
    text: str
    reference: Reference | None  # None where the text is no image reference
    problem: str | None  # why not


@dataclass(frozen=True, slots=True, kw_only=True)
class Artefact:
    """Something that a server loads or a download fetches, listed where something names it."""

    container: str
    pod: str
    server: str
    act: Act
    kind: Kind
    id: str | None
    origin: Origin
    endpoint: str | None
    revision: str | None  # as the user wrote it and the server honours it
    state: State
    place: str
    where: Where
    via: tuple[str, ...] = ()
    reading: str | None = None
    pin: Pin | None = None
    provenance: Provenance | None = None


@dataclass(frozen=True, slots=True)
class Hazard:
    """A setting that makes loading more dangerous, such as trust-remote-code.

    `text` is what was written, cut so that a message can quote it; `pin` is what would take the
    danger away, and `pinned` says that it was.
    """

    container: str
    hazard: str
    place: str
    text: str = ""
    pin: Pin | None = None
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Opaque:
    """Something that could not be read, and why: `detail` is a sentence for a person."""

    container: str
    code: Code
    detail: str
    place: str


@dataclass(frozen=True, slots=True)
class Write:
    """What a download leaves on a volume of the pod; `inside` None is anywhere on it."""

    volume: str
    inside: str | None
    by: str  # the place of the download
    state: str  # the weakest of what it fetches


@dataclass(frozen=True, slots=True)
class ContainerFacts:
    """What one container loads, and what of it could not be read."""

    artefacts: tuple[Artefact, ...] = ()
    hazards: tuple[Hazard, ...] = ()
    opaque: tuple[Opaque, ...] = ()
    writes: tuple[Write, ...] = ()
    suspect: bool = False  # a model is likely, whether or not anything was read
    possible: tuple[Artefact, ...] = ()  # fetched, and a model only if a server loads it
    own: tuple[Write, ...] = ()  # what downloads leave outside all volumes


@dataclass(frozen=True, slots=True)
class Workload:
    """The facts of one Kubernetes object; `namespace` is "" where the document names none."""

    kind: str
    namespace: str
    name: str
    images: tuple[ImageUse, ...] = ()
    artefacts: tuple[Artefact, ...] = ()
    hazards: tuple[Hazard, ...] = ()
    opaque: tuple[Opaque, ...] = ()
