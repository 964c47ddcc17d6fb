"""Short-lived programs that a test runs against a cluster: kubectl and helm."""

import subprocess
from collections.abc import Mapping, Sequence


class CommandFailed(Exception):
    """kubectl or helm ended with an error; the text is what a person would have seen."""

    def __init__(self, completed: subprocess.CompletedProcess[str]) -> None:
        self.completed = completed
        argv = " ".join(completed.args)
        super().__init__(
            f"{argv}: exit status {completed.returncode}\n{completed.stdout}{completed.stderr}"
        )


def run(
    argv: Sequence[str],
    *,
    environment: Mapping[str, str],
    stdin: str | None = None,
    check: bool = True,
    timeout_seconds: float = 120.0,
) -> subprocess.CompletedProcess[str]:
    """Run to the end, with the output as text. Raises CommandFailed when `check` and not 0.

    After the timeout the command is killed and subprocess.TimeoutExpired is raised.
    """
    completed = subprocess.run(
        list(argv),
        env=dict(environment),
        input=stdin or "",  # never our own standard input
        capture_output=True,
        text=True,
        timeout=timeout_seconds,
        check=False,
    )
    if check and completed.returncode != 0:
        raise CommandFailed(completed)
    return completed
