"""Objects of any kind that is read, made around a PodSpec."""

from typing import Any

from pinfold.inspect.kinds import WorkloadKind

Manifest = dict[str, Any]


def manifest_around(row: WorkloadKind, path: str, spec: Any, name: str = "a") -> Manifest:
    """An object of a kind with `spec` at one of its paths, the second item of each list on it."""
    value = spec
    for step in reversed(path.split(".")):
        field = step.removesuffix("[]").removesuffix("{}")
        if step.endswith("[]"):
            value = [{}, value]
        elif step.endswith("{}"):
            value = {"Worker": value}
        value = {field: value}
    version = f"{row.group}/v1" if row.group else "v1"
    return {"apiVersion": version, "kind": row.kind, "metadata": {"name": name}, **value}


def place_of(path: str) -> str:
    """Where `manifest_around` puts the PodSpec."""
    return path.replace("[]", "[1]").replace("{}", ".Worker")
