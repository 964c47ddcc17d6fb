"""The folder in which what was built once is kept, and the lock that guards a build in it."""

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def cache_folder() -> Path:
    """$PINFOLD_CACHE, else $XDG_CACHE_HOME/pinfold, else ~/.cache/pinfold; made when missing."""
    if own := os.environ.get("PINFOLD_CACHE"):
        folder = Path(own)
    elif xdg := os.environ.get("XDG_CACHE_HOME"):
        folder = Path(xdg) / "pinfold"
    else:
        folder = Path.home() / ".cache" / "pinfold"
    folder.mkdir(parents=True, exist_ok=True)
    return folder.absolute()


@contextmanager
def only_builder(folder: Path) -> Iterator[None]:
    """Hold the lock of `folder`; wait, and say so, while another run holds it.

    The kernel gives the lock back when its holder dies, however it dies.
    """
    with (folder / "build.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"another run builds in {folder}: waiting for it", file=sys.stderr, flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
