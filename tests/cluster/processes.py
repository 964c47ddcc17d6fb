"""Long-running processes of a cluster: started with a log file, ended by process id."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tests.cluster import guard

_TAIL_LINES = 20
_KILL_SECONDS = 10.0


class ProcessDied(Exception):
    """A process of the cluster ended by itself; the text holds the last lines of its log."""


class PortTaken(ProcessDied):
    """It ended because somebody took its port between our look and its bind: try another."""


class Process:
    """One started program in a process group of its own, so that Ctrl-C reaches only the runner."""

    def __init__(
        self, name: str, argv: Sequence[str], *, log: Path, environment: Mapping[str, str]
    ) -> None:
        self.name = name
        self.log = log
        with log.open("ab") as output:
            self._popen = subprocess.Popen(
                argv,
                env=dict(environment),
                cwd=log.parent,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._popen.pid

    def alive(self) -> bool:
        return self._popen.poll() is None

    def check(self) -> None:
        """Raises PortTaken or ProcessDied when the process has ended."""
        if self.alive():
            return
        tail = self.tail()
        kind = PortTaken if "address already in use" in tail else ProcessDied
        raise kind(f"{self.name} ended with {self._popen.returncode}; its log ends with\n{tail}")

    def tail(self) -> str:
        lines = self.log.read_text("utf-8", errors="replace").splitlines()
        return "\n".join(lines[-_TAIL_LINES:])

    def terminate(self) -> None:
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        self._signal(signal.SIGKILL)

    def wait(self, deadline_seconds: float) -> int:
        """Its exit status; a process that is still there after the deadline is killed."""
        try:
            return self._popen.wait(deadline_seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            return self._popen.wait()

    def _signal(self, number: signal.Signals) -> None:
        # Without the poll the group could be another's: ids are used again once reaped.
        if self.alive():
            os.killpg(self.pid, number)


def stop_together(processes: Iterable[Process], deadline_seconds: float) -> None:
    """Terminate all, then wait for each; what is still there after the deadline is killed."""
    stopped = list(processes)
    for process in stopped:
        process.terminate()
    for process in stopped:
        process.wait(deadline_seconds)


def kill_together(processes: Iterable[Process]) -> None:
    """Kill all, then wait for each: the kernel gives a port back only when its process is gone."""
    killed = list(processes)
    for process in killed:
        process.kill()
    for process in killed:
        process.wait(_KILL_SECONDS)


class Guard:
    """Removes `folder` and the processes marked with it, when closed or when this process dies."""

    def __init__(self, folder: Path) -> None:
        self.mark = {guard.MARK: str(folder)}
        self._popen = subprocess.Popen(
            [sys.executable, "-I", "-S", guard.__file__, str(folder)],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )

    def close(self) -> None:
        assert self._popen.stdin is not None
        self._popen.stdin.close()
        self._popen.wait()


def free_port() -> int:
    """A TCP port of 127.0.0.1 that was free a moment ago; another program can still take it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
