"""`pinfold scan` on the real API server, and a cluster that is enforced by what it prints."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from pinfold.cli.main import main
from tests.bypass.rows import DIGEST
from tests.cluster.client import wait_until
from tests.cluster.control_plane import Cluster
from tests.e2e.conftest import enforce
from tests.installation import Installation

pytestmark = pytest.mark.cluster
BAD = Path(__file__).parent.parent.parent / "manifests" / "samples" / "bad"
Manifest = dict[str, Any]


def pinfold_(*arguments: str, kubeconfig: Path) -> Result:
    return CliRunner().invoke(main, [*arguments, "--kubeconfig", str(kubeconfig)])


def scanned(kubeconfig: Path, *namespaces: str) -> dict[str, Any]:
    """The scan of some namespaces as JSON."""
    chosen = [f"--namespace={namespace}" for namespace in namespaces]
    result = pinfold_("scan", "-o", "json", *chosen, kubeconfig=kubeconfig)
    assert result.stdout, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def rules(scan: dict[str, Any], namespace: str) -> dict[str, tuple[int, list[str]]]:
    """By workload: pods that could not be made again, and the rules that refuse."""
    (where,) = (one for one in scan["namespaces"] if one["namespace"] == namespace)
    return {
        f"{one['kind']} {one['name']}": (
            one["refusedPods"],
            sorted({v["rule"] for v in one["violations"] if v["refused"]}),
        )
        for one in where["workloads"]
    }


def template(*containers: Manifest) -> Manifest:
    return {"metadata": {"labels": {"app": "a"}}, "spec": {"containers": list(containers)}}


def container(image: str, *args: str) -> Manifest:
    return {"name": "main", "image": image, **({"args": list(args)} if args else {})}


def deployment(name: str, replicas: int, *containers: Manifest) -> Manifest:
    spec = {
        "replicas": replicas,
        "selector": {"matchLabels": {"app": "a"}},
        "template": template(*containers),
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": spec,
    }


def cron_job(name: str, *containers: Manifest) -> Manifest:
    pods = template(*containers)
    pods["spec"]["restartPolicy"] = "Never"
    job = {"spec": {"template": pods}}
    return {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": {"name": name},
        "spec": {"schedule": "0 3 * * *", "jobTemplate": job},
    }


FROM_A_SECRET = {
    **container(f"vllm/vllm-openai@{DIGEST}", "--model", "$(MODEL)"),
    "env": [{"name": "MODEL", "valueFrom": {"secretKeyRef": {"name": "a", "key": "model"}}}],
}
WORKLOADS = [
    deployment(
        "llama",
        2,
        container("vllm/vllm-openai:latest", "--model", "meta-llama/Llama-3.1-8B-Instruct"),
        {"name": "side", "image": "envoyproxy/envoy:v1.31"},
    ),
    deployment("zero", 0, container("redis:7")),
    deployment("pinned", 1, container(f"docker.io/library/redis@{DIGEST}")),
    cron_job("nightly", container("busybox:1.37", "true")),
    deployment("opaque", 1, FROM_A_SECRET),
]


def deploy(cluster: Cluster, where: str) -> None:
    items = {"apiVersion": "v1", "kind": "List", "items": WORKLOADS}
    cluster.kubectl("apply", "-n", where, "-f", "-", input=json.dumps(items))
    wait_until("its pods", lambda: len(pods(cluster, where)) == 4, seconds=60, check=lambda: None)


def pods(cluster: Cluster, where: str) -> list[str]:
    running = "--field-selector=status.phase=Running"
    return cluster.kubectl("get", "pods", "-n", where, running, "-o", "name").stdout.split()


def test_it_tells_what_would_be_refused_by_namespace_and_owner(
    pinfold: Installation, namespace: Callable[..., str]
) -> None:
    cluster, where = pinfold.cluster, namespace(enforced=False)
    deploy(cluster, where)
    scan = scanned(cluster.kubeconfig, where)
    assert rules(scan, where) == {
        "CronJob nightly": (0, ["image-digest"]),
        "Deployment llama": (2, ["image-digest", "model-revision"]),
        "Deployment opaque": (1, ["command-understood"]),
        "Deployment zero": (0, ["image-digest"]),
    }
    assert scan["summary"] == {
        "workloads": 5, "pods": 4, "refusedWorkloads": 4, "refusedPods": 3,
    }  # fmt: skip
    assert scan["notes"] == []
    text = pinfold_("scan", "-n", where, kubeconfig=cluster.kubeconfig)
    assert text.exit_code == 1
    assert text.stdout.startswith(f"Namespace {where}  refusals are not on yet\n")
    assert (
        '  Deployment llama      2  image-digest        main: "vllm/vllm-openai:latest" has no'
        " digest; append @sha256:<digest>\n"
    ) in text.stdout


def test_what_runs_comes_back_after_its_exemptions_and_nothing_else_comes_in(
    pinfold: Installation, namespace: Callable[..., str]
) -> None:
    cluster, where = pinfold.cluster, namespace(enforced=False)
    deploy(cluster, where)
    done = pinfold_("scan", "-n", where, "--exempt-existing", "30d", kubeconfig=cluster.kubeconfig)
    assert done.exit_code == 0, done.stderr
    exemptions = [one for one in yaml.safe_load_all(done.stdout) if one]
    assert [one["spec"]["rules"] for one in exemptions] == [
        ["image-digest", "model-revision"], ["command-understood"],
    ]  # fmt: skip
    assert f"namespace {where}: exempted from command-understood whole" in done.stderr
    cluster.kubectl("apply", "-f", "-", input=done.stdout)
    enforce(cluster, where)
    wait_until("force", lambda: refuses(cluster, where, "nginx"), seconds=20, check=lambda: None)
    wait_until(
        "exemptions", lambda: not refuses(cluster, where, "redis:7"), seconds=20, check=lambda: None
    )
    before = pods(cluster, where)
    cluster.kubectl("delete", "-n", where, "--wait=false", *before)
    wait_until(
        "all anew",
        lambda: len(set(pods(cluster, where)) - set(before)) == len(before),
        seconds=60,
        check=lambda: None,
    )
    cluster.kubectl("create", "job", "now", "-n", where, "--from=cronjob/nightly")
    assert refuses(cluster, where, "redis-evil:7")
    assert refuses(cluster, where, "vllm/vllm-openai:latest", "--model", "mistralai/other")
    assert scanned(cluster.kubeconfig, where)["summary"]["refusedWorkloads"] == 0
    again = pinfold_("scan", "-n", where, "--exempt-existing", "29d", kubeconfig=cluster.kubeconfig)
    assert again.stdout.startswith("# Nothing of what ran at ")


def refuses(cluster: Cluster, where: str, *command: str) -> bool:
    image, *args = command
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "attempt"},
        "spec": template(container(image, *args))["spec"],
    }
    done = cluster.kubectl(
        "create", "--dry-run=server", "-n", where, "-f", "-", input=json.dumps(pod), check=False
    )
    return "denied the request" in done.stderr


def test_an_exemption_lasts_no_longer_than_a_policy_lets_it(
    pinfold: Installation, namespace: Callable[..., str]
) -> None:
    cluster, where = pinfold.cluster, namespace(enforced=False)
    deploy(cluster, where)
    done = pinfold_("scan", "-n", where, "--exempt-existing", "90d", kubeconfig=cluster.kubeconfig)
    assert done.exit_code == 0, done.stderr
    assert 'policy "default" lets no exemption last longer than until ' in done.stderr


class Reader:
    """A user who may do what `rules` say, in one namespace or in all."""

    def __init__(self, cluster: Cluster, name: str) -> None:
        self.cluster, self.name = cluster, name
        self.kubeconfig = cluster.kubeconfig_as(name)

    def may_view(self, where: str | None) -> None:
        kind, *scope = ("rolebinding", "-n", where) if where else ("clusterrolebinding",)
        self.cluster.kubectl(
            "create", kind, f"{self.name}-view", *scope, "--clusterrole=view", f"--user={self.name}"
        )

    def may_list(self, resource: str) -> None:
        role = f"{self.name}-{resource.partition('.')[0]}"
        self.cluster.kubectl("create", "clusterrole", role, "--verb=list", f"--resource={resource}")
        self.cluster.kubectl(
            "create", "clusterrolebinding", role, f"--clusterrole={role}", f"--user={self.name}"
        )


def test_the_right_to_view_is_enough_but_for_the_policies(
    pinfold: Installation, namespace: Callable[..., str]
) -> None:
    cluster, where = pinfold.cluster, namespace(enforced=False)
    deploy(cluster, where)
    reader = Reader(cluster, "viewer")
    reader.may_view(None)
    scan = scanned(reader.kubeconfig, where)
    assert rules(scan, where)["Deployment llama"] == (2, ["image-digest", "model-revision"])
    assert [note["text"].partition(":")[0] for note in scan["notes"]] == [
        "you may not list supplychainpolicies",
        "you may not list policyexemptions",
        "where refusals are on already could not be told, and is left open",
    ]
    assert scan["policies"] == {"from": "default", "names": ["default"]}
    assert pinfold_("scan", "-n", where, kubeconfig=reader.kubeconfig).exit_code == 2
    for resource in ("supplychainpolicies.pinfold.dev", "policyexemptions.pinfold.dev"):
        reader.may_list(resource)
    assert pinfold_("scan", "-n", where, kubeconfig=reader.kubeconfig).exit_code == 1


def test_what_may_not_be_read_is_told(pinfold: Installation, namespace: Callable[..., str]) -> None:
    cluster, mine, other = pinfold.cluster, namespace(enforced=False), namespace(enforced=False)
    deploy(cluster, mine)
    reader = Reader(cluster, "narrow")
    reader.may_view(mine)
    nowhere = pinfold_("scan", kubeconfig=reader.kubeconfig)
    assert nowhere.exit_code == 2
    assert "name yours with --namespace" in nowhere.stderr
    scan = scanned(reader.kubeconfig, mine, other)
    assert rules(scan, mine)["Deployment zero"] == (0, ["image-digest"])
    texts = [note["text"] for note in scan["notes"]]
    assert f"namespace {other}: you may not list its pods" in texts
    absent = pinfold_("scan", "-n", "absent", kubeconfig=cluster.kubeconfig)
    assert (absent.exit_code, "there is no namespace 'absent'" in absent.stderr) == (2, True)


def test_pods_alone_may_be_listed_and_are_told_by_who_made_them(
    pinfold: Installation, namespace: Callable[..., str]
) -> None:
    cluster, where = pinfold.cluster, namespace(enforced=False)
    deploy(cluster, where)
    reader = Reader(cluster, "pods-only")
    reader.may_list("pods")
    scan = scanned(reader.kubeconfig, where)
    (owner,) = (name for name in rules(scan, where) if name.startswith("ReplicaSet llama-"))
    assert rules(scan, where)[owner] == (2, ["image-digest", "model-revision"])
    texts = [note["text"] for note in scan["notes"]]
    words = f"namespace {where}: you may not list cronjobs: those without a pod are not seen"
    assert words in texts


def test_a_check_judges_by_the_policies_of_the_cluster(
    pinfold: Installation, namespace: Callable[..., str], tmp_path: Path
) -> None:
    cluster, where = pinfold.cluster, namespace(enforced=True)
    manifest = tmp_path / "pod.yaml"
    manifest.write_text((BAD / "vllm-pod.yaml").read_text("utf-8"), "utf-8")
    asked = ("check", str(manifest), "-n", where, "--from-cluster", "-o", "json")
    rows = json.loads(pinfold_(*asked, kubeconfig=cluster.kubeconfig).stdout)
    assert [row["rule"] for row in rows["violations"]] == ["image-digest", "model-revision"]
    reader = Reader(cluster, "nobody")
    refused = pinfold_(*asked, kubeconfig=reader.kubeconfig)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "you may not list supplychainpolicies" in refused.stderr
