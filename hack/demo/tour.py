"""What the demo shows, on whatever cluster it runs: each step with the verdict that it must get."""

import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess

from hack.demo import screen
from tests.cluster.client import wait_until

ROOT = Path(__file__).parent.parent.parent
SAMPLES = "manifests/samples"
_WAIT_SECONDS = 60.0

Kubectl = Callable[..., CompletedProcess[str]]  # (*arguments, check=…)


@dataclass(frozen=True, slots=True)
class Step:
    """A kubectl command as a person types it, and what must come of it."""

    why: str
    command: str
    expect: str  # "refused", "admitted", "warned"
    says: tuple[str, ...] = ()

    def failure(self, done: CompletedProcess[str]) -> str | None:
        """What is not as expected; None where all is."""
        verdict = "refused" if done.returncode else "warned" if done.stderr else "admitted"
        if verdict != self.expect:
            return f"{verdict}, expected {self.expect}"
        missing = [words for words in self.says if words not in done.stdout + done.stderr]
        return f"the answer lacks {missing[0]!r}" if missing else None


OBSERVED = (
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
        "A command that cannot be read is not waved through.",
        f"apply -n ml -f {SAMPLES}/bad/unreadable-command.yaml",
        "refused",
        ("[command-understood]",),
    ),
    Step(
        "The pinned twin is admitted, and runs:",
        f"apply -n ml -f {SAMPLES}/good/vllm-deployment.yaml",
        "admitted",
    ),
)
HEALING = (
    Step(
        "What ran before can still be scaled down …",
        "scale -n playground deployment/llama --replicas=0",
        "admitted",
    ),
    Step("… and deleted.", "delete -n playground deployment/llama", "admitted"),
)


def tour(kubectl: Kubectl, rescan: Callable[[], list[str]]) -> list[str]:
    """Show everything; what was not as expected, a line each."""
    screen.heading("What would be refused, before anything is")
    shown(kubectl, "create namespace playground")
    failures = run(kubectl, OBSERVED)
    screen.heading("One namespace is enforced")
    shown(kubectl, "create namespace ml")
    shown(kubectl, "label namespace ml pinfold.dev/enforce=true")
    failures += run(kubectl, ENFORCED)
    failures += _pinned_deployment_runs(kubectl)
    failures += rescan()
    screen.heading("An old Deployment, in a namespace that is enforced from now on")
    shown(kubectl, "label namespace playground pinfold.dev/enforce=true")
    failures += _replica_is_refused(kubectl)
    return failures + run(kubectl, HEALING)


def run(kubectl: Kubectl, steps: Sequence[Step]) -> list[str]:
    """Show each step; what was not as expected, a line each."""
    failures = []
    for step in steps:
        screen.say(step.why)
        failure = step.failure(shown(kubectl, step.command))
        screen.verdict(failure or f"{step.expect}, as expected", good=failure is None)
        if failure:
            failures.append(f"kubectl {step.command}: {failure}")
    return failures


def _pinned_deployment_runs(kubectl: Kubectl) -> list[str]:
    done = shown(kubectl, "rollout status -n ml deployment/llama --timeout=60s")
    shown(kubectl, "get pods -n ml -o wide")
    screen.verdict("the pinned Deployment runs on a GPU node", good=done.returncode == 0)
    return [] if done.returncode == 0 else ["the pinned Deployment did not become Running"]


def _replica_is_refused(kubectl: Kubectl) -> list[str]:
    """A pod that goes away does not come back; the ReplicaSet's owner reads why."""
    screen.say("Its pod goes away, and the ReplicaSet controller may not make another:")
    shown(kubectl, "delete pod -n playground -l app=llama --wait=false")

    def events() -> str:
        return kubectl("describe", "rs", "-n", "playground").stdout.partition("Events:")[2]

    wait_until(
        "a refused replica",
        lambda: "denied the request" in events(),
        seconds=_WAIT_SECONDS,
        check=lambda: None,
    )
    screen.typed("kubectl describe rs -n playground")
    text = events()
    screen.quote(f"…\nEvents:{text.rstrip()}")
    good = '"vllm/vllm-openai:latest" has no digest' in text
    screen.verdict("the event says all that `kubectl apply` would have said", good=good)
    return [] if good else ["kubectl describe rs does not show the message"]


def shown(kubectl: Kubectl, command: str) -> CompletedProcess[str]:
    """Run a kubectl command and show it as a terminal would; samples are found from anywhere."""
    screen.typed(f"kubectl {command}")
    words = shlex.split(command)
    done = kubectl(*(str(ROOT / w) if w.startswith(SAMPLES) else w for w in words), check=False)
    screen.quote((done.stdout + done.stderr).rstrip().replace(f"{ROOT}/", ""))
    return done
