"""Why a text is no image reference, in words for the person who wrote it.

Called only once a text is known to be refused: this names the first thing that is wrong with it and
never decides. Each check walks the text once.
"""

import re

_TAG = re.compile(r"\w[\w.-]*", re.ASCII)
_HEX = re.compile(r"[0-9a-f]*", re.ASCII)
_COMPONENT = re.compile(r"[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*", re.ASCII)
_TEMPLATE = re.compile(r"\$\(|\$\{|\{\{")
_HEX_DIGITS = {"sha256": 64, "sha384": 96, "sha512": 128}  # opencontainers/go-digest, algorithm.go
_SHOWN_MAX = 80


def reason_against(text: str) -> str:
    """The first thing that keeps `text` from being an image reference."""
    named, at, digest = text.partition("@")
    return (
        _whole_is_wrong(text)
        or (_digest_is_wrong(digest) if at else None)
        or _tag_is_wrong(named)
        or _name_is_wrong(_without_tag(named).split("/"))
    )


def _whole_is_wrong(text: str) -> str | None:
    if not text:
        return "it is empty"
    if template := _TEMPLATE.search(text):
        return f'nothing fills in "{template[0]}": Kubernetes expands no variables in image names'
    if text != text.strip():
        return "white space stands before or after it"
    if len(text.split()) > 1:
        return "it contains white space"
    if "://" in text:
        scheme = text.partition("://")[0]
        return f'it is no URL: leave out "{_shown(scheme)}://"'
    if not text.isascii():
        return f"{_described(next(char for char in text if not char.isascii()))} is outside ASCII"
    if len(text) == 64 and _HEX.fullmatch(text):
        return "64 hex digits are an image id, and no registry can be asked for one"
    return None


def _digest_is_wrong(digest: str) -> str | None:
    algorithm, _colon, digits = digest.partition(":")
    if not digits:
        return 'after "@" a digest must follow: "sha256:" and 64 lower-case hex digits'
    expected = _HEX_DIGITS.get(algorithm)
    if expected is None:
        return f'"{_shown(algorithm)}" is no digest algorithm that runtimes know: use sha256'
    if not _HEX.fullmatch(digits):
        return "its digest may hold nothing but 0-9 and a-f, in lower case"
    if len(digits) != expected:
        return f"its {algorithm} digest has {len(digits)} hex digits where {expected} are needed"
    return None


def _tag_is_wrong(named: str) -> str | None:
    _name, colon, tag = named.rpartition("/")[2].partition(":")
    if not colon:
        return None
    if not tag:
        return 'after ":" a tag must follow'
    if not _TAG.fullmatch(tag):
        return f'"{_shown(tag)}" is no tag: letters, digits, "_", "." and "-", not first "." or "-"'
    if len(tag) > 128:
        return f"its tag is {len(tag)} characters long, and 128 is the most"
    return None


def _without_tag(named: str) -> str:
    start, slash, last = named.rpartition("/")
    return start + slash + last.partition(":")[0]


def _name_is_wrong(components: list[str]) -> str:
    """Every refused name ends here: a bad registry, a bad component, or a path that is too long."""
    first, *path = components
    if not path or not _looks_like_registry(first):
        path = components
    for part in path:
        if not part:
            return "a part of its name is empty"
        if part != part.lower():
            return f'"{_shown(part)}" must be in lower case'
        if not _COMPONENT.fullmatch(part):
            return (
                f'"{_shown(part)}" is no name: lower-case letters and digits, joined by ".", "_",'
                ' "__" or any number of "-"'
            )
    on_docker_hub = path is components or first in ("docker.io", "index.docker.io")
    if on_docker_hub or len("/".join(path)) > 255:
        return (
            "its repository is too long: 255 characters is the most, docker.io/'s library/ included"
        )
    return f'"{_shown(first)}" is no registry: a host name, with ":" and a port if it needs one'


def _looks_like_registry(component: str) -> bool:
    return component == "localhost" or re.search(r"[.:A-Z]", component) is not None


def _described(char: str) -> str:
    return f'"{char}" (U+{ord(char):04X})' if char.isprintable() else f"U+{ord(char):04X}"


def _shown(text: str) -> str:
    return text if len(text) <= _SHOWN_MAX else f"{text[:_SHOWN_MAX]}…"
