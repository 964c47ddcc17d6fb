"""Variables that a kind's controller gives to the containers of its pods.

Source: what each controller writes: aibrix pkg/controller/constants/stormservice.go, KubeRay
controllers/ray/utils/constant.go, training-operator and trainer (torch's rendezvous), kthena
pkg/apis/workload/v1alpha1, rbgs api/workloads/constants/env.go. Each is one word: a name, an
address, a number.
"""

from collections.abc import Iterable

import msgspec

from pinfold.inspect.podspec import Container, EnvVar, FieldRef, PodSpec, ValueFrom

_ONE_WORD = ValueFrom(field_ref=FieldRef("metadata.name"))
_RAY = (
    "FQ_RAY_IP", "RAY_ADDRESS", "RAY_CLUSTER_NAME", "RAY_DASHBOARD_ADDRESS", "RAY_IP",
    "RAY_JOB_SUBMISSION_ID", "RAY_NODE_TYPE_NAME", "RAY_PORT",
)  # fmt: skip
_TORCH = (
    "MASTER_ADDR", "MASTER_PORT", "PET_MASTER_ADDR", "PET_MASTER_PORT", "PET_NNODES",
    "PET_NODE_RANK", "PET_NPROC_PER_NODE", "RANK", "WORLD_SIZE",
)  # fmt: skip
_NAMES = {
    "batch.volcano.sh": ("VC_TASK_INDEX", "VK_TASK_INDEX"),
    "kubeflow.org": _TORCH,
    "orchestration.aibrix.ai": (
        *_RAY, "PODSET_NAME", "POD_GROUP_INDEX", "POD_GROUP_SIZE", "ROLESET_INDEX", "ROLESET_NAME",
        "ROLE_NAME", "ROLE_REPLICA_INDEX", "ROLE_TEMPLATE_HASH", "STORM_SERVICE_NAME",
    ),
    "ray.io": _RAY,
    "trainer.kubeflow.org": _TORCH,
    "workload.serving.volcano.sh": ("ENTRY_ADDRESS", "GROUP_SIZE", "WORKER_INDEX"),
    "workloads.x-k8s.io": (
        "RBG_COMPONENT_INDEX", "RBG_COMPONENT_NAME", "RBG_GROUP_NAME", "RBG_LWP_GROUP_SIZE",
        "RBG_LWP_LEADER_ADDRESS", "RBG_LWP_WORKER_INDEX", "RBG_ROLE_INDEX",
        "RBG_ROLE_INSTANCE_NAME", "RBG_ROLE_NAME",
    ),
}  # fmt: skip


def with_injected(spec: PodSpec, group: str) -> PodSpec:
    """A PodSpec whose containers have the variables that they name and the controller sets."""
    names = _NAMES.get(group)
    if names is None:
        return spec
    init = spec.init_containers
    return msgspec.structs.replace(
        spec,
        containers=tuple(_having(container, names) for container in spec.containers),
        init_containers=init and tuple(_having(container, names) for container in init),
    )


def _having(container: Container, names: Iterable[str]) -> Container:
    own = {variable.name for variable in container.env or ()}
    words = [*(container.command or ()), *(container.args or ())]
    words += (variable.value or "" for variable in container.env or ())
    text = "\n".join(words)
    more = tuple(
        EnvVar(name, value_from=_ONE_WORD) for name in names if name in text and name not in own
    )
    if not more:
        return container
    return msgspec.structs.replace(container, env=(*(container.env or ()), *more))
