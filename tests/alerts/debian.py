"""Prometheus and Alertmanager as Debian packages them, unpacked and not installed."""

import hashlib
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from tests.cluster.cache import cache_folder, only_builder

_PACKAGES = ("prometheus", "prometheus-alertmanager")
_TEMPLATES = b"/usr/share/prometheus/alertmanager"


class NoPackages(Exception):
    """This machine has no apt, or apt cannot get them."""


@cache
def program(name: str) -> Path:
    """The path of promtool, prometheus or prometheus-alertmanager. Raises NoPackages."""
    folder = cache_folder() / "debian-prometheus"
    with only_builder(cache_folder()):
        if not (folder / "usr" / "bin" / name).exists():
            _fetch(folder)
        _link(folder)
    return folder / "usr" / "bin" / name


def _fetch(folder: Path) -> None:
    if shutil.which("apt-get") is None or shutil.which("dpkg") is None:
        raise NoPackages("apt-get and dpkg are needed")
    with tempfile.TemporaryDirectory(dir=cache_folder()) as temporary:
        downloads, unpacked = Path(temporary, "packages"), Path(temporary, "unpacked")
        downloads.mkdir()
        command = ["apt-get", "download", "-qq", *_PACKAGES]
        done = subprocess.run(command, cwd=downloads, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise NoPackages(f"{' '.join(command)}: {done.stderr.strip()}")
        for package in downloads.glob("*.deb"):
            subprocess.run(["dpkg", "-x", str(package), str(unpacked)], check=True)
        _relocate(unpacked, folder)
        shutil.rmtree(folder, ignore_errors=True)
        unpacked.rename(folder)  # whole, or not at all


def _relocate(unpacked: Path, folder: Path) -> None:
    """Alertmanager opens its templates by a path that is compiled in: one as long leads to ours."""
    program = unpacked / "usr" / "bin" / "prometheus-alertmanager"
    own = str(_templates(folder)).encode()
    program.write_bytes(program.read_bytes().replace(_TEMPLATES, own))


def _templates(folder: Path) -> Path:
    digest = hashlib.sha256(str(folder).encode()).hexdigest()
    return Path(f"/tmp/pinfold-{digest}"[: len(_TEMPLATES)])


def _link(folder: Path) -> None:
    """Made anew where /tmp was cleared."""
    place = _templates(folder)
    if not place.is_symlink():
        place.symlink_to(folder / "usr" / "share" / "prometheus" / "alertmanager")
