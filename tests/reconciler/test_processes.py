"""Real reconciler processes that compete, stand still and cannot start."""

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cluster.client import wait_until
from tests.cluster.control_plane import Cluster
from tests.cluster.processes import Process, free_port
from tests.installation import http_get

pytestmark = pytest.mark.cluster
NAMESPACE = "processes"
LEASE_SECONDS = 3
SOURCES = Path(__file__).parents[2] / "controller"


class Replica:
    """One process of `python -m pinfold.reconciler`."""

    def __init__(self, cluster: Cluster, health_port: int | None = None) -> None:
        self.port = health_port or free_port()
        self.process: Process = cluster.start_beside(
            f"reconciler-{time.monotonic_ns()}",
            [sys.executable, "-m", "pinfold.reconciler"],
            {
                "PYTHONPATH": str(SOURCES),
                "PYTHONDONTWRITEBYTECODE": "1",
                "PINFOLD_NAMESPACE": NAMESPACE,
                "PINFOLD_LEASE_SECONDS": str(LEASE_SECONDS),
                "PINFOLD_HEALTH_HOST": "127.0.0.1",
                "PINFOLD_HEALTH_PORT": str(self.port),
                "PINFOLD_WEBHOOK_CONFIGURATION": NAMESPACE,
            },
        )

    def leads(self) -> bool:
        return "pinfold_leader 1.0" in http_get(f"http://127.0.0.1:{self.port}/metrics")[1]

    def stands_by(self) -> bool:
        status, text = http_get(f"http://127.0.0.1:{self.port}/readyz")
        return (status, text) == (200, "ready\nnote: another replica leads\n")

    def until(self, holds: Callable[[], bool], what: str, seconds: float = 30) -> None:
        wait_until(what, holds, seconds=seconds, check=self.process.check)


@pytest.fixture
def replicas(cluster: Cluster) -> Callable[[], Replica]:
    cluster.kubectl("create", "namespace", NAMESPACE, check=False)
    return lambda: Replica(cluster)


def end(*replicas: Replica) -> None:
    """In order, and quicker than Kopf's own 5 s."""
    started = time.monotonic()
    for replica in replicas:
        replica.process.terminate()
    assert [replica.process.wait(15) for replica in replicas] == [0] * len(replicas)
    assert time.monotonic() - started < 4


def test_one_that_stood_still_finds_another_in_its_place(
    replicas: Callable[[], Replica],
) -> None:
    first = replicas()
    first.until(first.leads, "a leader")
    second = replicas()
    second.until(second.stands_by, "one that stands by")
    os.kill(first.process.pid, signal.SIGSTOP)
    try:
        second.until(second.leads, "the other to go on", seconds=3 * LEASE_SECONDS)
    finally:
        os.kill(first.process.pid, signal.SIGCONT)
    first.until(first.stands_by, "the first to see it")
    assert second.leads()
    end(first, second)


def test_one_that_ends_in_order_is_followed_at_once(replicas: Callable[[], Replica]) -> None:
    first = replicas()
    first.until(first.leads, "a leader")
    second = replicas()
    second.until(second.stands_by, "one that stands by")
    end(first)
    second.until(second.leads, "the other to lead", seconds=LEASE_SECONDS)
    end(second)


def test_without_its_port_it_ends_and_says_why(cluster: Cluster) -> None:
    holder = Replica(cluster)
    holder.until(lambda: http_get(f"http://127.0.0.1:{holder.port}/livez")[0] == 200, "a port")
    late = Replica(cluster, holder.port)
    assert late.process.wait(30) == 1
    assert "the health port cannot be had" in late.process.log.read_text()
    end(holder)
