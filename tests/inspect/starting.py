"""What is read of how a pod starts, in few words."""

from typing import Any

import msgspec

from pinfold.inspect.podspec import PodSpec
from pinfold.inspect.read import inspect_pods

GPU = {"limits": {"nvidia.com/gpu": 1}}


def hazards_of(
    container: dict[str, Any],
    *others: dict[str, Any],
    volumes: list[dict[str, Any]] | None = None,
    files: dict[str, dict[str, str]] | None = None,
) -> list[tuple[str, str]]:
    """Hazard and text of each row, of a pod with these containers."""
    rows = [{"name": f"c{i}", "image": "a", **c} for i, c in enumerate((container, *others))]
    spec = msgspec.convert({"containers": rows, "volumes": volumes}, PodSpec)
    read = inspect_pods("Pod", "ml", "a", {"spec": spec}, files=files or {})
    return [(row.hazard, row.text) for row in read.hazards]


def on_a_gpu(script: str, **container: Any) -> list[tuple[str, str]]:
    """The same of one container with an accelerator that runs a script."""
    return hazards_of({"command": ["sh", "-c", script], "resources": GPU, **container})
