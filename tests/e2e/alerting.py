"""A cluster that is watched: Pinfold, and a Prometheus that reads it and the API server."""

import json
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest

from tests.alerts.debian import NoPackages, program
from tests.alerts.running import LIKE_THE_CHARTS, Monitoring, target_of
from tests.alerts.test_alerts import RULES
from tests.cluster.client import wait_until
from tests.cluster.control_plane import Cluster
from tests.installation import Installation

# What a Prometheus needs to read the API server, and nothing else.
_READER: list[dict[str, Any]] = [
    {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "monitoring"}},
    {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": "prometheus", "namespace": "monitoring"},
    },
    {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": {"name": "prometheus"},
        "rules": [{"nonResourceURLs": ["/metrics"], "verbs": ["get"]}],
    },
    {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": "prometheus"},
        "roleRef": {
            "apiGroup": "rbac.authorization.k8s.io",
            "kind": "ClusterRole",
            "name": "prometheus",
        },
        "subjects": [{"kind": "ServiceAccount", "name": "prometheus", "namespace": "monitoring"}],
    },
]
_OFTEN = {"PINFOLD_RESCAN_INTERVAL_SECONDS": "10", "PINFOLD_SCAN_BUDGET_SECONDS": "5"}


class Watched:
    """`with Watched(folder) as watched:`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stack = ExitStack()
        self.cluster: Cluster
        self.pinfold: Installation
        self.prometheus: Monitoring

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self.cluster = stack.enter_context(Cluster())
            self.cluster.kubectl("apply", "-f", "-", input=_as_list(_READER))
            self.pinfold = stack.enter_context(Installation(self.cluster, reconciler=_OFTEN))
            monitoring = Monitoring(
                self._folder, RULES, self._scraped(), self.cluster.environment()
            )
            self.prometheus = stack.enter_context(monitoring)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def namespace(self, name: str, *, enforced: bool) -> str:
        self.cluster.kubectl("create", "namespace", name)
        if enforced:
            self.cluster.kubectl("label", "namespace", name, "pinfold.dev/enforce=true")
        return name

    def until(self, what: str, holds: Any, seconds: float = 60.0) -> None:
        wait_until(what, holds, seconds=seconds, check=lambda: None)

    def has_data(self, expression: str) -> bool:
        return self.prometheus.query(expression) != []

    def _scraped(self) -> list[dict[str, Any]]:
        pinfold = self.pinfold
        ours = [
            {"job_name": name, "static_configs": [target_of(port, f"pinfold-{name}-0")]}
            | LIKE_THE_CHARTS
            for name, port in (
                ("webhook", pinfold.health_port),
                ("reconciler", pinfold.reconciler_health_port),
            )
        ]
        return [*ours, self._api_server()]

    def _api_server(self) -> dict[str, Any]:
        """With a token and the cluster's authority, as from inside a cluster."""
        token = self._folder / "token"
        token.write_text(self.cluster.token_for("monitoring", "prometheus"), "ascii")
        return {
            "job_name": "apiserver",
            "scheme": "https",
            "scrape_interval": "3s",
            "authorization": {"credentials_file": str(token)},
            "tls_config": {"ca_file": str(self.cluster.ca_file)},
            "static_configs": [{"targets": [self.cluster.server.removeprefix("https://")]}],
        }


def _as_list(items: list[dict[str, Any]]) -> str:
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": items})


def watched_or_skip(folder: Path) -> Watched:
    """Skips where there is no Prometheus to be had; under CI that is a failure."""
    try:
        program("prometheus")
        program("prometheus-alertmanager")
    except NoPackages as error:
        pytest.skip(f"no Prometheus: {error}")
    return Watched(folder)
