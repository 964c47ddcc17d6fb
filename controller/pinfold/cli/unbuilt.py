"""Documents that stand for workloads and are none yet: what makes the workloads of them."""

from collections.abc import Iterable, Mapping
from pathlib import PurePath
from typing import Any

from pinfold.documents.model import BrokenDocument, Document

_HELM = "helm template RELEASE CHART | pinfold check -"
_VALUES = "helm template RELEASE CHART --values FILE | pinfold check -"
_KUSTOMIZE = "kustomize build FOLDER | pinfold check -"
# By group and kind: what the document is called, and what to type.
_KINDS = {
    ("kustomize.config.k8s.io", "Kustomization"): ("Kustomization", _KUSTOMIZE),
    ("kustomize.config.k8s.io", "Component"): ("Kustomize component", _KUSTOMIZE),
    ("kustomize.toolkit.fluxcd.io", "Kustomization"): (
        "Kustomization of Flux",
        "flux build kustomization NAME --path FOLDER | pinfold check -",
    ),
    ("helm.toolkit.fluxcd.io", "HelmRelease"): ("HelmRelease", _HELM),
    ("helm.cattle.io", "HelmChart"): ("HelmChart", _HELM),
    ("argoproj.io", "Application"): (
        "Application of Argo CD",
        "argocd app manifests NAME | pinfold check -",
    ),
    ("argoproj.io", "ApplicationSet"): (
        "ApplicationSet of Argo CD",
        "argocd appset generate FILE, and argocd app manifests NAME | pinfold check -",
    ),
}
_KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_KUSTOMIZED = ("resources", "bases", "patches", "images", "components")
_COMPOSED = ("image", "build")


def unbuilt(documents: Iterable[Document | BrokenDocument]) -> tuple[str, ...]:
    """A line for each sort of such documents."""
    counts: dict[tuple[str, str], int] = {}
    for document in documents:
        if isinstance(document, Document) and (sort := _sort_of(document)) is not None:
            counts[sort] = counts.get(sort, 0) + 1
    return tuple(
        f"{what}{f' ({count} times)' if count > 1 else ''} passed over: {how}."
        for (what, how), count in counts.items()
    )


def _sort_of(document: Document) -> tuple[str, str] | None:
    value = document.value
    if isinstance(value, list):
        return _of_list(value)
    if not isinstance(value, dict):
        return None
    version, kind = value.get("apiVersion"), value.get("kind")
    if isinstance(version, str) and isinstance(kind, str):
        found = _KINDS.get((version.partition("/")[0], kind))
        return found and (found[0], f"build it first, {found[1]}")
    if version is None and kind is None:
        return _without_kind(value, PurePath(document.source).name)
    return None


def _without_kind(value: Mapping[str, Any], name: str) -> tuple[str, str] | None:
    if name in _KUSTOMIZATIONS and any(key in value for key in _KUSTOMIZED):
        return "Kustomization", f"build it first, {_KUSTOMIZE}"
    if name.startswith("values") or name.endswith(("values.yaml", "values.yml")):
        return "Values of a chart", f"render it first, {_VALUES}"
    if _is_composed(value.get("services")):
        return "Compose file", "it is none of Kubernetes' manifests"
    spec = value.get("spec", value)
    if isinstance(spec, dict) and isinstance(spec.get("containers"), list):
        return "Containers without a kind", "write apiVersion and kind, as kubectl asks for them"
    return None


def _is_composed(services: Any) -> bool:
    return isinstance(services, dict) and any(
        isinstance(one, dict) and any(key in one for key in _COMPOSED) for one in services.values()
    )


def _of_list(items: list[Any]) -> tuple[str, str] | None:
    if any(isinstance(one, dict) and "apiVersion" in one and "kind" in one for one in items):
        return "Objects in a bare list", "write each as a document of its own, or use kind: List"
    return None
