"""`make bench-rescan`: what a scan of a big cluster costs, in this process and at the API server.

usage: python -m bench.rescan [--recorded]
                   the real API server of the simulated cluster, or a stand-in with 150,000 pods
       python -m bench.rescan --measure <kubeconfig or address>     one cluster; prints JSON
"""

import argparse
import asyncio
import json
import os
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from kubernetes.aio.client import Configuration

from bench.pods import Workload, workloads
from pinfold.kube.client import Api
from pinfold.kube.enforcement import read_enforcement
from pinfold.kube.errors import ApiUnavailable, Conflict, Forbidden, NotFound
from pinfold.policy.model import Policy, Rules, Spec
from pinfold.policy.policy_set import PolicySet
from pinfold.policy.rules import command_understood, image_digest, model_revision
from pinfold.policy.violation import Mode
from pinfold.reconciler.drift import PolicyTimes, Site
from pinfold.reconciler.memory import Memory
from pinfold.reconciler.publish import Publisher
from pinfold.reconciler.rescan import Question, Scanner
from pinfold.reconciler.writer import Writer
from pinfold.settings import ScanSettings
from tests.cluster.control_plane import Cluster

SIZES = ((1_000, 5_000), (10_000, 20_000))
RECORDED = ((1_000, 5_000), (10_000, 20_000), (50_000, 100_000))
_LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


async def measure(where: str) -> dict[str, Any]:
    """Three scans of one cluster: the first writes, the others should not."""
    rules = Rules(
        image_digest=image_digest.Options(),
        model_revision=model_revision.Options(),
        command_understood=command_understood.Options(),
    )
    policies = PolicySet((Policy("default", Spec(mode=Mode.ENFORCE, rules=rules)),))
    site = Site(
        now=datetime.now(UTC),
        policies={"default": policies.policies[0]},
        times={"default": PolicyTimes(_LONG_AGO, _LONG_AGO, {})},
    )
    memory, writer = Memory(), Writer(1e9)
    async with await _login(where) as api:
        calls = _count_calls(api)
        scanner = Scanner(api, memory, ScanSettings().accelerators)
        publisher = Publisher(api, memory, "none", writer)
        enforcement = await read_enforcement(api, "pinfold")
        rounds = []
        for _ in range(3):
            calls.clear()
            _forget_peak()
            wall, cpu = time.perf_counter(), time.process_time()
            scan = await scanner.scan(Question(policies, site, enforcement))
            seconds, cpu_seconds = time.perf_counter() - wall, time.process_time() - cpu
            peak = _peak_mib()
            reads = calls["GET"]
            await publisher.publish(scan, site.now)
            rounds.append(
                {
                    "seconds": round(seconds, 2),
                    "cpu_seconds": round(cpu_seconds, 2),
                    "peak_mib": round(peak, 1),
                    "reads": reads,
                    "mib_read": round(scan.read.bytes / 2**20, 1),
                    "writes": sum(n for method, n in calls.items() if method != "GET"),
                    "pods": scan.read.pods,
                    "workloads": len(scan.workloads),
                }
            )
    return {"first": rounds[0], "steady": rounds[-1]}


async def _login(where: str) -> Api:
    if where.startswith("http"):
        return Api(Configuration(host=where))
    return await Api.login(Path(where))


def _count_calls(api: Api) -> Counter[str]:
    """By method."""
    calls: Counter[str] = Counter()
    client = api._client  # noqa: SLF001 - what is measured has no counter of its own
    send = client.rest_client.request

    async def counted(method: str, *rest: Any, **more: Any) -> Any:
        calls[method] += 1
        return await send(method, *rest, **more)  # type: ignore[no-untyped-call]

    client.rest_client.request = counted  # type: ignore[method-assign]
    return calls


def _forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5", "ascii")


def _peak_mib() -> float:
    status = Path("/proc/self/status").read_text("ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def recorded(gpu: int, others: int) -> dict[str, Any]:
    """Against the stand-in."""
    command = [sys.executable, "-m", "bench.pods_server", str(gpu), str(others)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=_environment()) as server:
        try:
            assert server.stdout is not None
            port = server.stdout.readline().strip()
            return _measured(f"http://127.0.0.1:{port}")
        finally:
            server.terminate()


def _measured(where: str) -> dict[str, Any]:
    """In a process of its own, so that its memory is its own."""
    command = [sys.executable, "-m", "bench.rescan", "--measure", where]
    done = subprocess.run(
        command, check=True, stdout=subprocess.PIPE, text=True, env=_environment()
    )
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": "controller:."}


def show(label: str, found: dict[str, Any]) -> None:
    """One line for the first scan, one for those after."""
    for name, row in found.items():
        print(
            f"{label:>22} {name:7} {row['seconds']:7.2f} s  CPU {row['cpu_seconds']:6.2f} s"
            f"  peak {row['peak_mib']:6.1f} MiB  {row['reads']:5} reads {row['mib_read']:7.1f} MiB"
            f"  {row['writes']:6} writes  {row['pods']:7} pods {row['workloads']:6} workloads",
            flush=True,
        )


def real() -> dict[int, dict[str, Any]]:
    """On the real API server, that of the simulated cluster: pods that no scheduler takes."""
    results = {}
    with Cluster() as cluster:
        made: set[str] = set()
        for gpu, others in SIZES:
            started = time.perf_counter()
            asyncio.run(_make(cluster.kubeconfig, gpu, others, made))
            print(f"made {gpu + others} pods in {time.perf_counter() - started:.0f} s", flush=True)
            results[gpu] = _measured(str(cluster.kubeconfig))
            show(f"{gpu} GPU + {others}", results[gpu])
    return results


async def _make(kubeconfig: Path, gpu: int, others: int, made: set[str]) -> None:
    async with await Api.login(kubeconfig) as api:
        left = iter([w for w in workloads(gpu, others) if f"{w.namespace}/{w.name}" not in made])

        async def work() -> None:
            for workload in left:
                await _make_workload(api, workload, made)

        await asyncio.gather(*(work() for _ in range(16)))


async def _make_workload(api: Api, workload: Workload, made: set[str]) -> None:
    """Its pods below a CronJob that rests: a controller that leaves them alone."""
    namespace = workload.namespace
    if namespace not in made:
        made.add(namespace)
        about = {"name": namespace, "labels": {"pinfold.dev/enforce": "true"}}
        with suppress(Conflict):
            await api.create("/api/v1/namespaces", {"metadata": about})
        account = f"/api/v1/namespaces/{namespace}/serviceaccounts"
        with suppress(Conflict):
            await api.create(account, {"metadata": {"name": "inference"}})
    owner = await _again(
        lambda: api.create(
            f"/apis/batch/v1/namespaces/{namespace}/cronjobs", _cron_job(workload.name)
        )
    )
    for number in range(workload.pods):
        pod = json.loads(workload.template.pod(namespace, workload.name, number, workload.name))
        pod["metadata"]["ownerReferences"][0]["uid"] = owner["metadata"]["uid"]
        for field in ("uid", "managedFields"):
            pod["metadata"].pop(field)
        for field in ("priority", "priorityClassName"):
            pod["spec"].pop(field)
        pod["spec"]["schedulerName"] = "nobody"
        for container in pod["spec"].get("initContainers", ()):
            if container.get("restartPolicy") != "Always":
                container.pop("livenessProbe", None)
                container.pop("readinessProbe", None)
        await _again(partial(api.create, f"/api/v1/namespaces/{namespace}/pods", pod))
    made.add(f"{namespace}/{workload.name}")


def _cron_job(name: str) -> dict[str, Any]:
    container = {"name": "x", "image": "x"}
    pod = {"containers": [container], "restartPolicy": "Never"}
    job = {"spec": {"template": {"spec": pod}}}
    spec = {"schedule": "0 0 1 1 *", "suspend": True, "jobTemplate": job}
    return {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": name}, "spec": spec}


async def _again(call: Callable[[], Awaitable[Any]]) -> Any:
    """A namespace that is new has no ServiceAccount for a moment, and an API server may be busy."""
    for _ in range(60):
        try:
            return await call()
        except (Forbidden, NotFound, ApiUnavailable):
            await asyncio.sleep(0.5)
    return await call()


def main() -> None:
    """Measures, and says whether what was promised holds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--measure")
    parser.add_argument("--recorded", action="store_true")
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(asyncio.run(measure(options.measure))))
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if options.recorded:
        results = {}
        for gpu, others in RECORDED:
            results[gpu] = recorded(gpu, others)
            show(f"{gpu} GPU + {others}", results[gpu])
    else:
        results = real()
    ratio = results[10_000]["steady"]["peak_mib"] / results[1_000]["steady"]["peak_mib"]
    largest = results[10_000]
    grown = (largest["steady"]["mib_read"] - largest["first"]["mib_read"]) * 2**20
    print(f"annotations and who wrote them: {grown / 2500:.0f} bytes a workload of 4 pods")
    print(f"memory at 10,000 is {ratio:.2f} times that at 1,000 (1.3 is promised)")


if __name__ == "__main__":
    main()
