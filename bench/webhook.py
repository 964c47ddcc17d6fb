"""`make bench`: what a review costs, beside the same server without a decision, and a bare one.

Each server is a process on one core, over TLS on loopback; the load generator has another core.
Rounds are interleaved, so that a neighbour's noise falls on all alike, and medians are shown: the
ratios hold from run to run, absolute values do not. Bench history: bench/history.jsonl.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from bench.load_generator import LoadGenerator, Measured, build
from bench.reviews import make_reviews
from tests.webhook.material import write_pair

HISTORY = Path(__file__).with_name("history.jsonl")
GOAL = 1.5
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(slots=True)
class Subject:
    """A server and the kind of load it gets."""

    label: str
    server: str
    fresh: bool = False
    seen: dict[int, list[tuple[Measured, float]]] = field(default_factory=dict)

    def cpu_us(self, connections: int) -> float:
        """Median of CPU microseconds a review."""
        return median(cpu / found.requests * 1e6 for found, cpu in self.seen[connections])

    def of(self, connections: int, name: str) -> float:
        """Median of a field of Measured."""
        return median(float(getattr(found, name)) for found, _ in self.seen[connections])

    def rate(self, connections: int) -> float:
        """Median of requests a second."""
        return median(found.requests / found.seconds for found, _ in self.seen[connections])


SUBJECTS = (
    ("bare aiohttp", "bare", False),
    ("empty decision", "empty", False),
    ("webhook, replicas", "real", False),
    ("webhook, fresh", "real", True),
)


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    process: subprocess.Popen[str]
    port: int

    def cpu_seconds(self) -> float:
        """User and system time so far: fields 14 and 15 of proc_pid_stat(5)."""
        stat = Path(f"/proc/{self.process.pid}/stat").read_text("ascii")
        numbers = stat.rpartition(")")[2].split()
        return (int(numbers[11]) + int(numbers[12])) / _TICKS


@contextmanager
def serving(which: str, folder: Path, core: int) -> Iterator[Server]:
    """A server of bench.serve, for as long as the block runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.serve", which, str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        preexec_fn=lambda: os.sched_setaffinity(0, {core}),  # noqa: PLW1509 - no threads here
    )
    assert process.stdout is not None
    try:
        yield Server(process, int(process.stdout.readline()))
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def measure(options: argparse.Namespace) -> list[Subject]:
    """All rounds."""
    cores = sorted(os.sched_getaffinity(0))
    subjects = [Subject(*row) for row in SUBJECTS]
    program = build()
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        write_pair(folder, "pinfold")
        reviews = folder / "reviews.jsonl"
        reviews.write_bytes(b"\n".join(make_reviews()))
        load = LoadGenerator(program, reviews, cores[-1])
        servers = {
            subject.label: stack.enter_context(serving(subject.server, folder, cores[0]))
            for subject in subjects
        }
        for subject in subjects:
            load.run(servers[subject.label].port, 8, 1.0, fresh=subject.fresh)  # warm
        for connections in options.connections:
            for number in range(options.rounds):
                _say(f"{connections} connections, round {number + 1} of {options.rounds}")
                for subject in subjects:
                    _measure_once(subject, servers[subject.label], load, connections, options)
    return subjects


def _measure_once(
    subject: Subject,
    server: Server,
    load: LoadGenerator,
    connections: int,
    options: argparse.Namespace,
) -> None:
    before = server.cpu_seconds()
    found = load.run(server.port, connections, options.seconds, fresh=subject.fresh)
    subject.seen.setdefault(connections, []).append((found, server.cpu_seconds() - before))


def _say(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r{text}   ", end="", file=sys.stderr, flush=True)


def show(subjects: list[Subject], options: argparse.Namespace) -> None:
    """The table."""
    print(f"\n{'':20}{'conn':>5}{'req/s':>9}{'p50 ms':>9}{'p99 ms':>9}{'CPU us':>9}{'ratio':>7}")
    for connections in options.connections:
        floor = subjects[1].cpu_us(connections)
        for subject in subjects:
            cpu = subject.cpu_us(connections)
            print(
                f"{subject.label:20}{connections:5}{subject.rate(connections):9.0f}"
                f"{subject.of(connections, 'p50_ms'):9.2f}{subject.of(connections, 'p99_ms'):9.2f}"
                f"{cpu:9.0f}{cpu / floor:7.2f}"
            )
    print("ratio: CPU a review, by that of the empty decision with as many connections")
    print(
        "replicas: pods of 300 templates, each with its own name; fresh: no container came before"
    )


def record(subjects: list[Subject], connections: int) -> dict[str, Any]:
    """One line of the history."""
    floor = subjects[1].cpu_us(connections)
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "machine": _machine(),
        "load": round(os.getloadavg()[1], 1),
        "connections": connections,
        "cpu_us": {s.label: round(s.cpu_us(connections), 1) for s in subjects},
        "ratio": {s.label: round(s.cpu_us(connections) / floor, 2) for s in subjects},
        "requests_per_second": {s.label: round(s.rate(connections)) for s in subjects},
        "p99_ms": {s.label: s.of(connections, "p99_ms") for s in subjects},
    }


def _machine() -> str:
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{len(models)} x {models[0]}" if models else platform.machine()


def main() -> None:
    """Measures, shows, keeps."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m bench.webhook")
    parser.add_argument("--connections", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.5, help="of each measurement")
    parser.add_argument("--forget", action="store_true", help="leave bench/history.jsonl alone")
    parser.add_argument("--check", action="store_true", help=f"fail above a ratio of {GOAL}")
    options = parser.parse_args()
    subjects = measure(options)
    show(subjects, options)
    line = record(subjects, 8 if 8 in options.connections else options.connections[0])
    if not options.forget:
        with HISTORY.open("a", encoding="utf-8") as history:
            history.write(json.dumps(line) + "\n")
    ratio = line["ratio"]["webhook, replicas"]
    if options.check and ratio > GOAL:
        sys.exit(f"a review costs {ratio} times an empty decision; the goal is {GOAL}")


if __name__ == "__main__":
    main()
