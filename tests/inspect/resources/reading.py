"""Objects as YAML, and what was read of them in few words."""

from typing import Any

import yaml

from pinfold.inspect.kinds import kind_of
from pinfold.inspect.read import inspect_object
from pinfold.inspect.resources.runtimes import Runtimes
from pinfold.inspect.workload import Workload

COMMIT = "9f3c" * 10
DIGEST = "sha256:" + "ab" * 32


def read(text: str, *beside: str) -> Workload:
    """The facts of an object; COMMIT and DIGEST stand for whole ones. `beside` are runtimes."""
    value = _loaded(text)
    row = kind_of(value["apiVersion"], value["kind"])
    assert row is not None
    return inspect_object(row, value, runtimes=Runtimes([_loaded(other) for other in beside]))


def _loaded(text: str) -> Any:
    return yaml.safe_load(text.replace("DIGEST", DIGEST).replace("COMMIT", COMMIT))


def artefacts(workload: Workload) -> list[str]:
    """Container, act, kind, what, state, place: a line each."""
    return [
        " ".join(
            (row.container, row.act, row.kind, row.id or "-", str(row.state), row.place)
        ).replace(COMMIT, "COMMIT")
        for row in workload.artefacts
    ]


def opaque(workload: Workload) -> list[str]:
    """Container, code, place and detail: a line each."""
    return [f"{row.container} {row.code} {row.place}: {row.detail}" for row in workload.opaque]


def images(workload: Workload) -> list[str]:
    """Container, place and text: a line each."""
    return [f"{use.container} {use.place} {use.text}" for use in workload.images]
