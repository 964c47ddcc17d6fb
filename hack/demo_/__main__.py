"""`make demo`: Pinfold in a simulated cluster, as the person at the keyboard sees it.

Everything is real but the nodes: API server, controllers, scheduler, kubectl, Helm, and Pinfold's
two programs with the rights of the chart's own ServiceAccounts. Ends with 1 if any verdict is not
the expected one.
"""

import argparse
import os
import shlex
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess

from tests.cluster.client import wait_until
from tests.cluster.control_plane import Cluster
from tests.installation import NAMESPACE, Installation

ROOT = Path(__file__).parent.parent
SAMPLES = Path("manifests") / "samples"
_WAIT_SECONDS = 60.0
_COLOUR = sys.stdout.isatty() and "NO_COLOR" not in os.environ


@dataclass(frozen=True, slots=True)
class Step:
    """A command as a person types it, and what must come of it."""

    why: str
    kubectl: str
    expect: str  # "refused", "admitted", "warned"
    says: tuple[str, ...] = ()

    def failure(self, done: CompletedProcess[str]) -> str | None:
        """What is not as expected; None where all is."""
        verdict = "refused" if done.returncode else "warned" if done.stderr else "admitted"
        missing = [words for words in self.says if words not in done.stdout + done.stderr]
        if verdict != self.expect:
            return f"{verdict}, expected {self.expect}"
        return f"the answer lacks {missing[0]!r}" if missing else None


OPEN = (
    Step(
        "A namespace without the label: nothing is refused, but its people see what would be.",
        f"apply -n playground -f {SAMPLES}/bad/vllm-deployment.yaml",
        "warned",
        ("pinfold would refuse this: [image-digest]", "[model-revision]"),
    ),
)
ENFORCED = (
    Step(
        "An unpinned Deployment: refused at once, with all that is wrong and how to mend it.",
        f"apply -n ml -f {SAMPLES}/bad/vllm-deployment.yaml",
        "refused",
        (
            'policy "default": 2 violations',
            '"vllm/vllm-openai:latest" has no digest',
            '"meta-llama/Llama-3.1-8B-Instruct" follows its default branch',
            "--revision=<40-hex commit>",
        ),
    ),
    Step(
        "The same as a Pod.",
        f"apply -n ml -f {SAMPLES}/bad/vllm-pod.yaml",
        "refused",
        ('policy "default": 2 violations',),
    ),
    Step(
        "Its pinned twin: admitted, and it runs.",
        f"apply -n ml -f {SAMPLES}/good/vllm-deployment.yaml",
        "admitted",
    ),
    Step(
        "A command that cannot be read is not waved through.",
        f"apply -n ml -f {SAMPLES}/bad/unreadable-command.yaml",
        "refused",
        ("[command-understood]",),
    ),
    Step(
        "What ran before can still be scaled down …",
        "scale -n playground deployment/llama --replicas=0",
        "admitted",
    ),
    Step("… and deleted.", "delete -n playground deployment/llama", "admitted"),
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--keep", action="store_true", help="leave it running to play with")
    keep = parser.parse_args().keep
    # Ctrl-C must reach `finally`, also where a shell started this in the background.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    started = time.monotonic()
    _heading("A Kubernetes cluster on this machine (built on the first run: about ten minutes)")
    with Cluster() as cluster:
        _say(f"Kubernetes {'.'.join(map(str, cluster.version))} is up")
        _heading("helm install pinfold charts/pinfold")
        with Installation(cluster) as pinfold:
            _say(f"webhook and reconciler run with their own ServiceAccounts in {NAMESPACE}")
            failures = _tour(cluster)
            _summary(failures, time.monotonic() - started)
            if keep:
                _play(cluster, pinfold)
    return 1 if failures else 0


def _tour(cluster: Cluster) -> list[str]:
    failures: list[str] = []
    cluster.kubectl("create", "namespace", "playground")
    _heading("What would be refused, before anything is")
    failures += _run(cluster, OPEN)
    _heading("One namespace is enforced")
    cluster.kubectl("create", "namespace", "ml")
    _type(cluster, "label namespace ml pinfold.dev/enforce=true")
    failures += _run(cluster, ENFORCED[:4])
    failures += _is_running(cluster)
    _heading("An old Deployment in a namespace that is enforced from now on")
    _type(cluster, "label namespace playground pinfold.dev/enforce=true")
    failures += _replica_set_is_refused(cluster)
    failures += _run(cluster, ENFORCED[4:])
    return failures


def _run(cluster: Cluster, steps: Sequence[Step]) -> list[str]:
    failures = []
    for step in steps:
        _say(step.why)
        done = _type(cluster, step.kubectl)
        failure = step.failure(done)
        _verdict(failure is None, failure or f"{step.expect}, as expected")
        if failure:
            failures.append(f"kubectl {step.kubectl}: {failure}")
    return failures


def _is_running(cluster: Cluster) -> list[str]:
    done = cluster.kubectl(
        "rollout", "status", "-n", "ml", "deployment/llama", "--timeout=60s", check=False
    )
    _type(cluster, "get pods -n ml -o wide")
    _verdict(done.returncode == 0, "the pinned Deployment is Running on a (simulated) GPU node")
    return [] if done.returncode == 0 else ["the pinned Deployment did not become Running"]


def _replica_set_is_refused(cluster: Cluster) -> list[str]:
    """A pod that goes away does not come back; the ReplicaSet's owner reads why."""
    _say("Its pod goes away, and the ReplicaSet controller may not make another:")
    _type(cluster, "delete pod -n playground -l app=llama --wait=false")

    def refused() -> bool:
        return "denied the request" in cluster.kubectl("describe", "rs", "-n", "playground").stdout

    wait_until("a refused replica", refused, seconds=_WAIT_SECONDS, check=lambda: None)
    text = cluster.kubectl("describe", "rs", "-n", "playground").stdout
    _typed("describe rs -n playground")
    print(_indented("…\n" + text[text.index("Events:") :]))
    ok = '"vllm/vllm-openai:latest" has no digest' in text
    _verdict(ok, "the event says all that `kubectl apply` would have said")
    return [] if ok else ["kubectl describe rs does not show the message"]


def _play(cluster: Cluster, pinfold: Installation) -> None:
    _heading("It stays up until Ctrl-C")
    print(f"  export KUBECONFIG={cluster.kubeconfig}")
    print(f"  export PATH={cluster.programs.kubectl.parent}:$PATH")
    print(f"  curl http://127.0.0.1:{pinfold.health_port}/metrics")
    try:
        signal.pause()
    except KeyboardInterrupt:
        print()


def _summary(failures: Sequence[str], seconds: float) -> None:
    _heading("Result")
    for failure in failures:
        _verdict(False, failure)
    if not failures:
        _verdict(True, f"every verdict was the expected one ({seconds:.0f} s)")


def _type(cluster: Cluster, command: str) -> CompletedProcess[str]:
    """Run a kubectl command from the repository's root and show it as a terminal would."""
    _typed(command)
    arguments = [
        str(ROOT / word) if word.startswith(str(SAMPLES)) else word for word in shlex.split(command)
    ]
    done = cluster.kubectl(*arguments, check=False)
    print(_indented((done.stdout + done.stderr).rstrip()))
    return done


def _typed(command: str) -> None:
    print(_coloured("1", f"  $ kubectl {command}"))


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())


def _heading(text: str) -> None:
    print(_coloured("1;36", f"\n== {text}"), flush=True)


def _say(text: str) -> None:
    print(f"  {text}", flush=True)


def _verdict(good: bool, text: str) -> None:  # noqa: FBT001 - reads as a sentence where it is called
    mark = _coloured("32", "✔") if good else _coloured("31", "✘")
    print(f"  {mark} {text}\n", flush=True)


def _coloured(code: str, text: str) -> str:
    return f"\033[{code}m{text}\033[0m" if _COLOUR else text


if __name__ == "__main__":
    sys.exit(main())
