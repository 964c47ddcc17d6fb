"""The files of a volume that the kubelet makes of ConfigMaps, Secrets and fields of the pod.

Source: k8s.io/kubernetes pkg/volume/projected/projected.go (collectData) and pkg/volume/configmap:
with `items` nothing else is there, and of two sources that give one path the later one wins.
"""

import posixpath
from collections.abc import Iterator, Sequence

from pinfold.inspect.commands.environment import Files
from pinfold.inspect.podspec import KeyToPath, ProjectedSource, Volume
from pinfold.inspect.workload import Code

_DATA = "..data/"  # the link through which the kubelet changes all files at once


def file_of(
    volume: Volume, inside: str | None, files: Files, path: str
) -> tuple[str, str] | tuple[Code, str]:
    """The text at `inside` and the step to it; or why it is not known, with `path` as people say.

    `inside` None: below a folder whose name is known only when the pod runs.
    """
    sources = tuple(_sources(volume))
    if not sources:
        return Code.VOLUME, f"{path} lies on volume {volume.name}"
    if inside is None:
        return _unknown(sources[-1], path)
    inside = posixpath.normpath(inside.removeprefix(_DATA))
    for source in reversed(sources):
        answer = _file_of_source(source, inside, files, path)
        if answer is not None:
            return answer
    return _unknown(sources[-1], path)


def names_of(volume: Volume, files: Files) -> tuple[str, ...]:
    """The paths of all its files; none where one of its sources is not at hand."""
    every = [_paths(source, files) for source in _sources(volume)]
    if any(paths is None for paths in every):
        return ()
    return tuple(dict.fromkeys(path for paths in every for path in paths or ()))


def _sources(volume: Volume) -> Iterator[ProjectedSource]:
    """What it is made of: one thing, or those of a projected volume in their order."""
    if volume.config_map is not None:
        yield ProjectedSource(config_map=volume.config_map)
    elif volume.secret is not None:
        yield ProjectedSource(secret=volume.secret)
    elif volume.projected is not None:
        yield from volume.projected.sources or ()


def _file_of_source(
    source: ProjectedSource, inside: str, files: Files, path: str
) -> tuple[str, str] | tuple[Code, str] | None:
    """The same of one source; None where it surely has no such file."""
    if source.config_map is not None:
        name, items = source.config_map.name, source.config_map.items
        key = _key(items, inside)
        if key is None:
            return None
        if name not in files:
            return _unknown(source, path)
        text = files[name].get(key)
        return None if text is None else (text, f"ConfigMap {name}")
    if source.secret is not None:
        return None if _key(source.secret.items, inside) is None else _unknown(source, path)
    paths = _own_paths(source)
    return _unknown(source, path) if paths is None or inside in paths else None


def _key(items: Sequence[KeyToPath] | None, inside: str) -> str | None:
    """The key that lies at a path; None where there is nothing. Keys hold no slash."""
    if items:
        found = [item.key for item in items if posixpath.normpath(item.path) == inside]
        return found[-1] if found else None
    return inside


def _own_paths(source: ProjectedSource) -> tuple[str, ...] | None:
    """The paths of fields and tokens; None for a source that is not known here."""
    if source.downward_api is not None:
        return tuple(posixpath.normpath(item.path) for item in source.downward_api.items or ())
    if source.service_account_token is not None:
        return (posixpath.normpath(source.service_account_token.path),)
    return None


def _paths(source: ProjectedSource, files: Files) -> tuple[str, ...] | None:
    """The paths that a source gives; None where they are not known."""
    if source.config_map is not None:
        name, items = source.config_map.name, source.config_map.items
        if name not in files:
            return None
        keys = tuple(files[name])
        return tuple(item.path for item in items if item.key in set(keys)) if items else keys
    if source.secret is not None:
        items = source.secret.items
        return tuple(item.path for item in items) if items else None
    return _own_paths(source)


def _unknown(source: ProjectedSource, path: str) -> tuple[Code, str]:
    if source.config_map is not None:
        return Code.CONFIGMAP, f"{path} comes from ConfigMap {source.config_map.name}"
    if source.secret is not None:
        return Code.SECRET, f"{path} comes from a Secret"
    return Code.VOLUME, f"{path} is made when the pod runs"
