"""Kinds that have no pods and name what pods of other objects load.

Source: KServe's pkg/apis/serving/v1alpha1 (TrainedModel, LocalModelCache), aibrix's
api/model/v1alpha1 (ModelAdapter, ModelClaim), whose server gets the name of a repository and no
revision, ome's pkg/apis/ome/v1beta1/model.go, Dynamo's dynamo_model_types.go, Seldon's
apis/mlops/v1alpha1/model_types.go.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pinfold.inspect.resources.parts import Label, Part
from pinfold.inspect.resources.paths import concrete, mapping, text
from pinfold.inspect.resources.stored import fetched
from pinfold.inspect.workload import Kind, Pin, PinForm, Where

_HUB = "hf://"
_HUBS = (_HUB, "huggingface://")
_STORED = Label(where=Where.STORAGE_URI, pod="spec")
_ADAPTER = replace(_STORED, kind=Kind.ADAPTER, server="model-adapter", unpinnable=True)


@dataclass(frozen=True, slots=True)
class _Field:
    """A field `name` of what stands at `path`; `at` where a revision follows an @."""

    path: str
    name: str
    component: str
    label: Label
    at: bool = False


_FIELDS = (
    _Field("spec", "artifactURL", "adapter", _ADAPTER),
    _Field("spec", "sourceModelUri", "model", _STORED),
    _Field("spec", "storageUri", "model", _STORED),
    _Field("spec.model", "storageUri", "model", _STORED),
    _Field("spec.source", "uri", "adapter", replace(_STORED, kind=Kind.ADAPTER), at=True),
    _Field("spec.storage", "storageUri", "model", _STORED, at=True),
)


def more(value: Mapping[str, Any], _parts: tuple[Part, ...]) -> Iterator[Part]:
    """What the object names."""
    for one in _FIELDS:
        for place, node in concrete(value, one.path):
            if written := text(mapping(node, place), one.name, place):
                label = one.label
                if value.get("kind") == "ModelClaim":
                    label = replace(label, kind=None)
                at = f"{place}.{one.name}"
                if one.at:
                    yield with_at(place, written, at, one.component, label)
                else:
                    yield fetched(place, _address(written), at, one.component, label)


def with_at(path: str, written: str, place: str, component: str, label: Label) -> Part:
    """An address in which an @ stands before the revision, where KServe's has a colon."""
    if not written.startswith(_HUB):
        return fetched(path, written, place, component, label)
    name, sign, revision = written.removeprefix(_HUB).partition("@")
    name = name.replace(":", "%3A")  # no sign of a revision here
    label = replace(label, pin=Pin(PinForm.SUFFIX, f"{_HUB}{name}@", None))
    address = f"{_HUB}{name}:{revision}" if sign else f"{_HUB}{name}"
    return fetched(path, address, place, component, label)


def _address(written: str) -> str:
    prefix = next((prefix for prefix in _HUBS if written.startswith(prefix)), "")
    return _HUB + written.removeprefix(prefix) if prefix else written
