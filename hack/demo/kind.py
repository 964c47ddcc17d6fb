"""`make kind`: the same tour on a kind cluster, with the image built and running in the cluster.

It needs kind, kubectl, helm and docker or podman; it says what is missing and ends with 2.
Nodes of kind have no GPUs, so the pinned Deployment's Pod is admitted and stays Pending there.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from subprocess import CompletedProcess

from hack.demo import screen
from hack.demo.tour import ENFORCED, OBSERVED, ROOT, run

CLUSTER = "pinfold"
CONTEXT = f"kind-{CLUSTER}"
IMAGE = "localhost/pinfold:dev"
NAMESPACE = "pinfold-system"
_ENGINES = ("docker", "podman")


def main() -> int:
    parser = argparse.ArgumentParser(prog="make kind", description=__doc__)
    parser.add_argument("--keep", action="store_true", help="leave the cluster to play with")
    keep = parser.parse_args().keep
    if missing := _missing():
        print(f"make kind: {', '.join(missing)} not found; `make demo` needs none", file=sys.stderr)
        return 2
    try:
        _install()
        failures = _tour()
    finally:
        if not keep:
            _must("kind", "delete", "cluster", "--name", CLUSTER)
    for failure in failures:
        screen.verdict(failure, good=False)
    return 1 if failures else 0


def _missing() -> list[str]:
    missing = [name for name in ("kind", "kubectl", "helm") if not shutil.which(name)]
    return missing if _engine() else [*missing, " or ".join(_ENGINES)]


def _engine() -> str | None:
    """The one that build_image takes too."""
    return next(filter(shutil.which, _ENGINES), None)


def _install() -> None:
    screen.heading("The image, and a kind cluster that has it")
    _must(sys.executable, "-m", "hack.build_image", "--tag", IMAGE)
    _must("kind", "create", "cluster", "--config", "kind-config.yaml")
    _load()
    screen.heading("helm install pinfold charts/pinfold")
    repository, _colon, tag = IMAGE.rpartition(":")
    _must(
        "helm", "install", "pinfold", "charts/pinfold", "--kube-context", CONTEXT,
        "--namespace", NAMESPACE, "--create-namespace", "--wait",
        "--set", f"image.repository={repository}", "--set", f"image.tag={tag}",
        "--set", "image.digest=", "--set", "image.allowTag=true",
    )  # fmt: skip


def _load() -> None:
    """By an archive: `kind load docker-image` knows docker alone."""
    with tempfile.TemporaryDirectory(prefix="pinfold-image-") as folder:
        archive = f"{folder}/image.tar"
        _must(_engine() or "docker", "save", "-o", archive, IMAGE)
        _must("kind", "load", "image-archive", archive, "--name", CLUSTER)


def _tour() -> list[str]:
    _kubectl("create", "namespace", "playground")
    failures = run(_kubectl, OBSERVED)
    _kubectl("create", "namespace", "ml")
    _kubectl("label", "namespace", "ml", "pinfold.dev/enforce=true")
    failures += run(_kubectl, ENFORCED)
    pods = json.loads(_kubectl("get", "pods", "-n", "ml", "-o", "json").stdout)["items"]
    return failures if pods else [*failures, "the pinned Deployment made no Pod"]


def _kubectl(*arguments: str, check: bool = True) -> CompletedProcess[str]:
    return subprocess.run(
        ["kubectl", "--context", CONTEXT, *arguments],
        capture_output=True,
        text=True,
        check=check,
    )


def _must(*command: str) -> None:
    subprocess.run(command, cwd=ROOT, check=True)


if __name__ == "__main__":
    sys.exit(main())
