"""Code that a volume brings into a server: over its packages, or by a variable that leads there.

The image's digest holds neither. Whatever the volume is, it is told: code comes from there.
"""

import re
from collections.abc import Iterator

from pinfold.inspect.commands.model import HOLE, Value
from pinfold.inspect.commands.mounts import is_within, rooted
from pinfold.inspect.servers.case import Case, Container, shown
from pinfold.inspect.workload import Act, Code, Hazard

CODE_PATH = "code-path"  # text: the path, and " on volume NAME" where one brings it

# Folders of Python's packages, of an environment, and of sources that an image runs in place.
_FOLDERS = re.compile(
    r"/(?:site-packages|dist-packages|\.?venv|prod_venv|\.local/lib|lib(?:64)?/python3?(?:\.\d+)?)"
    r"(?:/|$)|/sgl-workspace/sglang(?:/|$)"
)
# Where images have them: a mount above one hides it.
_KNOWN = (
    "/usr/local/lib/python3", "/usr/lib/python3", "/opt/venv", "/opt/conda/lib/python3",
    "/usr/local/lib64/python3", "/usr/lib64/python3", "/usr/src/.venv", "/prod_venv",
    "/opt/dynamo/venv", "/sgl-workspace/sglang", "/root/.local/lib",
)  # fmt: skip
_HOMES = ("/root", "/home")  # a home on a volume is for caches and settings
# What runs in any program, or in any of Python; and what stands between two paths.
_VARIABLES = {"LD_PRELOAD": r"[:\s]+", "PYTHONPATH": ":", "PYTHONSTARTUP": r"(?!)"}
_NOT_AT_HAND = (Code.CONFIGMAP, Code.SECRET, Code.VOLUME)


def over_code(container: Container) -> tuple[Hazard, ...]:
    """The mounts of a container that lie over the code of its server."""
    return tuple(
        Hazard(
            container.name,
            CODE_PATH,
            f"{container.place}.volumeMounts[{index}].mountPath",
            _on(mount.mount_path, mount.name),
        )
        for index, mount in enumerate(container.mounts.container.volume_mounts or ())
        if holds_code(mount.mount_path)
    )


def holds_code(folder: str) -> bool:
    """Whether a mount here lies over packages, an environment, or a part of either."""
    folder = rooted(folder)
    if _FOLDERS.search(folder) is not None:
        return True
    return folder not in _HOMES and any(is_within(known, folder) for known in _KNOWN)


def by_variables(case: Case) -> None:
    """Report the variables by which code runs in the server, with where they lead."""
    for name, between in _VARIABLES.items() if case.server.act is Act.LOAD else ():
        value = case.environment.told(name)
        if value is not None and value.text:
            for text in _texts(case, name, value, between):
                case.hazards.append(Hazard(case.container.name, CODE_PATH, value.place, text))


def _texts(case: Case, name: str, value: Value, between: str) -> list[str]:
    """Each path that lies on a volume; all that is written, where none does."""
    found = list(_led(case, name, value, between))
    return found or [shown(f"{name}={value.text}")]


def _led(case: Case, name: str, value: Value, between: str) -> Iterator[str]:
    mounts = case.container.mounts
    places = [(rooted(m.mount_path), m.name) for m in mounts.container.volume_mounts or ()]
    for path in dict.fromkeys(re.split(between, value.text) if places else ()):
        written = f"{name}={path}"
        if not mounts.work.spend(1 + len(places) // 16):
            return  # which is said of the container
        if HOLE in path:  # what the image itself sets leads into the image
            if value.unread is not None and value.unread.code in _NOT_AT_HAND:
                yield f"{shown(written)} on any volume"
        elif "/" in path or name != "LD_PRELOAD":  # a bare name is searched for in the image
            absolute = mounts.absolute(path, case.home)
            if absolute is not None:
                mounted = mounts.at(absolute)
                volumes = [mounted.mount.name] if mounted is not None else []
                volumes += (v for place, v in places if _is_module_in(absolute, place))
                yield from (_on(written, volume) for volume in volumes)


def _is_module_in(folder: str, place: str) -> bool:
    """Whether a mount is a file of code in a folder that Python searches."""
    return place.endswith((".pth", ".py", ".so")) and is_within(place, folder) and place != folder


def _on(text: str, volume: str) -> str:
    return f"{shown(text)} on volume {shown(volume)}"
