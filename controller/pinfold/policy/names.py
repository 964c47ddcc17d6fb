"""Names of what is loaded, as policies write them."""

from pinfold.inspect.globs import Glob
from pinfold.inspect.workload import Hazard, Origin, Workload

HUB = "https://huggingface.co"
COMMIT = "<40-hex commit>"
CUT = "…"  # stands in a hazard's text for what is left out: nobody can approve that
_HUBS = frozenset({Origin.HUB, Origin.MODELSCOPE})


def repository_of(identifier: str) -> str:
    """The repository of an id that may name a file or a quantisation in it."""
    return "/".join(identifier.partition(":")[0].split("/")[:2])


def are_all_beside(hazard: Hazard, workload: Workload, globs: tuple[Glob, ...]) -> bool:
    """Whether all that the container of a hazard loads is of these repositories of the hub.

    A path, another hub's name or what is not known beside them is somebody else's.
    """
    beside = [a for a in workload.artefacts if a.container == hazard.container]
    return bool(beside) and all(
        a.id is not None
        and a.origin is Origin.HUB
        and any(glob.matches(repository_of(a.id)) for glob in globs)
        for a in beside
    )


def repositories_beside(hazard: Hazard, workload: Workload) -> list[str]:
    """The repositories of a hub from which the container of a hazard loads, each once."""
    beside = (a for a in workload.artefacts if a.container == hazard.container)
    ids = (a.id for a in beside if a.origin in _HUBS and a.id is not None)
    return list(dict.fromkeys(map(repository_of, ids)))
