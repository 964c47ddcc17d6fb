"""python-packages: what a container installs as it starts is held by hashes, from one index."""

from collections.abc import Iterator
from typing import Annotated

import msgspec

from pinfold.inspect.workload import Hazard, Workload
from pinfold.policy.names import CUT
from pinfold.policy.rules.options import Text, WarningOptions
from pinfold.policy.violation import Violation

ID = "python-packages"
FIELD = "pythonPackages"
SUMMARY = "What is installed as a pod starts is held by hashes, and comes from one index."
PYPI = "https://pypi.org/simple"
_HASHED = "build it into the image, or write pip install --require-hashes -r requirements.txt"
_CHANGES = "what the index has then runs in the pod, also what was put there this minute"
_TOLD = {  # hazard -> what it does, why it matters, what to do
    "pip-install": ("installs packages as the pod starts, without hashes", _CHANGES, _HASHED),
    "git-package": (
        "follows a branch of a repository",
        "whoever can push there runs code in the pod",
        "write git+<address>@<40-hex commit>",
    ),
    "extra-index": (
        "asks a second index",
        "whoever puts a name of yours on one of the two with a higher version is installed",
        "take one --index-url that holds all, or have it added to pythonPackages.indexes",
    ),
    "package-index": (
        "asks another index",
        "what a package's name means is up to it",
        "remove it, or ask your cluster admin to add it to pythonPackages.indexes",
    ),
    "find-links": (
        "takes packages from a page",
        "what a package's name means is up to it",
        "remove it, or ask your cluster admin to add it to pythonPackages.indexes",
    ),
    "trusted-host": (
        "switches off the check of a server's certificate",
        "whoever is on the way can answer with packages of their own",
        "remove it, and give the index a certificate that is trusted",
    ),
}
_BY_INDEX = frozenset({"extra-index", "package-index", "find-links"})


class Options(WarningOptions, frozen=True, kw_only=True, rename="camel"):
    """Options of python-packages."""

    indexes: Annotated[
        tuple[Text, ...],
        msgspec.Meta(
            max_length=32,
            description="Indexes and pages that packages may come from, also beside another; an"
            " entry covers all that is below it.",
        ),
    ] = (PYPI,)


def check(workload: Workload, options: Options) -> Iterator[Violation]:
    """One violation for each installation without hashes, and each index that is not trusted."""
    for hazard in workload.hazards:
        told = _TOLD.get(hazard.hazard)
        if told is None or (hazard.hazard in _BY_INDEX and _are_trusted(hazard, options)):
            continue
        does, why, fix = told
        yield Violation(
            rule=ID,
            container=hazard.container,
            place=hazard.place,
            found=f'"{hazard.text or hazard.hazard}" {does}',
            why=why,
            fix=fix,
            find="uv pip compile --generate-hashes requirements.in"
            if hazard.hazard == "pip-install"
            else None,
        )


def _are_trusted(hazard: Hazard, options: Options) -> bool:
    """All addresses behind the option or in the variable; a password in one is no part of it."""
    option, _, rest = hazard.text.partition(" ")
    texts = rest if option.startswith("-") else hazard.text.partition("=")[2]
    values = [value.replace("://…@", "://") for value in texts.split()]
    return bool(values) and all(_is_trusted(value, options) for value in values)


def _is_trusted(value: str, options: Options) -> bool:
    indexes = (index.rstrip("/") for index in options.indexes)
    if ".." in value or CUT in value:
        return False
    return any(value.rstrip("/") == index or value.startswith(f"{index}/") for index in indexes)
