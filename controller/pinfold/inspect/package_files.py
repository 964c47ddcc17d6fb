"""Files that tell an installation of packages what to do: requirements, and pip's configuration.

Sources: pip's documentation (Requirements File Format, Configuration), uv's (settings, hashes).
"""

import re
from collections.abc import Iterator

from pinfold.inspect.commands.model import HOLE, Environment
from pinfold.inspect.commands.mounts import Mounts
from pinfold.inspect.workload import Code

HASH = "--hash=sha256:"
_CONFIGS = (
    "/etc/pip.conf",
    "/etc/xdg/pip/pip.conf",
    "/root/.pip/pip.conf",
    "/root/.config/pip/pip.conf",
)
_SETTING = re.compile(r"[ \t]*([a-z-]+)[ \t]*[=:][ \t]*(\S[^\n]*)")
_LINES_MAX = 2000


def requirements(text: str) -> list[str]:
    """The logical lines of a file of requirements, without comments."""
    lines = text.replace("\\\r\n", " ").replace("\\\n", " ").splitlines()
    plain = (re.sub(r"(?:^|\s)#.*", "", line).strip() for line in lines[:_LINES_MAX])
    return [line for line in plain if line]


def are_hashed(lines: list[str], *, each: bool) -> bool:
    """Whether hashes are asked for.

    Pip asks for all of them as soon as one has any; uv (`each`) only compares those that are there.
    """
    named = [line for line in lines if not line.startswith("-") or line.startswith(("-r", "-e"))]
    named += [line for line in lines if line.startswith(("--requirement", "--editable"))]
    hashed = [HASH in line for line in named]
    return bool(hashed) and (all(hashed) if each else any(hashed))


def options_of(lines: list[str]) -> Iterator[tuple[str, str]]:
    """The options in a file of requirements that say where packages come from."""
    for line in lines:
        name, _, value = line.replace("=", " ", 1).partition(" ")
        if name.startswith("-") and value.strip():
            yield name, value.strip()


def settings_of(environment: Environment, mounts: Mounts) -> Iterator[tuple[str, str, str]]:
    """Options, values and the file, of pip's configuration where it is at hand."""
    named = environment.told("PIP_CONFIG_FILE")
    files = (named.text,) if named is not None and HOLE not in named.text else ()
    for file in (*_CONFIGS, *files):
        text, _ = mounts.text(file, None)
        if isinstance(text, Code):
            continue
        for line in requirements(text):
            match = _SETTING.fullmatch(line)
            if match is not None:
                for value in match[2].split():
                    yield f"--{match[1]}", value, file
