"""What Helm makes of the chart, whatever the values."""

import dataclasses
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from hack.generate_crds import CHART
from hack.render_manifests import render
from pinfold.inspect.kinds import KINDS
from pinfold.settings import PREFIX, ReconcilerSettings, WebhookSettings, read_settings
from tests.cluster.programs import programs
from tests.contract.chart import DIGEST, FOLDER, Document, containers, documents, only

pytestmark = pytest.mark.cluster  # Helm is one of its programs
VALUES = sorted((FOLDER / "values").glob("*.yaml"))
EVERYTHING = ("--values", str(FOLDER / "values" / "everything.yaml"))


@pytest.fixture(scope="module", params=[None, *VALUES], ids=lambda v: v.stem if v else "default")
def found(request: pytest.FixtureRequest) -> list[Document]:
    return documents(*(("--values", str(request.param)) if request.param else ()))


@pytest.mark.parametrize("values", VALUES, ids=lambda path: path.stem)
def test_helm_finds_nothing_to_object_to(values: Any) -> None:
    command = [str(programs().helm), "lint", "--strict", str(CHART), "--values", str(values)]
    done = subprocess.run(
        [*command, "--set", f"image.digest={DIGEST}"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_every_object_says_that_it_is_ours(found: list[Document]) -> None:
    for one in found:
        labels = one["metadata"]["labels"]
        assert {f"app.kubernetes.io/{key}": value for key, value in (
            ("name", "pinfold"), ("instance", "pinfold"), ("managed-by", "Helm"),
            ("part-of", "pinfold"), ("version", "0.1.0"),
        )}.items() <= labels.items()  # fmt: skip
        assert labels["app.kubernetes.io/component"] in (
            *("webhook", "reconciler", "policy", "monitoring"),
        )


def test_pods_meet_the_restricted_standard(found: list[Document]) -> None:
    """https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted."""
    for one in found:
        if one["kind"] == "Deployment":
            assert one["spec"]["template"]["spec"]["securityContext"] == {
                "runAsNonRoot": True,
                "seccompProfile": {"type": "RuntimeDefault"},
            }
    for container in containers(found):
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }


def test_services_of_the_namespace_become_no_settings(found: list[Document]) -> None:
    pods = [one["spec"]["template"]["spec"] for one in found if one["kind"] == "Deployment"]
    assert [pod["enableServiceLinks"] for pod in pods] == [False, False]


def test_the_programs_can_read_what_they_are_given(found: list[Document]) -> None:
    for name, settings in (("webhook", WebhookSettings), ("reconciler", ReconcilerSettings)):
        (container,) = (c for c in containers(found) if c["name"] == name)
        assert container["command"] == ["python", "-m", f"pinfold.{name}"]
        environment = {variable["name"]: variable["value"] for variable in container["env"]}
        known = {PREFIX + field.name.upper() for field in dataclasses.fields(settings)}
        assert environment.keys() <= known
        assert read_settings(settings, [], environment) is not None


def test_both_programs_mean_the_same_names(found: list[Document]) -> None:
    environment = {
        variable["name"]: variable["value"]
        for container in containers(found)
        for variable in container["env"]
    }
    name = only(found, "ValidatingWebhookConfiguration")["metadata"]["name"]
    pod = only(found, "Deployment", f"{name}-webhook")["spec"]["template"]["spec"]
    assert environment["PINFOLD_WEBHOOK_CONFIGURATION"] == name
    service = only(found, "Service", f"{name}-webhook")
    assert environment["PINFOLD_SERVICE_NAME"] == service["metadata"]["name"]
    assert environment["PINFOLD_SERVING_SECRET"] == pod["volumes"][0]["secret"]["secretName"]
    assert pod["volumes"][0]["secret"]["optional"] is True


def test_the_webhook_has_time_to_end(found: list[Document]) -> None:
    """The wait, then the program's own delay, then five seconds for what is in flight."""
    name = only(found, "ValidatingWebhookConfiguration")["metadata"]["name"]
    pod = only(found, "Deployment", f"{name}-webhook")["spec"]["template"]["spec"]
    wait = pod["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
    delay = WebhookSettings().shutdown_delay_seconds
    assert wait + delay + 5 <= pod["terminationGracePeriodSeconds"]


def webhooks(*arguments: str) -> Iterator[Document]:
    yield from only(documents(*arguments), "ValidatingWebhookConfiguration")["webhooks"]


def test_refusing_and_observing_are_complements() -> None:
    enforce, observe = webhooks("--set", "excludedNamespaces={gpu-operator}")
    not_these = {
        "key": "kubernetes.io/metadata.name",
        "operator": "NotIn",
        "values": ["gpu-operator", "kube-system", "pinfold-system"],
    }
    not_labelled = {"key": "pinfold.dev/enforce", "operator": "NotIn", "values": ["true"]}
    assert enforce["namespaceSelector"] == {
        "matchLabels": {"pinfold.dev/enforce": "true"},
        "matchExpressions": [not_these],
    }
    assert observe["namespaceSelector"] == {"matchExpressions": [not_labelled, not_these]}
    assert (enforce["name"], enforce["failurePolicy"], enforce["timeoutSeconds"]) == (
        *("enforce.pinfold.dev", "Fail", 5),
    )
    assert (observe["name"], observe["failurePolicy"], observe["timeoutSeconds"]) == (
        *("observe.pinfold.dev", "Ignore", 2),
    )
    for same in ("matchConditions", "sideEffects", "admissionReviewVersions"):
        assert enforce[same] == observe[same]


def resources(webhook: Document, scope: str) -> set[tuple[str, str]]:
    """Group and resource of each rule."""
    return {
        (group, resource)
        for rule in webhook["rules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        if rule["scope"] == scope
    }


def test_every_kind_that_is_read_is_asked_about() -> None:
    enforce, observe = webhooks()
    (everywhere,) = webhooks("--set", "enforcement.scope=all")
    here = {(row.group, row.resource) for row in KINDS if not row.is_cluster_scoped}
    nowhere = {(row.group, row.resource) for row in KINDS if row.is_cluster_scoped}
    assert resources(enforce, "Namespaced") == here | {("", "pods/ephemeralcontainers")}
    assert resources(enforce, "Cluster") == set()
    assert resources(observe, "Cluster") == nowhere
    assert observe["rules"][: len(enforce["rules"])] == enforce["rules"]
    assert everywhere["rules"] == observe["rules"]


def test_nothing_but_creation_and_change_is_asked_about() -> None:
    for webhook in [*webhooks(), *webhooks(*EVERYTHING)]:
        assert {tuple(rule["operations"]) for rule in webhook["rules"]} == {("CREATE", "UPDATE")}


def test_with_scope_all_nothing_is_left_to_observe() -> None:
    (enforce,) = webhooks("--set", "enforcement.scope=all")
    assert "matchLabels" not in enforce["namespaceSelector"]


def test_a_ca_bundle_or_a_selector_of_objects_is_never_templated() -> None:
    for webhook in [*webhooks(), *webhooks(*EVERYTHING)]:
        assert "caBundle" not in webhook["clientConfig"]
        assert "objectSelector" not in webhook


def test_an_address_replaces_the_service() -> None:
    (enforce,) = webhooks(*EVERYTHING)
    reconciler = only(documents(*EVERYTHING), "Deployment", "guard-reconciler")
    environment = reconciler["spec"]["template"]["spec"]["containers"][0]["env"]
    assert enforce["clientConfig"] == {"url": "https://pinfold.example.com:8443/enforce"}
    assert {"name": "PINFOLD_WEBHOOK_HOSTS", "value": "pinfold.example.com"} in environment


def test_the_default_policy() -> None:
    assert only(documents(), "SupplyChainPolicy")["spec"] == {
        "mode": "Enforce",
        "match": {"namespaces": ["*"], "excludeNamespaces": []},
        "rules": {
            "imageDigest": {},
            "modelRevision": {},
            "commandUnderstood": {},
            "remoteCode": {},
            "weightsFormat": {},
            "hubRedirect": {},
            "pythonPackages": {},
            "remoteScript": {},
        },
        "exemptions": {"maxDuration": "720h"},
    }


def test_the_default_policy_follows_its_values() -> None:
    policy = only(documents(*EVERYTHING), "SupplyChainPolicy")["spec"]
    values = yaml.safe_load((FOLDER / "values" / "everything.yaml").read_text())
    expected = values["defaultPolicy"]
    expected["rules"]["imageRegistry"]["allowed"] = ["docker.io/vllm", "registry.example.com/ml"]
    expected["rules"].pop("modelRevision")  # null takes a rule out
    assert policy == expected


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        pytest.param(f"digest={DIGEST}", f"@{DIGEST}", id="digest"),
        pytest.param(f"digest={DIGEST},image.tag=v1", f":v1@{DIGEST}", id="both"),
        pytest.param("allowTag=true", ":0.1.0", id="the chart's own version"),
        pytest.param("allowTag=true,image.tag=dev", ":dev", id="tag"),
    ],
)
def test_the_image_goes_by_its_digest(image: str, expected: str) -> None:
    found = list(yaml.safe_load_all(render("--set", f"image.{image}")))
    images = {container["image"] for container in containers(found)}
    assert images == {f"ghcr.io/pinfold/pinfold{expected}"}


def test_a_tag_alone_is_refused_in_words() -> None:
    with pytest.raises(RuntimeError, match=r"image\.digest is not set: .*crane digest <image>"):
        render("--set", "image.tag=v1")
