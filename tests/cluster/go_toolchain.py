"""The `go` command: the machine's own where it is new enough, else the one of a PyPI wheel."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from tests.cluster.progress import LongCommandFailed, run_with_progress

REQUIREMENTS = Path(__file__).with_name("go-requirements.txt")

_VERSION = re.compile(r"go(\d+)\.(\d+)")


class GoUnavailable(Exception):
    """There is no Go that can build the programs; the text says what to install."""


def go_command(at_least: tuple[int, int], cache: Path) -> Path:
    """A `go` of at least that version. Call it with the lock of `cache` held.

    Raises GoUnavailable when the machine has none and the wheel cannot be installed.
    """
    if (own := shutil.which("go")) and (_version_of(own) or (0, 0)) >= at_least:
        return Path(own)
    return _installed_from_wheel(at_least, cache)


def go_environment() -> dict[str, str]:
    """The environment for `go`: it never fetches another toolchain and builds without a C compiler.

    Flags and workspaces of the user are left out, because they would change what is built.
    """
    own = {key: value for key, value in os.environ.items() if key not in {"GOROOT", "GOOS"}}
    return own | {"CGO_ENABLED": "0", "GOTOOLCHAIN": "local", "GOFLAGS": "", "GOWORK": "off"}


def _version_of(go: str) -> tuple[int, int] | None:
    answer = subprocess.run(
        [go, "env", "GOVERSION"], env=go_environment(), capture_output=True, text=True, check=False
    )
    match = _VERSION.match(answer.stdout)
    return (int(match[1]), int(match[2])) if match else None


def _installed_from_wheel(at_least: tuple[int, int], cache: Path) -> Path:
    name = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()[:16]
    folder = cache / f"go-{name}"
    complete = folder / "complete"  # a virtual environment cannot be moved into place when done
    if not complete.exists():
        shutil.rmtree(folder, ignore_errors=True)
        _install(folder, at_least)
        complete.touch()
    return folder / "bin" / "go"


def _install(folder: Path, at_least: tuple[int, int]) -> None:
    wanted = f"{at_least[0]}.{at_least[1]}"
    try:
        venv.create(folder, with_pip=True, symlinks=True)
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--only-binary", ":all:"]
        run_with_progress(
            f"installing a Go toolchain, because `go` {wanted} or newer is not on the PATH",
            [*pip, "--require-hashes", "-r", str(REQUIREMENTS)],
            cwd=folder,
            environment=os.environ,
        )
    except (LongCommandFailed, subprocess.CalledProcessError, OSError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise GoUnavailable(
            f"The programs of the test cluster are built with Go {wanted} or newer.\n"
            f"The machine's PATH has none, and `pip install -r {REQUIREMENTS}` failed: {error}\n"
            f"Install Go {wanted} or newer, or give pip a way to PyPI and {sys.executable} its "
            "venv module (Debian and Ubuntu: apt install python3-venv)."
        ) from error
