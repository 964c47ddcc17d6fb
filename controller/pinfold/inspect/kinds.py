"""Which kinds are read, and where in each a PodSpec stands: a kind is a row."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WorkloadKind:
    """A kind of object that holds PodSpecs; `pods` are the field paths to them."""

    group: str  # "" is the core group
    kind: str
    resource: str  # plural, as RBAC and webhook rules name it
    pods: tuple[str, ...]


KINDS = (
    WorkloadKind("", "Pod", "pods", ("spec",)),
    WorkloadKind("", "ReplicationController", "replicationcontrollers", ("spec.template.spec",)),
    WorkloadKind("apps", "DaemonSet", "daemonsets", ("spec.template.spec",)),
    WorkloadKind("apps", "Deployment", "deployments", ("spec.template.spec",)),
    WorkloadKind("apps", "ReplicaSet", "replicasets", ("spec.template.spec",)),
    WorkloadKind("apps", "StatefulSet", "statefulsets", ("spec.template.spec",)),
    WorkloadKind("batch", "CronJob", "cronjobs", ("spec.jobTemplate.spec.template.spec",)),
    WorkloadKind("batch", "Job", "jobs", ("spec.template.spec",)),
)

_BY_NAME = {(row.group, row.kind): row for row in KINDS}


def kind_of(api_version: str, kind: str) -> WorkloadKind | None:
    """The row for `apiVersion` and `kind`, whatever the version; None for a kind not read here."""
    group, slash, _version = api_version.rpartition("/")
    return _BY_NAME.get((group if slash else "", kind))
