"""A program that a volume brings: its name says nothing of what it does."""

import posixpath

from pinfold.inspect.commands.files import slashed
from pinfold.inspect.commands.model import HOLE, Process
from pinfold.inspect.commands.mounts import Mounts, rooted
from pinfold.inspect.workload import Code

# Where images look for programs, if `env` does not say (PATH of Debian's and NVIDIA's images).
_PATH = (
    "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin",
    "/opt/venv/bin", "/opt/conda/bin", "/usr/local/cuda/bin", "/usr/local/nvidia/bin",
)  # fmt: skip


def shadow_of(process: Process, mounts: Mounts) -> tuple[Code, str] | None:
    """Why the program of a process may be another than its name says; None where it is that one.

    A volume holds it: the path that is written leads there, or a folder that is searched lies on
    one, or a file of that name is mounted into such a folder.
    """
    name = process.argv[0].text
    paths = [name] if "/" in name else _found_by_name(name, process, mounts)
    for path in paths:
        absolute = mounts.absolute(path, process.folder)
        if absolute is not None and mounts.at(absolute) is not None:
            code, detail = mounts.text(absolute, None)
            if isinstance(code, Code):
                return code, f"{detail}, so it may be any program"
            return Code.CONFIGMAP, f"{absolute} is a script that is not read here"
    return None


def _found_by_name(name: str, process: Process, mounts: Mounts) -> list[str]:
    """The paths by which a volume can bring the program that is searched for."""
    told = process.environment.told("PATH")
    folders = () if told is None else tuple(told.text.split(":"))
    if told is None or HOLE in told.text:
        folders = (*(one for one in folders if HOLE not in one), *_PATH)
    places = [rooted(m.mount_path) for m in mounts.container.volume_mounts or ()]
    return [
        path
        for folder in map(slashed, filter(None, folders))
        if (path := posixpath.join(folder, name)) in places or _is_on_one(folder, places)
    ]


def _is_on_one(folder: str, places: list[str]) -> bool:
    return any(folder == place or folder.startswith(f"{place}/") for place in places)
