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


def _kubeflow(kind: str, resource: str, field: str, shape: str = "") -> WorkloadKind:
    path = f"spec.{field}{{}}.template.spec"
    return WorkloadKind("kubeflow.org", kind, resource, (path,), shape)


def _argo(kind: str, resource: str, *, is_cluster_scoped: bool = False) -> WorkloadKind:
    return WorkloadKind("argoproj.io", kind, resource, (), "argo", is_cluster_scoped)


def _tekton(kind: str, resource: str, *, is_cluster_scoped: bool = False) -> WorkloadKind:
    return WorkloadKind("tekton.dev", kind, resource, (), "tekton", is_cluster_scoped)


_JOB_SET = ("replicatedJobs[].template.spec.template.spec",)
_LEADER_AND_WORKER = ("leaderTemplate.spec", "workerTemplate.spec")
_AIBRIX = "orchestration.aibrix.ai"
_KSERVE = "serving.kserve.io"
_NVIDIA = "nvidia.com"
_TRAINER = "trainer.kubeflow.org"
_NIM = "apps.nvidia.com"
_SPARK = ("driver.template.spec", "executor.template.spec")
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
    _argo("ClusterWorkflowTemplate", "clusterworkflowtemplates", is_cluster_scoped=True),
    _argo("CronWorkflow", "cronworkflows"),
    _argo("Workflow", "workflows"),
    _argo("WorkflowTemplate", "workflowtemplates"),
    WorkloadKind("batch.volcano.sh", "Job", "jobs", ("spec.tasks[].template.spec",)),
    WorkloadKind("disaggregatedset.x-k8s.io", "DisaggregatedSet", "disaggregatedsets",
                 _below("spec.roles[].spec.leaderWorkerTemplate", _LEADER_AND_WORKER)),
    WorkloadKind("grove.io", "PodClique", "podcliques", ("spec.podSpec",)),
    WorkloadKind("grove.io", "PodCliqueSet", "podcliquesets",
                 ("spec.template.cliques[].spec.podSpec",)),
    WorkloadKind("inference.llmkube.dev", "InferenceService", "inferenceservices", (),
                 "llmkube-service"),
    WorkloadKind("inference.llmkube.dev", "Model", "models", (), "llmkube-model",
                 tells_more=True),
    WorkloadKind("inference.llmaz.io", "Service", "services",
                 _below("spec.workloadTemplate", _LEADER_AND_WORKER)),
    WorkloadKind("jobset.x-k8s.io", "JobSet", "jobsets", _below("spec", _JOB_SET)),
    WorkloadKind("kaito.sh", "InferenceSet", "inferencesets",
                 ("spec.template.inference.template.spec",), "kaito", tells_more=True),
    WorkloadKind("kaito.sh", "ModelMirror", "modelmirrors", (), "kaito-models",
                 is_cluster_scoped=True, tells_more=True),
    WorkloadKind("kaito.sh", "MultiRoleInference", "multiroleinferences", (), "kaito-models",
                 tells_more=True),
    WorkloadKind("kaito.sh", "RAGEngine", "ragengines", (), "kaito-models", tells_more=True),
    WorkloadKind("kaito.sh", "Workspace", "workspaces", ("inference.template.spec",), "kaito",
                 roots=("inference", "tuning"), tells_more=True),
    WorkloadKind("kubeai.org", "Model", "models", (), "kubeai"),
    _kubeflow("JAXJob", "jaxjobs", "jaxReplicaSpecs"),
    _kubeflow("MPIJob", "mpijobs", "mpiReplicaSpecs", "mpi"),
    WorkloadKind("kubeflow.org", "Notebook", "notebooks", _TEMPLATE),
    _kubeflow("PaddleJob", "paddlejobs", "paddleReplicaSpecs"),
    _kubeflow("PyTorchJob", "pytorchjobs", "pytorchReplicaSpecs"),
    _kubeflow("TFJob", "tfjobs", "tfReplicaSpecs"),
    _kubeflow("XGBoostJob", "xgboostjobs", "xgbReplicaSpecs"),
    WorkloadKind("leaderworkerset.x-k8s.io", "LeaderWorkerSet", "leaderworkersets",
                 _below("spec.leaderWorkerTemplate", _LEADER_AND_WORKER)),
    WorkloadKind("llm-d.ai", "ModelService", "modelservices",
                 ("spec.decode", "spec.prefill", "spec.endpointPicker"), "llm-d"),
    WorkloadKind("llmaz.io", "OpenModel", "openmodels", (), "llmaz", is_cluster_scoped=True,
                 tells_more=True),
    WorkloadKind("machinelearning.seldon.io", "SeldonDeployment", "seldondeployments",
                 ("spec.predictors[].componentSpecs[].spec",), "seldon", tells_more=True),
    WorkloadKind("mlops.seldon.io", "Model", "models", (), "addresses", tells_more=True),
    WorkloadKind("mlops.seldon.io", "Server", "servers", ("spec.podSpec",)),
    WorkloadKind("mlops.seldon.io", "ServerConfig", "serverconfigs", ("spec.podSpec",)),
    WorkloadKind(_NVIDIA, "DynamoComponentDeployment", "dynamocomponentdeployments",
                 ("spec.podTemplate.spec",), "dynamo"),
    WorkloadKind(_NVIDIA, "DynamoGraphDeployment", "dynamographdeployments",
                 ("spec.components[].podTemplate.spec",), "dynamo"),
    WorkloadKind(_NVIDIA, "DynamoModel", "dynamomodels", (), "addresses", tells_more=True),
    WorkloadKind(_NIM, "NIMBuild", "nimbuilds", (), "nim-cache"),
    WorkloadKind(_NIM, "NIMCache", "nimcaches", (), "nim-cache"),
    WorkloadKind(_NIM, "NIMPipeline", "nimpipelines", (), "nim"),
    WorkloadKind(_NIM, "NIMService", "nimservices", (), "nim"),
    WorkloadKind("ollama.ayaka.io", "Model", "models", ("spec.podTemplate.spec",), "ollama",
                 tells_more=True),
    WorkloadKind("ome.io", "BaseModel", "basemodels", (), "addresses", tells_more=True),
    WorkloadKind("ome.io", "ClusterBaseModel", "clusterbasemodels", (), "addresses",
                 is_cluster_scoped=True, tells_more=True),
    WorkloadKind("ome.io", "ClusterServingRuntime", "clusterservingruntimes", (), "ome",
                 is_cluster_scoped=True),
    WorkloadKind("ome.io", "FineTunedWeight", "finetunedweights", (), "addresses",
                 is_cluster_scoped=True, tells_more=True),
    WorkloadKind("ome.io", "InferenceService", "inferenceservices", (), "ome"),
    WorkloadKind("ome.io", "ServingRuntime", "servingruntimes", (), "ome"),
    WorkloadKind(_AIBRIX, "PodSet", "podsets", _TEMPLATE),
    WorkloadKind(_AIBRIX, "RayClusterFleet", "rayclusterfleets",
                 _below("spec.template.spec", _RAY_CLUSTER), "ray"),
    WorkloadKind(_AIBRIX, "RayClusterReplicaSet", "rayclusterreplicasets",
                 _below("spec.template.spec", _RAY_CLUSTER), "ray"),
    WorkloadKind(_AIBRIX, "RoleSet", "rolesets", ("spec.roles[].template.spec",)),
    WorkloadKind(_AIBRIX, "StormService", "stormservices",
                 ("spec.template.spec.roles[].template.spec",)),
    WorkloadKind("production-stack.vllm.ai", "LoraAdapter", "loraadapters", (), "lora",
                 tells_more=True),
    WorkloadKind("production-stack.vllm.ai", "VLLMRuntime", "vllmruntimes", (),
                 "production-stack"),
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
    WorkloadKind("model.aibrix.ai", "ModelClaim", "modelclaims", (), "addresses",
                 tells_more=True),
    WorkloadKind("serving.knative.dev", "Configuration", "configurations", _TEMPLATE),
    WorkloadKind("serving.knative.dev", "Service", "services", _TEMPLATE),
    WorkloadKind("serving.yatai.ai", "BentoDeployment", "bentodeployments",
                 ("spec.extraPodSpec", "spec.runners[].extraPodSpec"), "bento"),
    WorkloadKind("slinky.slurm.net", "LoginSet", "loginsets", _TEMPLATE, "slurm"),
    WorkloadKind("slinky.slurm.net", "NodeSet", "nodesets", _TEMPLATE, "slurm"),
    WorkloadKind("sparkoperator.k8s.io", "ScheduledSparkApplication", "scheduledsparkapplications",
                 _below("spec.template", _SPARK), "spark"),
    WorkloadKind("sparkoperator.k8s.io", "SparkApplication", "sparkapplications",
                 _below("spec", _SPARK), "spark"),
    WorkloadKind("sparkoperator.k8s.io", "SparkConnect", "sparkconnects",
                 _below("spec", ("server.template.spec", "executor.template.spec")), "spark"),
    _tekton("ClusterTask", "clustertasks", is_cluster_scoped=True),
    _tekton("Pipeline", "pipelines"),
    _tekton("PipelineRun", "pipelineruns"),
    _tekton("StepAction", "stepactions"),
    _tekton("Task", "tasks"),
    _tekton("TaskRun", "taskruns"),
    WorkloadKind(_TRAINER, "ClusterTrainingRuntime", "clustertrainingruntimes",
                 _below("spec.template.spec", _JOB_SET), "training-runtime",
                 is_cluster_scoped=True),
    WorkloadKind(_TRAINER, "TrainJob", "trainjobs", (), "train"),
    WorkloadKind(_TRAINER, "TrainingRuntime", "trainingruntimes",
                 _below("spec.template.spec", _JOB_SET), "training-runtime"),
    WorkloadKind("workload.serving.volcano.sh", "ModelBooster", "modelboosters", (), "kthena",
                 tells_more=True),
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
