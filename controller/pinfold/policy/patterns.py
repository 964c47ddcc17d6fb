"""The patterns that policies and exemptions are written in: parsed once, strictly, then matched.

None of them is a regular expression of the user's: matching is linear in the length of the name.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

from pinfold.inspect.globs import Glob
from pinfold.inspect.images.reference import InvalidReference, parse_reference

_HOST = re.compile(
    r"(?:localhost|[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+|[A-Za-z0-9.-]+(?=:)|\[[0-9a-fA-F:]+\])(?::[0-9]+)?",
    re.ASCII,
)
_NAMESPACE = re.compile(r"[a-z0-9*](?:[a-z0-9*-]*[a-z0-9*])?", re.ASCII)
_REPO = re.compile(r"[A-Za-z0-9*](?:[A-Za-z0-9._*/:-]*[A-Za-z0-9*])?", re.ASCII)


class InvalidPattern(ValueError):
    """The text is no pattern of the kind that is expected there; the message says why."""


@lru_cache(maxsize=512)
def parse_namespaces(texts: tuple[str, ...]) -> tuple[Glob, ...]:
    """Globs over namespace names. Raises InvalidPattern for what no namespace can be called."""
    for text in texts:
        if not _NAMESPACE.fullmatch(text):
            raise InvalidPattern(
                f"{text!r} can match no namespace: use lower-case letters, digits, '-' and '*'"
            )
    return tuple(Glob.parse(text) for text in texts)


@lru_cache(maxsize=512)
def parse_repositories(texts: tuple[str, ...]) -> tuple[Glob, ...]:
    """Globs over hub repositories such as `acme/*`. Raises InvalidPattern."""
    for text in texts:
        if not _REPO.fullmatch(text):
            raise InvalidPattern(
                f"{text!r} can match no repository: write it as organisation/name or organisation/*"
            )
    return tuple(Glob.parse(text) for text in texts)


@lru_cache(maxsize=512)
def parse_paths(texts: tuple[str, ...]) -> tuple[Glob, ...]:
    """Globs over texts of any form: import paths, files, addresses."""
    return tuple(Glob.parse(text) for text in texts)


@dataclass(frozen=True, slots=True)
class RegistryPrefix:
    """A registry, or a registry and the beginning of a path, that ends on a path boundary.

    `registry.example.com/team` covers `registry.example.com/team/x` and the repository `…/team`
    itself; neither `…/team-evil` nor `registry.example.com.evil.io/team`.
    """

    text: str
    _boundary: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises InvalidPattern where `text` names no registry, or a tag, a digest or a scheme."""
        host, slash, path = text.removesuffix("/").partition("/")
        if "://" in text:
            raise InvalidPattern(f"{text!r} is a URL: write the registry without its scheme")
        if "*" in text:
            raise InvalidPattern(
                f"{text!r} has a '*': an entry already covers all that is below it"
            )
        if not _HOST.fullmatch(host):
            raise InvalidPattern(
                f"{text!r} does not begin with a registry: write docker.io/{text} for Docker Hub"
            )
        if slash:
            _refuse_tags(text, path)
        host = "docker.io" if host == "index.docker.io" else host
        return cls(text, f"{host}{slash}{path}/")

    def covers(self, repository: str) -> bool:
        """Whether a canonical repository name, such as docker.io/vllm/vllm-openai, lies below."""
        return f"{repository}/".startswith(self._boundary)


@lru_cache(maxsize=512)
def parse_registries(texts: tuple[str, ...]) -> tuple[RegistryPrefix, ...]:
    """Raises InvalidPattern; a policy's lists are parsed once, not at each review."""
    return tuple(RegistryPrefix.parse(text) for text in texts)


def _refuse_tags(text: str, path: str) -> None:
    try:
        reference = parse_reference(f"registry.invalid/{path}")
    except InvalidReference as error:
        raise InvalidPattern(f"{text!r} is no beginning of an image name: {error}") from error
    if reference.tag or reference.digest:
        raise InvalidPattern(f"{text!r} names a tag or digest: only a repository can be approved")
