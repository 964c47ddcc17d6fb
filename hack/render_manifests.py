"""manifests/crds.yaml and manifests/install.yaml, for those who install without Helm.

usage: python -m hack.render_manifests [--check]

Both are what the chart renders; its values stand in manifests/values.yaml.
"""

import subprocess
import sys
from pathlib import Path

from hack.generate_crds import CHART, differing
from tests.cluster.programs import programs

MANIFESTS = CHART.parent.parent / "manifests"
NAMESPACE = "pinfold-system"
_NAMESPACE_DOCUMENT = f"""\
---
apiVersion: v1
kind: Namespace
metadata:
  name: {NAMESPACE}
  labels:
    app.kubernetes.io/name: pinfold
    pod-security.kubernetes.io/enforce: restricted
"""
_HEADER = "# Rendered by `python -m hack.render_manifests` from charts/pinfold; edit there.\n"
_HOW = """\
# The image's digest is all zeros here: a release writes its own.
#   kubectl apply --server-side -f crds.yaml
#   kubectl apply --server-side -f install.yaml
"""


def render(*arguments: str, namespace: str = NAMESPACE) -> str:
    """The chart as release `pinfold`. Raises RuntimeError with what Helm says."""
    command = [str(programs().helm), "template", "pinfold", str(CHART), "--namespace", namespace]
    done = subprocess.run([*command, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout


def crds() -> str:
    """The chart's CRDs as one file."""
    paths = sorted((CHART / "crds").glob("*.yaml"))
    return "---\n".join(path.read_text("utf-8") for path in paths)


def outputs() -> dict[Path, str]:
    """What should stand in each rendered file."""
    rendered = render("--values", str(MANIFESTS / "values.yaml"))
    return {
        MANIFESTS / "crds.yaml": crds(),
        MANIFESTS / "install.yaml": _HEADER + _HOW + _NAMESPACE_DOCUMENT + rendered,
    }


def main() -> None:
    """Write what differs; with --check only say so, and end with 1."""
    wanted = outputs()
    for path in differing(wanted):
        if "--check" in sys.argv[1:]:
            sys.exit(f"{path} is not what `make generate` would write")
        path.write_text(wanted[path], "utf-8")
        print(f"wrote {path}")


if __name__ == "__main__":
    main()
