"""What an identifier means to a Python model server: a hub's repository, a path, a bucket."""

import re
from functools import lru_cache
from typing import NamedTuple

from pinfold.inspect.commands.model import HOLE, Environment, Value
from pinfold.inspect.workload import Kind, Origin

HUGGING_FACE = "https://huggingface.co"
_STAGING = "https://hub-ci.huggingface.co"
MODELSCOPE = "https://modelscope.cn"
_TRUE = frozenset({"1", "ON", "YES", "TRUE"})  # huggingface_hub constants.py

# huggingface_hub utils/_validators.py: 1 to 96 of these, at most one slash.
_REPOSITORY = re.compile(r"(?:[\w.-]{1,96}/)?[\w.-]{1,96}", re.ASCII)
_GGUF = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*:[\w+-]+", re.ASCII)
_COMMIT = re.compile(r"[0-9a-f]{40}", re.ASCII)
_CACHED_LENGTH_MAX = 256
_SCHEMES = {
    "s3": Origin.S3,
    "gs": Origin.GCS,
    "az": Origin.AZURE,
    "tos": Origin.TOS,
    "http": Origin.HTTP,
    "https": Origin.HTTP,
    "oci": Origin.OCI,
}


class Reference(NamedTuple):
    """What an identifier refers to; `pinnable`: whether the server passes a revision on."""

    origin: Origin
    pinnable: bool
    kind: Kind | None = None  # where the form says it better than the slot


def refer(text: str) -> Reference:
    """What `text` refers to, as vLLM and transformers take it."""
    return _refer_cached(text) if len(text) <= _CACHED_LENGTH_MAX else _refer(text)


def _refer(text: str) -> Reference:
    scheme, separator, _ = text.partition("://")
    if separator:
        # vLLM config/vllm.py:2775-2796: the scheme in any case.
        return Reference(_SCHEMES.get(scheme.lower(), Origin.UNKNOWN), pinnable=False)
    if is_path(text):
        return Reference(Origin.LOCAL, pinnable=False)
    if "/" in text and text.endswith(".gguf"):
        # vLLM 0.14 model_loader/gguf_loader.py:48-70: repo/file.gguf ignores the revision.
        return Reference(Origin.HUB, pinnable=False, kind=Kind.WEIGHTS)
    if is_repository(text) or _GGUF.fullmatch(text):
        return Reference(Origin.HUB, pinnable=True)
    return Reference(Origin.LOCAL, pinnable=False)  # the hub's client refuses such a name


_refer_cached = lru_cache(maxsize=2048)(_refer)


def is_path(text: str) -> bool:
    """Whether the text is a path by how it begins, whatever follows."""
    return text.startswith(("/", "./", "../", "~")) or text in (".", "..")


def is_repository(text: str) -> bool:
    """Whether the hub's client takes the text for a repository's name."""
    if not _REPOSITORY.fullmatch(text) or len(text) > 96:
        return False
    name = text.rpartition("/")[2]
    odd = "--" in text or ".." in text or text.endswith(".git")
    return not odd and name[0] not in "-." and name[-1] not in "-."


_DIGEST = re.compile(r"sha256:[0-9a-f]{64}", re.ASCII)


def is_fixed(origin: Origin, revision: str | None) -> bool:
    """Whether a revision can never mean anything else: a commit of the hub, an image's digest."""
    if origin is Origin.OCI:
        return revision is not None and _DIGEST.fullmatch(revision) is not None
    return origin is Origin.HUB and is_commit(revision)


def is_commit(revision: str | None) -> bool:
    """Whether a revision is a full commit id: 40 lower-case hex digits and nothing else.

    Source: huggingface_hub file_download.py:81.
    """
    return revision is not None and _COMMIT.fullmatch(revision) is not None


def endpoint_of(environment: Environment) -> tuple[str, Value | None]:
    """The hub that answers, and the variable that says so.

    Source: huggingface_hub constants.py:62-73.
    """
    staging = environment.told("HUGGINGFACE_CO_STAGING")
    if staging is not None and staging.text.upper() in _TRUE:
        return _STAGING, staging
    value = environment.told("HF_ENDPOINT")
    if value is None:
        return HUGGING_FACE, None
    return value.text.replace(HOLE, "$HF_ENDPOINT").rstrip("/"), value


TRUE = frozenset({"1", "true"})


def is_true(environment: Environment, name: str, words: frozenset[str] = TRUE) -> bool:
    """Whether a variable switches something on: by these words, in any case (vLLM envs.py:736)."""
    value = environment.told(name)
    return value is not None and (value.text.strip().lower() in words or HOLE in value.text)
