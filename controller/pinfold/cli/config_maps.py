"""The ConfigMaps of an input, as the pods beside them see them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pinfold.documents.model import BrokenDocument, Document
from pinfold.inspect.read import NO_FILES, Files
from pinfold.inspect.workload import Code, Opaque, State, Workload

_Texts = Mapping[str, str] | None  # None: nothing is known of what it holds
_Found = dict[tuple[str, str], _Texts]  # by namespace and name


@dataclass(frozen=True, slots=True)
class Beside:
    """The ConfigMaps that a document sees; of the `doubtful` other files say something else."""

    files: Files
    doubtful: frozenset[str] = frozenset()

    def sure(self, workload: Workload, text: str) -> Workload:
        """A workload without pins that another file's ConfigMap may undo."""
        names = sorted(name for name in self.doubtful if name in text)
        if not names or all(row.state is not State.PINNED for row in workload.artefacts):
            return workload
        rows = tuple(
            replace(row, state=State.OPAQUE) if row.state is State.PINNED else row
            for row in workload.artefacts
        )
        first = next(row for row in workload.artefacts if row.state is State.PINNED)
        detail = f"ConfigMap {names[0]} stands in another file too, and says something else there"
        row = Opaque(first.container, Code.CONFIGMAP, detail, first.place)
        return replace(workload, artefacts=rows, opaque=(*workload.opaque, row))


@dataclass(frozen=True, slots=True)
class ConfigMaps:
    """Those of all files, by namespace; where two differ, a document sees that of its own file."""

    agreed: Mapping[str, Files]
    differing: Mapping[tuple[str, str], Files]  # by file and namespace, what that file says

    @classmethod
    def of(cls, documents: Iterable[Document | BrokenDocument]) -> "ConfigMaps":
        """The ConfigMaps of an input; two of one name that differ in one file tell nothing."""
        shared: _Found = {}
        own: dict[str, _Found] = {}
        for document in documents:
            if isinstance(document, Document) and _is_config_map(document.value):
                value = document.value
                key = namespace_of(value), str(metadata_of(value).get("name") or "")
                texts = _texts_of(value)
                for found in (shared, own.setdefault(document.source, {})):
                    found[key] = texts if found.get(key, texts) == texts else None
        agreed: dict[str, dict[str, Mapping[str, str]]] = {}
        for (namespace, name), texts in shared.items():
            if texts is not None:
                agreed.setdefault(namespace, {})[name] = texts
        differing: dict[tuple[str, str], dict[str, Mapping[str, str]]] = {}
        for source, found in own.items():
            for (namespace, name), texts in found.items():
                if texts is not None and shared[namespace, name] is None:
                    differing.setdefault((source, namespace), {})[name] = texts
        return cls(agreed, differing)

    def beside(self, document: Document) -> Beside:
        """What a document sees, which stands in a file and a namespace."""
        namespace = namespace_of(document.value)
        files = self.agreed.get(namespace, NO_FILES)
        mine = self.differing.get((document.source, namespace))
        return Beside(files) if mine is None else Beside({**files, **mine}, frozenset(mine))


def namespace_of(value: Mapping[str, Any]) -> str:
    """The namespace that an object names, or none."""
    return str(metadata_of(value).get("namespace") or "")


def metadata_of(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """An object's metadata, where that is a mapping."""
    metadata = value.get("metadata")
    return metadata if isinstance(metadata, dict) else {}


def _is_config_map(value: Any) -> bool:
    return isinstance(value, dict) and (value.get("apiVersion"), value.get("kind")) == (
        "v1",
        "ConfigMap",
    )


def _texts_of(config_map: Mapping[str, Any]) -> _Texts:
    """None where the API server would refuse the data, or some are not text: nothing is known."""
    data = config_map.get("data")
    data = {} if data is None else data
    if config_map.get("binaryData") or not isinstance(data, dict):
        return None
    return data if all(isinstance(text, str) for text in data.values()) else None
