"""Which pods ask for an accelerator, by the names of the resources.

Wider than what makes a command suspicious (servers/known.py): a suspect is told that it cannot be
read, while a pod here is only looked at again.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from pinfold.inspect.globs import Glob
from pinfold.inspect.podspec import PodSpec

# `*` stands for any run of characters. nvidia.com/* has the MIG profiles (nvidia.com/mig-1g.10gb)
# and the shared GPUs (nvidia.com/gpu.shared) in it; neuron* has neuroncore and neurondevice.
DEFAULT_ACCELERATORS = (
    "nvidia.com/*",
    "amd.com/gpu*",
    "gpu.intel.com/*",
    "habana.ai/*",
    "google.com/tpu",
    "aws.amazon.com/neuron*",
    "huawei.com/Ascend*",
)


class Accelerators:
    """Resource names that are accelerators. Raises ValueError for an empty pattern."""

    def __init__(self, patterns: Iterable[str] = DEFAULT_ACCELERATORS) -> None:
        self._globs = tuple(Glob.parse(pattern) for pattern in patterns)
        self._is_one = lru_cache(maxsize=512)(self._matches)  # clusters have few resource names

    def asked_for(self, spec: PodSpec) -> bool:
        """Whether any container of the pod, of whichever kind, asks for one."""
        return any(self._is_one(name) for name in _resource_names(spec))

    def _matches(self, name: str) -> bool:
        return any(glob.matches(name) for glob in self._globs)


def _resource_names(spec: PodSpec) -> Iterator[str]:
    for containers in (spec.containers, spec.init_containers, spec.ephemeral_containers):
        for container in containers or ():
            resources = container.resources
            if resources is not None:
                # A limit without a request is a request too.
                yield from resources.limits or ()
                yield from resources.requests or ()
