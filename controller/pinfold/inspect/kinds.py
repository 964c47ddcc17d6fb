"""Which kinds are read, and where in each a PodSpec stands: a kind is a row.

A path leads to PodSpecs: `x[]` goes through all items of a list, `x{}` through all values of a
mapping. A kind whose own fields name something to run or to load has a shape, which is read in
`resources/`. Source of each path: the API types of the project that has the group.
"""

from dataclasses import dataclass

_TEMPLATE = ("spec.template.spec",)
_RAY_CLUSTER = ("headGroupSpec.template.spec", "workerGroupSpecs[].template.spec")
_RBG_ROLE = (
    "template.spec",
    "standalonePattern.template.spec",
    "leaderWorkerPattern.template.spec",
    "customComponentsPattern.components[].template.spec",
    "components[].template.spec",
)


@dataclass(frozen=True, slots=True)
class WorkloadKind:
    """A kind of object that holds PodSpecs; `pods` are the field paths to them."""

    group: str  # "" is the core group
    kind: str
    resource: str  # plural, as RBAC and webhook rules name it; "" of a kind found by its looks
    pods: tuple[str, ...]
    shape: str = ""  # how its own fields are read: a key of resources/listed.py
    is_cluster_scoped: bool = False
    roots: tuple[str, ...] = ("spec",)  # the fields of the object in which anything is read
    tells_more: bool = False  # it names what its pods do not show, so that it is judged always

    @property
    def name(self) -> str:
        """The kind, and its group where others may have the same: `Job.batch.volcano.sh`."""
        return self.kind if self.is_built_in else f"{self.kind}.{self.group}"

    @property
    def is_built_in(self) -> bool:
        """Whether it is one of Kubernetes' own, each of which has all its PodSpecs always."""
        return self.group in ("", "apps", "batch") and self.resource != ""


BUILT_IN = (
    WorkloadKind("", "Pod", "pods", ("spec",)),
    WorkloadKind("", "PodTemplate", "podtemplates", ("template.spec",), roots=("template",)),
    WorkloadKind("", "ReplicationController", "replicationcontrollers", _TEMPLATE),
    WorkloadKind("apps", "DaemonSet", "daemonsets", _TEMPLATE),
    WorkloadKind("apps", "Deployment", "deployments", _TEMPLATE),
    WorkloadKind("apps", "ReplicaSet", "replicasets", _TEMPLATE),
    WorkloadKind("apps", "StatefulSet", "statefulsets", _TEMPLATE),
    WorkloadKind("batch", "CronJob", "cronjobs", ("spec.jobTemplate.spec.template.spec",)),
    WorkloadKind("batch", "Job", "jobs", _TEMPLATE),
)


def _below(field: str, paths: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{field}.{path}" for path in paths)


def _kubeflow(kind: str, resource: str, field: str) -> WorkloadKind:
    return WorkloadKind("kubeflow.org", kind, resource, (f"spec.{field}{{}}.template.spec",))


_JOB_SET = ("replicatedJobs[].template.spec.template.spec",)
_AIBRIX = "orchestration.aibrix.ai"
_KSERVE = "serving.kserve.io"
_NVIDIA = "nvidia.com"
_TRAINER = "trainer.kubeflow.org"
_LLM = (
    "spec.template",
    "spec.worker",
    "spec.prefill.template",
    "spec.prefill.worker",
    "spec.router.scheduler.template",
    "spec.router.scheduler.tokenizer.template",
)

CUSTOM = (
    WorkloadKind("apps.kruise.io", "CloneSet", "clonesets", _TEMPLATE),
    WorkloadKind("apps.kruise.io", "StatefulSet", "statefulsets", _TEMPLATE),
    WorkloadKind("apps.openshift.io", "DeploymentConfig", "deploymentconfigs", _TEMPLATE),
    WorkloadKind("argoproj.io", "Rollout", "rollouts", _TEMPLATE),
    WorkloadKind("batch.volcano.sh", "Job", "jobs", ("spec.tasks[].template.spec",)),
    WorkloadKind(
        "disaggregatedset.x-k8s.io", "DisaggregatedSet", "disaggregatedsets",
        _below("spec.roles[].spec.leaderWorkerTemplate",
               ("leaderTemplate.spec", "workerTemplate.spec")),
    ),
    WorkloadKind("jobset.x-k8s.io", "JobSet", "jobsets", _below("spec", _JOB_SET)),
    WorkloadKind(
        "kaito.sh", "Workspace", "workspaces", ("inference.template.spec",), "kaito",
        roots=("inference", "tuning"), tells_more=True,
    ),
    _kubeflow("JAXJob", "jaxjobs", "jaxReplicaSpecs"),
    _kubeflow("MPIJob", "mpijobs", "mpiReplicaSpecs"),
    _kubeflow("PaddleJob", "paddlejobs", "paddleReplicaSpecs"),
    _kubeflow("PyTorchJob", "pytorchjobs", "pytorchReplicaSpecs"),
    _kubeflow("TFJob", "tfjobs", "tfReplicaSpecs"),
    _kubeflow("XGBoostJob", "xgboostjobs", "xgbReplicaSpecs"),
    WorkloadKind(
        "leaderworkerset.x-k8s.io", "LeaderWorkerSet", "leaderworkersets",
        _below("spec.leaderWorkerTemplate", ("leaderTemplate.spec", "workerTemplate.spec")),
    ),
    WorkloadKind(_NVIDIA, "DynamoComponentDeployment", "dynamocomponentdeployments",
                 ("spec.podTemplate.spec",), "dynamo"),
    WorkloadKind(_NVIDIA, "DynamoGraphDeployment", "dynamographdeployments",
                 ("spec.components[].podTemplate.spec",), "dynamo"),
    WorkloadKind(_AIBRIX, "PodSet", "podsets", _TEMPLATE),
    WorkloadKind(_AIBRIX, "RayClusterFleet", "rayclusterfleets",
                 _below("spec.template.spec", _RAY_CLUSTER), "ray"),
    WorkloadKind(_AIBRIX, "RayClusterReplicaSet", "rayclusterreplicasets",
                 _below("spec.template.spec", _RAY_CLUSTER), "ray"),
    WorkloadKind(_AIBRIX, "RoleSet", "rolesets", ("spec.roles[].template.spec",)),
    WorkloadKind(_AIBRIX, "StormService", "stormservices",
                 ("spec.template.spec.roles[].template.spec",)),
    WorkloadKind("ray.io", "RayCluster", "rayclusters", _below("spec", _RAY_CLUSTER), "ray"),
    WorkloadKind("ray.io", "RayCronJob", "raycronjobs",
                 (*_below("spec.jobTemplate.rayClusterSpec", _RAY_CLUSTER),
                  "spec.jobTemplate.submitterPodTemplate.spec"), "ray", tells_more=True),
    WorkloadKind("ray.io", "RayJob", "rayjobs",
                 (*_below("spec.rayClusterSpec", _RAY_CLUSTER), "spec.submitterPodTemplate.spec"),
                 "ray", tells_more=True),
    WorkloadKind("ray.io", "RayService", "rayservices",
                 _below("spec.rayClusterConfig", _RAY_CLUSTER), "ray", tells_more=True),
    WorkloadKind(_KSERVE, "ClusterServingRuntime", "clusterservingruntimes",
                 ("spec", "spec.workerSpec"), "runtime", is_cluster_scoped=True),
    WorkloadKind(_KSERVE, "InferenceService", "inferenceservices", (), "kserve"),
    WorkloadKind(_KSERVE, "LLMInferenceService", "llminferenceservices", _LLM, "llm"),
    WorkloadKind(_KSERVE, "LLMInferenceServiceConfig", "llminferenceserviceconfigs", _LLM, "llm"),
    WorkloadKind(_KSERVE, "LocalModelCache", "localmodelcaches", (), "addresses",
                 is_cluster_scoped=True),
    WorkloadKind(_KSERVE, "LocalModelNamespaceCache", "localmodelnamespacecaches", (),
                 "addresses"),
    WorkloadKind(_KSERVE, "ServingRuntime", "servingruntimes",
                 ("spec", "spec.workerSpec"), "runtime"),
    WorkloadKind(_KSERVE, "TrainedModel", "trainedmodels", (), "addresses", tells_more=True),
    WorkloadKind("model.aibrix.ai", "ModelAdapter", "modeladapters", (), "addresses",
                 tells_more=True),
    WorkloadKind("serving.knative.dev", "Configuration", "configurations", _TEMPLATE),
    WorkloadKind("serving.knative.dev", "Service", "services", _TEMPLATE),
    WorkloadKind(_TRAINER, "ClusterTrainingRuntime", "clustertrainingruntimes",
                 _below("spec.template.spec", _JOB_SET), is_cluster_scoped=True),
    WorkloadKind(_TRAINER, "TrainJob", "trainjobs", (), "train"),
    WorkloadKind(_TRAINER, "TrainingRuntime", "trainingruntimes",
                 _below("spec.template.spec", _JOB_SET)),
    WorkloadKind("workload.serving.volcano.sh", "ModelServing", "modelservings",
                 _below("spec.template.roles[]", ("entryTemplate.spec", "workerTemplate.spec"))),
    WorkloadKind("workloads.x-k8s.io", "RoleBasedGroup", "rolebasedgroups",
                 (*_below("spec.roles[]", _RBG_ROLE), "spec.roleTemplates[].template.spec"),
                 "roles"),
    WorkloadKind("workloads.x-k8s.io", "RoleBasedGroupSet", "rolebasedgroupsets",
                 (*_below("spec.template.roles[]", _RBG_ROLE),
                  *_below("spec.groupTemplate.spec.roles[]", _RBG_ROLE)), "roles"),
)  # fmt: skip

KINDS = BUILT_IN + CUSTOM
_BY_NAME = {(row.group, row.kind): row for row in KINDS}


def kind_of(api_version: str, kind: str) -> WorkloadKind | None:
    """The row for `apiVersion` and `kind`, whatever the version; None for a kind not read here."""
    group, slash, _version = api_version.rpartition("/")
    return row_of(group if slash else "", kind)


def row_of(group: str, kind: str) -> WorkloadKind | None:
    """The row for a group and a kind; None for a kind not read here."""
    return _BY_NAME.get((group, kind))
