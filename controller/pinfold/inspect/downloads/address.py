"""What an address of a model says: `hf://…`, `https://…/resolve/<rev>/…`, a bucket, an image."""

import re

from pinfold.inspect.commands.model import HOLE, Token
from pinfold.inspect.servers.found import Item
from pinfold.inspect.servers.hub import HUGGING_FACE, Reference, is_repository
from pinfold.inspect.workload import Origin, Pin, PinForm

HUBS = frozenset({"huggingface.co", "www.huggingface.co", "hf.co", "hf-mirror.com"})
MODELSCOPES = frozenset({"modelscope.cn", "www.modelscope.cn", "modelscope.ai"})
_WEIGHTS = re.compile(
    r".*\.(?:gguf|ggml|safetensors|bin|pt|pth|ckpt|onnx|nemo|engine|plan|tflite|task|joblib|pkl"
    r"|pickle|h5|keras|mar)"
    r"(?:\.[0-9]{3})?",
    re.IGNORECASE,
)
_RESOLVE = re.compile(
    r"(https?://[^/\s]+)((?:/[^/]+)*?)/([^/]+/[^/]+)/(?:resolve|raw)/([^/]+)/([^?#]+)(?:[?#].*)?",
    re.IGNORECASE,
)
_OF_PULL_REQUEST = re.compile(
    r"(https?://[^/\s]+)(/)([^/]+/[^/]+)/(?:resolve|raw)/(refs/[^/]+/[^/]+)/([^?#]+)(?:[?#].*)?"
)
_SLASH = re.compile("%2f", re.IGNORECASE)
_OTHER_TYPES = ("datasets/", "spaces/")
_UNPINNABLE = {
    "s3": Origin.S3, "s3a": Origin.S3, "gs": Origin.GCS, "az": Origin.AZURE, "abfs": Origin.AZURE,
    "abfss": Origin.AZURE, "wasbs": Origin.AZURE, "tos": Origin.TOS, "ngc": Origin.NGC,
    "kaggle": Origin.KAGGLE, "http": Origin.HTTP, "https": Origin.HTTP, "git": Origin.GIT,
}  # fmt: skip


def of_hub(token: Token, *, weights_only: bool) -> Item | None:
    """A file of a hub by its address, or other weights; None for any other page.

    `weights_only` leaves out addresses that do not look like a model's.
    """
    text = token.text
    match = _OF_PULL_REQUEST.fullmatch(text) or _RESOLVE.fullmatch(text)
    if match is not None:
        base, prefix, repository, revision, file = match.groups()
        if prefix.strip("/") + "/" in _OTHER_TYPES:
            return None
        return _file(token, base + prefix.rstrip("/"), repository, _SLASH.sub("/", revision), file)
    path = re.split(r"[?#]", text, maxsplit=1)[0]
    if weights_only and not _WEIGHTS.fullmatch(path):
        return None
    return Item(text, token, token.unread, reference=Reference(Origin.HTTP, pinnable=False))


def _file(token: Token, base: str, repository: str, revision: str, file: str) -> Item:
    """`org/repository/file`, pinned by the piece of the address behind /resolve/."""
    host = base.partition("://")[2].lower()
    endpoint = HUGGING_FACE if host in ("hf.co", "www.huggingface.co") else base
    name = f"{repository}/{file}"
    if host in MODELSCOPES or host.rpartition("/")[0] in MODELSCOPES:
        reference = Reference(Origin.MODELSCOPE, pinnable=False)
        return Item(name, token, token.unread, reference=reference)
    pin = Pin(PinForm.SUFFIX, f"{base}/{repository}/resolve/", token.place)
    known = None if token.unread is not None and HOLE in revision else revision
    unread = token.unread if token.unread is not None and HOLE in token.text else None
    if known is None:
        name = HOLE
    reference = Reference(Origin.HUB, pinnable=True)
    return Item(name, token, unread, "suffix", "", known, pin, reference, endpoint)


def of_uri(token: Token) -> Item:
    """A KServe storage address (kserve_storage.py:338-405, 791-838)."""
    text = token.text
    scheme, separator, rest = text.partition("://")
    scheme = scheme.partition("+")[0]
    if not separator or scheme == "file":
        path = rest if separator else text
        return Item(path, token, token.unread, reference=Reference(Origin.LOCAL, pinnable=False))
    if scheme in ("hf", "modelscope"):
        return _repository(token, scheme, rest)
    if scheme == "oci":
        return _image(token, text, rest)
    if scheme == "pvc":
        return Item(text, token, token.unread, reference=Reference(Origin.PVC, pinnable=False))
    if scheme in ("http", "https") and (found := of_hub(token, weights_only=False)) is not None:
        return found
    origin = _UNPINNABLE.get(scheme, Origin.UNKNOWN)
    return Item(text, token, token.unread, reference=Reference(origin, pinnable=False))


def _repository(token: Token, scheme: str, rest: str) -> Item:
    """`org/model`, and a revision behind the first colon; exactly two parts."""
    name, colon, revision = rest.partition(":")
    pin = Pin(PinForm.SUFFIX, f"{scheme}://{name}:", token.place if colon else None)
    origin = Origin.HUB if scheme == "hf" else Origin.MODELSCOPE
    if name.count("/") != 1 or not is_repository(name):
        origin = Origin.UNKNOWN
    unread = token.unread if HOLE in token.text else None
    text = HOLE if unread is not None else name
    reference = Reference(origin, pinnable=origin is not Origin.UNKNOWN)
    return Item(text, token, unread, "suffix", "", revision or None, pin, reference)


def _image(token: Token, text: str, rest: str) -> Item:
    name, at, digest = rest.partition("@")
    pin = Pin(PinForm.SUFFIX, f"{text.partition('@')[0]}@", token.place if at else None)
    reference = Reference(Origin.OCI, pinnable=True)
    return Item(name, token, token.unread, "suffix", "", digest or None, pin, reference)
