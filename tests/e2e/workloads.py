"""Several hundred workloads of Kubernetes' own kinds, always the same ones."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pinfold.documents.model import Document
from pinfold.documents.read import read_documents
from pinfold.inspect.kinds import WorkloadKind, kind_of
from tests.bypass.rows import rows
from tests.contract.test_samples import SAMPLES
from tests.corpus.manifests import manifests

Manifest = dict[str, Any]
_NOBODY = "nobody.example.com"  # a scheduler: the pods need not start, and no node is asked


@dataclass(frozen=True, slots=True)
class Case:
    """A manifest; `name` is that of the object, too."""

    name: str
    row: WorkloadKind
    manifest: Manifest

    @property
    def kind(self) -> str:
        return self.row.kind

    def path(self, namespace: str) -> str:
        """The collection that it is made in."""
        root = f"/apis/{self.row.group}/v1" if self.row.group else "/api/v1"
        return f"{root}/namespaces/{namespace}/{self.row.resource}"


def pod_case(name: str, spec: Manifest) -> Case:
    """A Pod of that spec."""
    return _case(name, {"apiVersion": "v1", "kind": "Pod", "metadata": {}, "spec": spec})


def cases() -> list[Case]:
    """Each manifest once, and what is a template once more as the pod that is made from it."""
    found: dict[str, Case] = {}
    for manifest in _manifests():
        row = kind_of(manifest["apiVersion"], manifest["kind"])
        if row is None or not row.is_built_in:
            continue
        for case in (_case(f"w{len(found)}", manifest), *_pods_of(row, manifest)):
            key = json.dumps([case.kind, {**case.manifest, "metadata": _labels(case)}])
            found.setdefault(key, case)
    return [_case(f"w{n}", case.manifest) for n, case in enumerate(found.values())]


def _labels(case: Case) -> Any:
    return {**case.manifest["metadata"], "name": ""}


def _manifests() -> Iterator[Manifest]:
    files = [(path.read_bytes(), path.name) for path in sorted(SAMPLES.rglob("*.yaml"))]
    files += [(manifest.path.read_bytes(), manifest.name) for manifest in manifests()]
    for data, name in files:
        for document in read_documents(data, name):
            if isinstance(document, Document) and _has_a_kind(document.value):
                yield document.value
    for row in rows():
        yield from (one for one in (row.before, row.apply) if one is not None)


def _has_a_kind(value: Any) -> bool:
    return isinstance(value, dict) and {"apiVersion", "kind"} <= set(value)


def _case(name: str, manifest: Manifest) -> Case:
    """With a name of its own, in no namespace, and made by nobody."""
    row = kind_of(manifest["apiVersion"], manifest["kind"])
    assert row is not None
    metadata = manifest.get("metadata") or {}
    kept = {key: metadata[key] for key in ("labels", "annotations") if key in metadata}
    whole = {**manifest, "metadata": {**kept, "name": name}}
    if row.kind == "Pod" and isinstance(whole.get("spec"), dict):
        whole["spec"] = {**whole["spec"], "schedulerName": _NOBODY}
    return Case(name, row, whole)


def _pods_of(row: WorkloadKind, manifest: Manifest) -> Iterator[Case]:
    if row.kind == "Pod":
        return
    for path in row.pods:
        value: Any = manifest
        for step in path.split("."):
            value = value.get(step) if isinstance(value, dict) else None
        if isinstance(value, dict):
            yield pod_case("pod", value)
