"""The chart's life on a real API server: installed, upgraded, its CRDs with it, uninstalled."""

import base64
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from hack.generate_crds import CHART
from hack.render_manifests import MANIFESTS
from tests.cluster.client import wait_until
from tests.cluster.control_plane import Cluster
from tests.contract.chart import ROOT, WITH_DIGEST

pytestmark = pytest.mark.cluster
NAMESPACE = "pinfold-system"
CRDS = {
    "customresourcedefinition.apiextensions.k8s.io/supplychainpolicies.pinfold.dev",
    "customresourcedefinition.apiextensions.k8s.io/policyexemptions.pinfold.dev",
    "apiservice.apiregistration.k8s.io/v1alpha1.pinfold.dev",  # the API server's own, for them
}
CONFIGURATION = "validatingwebhookconfiguration/pinfold"


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """One of its own: a release is for all of a cluster. Its CRDs stay from test to test."""
    with Cluster() as running:
        running.kubectl("create", "namespace", NAMESPACE)
        settled = ("serviceaccount/default", "configmap/kube-root-ca.crt")
        running.kubectl("wait", "--for=create", "-n", NAMESPACE, *settled, "--timeout=30s")
        yield running


@pytest.fixture
def installed(cluster: Cluster) -> Iterator[Cluster]:
    helm(cluster, "install", str(CHART))
    yield cluster
    uninstall(cluster)


def helm(cluster: Cluster, verb: str, chart: str, *arguments: str, check: bool = True) -> str:
    """What Helm says, on both of its outputs."""
    where = ["--namespace", NAMESPACE, *(["--create-namespace"] if verb == "install" else [])]
    done = cluster.helm(verb, "pinfold", chart, *where, *WITH_DIGEST, *arguments, check=check)
    return done.stdout + done.stderr


def uninstall(cluster: Cluster) -> None:
    cluster.helm("uninstall", "pinfold", "--namespace", NAMESPACE, "--wait", check=False)


def get(cluster: Cluster, *what: str) -> Any:
    return json.loads(cluster.kubectl("get", *what, "-o", "json").stdout)


def write_bundles(cluster: Cluster) -> str:
    """As the reconciler does: by the webhooks' names, by a strategic merge."""
    bundle = base64.b64encode(cluster.ca_file.read_bytes()).decode()
    names = [webhook["name"] for webhook in get(cluster, CONFIGURATION)["webhooks"]]
    webhooks = [{"name": name, "clientConfig": {"caBundle": bundle}} for name in names]
    patch = json.dumps({"webhooks": webhooks})
    cluster.kubectl("patch", CONFIGURATION, "-p", patch, "--field-manager=pinfold-reconciler")
    return bundle


def bundles(cluster: Cluster) -> dict[str, str]:
    return {
        webhook["name"]: webhook["clientConfig"].get("caBundle", "")
        for webhook in get(cluster, CONFIGURATION)["webhooks"]
    }


def objects(cluster: Cluster) -> set[str]:
    """All that is stored in the cluster, but what comes and goes by itself."""
    kinds = cluster.kubectl("api-resources", "--verbs=list", "-o", "name").stdout.split()
    stored = [kind for kind in kinds if not kind.startswith(("events", "leases"))]
    found = cluster.kubectl("get", ",".join(stored), "-A", "-o", "name")
    return set(found.stdout.split())


def test_it_runs_and_is_gone_again_but_for_its_crds(cluster: Cluster) -> None:
    before = objects(cluster)
    said = helm(cluster, "install", str(CHART), "--wait", "--timeout=60s")
    pods = get(cluster, "pods", "-n", NAMESPACE)["items"]
    uninstall(cluster)
    wait_until(
        "the release to be gone and its CRDs to be left",
        lambda: objects(cluster) == before | CRDS,
        seconds=60,
        check=lambda: None,
    )
    assert [pod["status"]["phase"] for pod in pods] == ["Running"] * 3
    assert "kubectl delete validatingwebhookconfiguration pinfold" in said


def test_its_pods_may_be_made_where_the_restricted_standard_is_enforced(cluster: Cluster) -> None:
    restricted = "pod-security.kubernetes.io/enforce=restricted"
    cluster.kubectl("label", "namespace", NAMESPACE, restricted)
    helm(cluster, "install", str(CHART), "--wait", "--timeout=60s")
    uninstall(cluster)


def test_the_webhooks_go_before_what_answers_them(installed: Cluster) -> None:
    """Else what is made during an uninstall would be refused for want of an answer."""
    uninstall(installed)
    deleted = [
        event["objectRef"]["resource"]
        for event in installed.audit_events()
        if event["verb"] == "delete" and event["user"]["username"] == "admin"
    ]
    assert deleted.index("validatingwebhookconfigurations") < deleted.index("deployments")


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param([], id="the same again"),
        pytest.param(["--set", "webhook.url=https://192.0.2.1:8443"], id="another address"),
        pytest.param(["--set", "excludedNamespaces={gpu-operator}"], id="other namespaces"),
        pytest.param(["--server-side=false"], id="as Helm 3 applied"),
    ],
)
def test_an_upgrade_keeps_the_bundles(installed: Cluster, arguments: list[str]) -> None:
    bundle = write_bundles(installed)
    helm(installed, "upgrade", str(CHART), *arguments)
    assert bundles(installed) == {"enforce.pinfold.dev": bundle, "observe.pinfold.dev": bundle}


def test_widening_takes_the_observer_away_and_narrowing_brings_it_back(installed: Cluster) -> None:
    bundle = write_bundles(installed)
    helm(installed, "upgrade", str(CHART), "--set", "enforcement.scope=all")
    widened = bundles(installed)
    helm(installed, "upgrade", str(CHART))
    assert widened == {"enforce.pinfold.dev": bundle}
    assert bundles(installed) == {"enforce.pinfold.dev": bundle, "observe.pinfold.dev": ""}


def test_the_glass_is_mended_by_an_upgrade(installed: Cluster) -> None:
    installed.kubectl("delete", "validatingwebhookconfiguration", "pinfold")
    helm(installed, "upgrade", str(CHART))
    assert set(bundles(installed)) == {"enforce.pinfold.dev", "observe.pinfold.dev"}


def apply_older_crds(cluster: Cluster) -> None:
    """As an older chart installed them."""
    for path in (CHART / "crds").glob("*.yaml"):
        crd = yaml.safe_load(path.read_text("utf-8"))
        crd["metadata"]["annotations"]["pinfold.dev/schema-version"] = "0"
        schema = crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
        schema["description"] = "An older one."
        apply = ("apply", "--server-side", "--force-conflicts", "--field-manager=helm", "-f", "-")
        cluster.kubectl(*apply, input=json.dumps(crd))


def test_older_crds_stop_an_upgrade_and_the_command_it_prints_mends_them(
    installed: Cluster,
) -> None:
    apply_older_crds(installed)
    said = helm(installed, "upgrade", str(CHART), "--set", "enforcement.scope=all", check=False)
    untouched = set(bundles(installed))
    (command,) = re.findall(r"kubectl (apply .*)", said)
    installed.kubectl(*command.replace("pinfold/crds/", str(CHART / "crds")).split())
    helm(installed, "upgrade", str(CHART), "--set", "enforcement.scope=all")
    assert "has schema version 0; this chart needs 2" in said
    assert untouched == {"enforce.pinfold.dev", "observe.pinfold.dev"}
    assert set(bundles(installed)) == {"enforce.pinfold.dev"}


def test_the_documented_commands_are_those_that_are_tested() -> None:
    text = (ROOT / "docs" / "install.md").read_text("utf-8")
    assert "kubectl apply --server-side --force-conflicts -f charts/pinfold/crds/" in text
    assert "kubectl delete validatingwebhookconfiguration pinfold" in text


def test_the_manifests_install_without_helm(cluster: Cluster) -> None:
    apply = ("apply", "--server-side", "--force-conflicts", "-f")
    cluster.kubectl(*apply, str(MANIFESTS / "crds.yaml"))
    cluster.kubectl("wait", "--for=condition=Established", "-f", str(MANIFESTS / "crds.yaml"))
    cluster.kubectl(*apply, str(MANIFESTS / "install.yaml"))
    mode = get(cluster, "scpol/default")["spec"]["mode"]
    cluster.kubectl("delete", "-f", str(MANIFESTS / "install.yaml"))
    assert mode == "Enforce"
