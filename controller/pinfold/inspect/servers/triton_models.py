"""What the models of a Triton repository load besides, where a ConfigMap of the Pod says it.

A vLLM backend's model.json holds the engine's arguments; a Python backend's model.py is code.
"""

import posixpath
from collections.abc import Iterator, Mapping
from typing import Any

from pinfold.inspect.commands.model import Process, Token
from pinfold.inspect.commands.mounts import is_within, rooted
from pinfold.inspect.dialects.config_file import mapping_of_text
from pinfold.inspect.downloads import python_code
from pinfold.inspect.servers.case import Case
from pinfold.inspect.servers.found import Item
from pinfold.inspect.servers.model import Flag
from pinfold.inspect.servers.readings import Run, read_all
from pinfold.inspect.servers.rows import add
from pinfold.inspect.servers.ways import Way
from pinfold.inspect.workload import Code, Kind, Where

_REVISIONS = {"model": "revision", "tokenizer": "tokenizer_revision"}
_KINDS = {"model": Kind.MODEL, "tokenizer": Kind.TOKENIZER}


def read_models(case: Case, repository: Token) -> None:
    """List what the files at hand below a repository name. Raises Refuses and Unclear."""
    for path, text, step in _files(case, repository.text):
        place = Token(path, repository.place, Where.CONFIG, (*repository.via, step))
        match posixpath.basename(path):
            case "model.json":
                _engine(case, mapping_of_text(text, place), place)
            case "model.py":
                _code(case, place.saying(text))


def _files(case: Case, repository: str) -> Iterator[tuple[str, str, str]]:
    """The path, the text and the step to each file of a ConfigMap that is mounted there."""
    root = case.container.mounts.absolute(repository, case.home)
    if root is None:
        return
    mounts = case.container.mounts
    for mount in mounts.container.volume_mounts or ():
        place = rooted(mount.mount_path)
        if not is_within(place, root) and not is_within(root, place):
            continue
        for path in _paths(case, mount.name, place, mount.sub_path):
            if is_within(path, root):
                text, step = mounts.text(path, None)
                if not isinstance(text, Code):
                    yield path, text, step


def _paths(case: Case, volume: str, folder: str, sub_path: str) -> list[str]:
    """Where the keys of a ConfigMap that is at hand lie."""
    mounts = case.container.mounts
    source = next((one.config_map for one in mounts.volumes if one.name == volume), None)
    if source is None:
        return []
    if sub_path:
        return [folder]
    names = [item.path for item in source.items or ()] or list(mounts.files.get(source.name, ()))
    return [posixpath.join(folder, name) for name in names]


def _engine(case: Case, arguments: Mapping[Any, Any], place: Token) -> None:
    for key, kind in _KINDS.items():
        name = arguments.get(key)
        if not isinstance(name, str) or not name:
            continue
        pin = _REVISIONS[key]
        text = arguments.get(pin)
        revision = Item(text, place.saying(text), flag=pin) if isinstance(text, str) else None
        add(case, kind, Item(name, place.saying(name), flag=key), revision, (Flag(pin),))


def _code(case: Case, code: Token) -> None:
    if not python_code.mentions(code.text):
        return
    process = Process((code,), case.environment, case.folder)
    way = Way(python_code.CODE, (code,), python_code.SERVER.tables, exact=True)
    facts = read_all(Run(python_code.SERVER, process, case.container), [way])
    case.artefacts += facts.artefacts
    case.hazards += facts.hazards
    case.opaque += facts.opaque
