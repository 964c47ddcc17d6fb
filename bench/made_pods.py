"""Pods on a real API server that no scheduler, node or controller touches."""

import asyncio
import json
import ssl
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Self

import aiohttp

from bench.pods import Workload, workloads
from pinfold.kube.client import Api

_AT_ONCE = 24
_TRIES = 60
# Another name than ours: else what a scan writes would hide in an entry of managedFields that is
# there already.
_AS = {"fieldManager": "kube-controller-manager"}


class Maker:
    """`async with await Maker.login(kubeconfig) as maker: await maker.make(1000, 5000)`."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    @classmethod
    async def login(cls, kubeconfig: Path) -> Self:
        async with await Api.login(kubeconfig) as api:
            found = await api.credentials()
        context = ssl.create_default_context(cafile=found.ca_path)
        connector = aiohttp.TCPConnector(ssl=context, limit=_AT_ONCE)
        headers = {"Authorization": f"Bearer {found.token}"}
        return cls(aiohttp.ClientSession(found.server, headers=headers, connector=connector))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    async def make(self, gpu_pods: int, other_pods: int) -> None:
        """With their status, as a kubelet would tell it."""
        wanted = list(workloads(gpu_pods, other_pods))
        await self._namespaces({workload.namespace for workload in wanted})
        left = iter(wanted)

        async def work() -> None:
            for workload in left:
                await self._make(workload)

        await asyncio.gather(*(work() for _ in range(_AT_ONCE)))

    async def _namespaces(self, names: Iterable[str]) -> None:
        for name in sorted(names):
            about = {"name": name, "labels": {"pinfold.dev/enforce": "true"}}
            await self._send("/api/v1/namespaces", {"metadata": about})
            account = f"/api/v1/namespaces/{name}/serviceaccounts"
            await self._send(account, {"metadata": {"name": "inference"}})

    async def _make(self, workload: Workload) -> None:
        """Its pods below a CronJob that rests: a controller that leaves them alone."""
        namespace = workload.namespace
        jobs = f"/apis/batch/v1/namespaces/{namespace}/cronjobs"
        uid = (await self._send(jobs, _cron_job(workload.name)))["metadata"]["uid"]
        pods = f"/api/v1/namespaces/{namespace}/pods"
        for number in range(workload.pods):
            pod = json.loads(workload.template.pod(namespace, workload.name, number, workload.name))
            status = pod.pop("status")
            made = await self._send(pods, _acceptable(pod, uid))
            status_of = f"{pods}/{made['metadata']['name']}/status"
            await self._send(status_of, {"status": status}, "PATCH")

    async def _send(self, path: str, body: dict[str, Any], method: str = "POST") -> Any:
        """Again while a namespace has no ServiceAccount yet, or the API server is busy."""
        kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
        for attempt in range(_TRIES):
            async with self._session.request(
                method, path, data=json.dumps(body), params=_AS, headers={"Content-Type": kind}
            ) as answer:
                if answer.ok:
                    return await answer.json()
                if answer.status not in (403, 404, 429, 500) or attempt == _TRIES - 1:
                    raise RuntimeError(f"{method} {path}: {await answer.text()}")
            await asyncio.sleep(0.5)
        raise AssertionError


def _acceptable(pod: dict[str, Any], owner: str) -> dict[str, Any]:
    """Without what only an API server writes."""
    pod["metadata"]["ownerReferences"][0]["uid"] = owner
    for field in ("uid", "managedFields"):
        pod["metadata"].pop(field)
    for field in ("priority", "priorityClassName"):
        pod["spec"].pop(field)
    pod["spec"]["schedulerName"] = "nobody"
    for container in pod["spec"].get("initContainers", ()):
        if container.get("restartPolicy") != "Always":
            container.pop("livenessProbe", None)
            container.pop("readinessProbe", None)
    return pod


def _cron_job(name: str) -> dict[str, Any]:
    container = {"name": "x", "image": "x"}
    pod = {"containers": [container], "restartPolicy": "Never"}
    job = {"spec": {"template": {"spec": pod}}}
    spec = {"schedule": "0 0 1 1 *", "suspend": True, "jobTemplate": job}
    return {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": name}, "spec": spec}
