"""Names of what is loaded, as policies write them."""

from pinfold.inspect.workload import Hazard, Origin, Workload

HUB = "https://huggingface.co"
COMMIT = "<40-hex commit>"
_HUBS = frozenset({Origin.HUB, Origin.MODELSCOPE})


def repository_of(identifier: str) -> str:
    """The repository of an id that may name a file or a quantisation in it."""
    return "/".join(identifier.partition(":")[0].split("/")[:2])


def repositories_beside(hazard: Hazard, workload: Workload) -> list[str]:
    """The repositories of a hub from which the container of a hazard loads, each once."""
    beside = (a for a in workload.artefacts if a.container == hazard.container)
    ids = (a.id for a in beside if a.origin in _HUBS and a.id is not None)
    return list(dict.fromkeys(map(repository_of, ids)))
