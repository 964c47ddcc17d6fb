"""Ends a cluster whose runner is gone. A program of its own: `python guard.py FOLDER`.

It waits until its standard input is closed. The runner holds the other end and never writes, so
that happens when it stops the cluster, and also when it is killed in whatever way. Then every
process that carries the cluster's mark in its environment is killed and its folder is removed.

A parent-death signal would be shorter, but the kernel sends it when the *thread* that started the
process ends (prctl(2), PR_SET_PDEATHSIG), and tests start clusters from threads.
"""

import os
import shutil
import signal
import sys
import time
from pathlib import Path

MARK = "PINFOLD_CLUSTER_FOLDER"


def main() -> None:
    folder = sys.argv[1]
    sys.stdin.buffer.read()
    while pids := marked(folder):
        for pid in pids:
            _kill(pid)
        time.sleep(0.01)
    shutil.rmtree(folder, ignore_errors=True)


def marked(folder: str) -> list[int]:
    """The processes that were started for the cluster in `folder`; one that has ended has no mark.

    Source: proc(5), /proc/pid/environ. Those of other users cannot be read, and are not ours.
    """
    mark = f"{MARK}={folder}".encode()
    return [int(entry.name) for entry in Path("/proc").iterdir() if _carries(entry, mark)]


def _carries(entry: Path, mark: bytes) -> bool:
    if not entry.name.isdecimal():
        return False
    try:
        return mark in (entry / "environ").read_bytes().split(b"\0")
    except OSError:
        return False


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


if __name__ == "__main__":
    main()
