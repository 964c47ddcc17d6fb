"""The programs of the simulated cluster: built once from the Go module beside this file.

`python -m tests.cluster.programs` builds them and prints the folder that holds them.
"""

import hashlib
import os
import platform
import re
import shutil
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.cluster.cache import cache_folder, only_builder
from tests.cluster.go_toolchain import GoUnavailable, go_command, go_environment
from tests.cluster.progress import LongCommandFailed, run_with_progress

HERE = Path(__file__).parent

_PACKAGES = {
    "etcd": "go.etcd.io/etcd/server/v3",
    "kube-apiserver": "k8s.io/kubernetes/cmd/kube-apiserver",
    "kube-controller-manager": "k8s.io/kubernetes/cmd/kube-controller-manager",
    "kube-scheduler": "k8s.io/kubernetes/cmd/kube-scheduler",
    "kubectl": "k8s.io/kubernetes/cmd/kubectl",
    "helm": "helm.sh/helm/v4/cmd/helm",
    "kwok": "sigs.k8s.io/kwok/cmd/kwok",
}
_BUILT_AS = {"etcd": "server"}  # `go build` names a program after the last part of its path
_KNOWS_TOOL_LINES = (1, 24)

# A release is a list of modules; what an earlier one has is not taken from a later one.
_RELEASES = {"newest": (HERE,), "oldest": (HERE / "oldest", HERE)}


class ProgramsUnavailable(Exception):
    """A program can be neither found nor built; the text says what to install or correct."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Programs:
    etcd: Path
    kube_apiserver: Path
    kube_controller_manager: Path
    kube_scheduler: Path
    kubectl: Path
    helm: Path
    kwok: Path


@dataclass(frozen=True, slots=True)
class _Module:
    """A go.mod whose `tool` lines are the programs."""

    folder: Path

    def text(self) -> str:
        return (self.folder / "go.mod").read_text("utf-8")

    def programs(self) -> list[str]:
        block = re.search(r"^tool \((.*?)^\)", self.text(), re.MULTILINE | re.DOTALL)
        tools = block[1].split() if block else []
        return [name for name, package in _PACKAGES.items() if package in tools]

    def go(self) -> tuple[int, int]:
        return max(self._numbers(r"^go (\d+)\.(\d+)"), _KNOWS_TOOL_LINES)

    def flags(self) -> list[str]:
        """Without a version, the API server says v0.0.0 and its clients misbehave."""
        major, minor = self._numbers(r"^\s*k8s\.io/kubernetes v(\d+)\.(\d+)\.")
        full = re.search(r"^\s*k8s\.io/kubernetes (v\S+)", self.text(), re.MULTILINE)
        assert full
        variables = {"gitVersion": full[1], "gitMajor": major, "gitMinor": minor}
        stamps = [f"-X k8s.io/component-base/version.{k}={v}" for k, v in variables.items()]
        return ["-trimpath", "-ldflags", " ".join(["-s", "-w", *stamps])]

    def identity(self) -> str:
        """A name for all that decides what is built, except the version of Go."""
        parts = [self.text(), (self.folder / "go.sum").read_text("utf-8"), *self.flags()]
        text = "\0".join([*parts, platform.machine()])
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def _numbers(self, pattern: str) -> tuple[int, int]:
        match = re.search(pattern, self.text(), re.MULTILINE)
        if not match:
            raise ProgramsUnavailable(f"{self.folder / 'go.mod'}: nothing matches {pattern!r}")
        return int(match[1]), int(match[2])


def programs(release: str | None = None) -> Programs:
    """The programs of `release`: "newest" or "oldest", by default what $PINFOLD_KUBERNETES says.

    Those that $KUBEBUILDER_ASSETS has are taken from there; the rest is built, once.
    Raises ProgramsUnavailable.
    """
    release = release or os.environ.get("PINFOLD_KUBERNETES") or "newest"
    if release not in _RELEASES:
        raise ProgramsUnavailable(f"PINFOLD_KUBERNETES={release!r}: use newest or oldest")
    found = _assets()
    for folder in _RELEASES[release]:
        module = _Module(folder)
        missing = [name for name in module.programs() if name not in found]
        found |= _built(module, missing)
    return Programs(**{name.replace("-", "_"): path for name, path in found.items()})


def _assets() -> dict[str, Path]:
    folder = os.environ.get("KUBEBUILDER_ASSETS")
    if not folder:
        return {}
    paths = {name: Path(folder).absolute() / name for name in _PACKAGES}
    return {name: path for name, path in paths.items() if os.access(path, os.X_OK)}


def _built(module: _Module, names: Iterable[str]) -> dict[str, Path]:
    cache = cache_folder()
    folder = cache / f"cluster-{module.identity()}"
    paths = {name: folder / name for name in names}
    if not all(path.exists() for path in paths.values()):
        with only_builder(cache):
            missing = [name for name, path in paths.items() if not path.exists()]
            if missing:  # else another run built them while this one waited
                _build(module, missing, folder)
    return paths


def _build(module: _Module, names: list[str], folder: Path) -> None:
    """Build into a folder beside the last one, so that a half-built program is never used."""
    for left_over in folder.parent.glob(".building-*"):  # of a run that was killed: we are alone
        shutil.rmtree(left_over)
    print(f"once, into {folder}: about 10 minutes on 2 cores", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory(prefix=".building-", dir=folder.parent) as building:
        try:
            go = go_command(module.go(), folder.parent)
            run_with_progress(
                f"building {', '.join(names)}",
                [str(go), "build", "-v", *module.flags(), "-o", f"{building}/"]
                + [_PACKAGES[name] for name in names],
                cwd=module.folder,
                environment=go_environment(),
            )
        except (GoUnavailable, LongCommandFailed, OSError) as error:
            raise ProgramsUnavailable(str(error)) from error
        folder.mkdir(exist_ok=True)
        for name in names:
            Path(building, _BUILT_AS.get(name, name)).rename(folder / name)


def main() -> None:
    try:
        print(programs().kube_apiserver.parent)
    except ProgramsUnavailable as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit("interrupted; the next run takes up what is compiled already")


if __name__ == "__main__":
    main()
