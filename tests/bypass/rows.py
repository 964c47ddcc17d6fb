"""The rows of tests/bypass: read, filled in, given the names that Kubernetes asks for."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

DIGEST = "sha256:" + "ab" * 32
COMMIT = "9f3c" * 10

_API_VERSIONS = {
    "Pod": "v1",
    "PodTemplate": "v1",
    "Deployment": "apps/v1",
    "CronJob": "batch/v1",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One attempt; `before`, `apply` are whole manifests, `kubectl` is filled in likewise."""

    name: str
    policy: dict[str, Any] | None
    before: dict[str, Any] | None
    apply: dict[str, Any] | None
    kubectl: tuple[str, ...]
    deleted: bool
    refused: tuple[str, ...]
    since: tuple[int, int]


def rows() -> list[Row]:
    text = Path(__file__).with_name("admission.yaml").read_text("utf-8")
    text = text.replace("@DIGEST", f"@{DIGEST}").replace("COMMIT", COMMIT)
    return [_row(raw) for raw in yaml.safe_load(text)]


def _row(raw: dict[str, Any]) -> Row:
    assert ("apply" in raw) != ("kubectl" in raw), raw
    assert raw["refused"], raw
    return Row(
        name=f"{raw['class']}: {raw['what']}",
        policy=raw.get("policy"),
        before=_manifest(raw.get("before")),
        apply=_manifest(raw.get("apply")),
        kubectl=tuple(raw.get("kubectl", ())),
        deleted=raw.get("deleted", False),
        refused=tuple(raw["refused"]),
        since=_version(raw.get("since", "1.0")),
    )


def _manifest(raw: dict[str, Any] | None) -> dict[str, Any] | None:
    if raw is None:
        return None
    metadata = {"name": "attempt", **raw.get("metadata", {})}
    version = raw.get("apiVersion") or _API_VERSIONS[raw["kind"]]
    return {**raw, "apiVersion": version, "metadata": metadata}


def _version(text: str) -> tuple[int, int]:
    major, minor = text.split(".")
    return int(major), int(minor)


def as_text(manifest: dict[str, Any]) -> str:
    return json.dumps(manifest)
