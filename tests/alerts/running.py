"""Prometheus and Alertmanager on this machine, and somebody who is on call."""

import json
import subprocess
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import yaml

from tests.alerts.debian import program
from tests.cluster.processes import free_port

_START_SECONDS = 30.0


# As the monitors of the chart have it: labels of ours that targets have too stay ours.
LIKE_THE_CHARTS = {"honor_labels": True}


def target_of(port: int, pod: str) -> dict[str, Any]:
    """A target with the labels that the Prometheus Operator gives those of a PodMonitor."""
    labels = {"namespace": "pinfold-system", "pod": pod, "endpoint": "health"}
    return {"targets": [f"127.0.0.1:{port}"], "labels": labels}


class _Server:
    """An HTTP server on a port of its own, in a thread."""

    def __init__(self, handler: type[BaseHTTPRequestHandler]) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class Monitoring:
    """`with Monitoring(folder, rules, scraped, environment) as it:`; what pages is in `received`.

    `scraped` are scrape_configs. With the environment of a cluster, its processes are ended with
    the cluster, also when the runner is killed.
    """

    def __init__(
        self,
        folder: Path,
        rules: Path,
        scraped: Sequence[dict[str, Any]],
        environment: Mapping[str, str],
    ) -> None:
        self._folder = folder
        self._rules = rules
        self._scraped = scraped
        self._environment = environment
        self.received: list[dict[str, Any]] = []
        self._port, self._alerting_port = free_port(), free_port()
        self._receiver: _Server | None = None
        self._processes: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        called = self._receiver = _Server(_receiver(self.received))
        self._write("prometheus.yml", self._configuration())
        hook = {"url": f"http://127.0.0.1:{called.port}/", "send_resolved": True}
        route = {"receiver": "on-call", "group_by": ["..."], "group_wait": "0s"}
        route |= {"group_interval": "1s", "repeat_interval": "1h"}
        self._write(
            "alertmanager.yml",
            {"route": route, "receivers": [{"name": "on-call", "webhook_configs": [hook]}]},
        )
        try:
            self._start("prometheus-alertmanager", "alertmanager.yml", self._alerting_port)
            self._start("prometheus", "prometheus.yml", self._port)
            self._wait()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.wait(20)
        if self._receiver is not None:
            self._receiver.close()

    def query(self, expression: str) -> list[dict[str, Any]]:
        """The samples of an instant query. Raises where Prometheus refuses it."""
        address = f"http://127.0.0.1:{self._port}/api/v1/query?"
        with _open(address + urllib.parse.urlencode({"query": expression})) as answer:
            found: list[dict[str, Any]] = json.loads(answer.read())["data"]["result"]
            return found

    def pages(self, alert: str, status: str = "firing") -> list[dict[str, Any]]:
        """What was said of it, labels and annotations."""
        return [
            one
            for message in self.received
            for one in message["alerts"]
            if (one["labels"]["alertname"], one["status"]) == (alert, status)
        ]

    def has_paged(self, alert: str, status: str = "firing") -> bool:
        return self.pages(alert, status) != []

    def _configuration(self) -> dict[str, Any]:
        managers = {"targets": [f"127.0.0.1:{self._alerting_port}"]}
        return {
            "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
            "rule_files": [str(self._rules)],
            "alerting": {"alertmanagers": [{"static_configs": [managers]}]},
            "scrape_configs": list(self._scraped),
        }

    def _write(self, name: str, value: dict[str, Any]) -> None:
        (self._folder / name).write_text(yaml.safe_dump(value), "utf-8")

    def _start(self, name: str, configuration: str, port: int) -> None:
        storage = "--storage.tsdb.path" if name == "prometheus" else "--storage.path"
        command = [
            str(program(name)),
            f"--config.file={self._folder / configuration}",
            f"--web.listen-address=127.0.0.1:{port}",
            f"{storage}={self._folder / name}",
        ]
        if name != "prometheus":
            command.append("--cluster.listen-address=")
        with (self._folder / f"{name}.log").open("wb") as log:
            self._processes.append(
                subprocess.Popen(
                    command, cwd=self._folder, stdout=log, stderr=log, env=self._environment
                )
            )

    def _wait(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        for port in (self._alerting_port, self._port):
            while True:
                try:
                    with _open(f"http://127.0.0.1:{port}/-/ready"):
                        break
                except OSError:
                    if time.monotonic() > deadline:
                        raise
                    time.sleep(0.2)


def _open(address: str) -> Any:
    """No proxy: it is on this machine."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    return opener.open(address, timeout=5)


def _receiver(received: list[dict[str, Any]]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name there
            return

    return Handler
