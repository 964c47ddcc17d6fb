"""A Kubernetes cluster for one test run: real control plane, simulated nodes, real clients."""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.cluster import commands
from tests.cluster.kubeconfig import write_kubeconfig
from tests.cluster.servers import Servers

_COMMAND_SECONDS = 120.0
_TOKEN_LIFETIME = "24h"


class Cluster(Servers):
    """`with Cluster() as cluster: cluster.kubectl("get", "nodes")`."""

    @property
    def version(self) -> tuple[int, int]:
        """Major and minor of the API server."""
        answer = json.loads(self.kubectl("get", "--raw", "/version").stdout)
        return int(answer["major"]), int(answer["minor"].rstrip("+"))

    def kubeconfig_of_alice(self) -> Path:
        """An ordinary user: `alice`, group `ml-engineers`, ClusterRole `edit` everywhere."""
        return self._kubeconfig("alice", {"token": self._tokens.alice})

    def kubeconfig_as(self, user: str, groups: Sequence[str] = ()) -> Path:
        """Any user, by impersonation: she has the rights that are bound to her or her groups."""
        name = "-".join([user, *groups]).replace(":", "-").replace("/", "-")
        identity: dict[str, Any] = {"token": self._tokens.admin, "as": user}
        return self._kubeconfig(f"as-{name}", identity | {"as-groups": list(groups)})

    def token_for(self, namespace: str, service_account: str) -> str:
        """A bound token of an existing ServiceAccount, valid for a day."""
        lifetime = f"--duration={_TOKEN_LIFETIME}"
        return self.kubectl(
            "create", "token", service_account, "--namespace", namespace, lifetime
        ).stdout.strip()

    def kubeconfig_for(self, namespace: str, service_account: str) -> Path:
        """For a controller that runs outside: it has the rights of its own ServiceAccount."""
        token = self.token_for(namespace, service_account)
        return self._kubeconfig(f"{namespace}-{service_account}", {"token": token}, namespace)

    def kubectl(
        self,
        *args: str,
        input: str | None = None,  # noqa: A002 - subprocess.run calls it so
        check: bool = True,
        kubeconfig: Path | None = None,
        timeout_seconds: float = _COMMAND_SECONDS,
    ) -> subprocess.CompletedProcess[str]:
        """As admin, or as `kubeconfig` says. Raises CommandFailed when `check` and not 0."""
        return commands.run(
            [str(self.programs.kubectl), *args],
            environment=self.environment(kubeconfig),
            stdin=input,
            check=check,
            timeout_seconds=timeout_seconds,
        )

    def helm(
        self,
        *args: str,
        check: bool = True,
        kubeconfig: Path | None = None,
        timeout_seconds: float = _COMMAND_SECONDS,
    ) -> subprocess.CompletedProcess[str]:
        """As admin, or as `kubeconfig` says. Raises CommandFailed when `check` and not 0."""
        return commands.run(
            [str(self.programs.helm), *args],
            environment=self.environment(kubeconfig),
            check=check,
            timeout_seconds=timeout_seconds,
        )

    def _kubeconfig(self, name: str, user: dict[str, Any], namespace: str = "default") -> Path:
        return write_kubeconfig(
            self.folder / "kubeconfigs" / f"{name}.yaml",
            server=self.server,
            authority=self.ca_file,
            user=user,
            namespace=namespace,
        )
