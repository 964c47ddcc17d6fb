"""What ran before Pinfold came is found; what drifts is told; what is put right is taken back."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from pinfold.kube.client import MERGE_PATCH, Api
from pinfold.kube.errors import ApiError
from tests.e2e.rescanned import BAD, GOOD, SCAN_STATUS, Place

pytestmark = pytest.mark.cluster
OTHER_IMAGE = (
    "labels: {app: llama}\n    spec",
    "labels: {app: llama, test.pinfold.dev/image-id: other}\n    spec",
)


def test_what_ran_before_is_found(place: Place) -> None:
    place.until("a status", lambda: place.status("deployment", "unpinned") == "Violating")
    assert place.annotations("deployment", "unpinned")["pinfold.dev/violations"] == (
        "image-digest,model-revision"
    )
    place.until("the other", lambda: place.status("deployment", "pinned") == "Compliant")
    assert place.pod_statuses("unpinned") == ["Violating"]
    assert place.pod_statuses("pinned") == ["Compliant"]
    assert place.events("unpinned") == [("Violating", 1)]
    assert place.events("pinned") == []
    assert place.reported() == {"unpinned": ["image-digest", "model-revision"]}
    template = place.get("deployment", "unpinned")["spec"]["template"]["metadata"]
    assert "annotations" not in template
    said = 'pinfold_workloads{namespace="before",status="Violating"} 1.0'
    assert said in place.metrics("pinfold_workloads")


def test_the_policy_says_what_it_covers(place: Place) -> None:
    place.until("a scan", lambda: "lastScanTime" in place.get("scpol", "default")["status"])
    status = place.get("supplychainpolicy", "default")["status"]
    assert (status["workloads"], status["violating"], status["wouldRefuse"]) == (2, 1, 1)
    kinds = {one["type"]: one["status"] for one in status["conditions"]}
    assert kinds == {"Ready": "True", "Degraded": "False"}
    shown = place.cluster.kubectl("get", "scpol").stdout.splitlines()
    assert shown[0].split() == ["NAME", "MODE", "WORKLOADS", "VIOLATING", "LAST", "SCAN", "READY"]
    assert shown[1].split()[:4] == ["default", "Enforce", "2", "1"]


def test_a_tightened_policy_turns_a_compliant_one_to_drifted_in_ten_seconds(place: Place) -> None:
    place.until("a status", lambda: place.status("deployment", "pinned") == "Compliant")
    place.tighten({"imageRegistry": {"allowed": ["registry.example.com/ml"]}})
    place.until("drift", lambda: place.status("deployment", "pinned") == "Drifted", seconds=10)
    assert place.annotations("deployment", "pinned")["pinfold.dev/violations"] == "image-registry"
    assert place.status("deployment", "unpinned") == "Violating"
    assert place.events("pinned") == [("Drifted", 1)]
    said = 'pinfold_drifted_workloads{kind="policy",namespace="before"} 1.0'
    assert said in place.metrics("pinfold_drifted_workloads")
    place.tighten({"imageRegistry": None})
    place.until("peace", lambda: place.status("deployment", "pinned") == "Compliant")
    assert place.events("pinned") == [("Drifted", 1), ("Compliant", 1)]
    place.until("no report", lambda: list(place.reported()) == ["unpinned"])


def test_another_image_than_the_pinned_one_is_drift_until_it_goes(place: Place) -> None:
    place.deploy("other", GOOD.read_text("utf-8").replace(*OTHER_IMAGE))
    place.until("drift", lambda: place.status("deployment", "other") == "Drifted")
    marks = place.annotations("deployment", "other")
    assert marks["pinfold.dev/violations"] == "image-drift"
    place.until("a report", lambda: place.reported().get("other") == ["image-drift"])
    place.cluster.kubectl("delete", "-n", place.name, "deployment", "other")
    place.until("its report gone", lambda: "other" not in place.reported())


def test_a_script_in_a_config_map_is_judged(place: Place) -> None:
    script = "exec vllm serve meta-llama/Llama-3.1-8B-Instruct --port 8000\n"
    config = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "start"},
        "data": {"start.sh": script},
    }
    pinned = yaml.safe_load(GOOD.read_text("utf-8"))
    spec = pinned["spec"]["template"]["spec"]
    spec["containers"][0] |= {
        "command": ["bash", "/scripts/start.sh"],
        "args": [],
        "volumeMounts": [{"name": "scripts", "mountPath": "/scripts"}],
    }
    spec["volumes"] = [{"name": "scripts", "configMap": {"name": "start"}}]
    for value in (config, pinned):
        text = json.dumps(value).replace('"llama"', '"scripted"')
        place.cluster.kubectl("apply", "-n", place.name, "-f", "-", input=text)
    place.until("a status", lambda: place.status("deployment", "scripted") == "Violating")
    marks = place.annotations("deployment", "scripted")
    assert marks["pinfold.dev/violations"] == "model-revision"
    place.cluster.kubectl("delete", "-n", place.name, "deployment", "scripted")


def test_every_kind_of_owner_says_it(place: Place) -> None:
    deployment = yaml.safe_load(BAD.read_text("utf-8"))
    template = deployment["spec"]["template"]
    selector = {"matchLabels": template["metadata"]["labels"]}
    waiting = {"restartPolicy": "Never", "nodeSelector": {"is": "nowhere"}}  # else it has ended
    specs = {
        "StatefulSet": {"selector": selector, "serviceName": "", "template": template},
        "DaemonSet": {"selector": selector, "template": template},
        "Job": {"template": {"spec": {**template["spec"], **waiting}}},
    }
    for kind, spec in specs.items():
        version = "batch/v1" if kind == "Job" else "apps/v1"
        made = {"apiVersion": version, "kind": kind, "metadata": {"name": "own"}, "spec": spec}
        place.cluster.kubectl("apply", "-n", place.name, "-f", "-", input=json.dumps(made))
    kinds = [kind.lower() for kind in specs]
    place.until("a status", lambda: all(place.status(kind, "own") for kind in kinds))
    assert [place.status(kind, "own") for kind in kinds] == ["Violating"] * 3
    for kind in kinds:
        place.cluster.kubectl("delete", "-n", place.name, kind, "own")


def test_a_forged_status_is_put_right_and_counted(place: Place) -> None:
    place.until("a status", lambda: place.status("deployment", "unpinned") == "Violating")
    forged = (f"{SCAN_STATUS}=Compliant", "--overwrite")
    place.cluster.kubectl("annotate", "-n", place.name, "deployment/unpinned", *forged)
    place.until("truth", lambda: place.status("deployment", "unpinned") == "Violating")
    assert place.metrics("pinfold_forged_annotations_total") == [
        "pinfold_forged_annotations_total 1.0"
    ]


def becomes(place: Place, sample: Path, status: str) -> None:
    place.deploy("unpinned", sample.read_text("utf-8"))
    place.until("a status", lambda: place.status("deployment", "unpinned") == status)


def test_what_is_put_right_is_taken_back_and_what_comes_again_is_counted(place: Place) -> None:
    becomes(place, GOOD, "Compliant")
    becomes(place, BAD, "Violating")
    becomes(place, GOOD, "Compliant")
    assert place.events("unpinned") == [("Violating", 2), ("Compliant", 2)]
    place.until("no report", lambda: place.reported() == {})


REVISION = "deployment.kubernetes.io/revision"
OTHERS = "may change no annotations but its own"
REST = "may not change labels, finalizers or owners"
LIMITS: list[tuple[str, dict[str, Any], str]] = [
    ("its own annotation", {"metadata": {"annotations": {SCAN_STATUS: "Unknown"}}}, ""),
    ("another's", {"metadata": {"annotations": {REVISION: "7"}}}, OTHERS),
    ("another's taken away", {"metadata": {"annotations": {REVISION: None}}}, OTHERS),
    ("a label", {"metadata": {"labels": {"app": "other"}}}, REST),
    ("a finalizer", {"metadata": {"finalizers": ["x.example.com/y"]}}, REST),
    ("a spec", {"spec": {"replicas": 0}}, "may not change a spec"),
]


@pytest.mark.parametrize(("what", "patch", "refusal"), LIMITS, ids=[row[0] for row in LIMITS])
def test_the_reconciler_may_change_its_own_annotations_alone(
    place: Place, what: str, patch: dict[str, Any], refusal: str
) -> None:
    said = asyncio.run(_patched_by_the_reconciler(place, patch))
    assert refusal in said if refusal else said == ""


async def _patched_by_the_reconciler(place: Place, patch: dict[str, Any]) -> str:
    """What the API server has against it. Not by kubectl, which reads before it writes."""
    own = place.cluster.kubeconfig_for("pinfold-system", "pinfold-reconciler")
    path = f"/apis/apps/v1/namespaces/{place.name}/deployments/pinned"
    async with await Api.login(own) as api:
        try:
            await api.patch(path, patch, MERGE_PATCH)
        except ApiError as error:
            return str(error)
    return ""


def test_it_leaves_no_finalizer_anywhere(place: Place) -> None:
    kinds = "deployments,replicasets,pods,reports.openreports.io,supplychainpolicies,configmaps"
    items = place.get(kinds)["items"]
    assert len(items) > 4
    assert [item["metadata"]["name"] for item in items if item["metadata"].get("finalizers")] == []
