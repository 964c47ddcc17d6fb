"""Kubeconfig files for the users of a cluster."""

import base64
from pathlib import Path
from typing import Any

import yaml


def write_kubeconfig(
    path: Path, *, server: str, authority: Path, user: dict[str, Any], namespace: str = "default"
) -> Path:
    """One context; the certificate authority is inside, so that the file can be copied anywhere."""
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "pinfold", "cluster": _cluster(server, authority)}],
        "users": [{"name": "user", "user": user}],
        "contexts": [
            {
                "name": "pinfold",
                "context": {"cluster": "pinfold", "user": "user", "namespace": namespace},
            }
        ],
        "current-context": "pinfold",
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(document, sort_keys=False), "utf-8")
    return path


def _cluster(server: str, authority: Path) -> dict[str, str]:
    data = base64.b64encode(authority.read_bytes()).decode("ascii")
    return {"server": server, "certificate-authority-data": data}
