"""What answers in place of the hub that a name seems to mean: another hub, a file, a cache."""

import posixpath

from pinfold.inspect.commands.model import HOLE, Environment
from pinfold.inspect.commands.mounts import Mounted
from pinfold.inspect.servers.case import Case
from pinfold.inspect.servers.hub import HUGGING_FACE, endpoint_of, is_true
from pinfold.inspect.workload import Hazard, Origin

ENDPOINT = "hub-endpoint"  # text: NAME=address, whole
OTHER_HUB = "other-hub"
REDIRECT = "model-redirect"
CACHE = "offline-cache"  # text: the folder, and the volume that it lies on
_OFFLINE = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")
_TRUE = frozenset({"1", "on", "yes", "true"})  # huggingface_hub constants.py
_OTHER_HUBS = ("LMDEPLOY_USE_OPENMIND_HUB",)
# huggingface_hub constants.py:160-194: the first that is set, and what lies below it.
_CACHES = ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HOME", "XDG_CACHE_HOME")
_HOME = "/root/.cache/huggingface"


def redirected(case: Case) -> None:
    """Report each setting under which something else answers."""
    _endpoint(case)
    names = [name for name in case.server.redirects if _is_set(case.environment, name)]
    for name in names:
        case.hazard(REDIRECT, case.environment.values[name].place, name)
    switch = case.server.modelscope
    others = [name for name in _OTHER_HUBS if is_true(case.environment, name)]
    if switch is not None and case.uses_modelscope:
        others.append(switch)
    for name in others:
        case.hazard(OTHER_HUB, case.environment.values[name].place, name)
    if any(artefact.origin is Origin.HUB for artefact in case.artefacts):
        _cache(case)


def _is_set(environment: Environment, name: str) -> bool:
    value = environment.told(name)
    return value is not None and bool(value.text)


def _endpoint(case: Case) -> None:
    endpoint, value = endpoint_of(case.environment)
    if value is not None and endpoint != HUGGING_FACE:
        staging = case.environment.told("HUGGINGFACE_CO_STAGING") is value
        name = "HUGGINGFACE_CO_STAGING" if staging else "HF_ENDPOINT"
        text = f"{name}={endpoint}"
        case.hazards.append(Hazard(case.container.name, ENDPOINT, value.place, text))


def _cache(case: Case) -> None:
    """Offline, whatever lies in the cache under a commit is taken for it, and nothing is checked.

    Source: huggingface_hub file_download.py:1100-1117.
    """
    offline = [name for name in _OFFLINE if is_true(case.environment, name, _TRUE)]
    folder = _folder(case)
    mounted = case.container.mounts.at(folder) if offline and folder.startswith("/") else None
    if mounted is not None and _is_anybodys(mounted):
        place = case.environment.values[offline[0]].place
        text = f"{offline[0]} with {folder} on volume {mounted.mount.name}"
        case.hazard(CACHE, place, text)


def _folder(case: Case) -> str:
    given = case.parsed.last("--download-dir")
    if given is not None and given.values:
        return given.values[-1].text.replace(HOLE, "…")
    for name in _CACHES:
        value = case.environment.told(name)
        if value is not None and value.text:
            below = "huggingface" if name == "XDG_CACHE_HOME" else ""
            return posixpath.join(value.text, below).rstrip("/")
    return _HOME


def _is_anybodys(mounted: Mounted) -> bool:
    """A volume that is older than the pod and can be written: a claim, a host path, another's."""
    volume = mounted.volume
    if mounted.mount.read_only or volume is None or volume.begins_empty:
        return False
    own = (volume.image, volume.config_map, volume.secret, volume.projected)
    return all(source is None for source in (*own, volume.downward_api))
