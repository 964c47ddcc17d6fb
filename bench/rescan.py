"""`make bench-rescan`: what a scan of a big cluster costs us and the API server.

usage: python -m bench.rescan [real] [recorded]     both, if neither is said

real: the API server of the simulated cluster, with pods that no node runs.
recorded: a LIST of up to 150,000 pods (5,000 nodes) from a small stand-in, to see how it grows.
CPU is the least of three scans, because neighbours only ever add to it; seconds are their median.
"""

import asyncio
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from bench.made_pods import Maker
from tests.cluster.control_plane import Cluster

HISTORY = Path(__file__).with_name("rescan-history.jsonl")
SIZES = ((1_000, 5_000), (10_000, 20_000))
RECORDED = (*SIZES, (50_000, 100_000))
MOST_CPU_SECONDS = 5.0
MOST_MEMORY_RATIO = 1.3
Row = dict[str, Any]


def real() -> Iterator[tuple[int, int, list[Row]]]:
    """On the real API server."""
    for gpu, others in SIZES:
        with Cluster() as cluster:
            started = time.perf_counter()
            asyncio.run(_make(cluster.kubeconfig, gpu, others))
            print(f"{gpu + others} pods made in {time.perf_counter() - started:.0f} s", flush=True)
            yield gpu, others, _measured(str(cluster.kubeconfig), cluster.etcd)


async def _make(kubeconfig: Path, gpu: int, others: int) -> None:
    async with await Maker.login(kubeconfig) as maker:
        await maker.make(gpu, others)


def recorded() -> Iterator[tuple[int, int, list[Row]]]:
    """From the stand-in."""
    for gpu, others in RECORDED:
        with _stand_in(gpu, others) as address:
            yield gpu, others, _measured(address)


@contextmanager
def _stand_in(gpu: int, others: int) -> Iterator[str]:
    command = [sys.executable, "-m", "bench.pods_server", str(gpu), str(others)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=_environment()) as server:
        try:
            assert server.stdout is not None
            yield f"http://127.0.0.1:{server.stdout.readline().strip()}"
        finally:
            server.terminate()


def _measured(*where: str) -> list[Row]:
    command = [sys.executable, "-m", "bench.one_cluster", *where]
    done = subprocess.run(
        command, check=True, stdout=subprocess.PIPE, text=True, env=_environment()
    )
    found: list[Row] = json.loads(done.stdout)
    return found


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": "controller:."}


def steady(scans: list[Row]) -> Row:
    """Those after the first as one."""
    rest = scans[1:]
    return {
        **rest[-1],
        "seconds": median(row["seconds"] for row in rest),
        "cpu_seconds": min(row["cpu_seconds"] for row in rest),
        "peak_mib": max(row["peak_mib"] for row in rest),
        "writes": sum(row["writes"] for row in rest),
    }


def show(label: str, name: str, row: Row) -> None:
    """One line."""
    print(
        f"{label:>22} {name:6} {row['seconds']:6.1f} s  CPU {row['cpu_seconds']:6.2f} s"
        f"  peak {row['peak_mib']:6.1f} MiB  {row['reads']:4} reads {row['mib_read']:7.1f} MiB"
        f"  {row['writes']:6} writes  {row['pods']:7} pods  {row['workloads']:6} workloads",
        flush=True,
    )


def judge(kind: str, results: dict[int, list[Row]]) -> bool:
    """Whether what was promised holds; says so."""
    small, large = steady(results[1_000]), steady(results[10_000])
    ratio, cpu = large["peak_mib"] / small["peak_mib"], large["cpu_seconds"]
    writes = small["writes"] + large["writes"]
    print(f"{kind}: memory at 10,000 is {ratio:.2f} times that at 1,000 ({MOST_MEMORY_RATIO})")
    print(f"{kind}: {cpu:.2f} s of CPU for 10,000 GPU pods ({MOST_CPU_SECONDS})")
    print(f"{kind}: {writes} writes where nothing changed (0)")
    first = results[10_000][0]
    if first["etcd_bytes"] is not None:
        each = first["etcd_bytes"] / first["workloads"]
        print(f"{kind}: {each:.0f} bytes in etcd for a workload of four pods, its event included")
    return bool(ratio <= MOST_MEMORY_RATIO and cpu <= MOST_CPU_SECONDS and writes == 0)


def main() -> None:
    """Measures, keeps it in the history, and ends with 1 where a promise does not hold."""
    wanted = sys.argv[1:] or ["real", "recorded"]
    kept: dict[str, dict[int, list[Row]]] = {}
    for kind in wanted:
        kept[kind] = {}
        for gpu, others, scans in {"real": real, "recorded": recorded}[kind]():
            kept[kind][gpu] = scans
            label = f"{gpu:,} GPU + {others:,}"
            show(label, "first", scans[0])
            show(label, "steady", steady(scans))
    entry = {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 1),
        "found": {
            kind: {gpu: {"first": rows[0], "steady": steady(rows)} for gpu, rows in found.items()}
            for kind, found in kept.items()
        },
    }
    with HISTORY.open("a", encoding="utf-8") as history:
        history.write(json.dumps(entry) + "\n")
    broken = [kind for kind, found in kept.items() if not judge(kind, found)]
    if broken:
        sys.exit(1)


if __name__ == "__main__":
    main()
