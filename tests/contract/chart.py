"""The chart as data: what Helm makes of it, found by kind and name."""

from pathlib import Path
from typing import Any

import yaml

from hack.generate_crds import CHART
from hack.render_manifests import render

Document = dict[str, Any]
DIGEST = "sha256:" + "9f3c" * 16
WITH_DIGEST = ("--set", f"image.digest={DIGEST}")
FOLDER = Path(__file__).parent
ROOT = CHART.parent.parent


def documents(*arguments: str) -> list[Document]:
    """All that is rendered with a digest and `arguments`."""
    return documents_of(render(*WITH_DIGEST, *arguments))


def documents_of(text: str) -> list[Document]:
    return [document for document in yaml.safe_load_all(text) if document]


def only(found: list[Document], kind: str, name: str = "") -> Document:
    """The one of `kind`, and of `name` if there are several."""
    (document,) = (
        one for one in found if one["kind"] == kind and name in ("", one["metadata"]["name"])
    )
    return document


def containers(found: list[Document]) -> list[Document]:
    """Those of all Deployments."""
    return [
        container
        for one in found
        if one["kind"] == "Deployment"
        for container in one["spec"]["template"]["spec"]["containers"]
    ]
