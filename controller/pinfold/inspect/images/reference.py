"""Image references, read as the container runtime reads them.

The kubelet and containerd both call ParseNormalizedNamed of github.com/distribution/reference; this
follows its code at v0.6.0 (normalize.go, reference.go, regexp.go), not the grammar in its comment.
White space is never trimmed: the runtime refuses it, and so does the API server in a Pod.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

from pinfold.inspect.images.diagnosis import reason_against

DEFAULT_DOMAIN = "docker.io"
LEGACY_DOMAIN = "index.docker.io"
OFFICIAL = "library/"
_LENGTH_MAX = 800  # a domain of DNS, a path, a tag and a digest are shorter together
PATH_LENGTH_MAX = 255  # of the path alone: reference.go no longer counts the domain
_CACHED_LENGTH_MAX = 512  # longer texts are read each time, so that a cache of them stays small
_SHOWN_MAX = 200

# Upstream's grammar comment says `[-]*`, its code `[-]+`. The comment is exponential under `re`.
# No two parts of a repetition can begin alike, so what is given back never fits anything else and
# no text is walked more than a few times. Not possessive: CPython before 3.11.5 gets those wrong.
_COMPONENT = r"[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*"
_LABEL = r"[a-zA-Z0-9]+(?:-+[a-zA-Z0-9]+)*"
_DOMAIN = rf"(?:{_LABEL}(?:\.{_LABEL})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?"
_REFERENCE = re.compile(
    rf"(?:(?P<domain>{_DOMAIN})/)?"
    rf"(?P<path>{_COMPONENT}(?:/{_COMPONENT})*)"
    r"(?::(?P<tag>\w[\w.-]{0,127}))?"
    r"(?:@(?P<digest>[a-z0-9]+:[0-9a-f]+))?",
    re.ASCII,
)
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}", re.ASCII)
_OTHER_DIGEST = re.compile(r"sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128}", re.ASCII)
_IMAGE_ID = re.compile(r"[0-9a-f]{64}", re.ASCII)


class InvalidReference(ValueError):
    """The text is no image reference; `reason` says why, for a sentence that quotes it already."""

    def __init__(self, text: str, reason: str) -> None:
        super().__init__(f'"{_shown(text)}" is no image reference: {reason}')
        self.text = text
        self.reason = reason


class InvalidDigest(ValueError):
    """The text is no sha256 digest."""


@dataclass(frozen=True, slots=True)
class Digest:
    """A sha256 digest: the one algorithm that every runtime and registry can pull by."""

    text: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises InvalidDigest."""
        if not _DIGEST.fullmatch(text):
            raise InvalidDigest(
                f'"{_shown(text)}" is no digest: expected "sha256:" and 64 lower-case hex digits'
            )
        return cls(text)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Reference:
    """An image reference with registry and `library/` filled in; a tag is never made up.

    `domain` is "" where the first component looks like a registry and yet is no host name, as in
    `my_host.example/app`: upstream's code takes all of it for the path, a runtime asks that host.

    `other_digest` is a sha384 or sha512 digest. Upstream's code accepts one, but containerd checks
    what it pulls by sha256 alone and fails. It counts as no digest, and is kept to be told about.
    """

    domain: str
    path: str
    tag: str | None = None
    digest: Digest | None = None
    other_digest: str | None = None

    @property
    def repository(self) -> str:
        """Domain and path: docker.io/library/nginx."""
        return f"{self.domain}/{self.path}" if self.domain else self.path

    @property
    def canonical(self) -> str:
        """In full: docker.io/library/nginx:1.29."""
        return self.repository + self._suffix

    @property
    def familiar(self) -> str:
        """As people write it: nginx:1.29 for docker.io/library/nginx:1.29."""
        if self.domain != DEFAULT_DOMAIN:
            return self.canonical
        name = self.path.removeprefix(OFFICIAL)
        return (self.path if "/" in name else name) + self._suffix

    @property
    def _suffix(self) -> str:
        digest = self.digest.text if self.digest else self.other_digest
        return (f":{self.tag}" if self.tag else "") + (f"@{digest}" if digest else "")


def parse_reference(text: str) -> Reference:
    """The reference that a runtime reads in `text`, in time linear in its length.

    Raises InvalidReference.
    """
    return _parse_cached(text) if len(text) <= _CACHED_LENGTH_MAX else _parse(text)


def _parse(text: str) -> Reference:
    if len(text) > _LENGTH_MAX:
        raise InvalidReference(text, f"it is longer than {_LENGTH_MAX} characters")
    match = None if _IMAGE_ID.fullmatch(text) else _REFERENCE.fullmatch(_normalized(text))
    if match is None or len(match["path"]) > PATH_LENGTH_MAX:
        raise InvalidReference(text, reason_against(text))
    domain, path, tag, digest = match.groups()
    if digest is None or _DIGEST.fullmatch(digest):
        return Reference(domain or "", path, tag, None if digest is None else Digest(digest))
    if _OTHER_DIGEST.fullmatch(digest):
        return Reference(domain or "", path, tag, None, digest)
    raise InvalidReference(text, reason_against(text))


_parse_cached = lru_cache(maxsize=4096)(_parse)  # an error is raised anew each time, never kept


def _normalized(text: str) -> str:
    """The text with registry and `library/` written out: splitDockerDomain of normalize.go."""
    first, slash, rest = text.partition("/")
    if not slash:
        return f"{DEFAULT_DOMAIN}/{OFFICIAL}{text}"
    if first == LEGACY_DOMAIN:
        first = DEFAULT_DOMAIN
    elif not _is_registry(first):
        return f"{DEFAULT_DOMAIN}/{text}"
    if first == DEFAULT_DOMAIN and "/" not in rest:
        rest = OFFICIAL + rest
    return f"{first}/{rest}"


def _is_registry(component: str) -> bool:
    return (
        component == "localhost"
        or "." in component
        or ":" in component
        or component.lower() != component
    )


def _shown(text: str) -> str:
    return text if len(text) <= _SHOWN_MAX else f"{text[:_SHOWN_MAX]}…"
