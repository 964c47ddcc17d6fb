"""`make demo`: Pinfold in a simulated cluster, as the person at the keyboard sees it.

Everything is real but the nodes: API server, controllers, scheduler, kubectl, Helm, and Pinfold's
two programs with the rights of the chart's own ServiceAccounts. Ends with 1 if any verdict is not
the expected one.
"""

import argparse
import signal
import sys
import time
from collections.abc import Callable

from hack.demo import screen
from hack.demo.drift import drift
from hack.demo.tour import tour
from tests.cluster.control_plane import Cluster
from tests.installation import NAMESPACE, Installation, http_get

# Ten minutes from one scan to the next are long in front of a terminal.
OFTEN = {"PINFOLD_RESCAN_INTERVAL_SECONDS": "10", "PINFOLD_SCAN_BUDGET_SECONDS": "5"}


def main() -> int:
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--keep", action="store_true", help="leave it running to play with")
    keep = parser.parse_args().keep
    # An exit unwinds the stack, so that an ended demo leaves nothing behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    started = time.monotonic()
    screen.heading("A Kubernetes cluster on this machine (the first run builds it: ten minutes)")
    with Cluster() as cluster:
        screen.say(f"Kubernetes {'.'.join(map(str, cluster.version))} is up")
        screen.heading("helm install pinfold charts/pinfold")
        with Installation(cluster, reconciler=OFTEN) as pinfold:
            screen.say(f"webhook and reconciler run as their own ServiceAccounts in {NAMESPACE}")
            failures = tour(cluster.kubectl, lambda: drift(cluster.kubectl, metrics(pinfold)))
            _summary(failures, time.monotonic() - started)
            if keep:
                _play(cluster, pinfold)
    return 1 if failures else 0


def metrics(pinfold: Installation) -> Callable[[], str]:
    """Reads those of the reconciler that leads."""
    return lambda: http_get(f"http://127.0.0.1:{pinfold.reconciler_health_port}/metrics")[1]


def _summary(failures: list[str], seconds: float) -> None:
    screen.heading("Result")
    for failure in failures:
        screen.verdict(failure, good=False)
    if not failures:
        screen.verdict(f"every verdict was the expected one ({seconds:.0f} s)", good=True)


def _play(cluster: Cluster, pinfold: Installation) -> None:
    screen.heading("It stays up until Ctrl-C")
    screen.say(f"export KUBECONFIG={cluster.kubeconfig}")
    screen.say(f"export PATH={cluster.programs.kubectl.parent}:$PATH")
    screen.say(f"curl http://127.0.0.1:{pinfold.health_port}/metrics")
    try:
        while True:  # not signal.pause(): a signal just before it would be lost
            time.sleep(1)
    except KeyboardInterrupt:
        print()


if __name__ == "__main__":
    sys.exit(main())
