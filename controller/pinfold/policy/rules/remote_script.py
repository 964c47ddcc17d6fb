"""remote-script: nothing runs that came over the network a moment ago, unseen."""

import re
from collections.abc import Iterator
from typing import Annotated

import msgspec

from pinfold.inspect.remote_scripts import REMOTE
from pinfold.inspect.workload import Hazard, Workload
from pinfold.policy.names import CUT
from pinfold.policy.patterns import parse_paths
from pinfold.policy.rules.options import Text, WarningOptions
from pinfold.policy.violation import Violation

ID = "remote-script"
FIELD = "remoteScript"
SUMMARY = "No script is fetched over the network and run at once."
_ADDRESS = re.compile(r"https?://[^\s'\"|<>();]+")


class Options(WarningOptions, frozen=True, kw_only=True, rename="camel"):
    """Options of remote-script."""

    allowed: Annotated[
        tuple[Text, ...],
        msgspec.Meta(
            max_length=32,
            description="Addresses of scripts that may run, as https://get.example.com/*; * stands"
            " for any run of characters.",
        ),
    ] = ()


def check(workload: Workload, options: Options) -> Iterator[Violation]:
    """One violation for each script that is fetched and run."""
    for hazard in workload.hazards:
        if hazard.hazard == REMOTE and not _is_allowed(hazard, options):
            yield _violation(hazard)


def _is_allowed(hazard: Hazard, options: Options) -> bool:
    globs = parse_paths(options.allowed)
    addresses = _ADDRESS.findall(hazard.text)
    if CUT in hazard.text:
        return False
    return bool(addresses) and all(
        ".." not in address and any(glob.matches(address) for glob in globs)
        for address in addresses
    )


def _violation(hazard: Hazard) -> Violation:
    what = hazard.text or hazard.hazard
    later = " is run as " in what  # said by the reader, where the two commands stand apart
    return Violation(
        rule=ID,
        container=hazard.container,
        place=hazard.place,
        found=f"{what}, as the network sends it"
        if later
        else f'"{what}" runs what comes over the network',
        why="whoever answers there, or will, runs code in the pod",
        fix="build it into the image, or save it, ask sha256sum -c for its sum, and run it then",
    )
