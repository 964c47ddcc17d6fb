"""An application of Ray Serve that is code of the user's own: the models that it is told.

What it loads stands in its code; what its settings call a model is listed, as the code can only
load it by that name.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pinfold.inspect.podspec import Container, EnvVar, PodSpec
from pinfold.inspect.resources.parts import Move, Part
from pinfold.inspect.servers.hub import HUGGING_FACE, is_path, is_repository, refer
from pinfold.inspect.workload import (
    Act,
    Artefact,
    Code,
    ContainerFacts,
    Hazard,
    Kind,
    Opaque,
    Origin,
    State,
    Where,
)

NAME = "serveConfigV2"
PLACE = f"spec.{NAME}"
INSTALLS = ("pip", "uv", "conda")
_MODEL_KEY = re.compile(
    r"(?!served)(?:\w+_)?model(?:_id|_name|_name_or_path|_path|_source|_uri)?", re.IGNORECASE
)
_PLACEHOLDER = re.compile(r"\$\{?\w+\}?|<[^<>]+>")
_FILE = re.compile(r".+\.(?:ya?ml|json)")
_LIBRARIES = re.compile(
    r"diffusers|transformers|vllm|sglang|huggingface|llama[_-]cpp|optimum|ctranslate2|whisper"
)
_DEPTH_MAX = 6
_MOST = 200


def parts_of(application: Mapping[Any, Any], variables: tuple[EnvVar, ...]) -> Iterator[Part]:
    """What an application is told that looks like a model, or that it loads what it likes."""
    told = [(variable.name, variable.value) for variable in variables]
    told += _settings(application.get("args"), 0)
    deployments = application.get("deployments")
    for deployment in deployments if isinstance(deployments, list) else []:
        told += _settings(deployment, 0)
    if len(told) > _MOST:
        yield said(opaque=(_opaque(Code.TOO_LARGE, f"{NAME} has more than {_MOST} settings"),))
        return
    found = [row for row in (_row(key, value) for key, value in told) if row is not None]
    if found:
        artefacts = [row for row in found if isinstance(row, Artefact)]
        opaque = [row for row in found if isinstance(row, Opaque)]
        yield said(tuple(artefacts), opaque=tuple(dict.fromkeys(opaque)))
        return
    yield _unknown(application, variables)


def _settings(value: Any, depth: int) -> list[tuple[str, Any]]:
    """Each key with its value, those of mappings and lists in it too."""
    if depth > _DEPTH_MAX:
        return []
    if isinstance(value, list):
        return [row for item in value for row in _settings(item, depth + 1)]
    if not isinstance(value, dict):
        return []
    found: list[tuple[str, Any]] = []
    for key, inner in value.items():
        if isinstance(inner, dict):
            found += _settings(inner, depth + 1)
        elif isinstance(inner, list):
            found += [(str(key), item) for item in inner if isinstance(item, str)]
            found += _settings(inner, depth + 1)
        else:
            found.append((str(key), inner))
    return found


def _row(key: str, value: Any) -> Artefact | Opaque | None:
    if not isinstance(value, str):
        return None
    if _FILE.fullmatch(value) and "model" in key.lower():
        detail = f"{value[:60]} names models, and is not read here"
        return _opaque(Code.CONFIGMAP, detail)
    if _MODEL_KEY.fullmatch(key) is None:
        return None
    if _PLACEHOLDER.fullmatch(value):
        return _opaque(Code.UNSET_VARIABLE, f"{key} is {value[:60]}, which is yet to be filled in")
    origin = refer(value).origin
    is_named = "/" in value and is_repository(value) and not is_path(value)
    if is_named or (origin is not Origin.HUB and "://" in value and origin is not Origin.HTTP):
        return _named(value, origin)
    return None


def _named(name: str, origin: Origin) -> Artefact:
    return Artefact(
        container=NAME,
        pod="spec",
        server="ray-serve",
        act=Act.LOAD,
        kind=Kind.MODEL,
        id=name,
        origin=origin,
        endpoint=HUGGING_FACE if origin is Origin.HUB else None,
        revision=None,
        state=State.UNPINNABLE,
        place=PLACE,
        where=Where.CONFIG,
    )


def _unknown(application: Mapping[Any, Any], variables: tuple[EnvVar, ...]) -> Part:
    """Nothing is told: the code decides, which matters where it can load a model."""
    module = str(application.get("import_path", "")).partition(":")[0] or "serve"
    environment = application.get("runtime_env")
    packages = [environment.get(tool) for tool in INSTALLS] if isinstance(environment, dict) else []
    names = [variable.name.lower() for variable in variables]
    if _LIBRARIES.search(f"{packages} {names}"):
        detail = f"what {module[:60]} loads stands in its code"
        return said(opaque=(_opaque(Code.SCRIPT_IN_IMAGE, detail),))
    container = Container(NAME, "", ("python", "-m", module), env=variables or None)
    made = "spec.containers[0]"
    move = Move(made, PLACE, ends=True)
    return Part("spec", PodSpec((container,)), (move,), frozenset({made}))


def _opaque(code: Code, detail: str) -> Opaque:
    return Opaque(NAME, code, detail, PLACE)


def said(
    artefacts: tuple[Artefact, ...] = (),
    hazards: tuple[Hazard, ...] = (),
    opaque: tuple[Opaque, ...] = (),
) -> Part:
    """A part that says only this."""
    return Part("spec", PodSpec(), facts=ContainerFacts(artefacts, hazards, opaque))
