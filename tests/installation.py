"""Pinfold installed in a simulated cluster by its chart, its programs running on this machine.

The Pods that the chart's Deployments make are simulated like all Pods there. What serves is the
same two programs, started here with the credentials of the chart's own ServiceAccounts, so that
its RBAC is what is tested, and reached by the API server through the chart's value `webhook.url`.
"""

import base64
import json
import ssl
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.cluster.client import wait_until
from tests.cluster.control_plane import Cluster
from tests.cluster.processes import Process, free_port

CHART = Path(__file__).parent.parent / "charts" / "pinfold"
RELEASE = "pinfold"
NAMESPACE = "pinfold-system"
_READY_SECONDS = 60.0
_STOP_SECONDS = 15.0
_COPY_SECONDS = 0.5


class SecretFolder:
    """A Secret as a folder, kept current as the kubelet does: by one rename of a symbolic link.

    It stands for the volume of the webhook's Pod.
    """

    def __init__(self, cluster: Cluster, name: str, folder: Path) -> None:
        self._cluster, self._name, self.folder = cluster, name, folder
        self._stop = threading.Event()
        self._version = ""
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(_COPY_SECONDS):
            answer = self._cluster.kubectl(
                "get", "secret", self._name, "-n", NAMESPACE, "-o", "json", check=False
            )
            if answer.returncode == 0:
                self._write(json.loads(answer.stdout))

    def _write(self, secret: dict[str, Any]) -> None:
        version = secret["metadata"]["resourceVersion"]
        if version == self._version or not secret.get("data"):
            return
        data = Path(tempfile.mkdtemp(prefix="..", dir=self.folder))
        for key, value in secret["data"].items():
            (data / key).write_bytes(base64.b64decode(value))
            link = self.folder / key
            if not link.is_symlink():
                link.symlink_to(Path("..data") / key)
        fresh = self.folder / "..data_tmp"
        fresh.symlink_to(data.name)
        fresh.rename(self.folder / "..data")
        self._version = version


class Installation:
    """`with Installation(cluster) as pinfold:` - ready to judge when the block is entered."""

    def __init__(
        self,
        cluster: Cluster,
        *,
        values: Mapping[str, str] | None = None,
        webhook: Mapping[str, str] | None = None,
        reconciler: Mapping[str, str] | None = None,
    ) -> None:
        self.cluster = cluster
        self.port, self.health_port, self.reconciler_health_port = (free_port() for _ in range(3))
        self._values = dict(values or {})
        self._webhook_environment = dict(webhook or {})
        self._reconciler_environment = dict(reconciler or {})
        self.webhook: Process
        self.reconciler: Process
        self._secret: SecretFolder | None = None

    def __enter__(self) -> Self:
        try:
            self.install()
            self.start_reconciler()
            folder = self.cluster.folder / f"tls-{self.port}"
            folder.mkdir()
            self._secret = SecretFolder(self.cluster, f"{RELEASE}-webhook-tls", folder)
            self.start_webhook()
            self.wait_ready()
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
        self.uninstall()

    def install(self) -> None:
        """`helm upgrade --install`, with what this machine needs beside `values`."""
        here = {
            "webhook.url": f"https://127.0.0.1:{self.port}",
            "image.digest": "sha256:" + "0" * 64,
        }
        settings = [f"--set={name}={value}" for name, value in (here | self._values).items()]
        self.cluster.helm(
            "upgrade", "--install", RELEASE, str(CHART),
            "--namespace", NAMESPACE, "--create-namespace", *settings,
        )  # fmt: skip

    def uninstall(self) -> None:
        self.cluster.helm("uninstall", RELEASE, "--namespace", NAMESPACE, "--wait", check=False)

    def start_webhook(self) -> Process:
        """The webhook, as the chart's ServiceAccount; also again, after stop_webhook()."""
        self.webhook = self._start(
            "webhook",
            {
                "PINFOLD_HOST": "127.0.0.1",
                "PINFOLD_PORT": str(self.port),
                "PINFOLD_HEALTH_HOST": "127.0.0.1",
                "PINFOLD_HEALTH_PORT": str(self.health_port),
                "PINFOLD_CERTIFICATE_FOLDER": str(self.cluster.folder / f"tls-{self.port}"),
                "PINFOLD_CERTIFICATE_POLL_SECONDS": "0.5",
                "PINFOLD_SHUTDOWN_DELAY_SECONDS": "0",
                **self._webhook_environment,
            },
        )
        return self.webhook

    def start_reconciler(self, further: Mapping[str, str] | None = None) -> Process:
        """Another reconciler, which `reconciler` then means; ports are never shared."""
        self.reconciler_health_port = free_port()
        self.reconciler = self._start(
            "reconciler",
            {
                "PINFOLD_NAMESPACE": NAMESPACE,
                "PINFOLD_HEALTH_HOST": "127.0.0.1",
                "PINFOLD_HEALTH_PORT": str(self.reconciler_health_port),
                "PINFOLD_WEBHOOK_HOSTS": "127.0.0.1",
                **self._reconciler_environment,
                **(further or {}),
            },
        )
        return self.reconciler

    def stop_webhook(self) -> None:
        """As if every replica were gone: nothing listens."""
        self.webhook.kill()
        self.webhook.wait(_STOP_SECONDS)

    def wait_ready(self) -> None:
        """Until the webhook says so and the API server has a caBundle that reaches it."""
        wait_until(
            "a webhook that is ready",
            lambda: self.health("/readyz")[0] == 200,
            seconds=_READY_SECONDS,
            check=self._check,
        )
        wait_until("a caBundle", self._has_bundle, seconds=_READY_SECONDS, check=self._check)

    def health(self, path: str) -> tuple[int, str]:
        """Status and text of the webhook's health port; 0 where nothing listens."""
        return http_get(f"http://127.0.0.1:{self.health_port}{path}")

    def close(self) -> None:
        for name in ("webhook", "reconciler"):
            process = getattr(self, name, None)
            if process is not None:
                process.terminate()
                process.wait(_STOP_SECONDS)
        if self._secret:
            self._secret.close()

    def _start(self, name: str, environment: dict[str, str]) -> Process:
        account = f"{RELEASE}-{name}"
        kubeconfig = self.cluster.kubeconfig_for(NAMESPACE, account)
        return self.cluster.start_beside(
            f"{name}-{time.monotonic_ns()}",
            [sys.executable, "-m", f"pinfold.{name}"],
            {
                "KUBECONFIG": str(kubeconfig),
                "PYTHONPATH": str(CHART.parent.parent / "controller"),
                "PYTHONDONTWRITEBYTECODE": "1",
                **environment,
            },
        )

    def _has_bundle(self) -> bool:
        answer = self.cluster.kubectl(
            "get", "validatingwebhookconfiguration", RELEASE,
            "-o", "jsonpath={.webhooks[*].clientConfig.caBundle}",
        )  # fmt: skip
        return len(answer.stdout.split()) == 2

    def _check(self) -> None:
        self.webhook.check()
        self.reconciler.check()


def http_get(url: str, context: ssl.SSLContext | None = None) -> tuple[int, str]:
    """Status and text; 0 and the error where there is no answer."""
    return _answer(urllib.request.Request(url), context)


def http_post(url: str, body: bytes, context: ssl.SSLContext) -> tuple[int, str]:
    """The same of a POST of JSON."""
    headers = {"Content-Type": "application/json"}
    return _answer(urllib.request.Request(url, body, headers), context)


def _answer(request: urllib.request.Request, context: ssl.SSLContext | None) -> tuple[int, str]:
    handlers = [urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)]
    try:
        with urllib.request.build_opener(*handlers).open(request, timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError as error:
        return 0, str(error)
