"""What the chart gives Prometheus and Grafana: nothing unasked, and then what fits."""

import json
from typing import Any

import pytest
import yaml

from hack.generate_crds import CHART
from hack.render_manifests import render
from tests.contract.chart import WITH_DIGEST, Document, documents, only

pytestmark = pytest.mark.cluster  # Helm is one of its programs
OURS = {"app.kubernetes.io/name": "pinfold", "app.kubernetes.io/instance": "pinfold"}


def found(*settings: str) -> list[Document]:
    return documents(*(part for setting in settings for part in ("--set", setting)))


def selects(selector: Document, labels: dict[str, str]) -> bool:
    """As a LabelSelector with matchLabels and In does."""
    return selector.get("matchLabels", {}).items() <= labels.items() and all(
        expression["operator"] == "In" and labels.get(expression["key"]) in expression["values"]
        for expression in selector.get("matchExpressions", ())
    )


def pods(documents: list[Document]) -> dict[str, Document]:
    """Pod templates by the program that runs in them."""
    templates = [one["spec"]["template"] for one in documents if one["kind"] == "Deployment"]
    return {template["spec"]["containers"][0]["name"]: template for template in templates}


def ports(template: Document) -> dict[str, int]:
    return {
        port["name"]: port["containerPort"]
        for container in template["spec"]["containers"]
        for port in container["ports"]
    }


def test_nothing_needs_other_crds_unless_it_is_asked_for() -> None:
    groups = {document["apiVersion"].rpartition("/")[0] for document in documents()}
    assert groups == {
        "", "apps", "policy", "rbac.authorization.k8s.io", "admissionregistration.k8s.io",
        "pinfold.dev",
    }  # fmt: skip
    assert [one for one in documents() if one["kind"] == "ConfigMap"] == []


def test_the_rules_are_the_plain_file() -> None:
    plain = yaml.safe_load((CHART / "rules" / "pinfold.yaml").read_text("utf-8"))
    assert only(found("prometheusRule.enabled=true"), "PrometheusRule")["spec"] == plain


def test_the_dashboard_is_the_plain_file() -> None:
    config_map = only(found("dashboards.enabled=true"), "ConfigMap")
    assert config_map["metadata"]["labels"]["grafana_dashboard"] == "1"
    plain = (CHART / "dashboards" / "pinfold.json").read_text("utf-8")
    assert config_map["data"] == {"pinfold.json": plain}
    assert json.loads(plain)["title"] == "Pinfold"


def test_a_pod_monitor_finds_the_port_of_both_programs() -> None:
    all_of_it = found("podMonitor.enabled=true")
    monitor = only(all_of_it, "PodMonitor")["spec"]
    (endpoint,) = monitor["podMetricsEndpoints"]
    assert endpoint == {
        "port": "health", "path": "/metrics", "honorLabels": True, "interval": "30s",
    }  # fmt: skip
    for template in pods(all_of_it).values():
        assert selects(monitor["selector"], template["metadata"]["labels"])
        assert ports(template)[endpoint["port"]] == 8080
    assert pods(all_of_it).keys() == {"webhook", "reconciler"}


def test_a_service_monitor_finds_the_port_of_both_programs_by_their_services() -> None:
    all_of_it = found("serviceMonitor.enabled=true")
    monitor = only(all_of_it, "ServiceMonitor")["spec"]
    (endpoint,) = monitor["endpoints"]
    assert endpoint == {
        "port": "metrics", "path": "/metrics", "honorLabels": True, "interval": "30s",
    }  # fmt: skip
    read = []
    for service in (one for one in all_of_it if one["kind"] == "Service"):
        named = {port["name"]: port for port in service["spec"]["ports"]}
        assert selects(monitor["selector"], service["metadata"]["labels"])
        if endpoint["port"] in named:
            (program,) = (
                name
                for name, template in pods(all_of_it).items()
                if service["spec"]["selector"].items() <= template["metadata"]["labels"].items()
            )
            assert ports(pods(all_of_it)[program])[named["metrics"]["targetPort"]] == 8080
            read.append((program, service["metadata"]["name"]))
    assert sorted(read) == [
        ("reconciler", "pinfold-reconciler-metrics"),
        ("webhook", "pinfold-webhook-metrics"),
    ]


def test_the_service_of_the_api_server_stays_as_it_is() -> None:
    with_monitor = only(found("serviceMonitor.enabled=true"), "Service", "pinfold-webhook")
    assert with_monitor == only(documents(), "Service", "pinfold-webhook")


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("PodMonitor", "podMonitor"),
        ("ServiceMonitor", "serviceMonitor"),
        ("PrometheusRule", "prometheusRule"),
        ("ConfigMap", "dashboards"),
    ],
)
def test_labels_of_ones_own_are_added(kind: str, value: str) -> None:
    made = only(found(f"{value}.enabled=true", f"{value}.labels.release=stack"), kind)
    labels: dict[str, Any] = made["metadata"]["labels"]
    assert labels["release"] == "stack"
    assert labels.items() >= OURS.items()


def test_an_interval_of_ones_own_is_used_and_none_is_left_to_prometheus() -> None:
    on = "podMonitor.enabled=true"
    other = found(on, "podMonitor.interval=1m", "podMonitor.scrapeTimeout=20s")
    (endpoint,) = only(other, "PodMonitor")["spec"]["podMetricsEndpoints"]
    assert (endpoint["interval"], endpoint["scrapeTimeout"]) == ("1m", "20s")
    (endpoint,) = only(found(on, "podMonitor.interval="), "PodMonitor")["spec"][
        "podMetricsEndpoints"
    ]
    assert "interval" not in endpoint


def test_both_monitors_would_read_everything_twice() -> None:
    both = ("--set", "podMonitor.enabled=true", "--set", "serviceMonitor.enabled=true")
    with pytest.raises(RuntimeError, match="Prometheus would read everything twice"):
        render(*WITH_DIGEST, *both)
