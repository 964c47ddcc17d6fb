"""The processes of one control plane: started, watched, stopped."""

import json
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.cluster import commands, components
from tests.cluster.client import Client, wait_until
from tests.cluster.components import Layout, Ports, Tokens
from tests.cluster.kubeconfig import write_kubeconfig
from tests.cluster.processes import Guard, PortTaken, Process, kill_together, stop_together
from tests.cluster.programs import HERE, Programs, programs

_START_SECONDS = 90.0  # a loaded machine needs ten times the usual
_STOP_SECONDS = 15.0


class Servers:
    """Everything listens on 127.0.0.1, on ports that were free; several can run side by side.

    What is started is ended when the `with` block is left, and also when the Python process is
    interrupted or killed (see guard.py).
    """

    def __init__(self, using: Programs | None = None) -> None:
        self.programs = using or programs()
        self._processes: dict[str, Process] = {}
        self._beside: list[Process] = []
        self._guard: Guard | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Ready when nodes are schedulable and Pods can be made; about 3 s on 2 cores.

        Raises ProcessDied (with its log's last lines) or NotReady; then nothing is left behind.
        """
        try:
            self._start_once()
        except PortTaken:
            self._start_once()

    def _start_once(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pinfold-cluster-"))
        self._guard = Guard(self.folder)
        self._layout = Layout(self.folder)
        self._ports = Ports()
        self._tokens = Tokens()
        try:
            components.write_secrets(self._layout, self._tokens)
            self._start_control_plane()
            self._start_nodes()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End all processes and remove the folder. What start_beside() started can end in peace."""
        stop_together(self._beside, _STOP_SECONDS)
        # Their data are thrown away, and an API server without etcd would wait a quarter minute.
        kill_together(self._processes.values())
        self._beside.clear()
        self._processes.clear()
        if self._guard:
            self._guard.close()
            self._guard = None

    def stop_api_server(self) -> None:
        """An outage: connections are refused until start_api_server(). Everything else goes on.

        It is killed: asked to terminate, it would wait a long time for the watches of its clients.
        """
        kill_together([self._processes.pop("kube-apiserver")])

    def start_api_server(self) -> None:
        """On the same port, with the same certificate, tokens and data."""
        self._launch("kube-apiserver", components.api_server(*self._parts()))
        self._wait("the API server", lambda: self._client.get("/readyz"))

    @property
    def server(self) -> str:
        return f"https://127.0.0.1:{self._ports.api}"

    @property
    def etcd(self) -> str:
        return f"http://127.0.0.1:{self._ports.etcd}"

    @property
    def ca_file(self) -> Path:
        return self._layout.authority

    @property
    def kubeconfig(self) -> Path:
        """Of `admin`, who is in system:masters."""
        return self._layout.kubeconfig

    def environment(self, kubeconfig: Path | None = None) -> dict[str, str]:
        """For a program that uses the cluster: nothing of the user's own settings and caches.

        A process started with it is ended with the cluster, also when the runner is killed.
        """
        assert self._guard, "the cluster is not started"
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self.folder / "home"),
            "KUBECONFIG": str(kubeconfig or self.kubeconfig),
            **self._guard.mark,
        }

    def start_beside(
        self, name: str, argv: Sequence[str], environment: Mapping[str, str] | None = None
    ) -> Process:
        """Start a long-running program, for example a controller; it is ended with the cluster.

        `environment` is added to environment(); the log is in the cluster's folder.
        """
        process = self._process(name, argv, self.environment() | dict(environment or {}))
        self._beside.append(process)
        return process

    @property
    def audit_log(self) -> Path:
        return self._layout.audit_log

    def audit_events(self) -> list[dict[str, Any]]:
        """Every request that changes something, oldest first; webhooks write to `annotations`."""
        lines = self.audit_log.read_text("utf-8").splitlines(keepends=True)
        return [json.loads(line) for line in lines if line.endswith("\n")]

    def _start_control_plane(self) -> None:
        self._launch("etcd", components.etcd(*self._parts()))
        self._launch("kube-apiserver", components.api_server(*self._parts()))
        self._wait("the API server's certificate", self._layout.write_authority)
        self._client = Client(self.server, self.ca_file, self._tokens.admin)
        self._wait("the API server", lambda: self._client.get("/readyz"))
        write_kubeconfig(
            self.kubeconfig,
            server=self.server,
            authority=self.ca_file,
            user={"token": self._tokens.admin},
        )

    def _start_nodes(self) -> None:
        kind = (self.programs, self._layout)
        self._launch("kube-controller-manager", components.controller_manager(*kind))
        self._launch("kube-scheduler", components.scheduler(*kind))
        self._launch("kwok", components.kwok(*kind))
        commands.run(
            [str(self.programs.kubectl), "apply", "-f", str(HERE / "nodes.yaml")],
            environment=self.environment(),
        )
        account = "/api/v1/namespaces/default/serviceaccounts/default"
        self._wait("the default ServiceAccount", lambda: self._client.get(account))
        self._wait("three nodes without taints", self._nodes_are_schedulable)

    def _nodes_are_schedulable(self) -> bool:
        nodes = self._client.document("/api/v1/nodes") or {"items": []}
        return [node["spec"].get("taints") for node in nodes["items"]] == [None] * 3

    def _parts(self) -> tuple[Programs, Layout, Ports]:
        return self.programs, self._layout, self._ports

    def _launch(self, name: str, argv: Sequence[str]) -> None:
        self._processes[name] = self._process(name, argv, self.environment())

    def _process(self, name: str, argv: Sequence[str], environment: Mapping[str, str]) -> Process:
        return Process(name, argv, log=self._layout.log(name), environment=environment)

    def _wait(self, what: str, ready: Callable[[], object]) -> None:
        wait_until(what, ready, seconds=_START_SECONDS, check=self._check)

    def _check(self) -> None:
        for process in self._processes.values():
            process.check()
