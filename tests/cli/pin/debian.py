"""docker-registry as Debian packages it, unpacked and not installed."""

import shutil
import subprocess
from functools import cache
from pathlib import Path

from tests.alerts.debian import NoPackages
from tests.cluster.cache import cache_folder, only_builder


@cache
def registry_program() -> Path:
    """Raises NoPackages where this machine has no apt, or apt cannot get it."""
    folder = cache_folder() / "debian-docker-registry"
    program = folder / "usr" / "bin" / "docker-registry"
    with only_builder(cache_folder()):
        if not program.exists():
            _fetch(folder)
    return program


def _fetch(folder: Path) -> None:
    if shutil.which("apt-get") is None or shutil.which("dpkg") is None:
        raise NoPackages("apt-get and dpkg are needed")
    downloads = folder.with_suffix(".deb")
    downloads.mkdir(parents=True, exist_ok=True)
    command = ["apt-get", "download", "-qq", "docker-registry"]
    done = subprocess.run(command, cwd=downloads, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise NoPackages(f"{' '.join(command)}: {done.stderr.strip()}")
    for package in downloads.glob("*.deb"):
        subprocess.run(["dpkg", "-x", str(package), str(folder)], check=True)
