"""One scan of a cluster, and the small value that it comes to."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from pinfold.kube.enforcement import read_enforcement
from pinfold.kube.errors import Forbidden, Gone
from pinfold.kube.pods import UNMARKED, Annotations
from pinfold.policy.policy_set import PolicySet
from pinfold.policy.violation import Mode
from pinfold.reconciler.drift import Kind, Site, Status
from pinfold.reconciler.memory import Memory
from pinfold.reconciler.rescan import Question, Scan, Scanner
from tests.reconciler.cluster_of_pods import ClusterOfPods, Fault
from tests.reconciler.scan_material import (
    DIGEST,
    ENFORCED,
    GPU,
    LONG_AGO,
    NOON,
    PINNED,
    UNPINNED,
    add_configuration,
    add_deployment,
    add_namespace,
    add_pod,
    owned_by,
    policies,
    policy,
    spec,
    status,
)

COMPLIANT = Annotations("Compliant")
UNPINNED_IMAGE = Annotations("Violating", "image-digest")


def scan(
    prepare: Callable[[ClusterOfPods], object],
    by: PolicySet | None = None,
    memory: Memory | None = None,
    page: int = 500,
    check: Callable[[ClusterOfPods], None] = lambda _: None,
) -> Scan:
    """Of a cluster with namespaces "ml", which is enforced, "open", and "kube-system"."""
    by = by or policies()

    async def scenario() -> Scan:
        async with ClusterOfPods(page) as cluster:
            add_configuration(cluster)
            for name, labels in (("ml", ENFORCED), ("open", {}), ("kube-system", {})):
                add_namespace(cluster, name, {"kubernetes.io/metadata.name": name, **labels})
            prepare(cluster)
            site = Site(
                now=NOON,
                policies={one.name: one for one in by.policies},
                times={one.name: LONG_AGO for one in by.policies},
            )
            enforcement = await read_enforcement(cluster.api, "pinfold")
            scanner = Scanner(cluster.api, memory or Memory(), ["nvidia.com/*"])
            found = await scanner.scan(Question(by, site, enforcement))
            check(cluster)
            return found

    return asyncio.run(scenario())


def told(found: Scan) -> dict[str, tuple[str, str | None]]:
    return {
        f"{one.ref.kind}/{one.ref.name}": (one.outcome.status.value, one.outcome.kind)
        for one in found.workloads
    }


def marked(found: Scan) -> dict[str, Annotations]:
    return {f"{mark.ref.kind}/{mark.ref.name}": mark.wanted for mark in found.marks}


def test_a_workload_is_told_once_and_it_and_its_pods_are_marked() -> None:
    found = scan(lambda cluster: add_deployment(cluster, "llama", spec(UNPINNED), pods=2))
    assert told(found) == {"Deployment/llama": ("Violating", Kind.BYPASSED)}
    assert found.workloads[0].pods == 2
    assert marked(found) == {
        "Pod/llama-abc-0": UNPINNED_IMAGE,
        "Pod/llama-abc-1": UNPINNED_IMAGE,
        "Deployment/llama": UNPINNED_IMAGE,
    }


def test_the_worst_pod_speaks_for_the_workload() -> None:
    def prepare(cluster: ClusterOfPods) -> None:
        add_deployment(cluster, "llama", spec(), pods=1)
        owner = cluster.objects["/apis/apps/v1/namespaces/ml/replicasets/llama-abc"]
        add_pod(cluster, "old", spec(UNPINNED), owners=owned_by(owner, "ReplicaSet"))

    found = scan(prepare)
    assert told(found) == {"Deployment/llama": ("Violating", Kind.BYPASSED)}
    assert marked(found)["Pod/llama-abc-0"] == COMPLIANT


@pytest.mark.parametrize(("chain", "top", "owners"), [
    pytest.param([], "Pod/one", {}, id="nobody"),
    pytest.param(["apps/v1 ReplicaSet rs", "apps/v1 Deployment d"], "Deployment/d",
                 {"Deployment/d": COMPLIANT}, id="a Deployment"),
    pytest.param(["batch/v1 Job j", "batch/v1 CronJob c"], "CronJob/c",
                 {"Job/j": COMPLIANT}, id="a CronJob"),
    pytest.param(["apps/v1 StatefulSet s", "leaderworkerset.x-k8s.io/v1 LeaderWorkerSet l"],
                 "LeaderWorkerSet/l", {"StatefulSet/s": COMPLIANT}, id="a kind of somebody else"),
    pytest.param(["ray.io/v1 RayCluster r"], "RayCluster/r", {}, id="such a kind at once"),
    pytest.param(["apps/v1 DaemonSet d"], "DaemonSet/d",
                 {"DaemonSet/d": COMPLIANT}, id="a DaemonSet"),
    pytest.param(["v1 ReplicationController r"], "ReplicationController/r", {}, id="an old kind"),
    pytest.param(["v1 Node gpu-0"], "Pod/one", {}, id="a static pod"),
])  # fmt: skip
def test_a_pod_is_counted_for_the_owner_at_the_top(
    chain: list[str], top: str, owners: dict[str, Annotations]
) -> None:
    def prepare(cluster: ClusterOfPods) -> None:
        above: list[Any] = []
        for entry in reversed(chain):
            version, kind, name = entry.split()
            base = f"/apis/{version}" if "/" in version else f"/api/{version}"
            path = f"{base}/namespaces/ml/{kind.lower()}s/{name}"
            made = cluster.put(path, {"metadata": {"ownerReferences": above}})
            above = owned_by(made, kind, version)
        add_pod(cluster, "one", spec(), owners=above)

    found = scan(prepare)
    assert told(found) == {top: ("Compliant", None)}
    assert marked(found) == {"Pod/one": COMPLIANT, **owners}


def test_an_owner_that_is_not_there_is_not_believed_in() -> None:
    ghost = {"metadata": {"name": "ghost", "uid": "no such uid"}}
    found = scan(
        lambda cluster: add_pod(cluster, "one", spec(), owners=owned_by(ghost, "Deployment"))
    )
    assert told(found) == {"Pod/one": ("Compliant", None)}


def test_all_pages_are_read_and_the_pods_on_their_way_out_left_out() -> None:
    def prepare(cluster: ClusterOfPods) -> None:
        for number in range(7):
            add_pod(cluster, f"pod-{number}", spec())
        add_pod(cluster, "going", spec(), deletionTimestamp="2026-11-25T11:59:00Z")

    found = scan(prepare, page=3)
    assert len(found.workloads) == 7
    assert found.read.pods == 7


def test_what_has_no_accelerator_and_serves_nothing_is_left_alone() -> None:
    nginx = {"containers": [{"name": "web", "image": "nginx:1"}]}
    found = scan(lambda cluster: add_deployment(cluster, "web", nginx))
    assert (told(found), marked(found)) == ({}, {})
    assert found.would_refuse == {"default": 2}  # all the same, for who thinks of widening


@pytest.mark.parametrize(("namespace", "mode", "counts"), [
    pytest.param("ml",          Mode.ENFORCE, {"default": 1}, id="enforced"),
    pytest.param("open",        Mode.ENFORCE, {"default": 1}, id="not yet enforced"),
    pytest.param("open",        Mode.AUDIT,   {"default": 1}, id="nor the policy"),
    pytest.param("kube-system", Mode.ENFORCE, {},             id="never enforced"),
])  # fmt: skip
def test_what_enforcing_everywhere_would_refuse_is_counted(
    namespace: str, mode: Mode, counts: dict[str, int]
) -> None:
    found = scan(
        lambda cluster: add_pod(cluster, "one", spec(UNPINNED), namespace=namespace),
        policies(policy(mode=mode)),
    )
    assert found.would_refuse == counts


def test_where_no_policy_is_for_the_namespace_nothing_is_said() -> None:
    found = scan(
        lambda cluster: add_pod(cluster, "one", spec(UNPINNED)),
        policies(policy(namespaces=("other",))),
    )
    assert (told(found), marked(found)) == ({}, {})


def test_annotations_of_ours_where_none_belongs_are_taken_away() -> None:
    def prepare(cluster: ClusterOfPods) -> None:
        ours = {"pinfold.dev/scan-status": "Compliant", "app": "web"}
        nginx = {"containers": [{"name": "web", "image": "nginx:1"}]}
        add_pod(cluster, "web", nginx, annotations=ours)
        cluster.put(
            "/apis/apps/v1/namespaces/ml/deployments/d", {"metadata": {"annotations": ours}}
        )

    assert marked(scan(prepare)) == {"Pod/web": UNMARKED, "Deployment/d": UNMARKED}


def test_what_stands_there_rightly_is_not_written_again() -> None:
    right = {"pinfold.dev/scan-status": "Violating", "pinfold.dev/violations": "image-digest"}
    found = scan(lambda cluster: add_pod(cluster, "one", spec(UNPINNED), annotations=right))
    assert (marked(found), found.right) == ({}, 1)


def test_a_forged_annotation_is_put_right_and_counted() -> None:
    memory = Memory()
    scan(lambda cluster: add_pod(cluster, "one", spec(UNPINNED)), memory=memory)
    uid = "uid-of.api.v1.namespaces.ml.pods.one"
    memory.written(uid, UNPINNED_IMAGE)
    memory.keep([uid], [])
    forged = {"pinfold.dev/scan-status": "Compliant"}

    def prepare(cluster: ClusterOfPods) -> None:
        add_pod(cluster, "one", spec(UNPINNED), annotations=forged)
        add_pod(cluster, "two", spec(UNPINNED), annotations=forged)

    found = scan(prepare, memory=memory)
    assert marked(found) == {"Pod/one": UNPINNED_IMAGE, "Pod/two": UNPINNED_IMAGE}
    assert found.forged == 2
    assert [one.before for one in found.workloads] == [Status.VIOLATING, None]


def test_another_image_than_the_pinned_one_is_drift() -> None:
    other = "docker.io/vllm/vllm-openai@sha256:" + "cd" * 32

    def prepare(cluster: ClusterOfPods) -> None:
        cluster.put("/api/v1/nodes/gpu-0", {"status": {"images": []}})
        add_pod(cluster, "one", spec(), state=status(other))
        add_pod(cluster, "two", spec(), state=status(other))

    def check(cluster: ClusterOfPods) -> None:
        assert cluster.calls.count("GET /api/v1/nodes/gpu-0") == 1

    found = scan(prepare, check=check)
    assert told(found) == {
        "Pod/one": ("Drifted", Kind.IMAGE),
        "Pod/two": ("Drifted", Kind.IMAGE),
    }
    assert marked(found)["Pod/one"] == Annotations("Drifted", "image-drift")


def test_a_node_that_knows_the_image_by_both_digests_clears_it() -> None:
    platform = "docker.io/vllm/vllm-openai@sha256:" + "cd" * 32

    def prepare(cluster: ClusterOfPods) -> None:
        images = [{"names": [PINNED, platform], "sizeBytes": 1}]
        cluster.put("/api/v1/nodes/gpu-0", {"status": {"images": images}})
        add_pod(cluster, "one", spec(), state=status(platform))

    assert told(scan(prepare)) == {"Pod/one": ("Compliant", None)}


def test_without_a_word_from_the_node_it_is_unknown() -> None:
    other = "docker.io/vllm/vllm-openai@sha256:" + "cd" * 32
    found = scan(lambda cluster: add_pod(cluster, "one", spec(), state=status(other)))
    assert told(found) == {"Pod/one": ("Unknown", None)}


def served_by_script(name: str) -> dict[str, Any]:
    container = {
        "name": "vllm",
        "image": PINNED,
        "command": ["bash", "/scripts/run.sh"],
        "resources": GPU,
        "volumeMounts": [
            {"name": "scripts", "mountPath": "/scripts"},
            {"name": f"kube-api-access-{name}", "mountPath": "/var/run/secrets"},
        ],
    }
    volumes = [
        {"name": "scripts", "configMap": {"name": "scripts"}},
        {"name": f"kube-api-access-{name}", "projected": {}},
    ]
    return {"containers": [container], "volumes": volumes, "nodeName": f"node-{name}"}


SCRIPTS = "/api/v1/namespaces/ml/configmaps/scripts"


def test_a_script_in_a_config_map_is_read_once_for_all_replicas() -> None:
    def prepare(cluster: ClusterOfPods) -> None:
        cluster.put(SCRIPTS, {"data": {"run.sh": "exec vllm serve org/m\n"}})
        for name in ("a", "b", "c"):
            add_pod(cluster, name, served_by_script(name))

    def check(cluster: ClusterOfPods) -> None:
        assert cluster.calls.count(f"GET {SCRIPTS}") == 1

    found = scan(prepare, check=check)
    assert told(found)["Pod/a"] == ("Violating", Kind.BYPASSED)
    assert found.workloads[0].outcome.rules == ("model-revision",)
    assert found.read.config_maps == 1


@pytest.mark.parametrize("code", [403, 404, 500])
def test_a_config_map_that_cannot_be_had_leaves_it_unknown(code: int) -> None:
    def prepare(cluster: ClusterOfPods) -> None:
        add_pod(cluster, "a", served_by_script("a"))
        cluster.faults.append(Fault(f"GET {SCRIPTS}", code, 9))

    assert told(scan(prepare)) == {"Pod/a": ("Unknown", None)}


def test_a_list_forgotten_in_the_midst_is_read_again_from_its_beginning() -> None:
    def prepare(cluster: ClusterOfPods) -> None:
        for number in range(4):
            add_pod(cluster, f"pod-{number}", spec(UNPINNED))
        pages = [Fault("GET /api/v1/pods", 410, 1)]
        cluster.faults += pages

    found = scan(prepare, page=2)
    assert (len(found.workloads), found.read.pods, found.would_refuse) == (4, 4, {"default": 4})


@pytest.mark.parametrize(("code", "error"), [(410, Gone), (403, Forbidden)])
def test_a_list_that_cannot_be_had_is_no_empty_cluster(code: int, error: type[Exception]) -> None:
    def prepare(cluster: ClusterOfPods) -> None:
        add_pod(cluster, "one", spec())
        cluster.faults.append(Fault("GET /api/v1/pods", code, 9))

    with pytest.raises(error):
        scan(prepare)


def test_a_pod_of_a_strange_shape_does_not_hide_the_others() -> None:
    def prepare(cluster: ClusterOfPods) -> None:
        add_pod(cluster, "odd", {"containers": "none"})
        add_pod(cluster, "one", spec())

    found = scan(prepare)
    assert told(found) == {"Pod/one": ("Compliant", None)}
    assert found.read.unreadable == 1


def test_a_kind_that_the_cluster_does_not_serve_is_no_trouble() -> None:
    def prepare(cluster: ClusterOfPods) -> None:
        add_deployment(cluster, "llama", spec(f"vllm/vllm-openai@{DIGEST}"), pods=1)
        cluster.faults.append(Fault("GET /apis/batch/v1/cronjobs", 404))

    assert told(scan(prepare)) == {"Deployment/llama": ("Compliant", None)}
