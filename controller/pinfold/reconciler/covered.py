"""Which running pods get a scan status: those with an accelerator, and those that serve a model."""

from pinfold.inspect.accelerators import Accelerators
from pinfold.inspect.workload import Workload
from pinfold.kube.pods import RunningSpec


def is_covered(spec: RunningSpec, workload: Workload, accelerators: Accelerators) -> bool:
    """Whether the pod is one of those that we tell about.

    A claim counts whatever its device: what class it is of stands in another object.
    """
    return bool(
        workload.artefacts
        or workload.opaque
        or spec.resource_claims
        or accelerators.asked_for(spec)
    )
