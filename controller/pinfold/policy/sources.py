"""Where models come from, as policies write it: `acme/*`, `s3://bucket/models`, `pvc://claim`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

from pinfold.inspect.globs import Glob
from pinfold.inspect.workload import Artefact, Origin
from pinfold.policy.look_alike import looks_like, skeleton
from pinfold.policy.names import repository_of
from pinfold.policy.patterns import InvalidPattern

_REPOSITORY = re.compile(r"[A-Za-z0-9*](?:[A-Za-z0-9._*/-]*[A-Za-z0-9*])?", re.ASCII)
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://(?:\*|[^*/?#@\s]+(?:/[^?#\s]*)?)", re.ASCII)
_UPWARDS = re.compile(r"(?:^|[/\\])(?:\.|%2e){2}(?:[/\\]|$)|\\", re.IGNORECASE)
_TAGGED = frozenset({Origin.OLLAMA, Origin.OCI})
_TAG = re.compile(r":[^/:]*")


@dataclass(frozen=True, slots=True)
class Approved:
    """An organisation, a repository, a bucket or a part of it; without a star all below it too."""

    text: str
    _glob: Glob

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises InvalidPattern where `text` is neither a hub's name nor an address."""
        if not (_ADDRESS if "://" in text else _REPOSITORY).fullmatch(text):
            raise InvalidPattern(
                f"{text!r} is no source of models: write it as organisation/*, organisation/name or"
                " s3://bucket/folder"
            )
        return cls(text, Glob.parse(text))

    @property
    def head(self) -> str:
        """The organisation or the bucket."""
        return head_of(self.text)

    def covers(self, source: str) -> bool:
        """Whether it stands for this source; one that leads upwards is never covered."""
        if _UPWARDS.search(source):
            return False
        below = "*" not in self.text and source.startswith(f"{self.text.rstrip('/')}/")
        return below or self._glob.matches(source)


@lru_cache(maxsize=512)
def parse_sources(texts: tuple[str, ...]) -> tuple[Approved, ...]:
    """Raises InvalidPattern; a policy's lists are parsed once, not at each review."""
    return tuple(Approved.parse(text) for text in texts)


def head_of(source: str) -> str:
    """The organisation of a repository, the bucket or host of an address."""
    scheme, separator, rest = source.rpartition("://")
    return f"{scheme}{separator}{rest.partition('/')[0]}"


def source_of(artefact: Artefact) -> str | None:
    """Where an artefact comes from, as policies write it; None for a path, or what is not known."""
    identifier, origin = artefact.id, artefact.origin
    if identifier is None or origin in (Origin.LOCAL, Origin.CONFIGMAP):
        return None
    if origin is Origin.HUB:
        return repository_of(identifier)
    if origin is Origin.MODELSCOPE:
        return f"modelscope://{repository_of(identifier)}"
    scheme, separator, rest = identifier.partition("://")
    if separator:
        return f"{scheme.lower()}://{rest}"
    tag = _TAG.search(identifier, identifier.rfind("/") + 1) if origin in _TAGGED else None
    return f"{origin}://{identifier[: tag.start()] if tag else identifier}"


def taken_for(source: str, approved: tuple[Approved, ...]) -> str | None:
    """The approved source that this one can be taken for, as it should have been written."""
    return next(_alike(source, approved), None)


def _alike(source: str, approved: tuple[Approved, ...]) -> Iterator[str]:
    head = head_of(source)
    for one in approved:
        if head.partition("://")[:2] != one.head.partition("://")[:2] and "://" in head + one.head:
            continue  # a bucket is not taken for an organisation
        if looks_like(head, one.head):
            yield one.head + source[len(head) :]
        elif "*" not in one.text and head == one.head and looks_like(source, one.text):
            yield one.text


def disguised(path: str, approved: tuple[Approved, ...]) -> str | None:
    """What a path looks like that no hub would take for a name: letters of another script."""
    if path.isascii() or path.startswith((".", "/", "~")):
        return None
    head = skeleton(head_of(path))
    return next((one.head for one in approved if skeleton(one.head) == head), None)
