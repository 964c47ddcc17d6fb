"""Scans of one cluster, in a process of their own, so that their memory is their own.

usage: python -m bench.one_cluster <kubeconfig or address> [address of etcd]     prints JSON
"""

import asyncio
import json
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kubernetes.aio.client import Configuration

from bench.etcd import live_bytes
from pinfold.kube.client import Api
from pinfold.kube.enforcement import read_enforcement
from pinfold.policy.model import Policy, Rules, Spec
from pinfold.policy.policy_set import PolicySet
from pinfold.policy.rules import command_understood, image_digest, model_revision
from pinfold.policy.violation import Mode
from pinfold.reconciler.drift import PolicyTimes, Site
from pinfold.reconciler.memory import Memory
from pinfold.reconciler.publish import Publisher
from pinfold.reconciler.rescan import Question, Scan, Scanner
from pinfold.reconciler.writer import Writer
from pinfold.settings import ScanSettings

STEADY = 3
_LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
_RULES = Rules(
    image_digest=image_digest.Options(),
    model_revision=model_revision.Options(),
    command_understood=command_understood.Options(),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Of one scan. `seconds`, CPU and memory are of reading and judging, without writing."""

    seconds: float
    cpu_seconds: float
    peak_mib: float
    reads: int
    mib_read: float
    writes: int
    pods: int
    workloads: int
    etcd_bytes: int | None = None  # that the writes added, old versions not counted


class Bench:
    """One login, and one memory of what was written."""

    def __init__(self, api: Api, etcd: str | None) -> None:
        self._api, self._etcd = api, etcd
        self._policies = PolicySet((Policy("default", Spec(mode=Mode.ENFORCE, rules=_RULES)),))
        self._site = Site(
            now=datetime.now(UTC),
            policies={"default": self._policies.policies[0]},
            times={"default": PolicyTimes(_LONG_AGO, _LONG_AGO, {})},
        )
        memory = Memory()
        self._calls = _count_calls(api)
        self._scanner = Scanner(api, memory, ScanSettings().accelerators)
        self._publisher = Publisher(api, memory, "none", Writer(1e9))

    async def scan(self) -> Cost:
        """One scan, and all that it has to write."""
        enforcement = await read_enforcement(self._api, "pinfold")
        self._calls.clear()
        _forget_peak()
        wall, cpu = time.perf_counter(), time.process_time()
        scan = await self._scanner.scan(Question(self._policies, self._site, enforcement))
        seconds, cpu_seconds = time.perf_counter() - wall, time.process_time() - cpu
        peak = _peak_mib()
        return Cost(
            seconds=round(seconds, 2),
            cpu_seconds=round(cpu_seconds, 2),
            peak_mib=round(peak, 1),
            reads=self._calls["GET"],
            mib_read=round(scan.read.bytes / 2**20, 1),
            etcd_bytes=await self._publish(scan),
            writes=sum(n for method, n in self._calls.items() if method != "GET"),
            pods=scan.read.pods,
            workloads=len(scan.workloads),
        )

    async def _publish(self, scan: Scan) -> int | None:
        if self._etcd is None:
            await self._publisher.publish(scan, self._site.now)
            return None
        before = live_bytes(self._etcd)
        await self._publisher.publish(scan, self._site.now)
        return live_bytes(self._etcd) - before


async def measure(where: str, etcd: str | None) -> list[dict[str, Any]]:
    """The first scan, which writes, and those after, which should not."""
    async with await _login(where) as api:
        bench = Bench(api, etcd)
        return [asdict(await bench.scan()) for _ in range(1 + STEADY)]


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


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measure(sys.argv[1], (*sys.argv[2:], None)[0]))))
