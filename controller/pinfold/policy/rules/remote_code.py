"""remote-code: no code runs in a model server that neither its image nor a commit holds."""

import re
from collections.abc import Iterator
from typing import Annotated

import msgspec

from pinfold.inspect.workload import Hazard, Workload
from pinfold.policy.names import COMMIT, CUT, HUB, are_all_beside, repositories_beside
from pinfold.policy.patterns import parse_paths, parse_repositories
from pinfold.policy.rules.options import Text, WarningOptions
from pinfold.policy.violation import Violation

ID = "remote-code"
FIELD = "remoteCode"
SUMMARY = "Code of a model's repository is pinned, and no plugin comes from elsewhere."
_TRUST = "trust-remote-code"
_IMPORT = "import-path"
_PATH = "code-path"
_ON_VOLUME = re.compile(
    r"(?s)(?:([A-Z_]+)=)?(.*) on (volume \S+|any volume)"
)  # else it leads into the image
_TOLD = {  # hazard -> what it does, as the end of a sentence
    "code-in-requests": "runs code that comes with a request",
    "insecure-serialization": "unpacks pickled objects that come over the network",
    "development-routes": "opens routes that load weights and call into the workers",
}


class Options(WarningOptions, frozen=True, kw_only=True, rename="camel"):
    """Options of remote-code."""

    allowed: Annotated[
        tuple[Text, ...],
        msgspec.Meta(
            max_length=64,
            description="Repositories whose code was read and may run, as organisation/name; *"
            " stands for any run of characters.",
        ),
    ] = ()
    plugins: Annotated[
        tuple[Text, ...],
        msgspec.Meta(
            max_length=64,
            description="Import paths and files that may be loaded into a server, as acme.plugins.*"
            " or /opt/acme/*; * stands for any run of characters.",
        ),
    ] = ()

    def __post_init__(self) -> None:
        """Raises InvalidPattern, a ValueError, which msgspec reports with the field's path."""
        parse_repositories(self.allowed)


def check(workload: Workload, options: Options) -> Iterator[Violation]:
    """One violation for each setting that lets foreign code into a server."""
    for hazard in workload.hazards:
        if hazard.hazard == _TRUST:
            allowed = parse_repositories(options.allowed)
            if not hazard.pinned and not are_all_beside(hazard, workload, allowed):
                yield _trusted(hazard, repositories_beside(hazard, workload))
        elif hazard.hazard == _IMPORT:
            if not _is_allowed_plugin(hazard, options):
                yield _plugin(hazard)
        elif hazard.hazard == _PATH:
            yield from _brought(hazard, options)
        elif hazard.hazard in _TOLD:
            yield _setting(hazard)


def _trusted(hazard: Hazard, repositories: list[str]) -> Violation:
    whose = " and ".join(f'"{name}"' for name in repositories[:2]) or "the model's repository"
    setting = hazard.text or hazard.hazard
    more = f"ask your cluster admin to add {' and '.join(repositories[:2])} to remoteCode.allowed"
    fix = f"switch {setting} off" + (f", or {more}" if repositories else "")
    if hazard.pin is not None:
        fix = f"add {hazard.pin.to(COMMIT)}, or switch {setting} off"
    one = repositories[0] if len(repositories) == 1 else None
    return Violation(
        rule=ID,
        container=hazard.container,
        place=hazard.place,
        found=f"{setting} runs code of {whose} at no commit of its own",
        why="whoever can push it runs code in the pod",
        fix=fix,
        find=f"git ls-remote {HUB}/{one} HEAD" if one and hazard.pin else None,
        artefact=one,
    )


def _values(hazard: Hazard) -> list[str]:
    """What is imported: the words behind an option, or the value of a variable."""
    name, _, rest = hazard.text.partition(" ")
    return rest.split() if rest else name.partition("=")[2].split()


def _is_allowed_plugin(hazard: Hazard, options: Options) -> bool:
    globs = parse_paths(options.plugins)
    values = _values(hazard)
    if CUT in hazard.text:
        return False
    return bool(values) and all(
        ".." not in value and any(glob.matches(value) for glob in globs) for value in values
    )


def _plugin(hazard: Hazard) -> Violation:
    value = " ".join(_values(hazard)) or "it"
    return Violation(
        rule=ID,
        container=hazard.container,
        place=hazard.place,
        found=f'"{hazard.text or hazard.hazard}" loads code into the server',
        why="it runs whatever model is pinned",
        fix=f"remove it, or ask your cluster admin to add {value} to remoteCode.plugins",
    )


def _brought(hazard: Hazard, options: Options) -> Iterator[Violation]:
    """A mount over the server's code, or a variable that leads to a volume."""
    match = _ON_VOLUME.fullmatch(hazard.text)
    if match is None:
        return
    name, path, volume = match.groups()
    is_plain = CUT not in hazard.text and ".." not in path and path.startswith("/")
    if is_plain and any(glob.matches(path) for glob in parse_paths(options.plugins)):
        return
    fix = f"build the code into the image and remove {name or 'the mount'}"
    more = f", or ask your cluster admin to add {path} to remoteCode.plugins"
    yield Violation(
        rule=ID,
        container=hazard.container,
        place=hazard.place,
        found=f"{name}={path} leads to {volume}"
        if name
        else f"{volume} lies over code of the server at {path}",
        why="whoever can write there runs code in the pod, whatever image and model are pinned",
        fix=fix + (more if is_plain else ""),
    )


def _setting(hazard: Hazard) -> Violation:
    setting = hazard.text or hazard.hazard
    return Violation(
        rule=ID,
        container=hazard.container,
        place=hazard.place,
        found=f"{setting} {_TOLD[hazard.hazard]}",
        why="whoever reaches its port runs code in the pod",
        fix=f"remove {setting}",
    )
