"""Kinds that have no pods and name what pods of other objects load.

Source: KServe's pkg/apis/serving/v1alpha1 (TrainedModel, LocalModelCache) and aibrix's
api/model/v1alpha1 (ModelAdapter), whose server gets the name of a repository and no revision.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pinfold.inspect.resources.parts import Label, Part
from pinfold.inspect.resources.paths import concrete, mapping, text
from pinfold.inspect.resources.stored import fetched
from pinfold.inspect.workload import Kind, Where

_HUB = "huggingface://"
_STORED = Label(where=Where.STORAGE_URI, pod="spec")
_ADAPTER = Label(
    where=Where.STORAGE_URI, pod="spec", kind=Kind.ADAPTER, server="model-adapter", unpinnable=True
)
_FIELDS = (
    ("spec", "artifactURL", "adapter", _ADAPTER),
    ("spec", "sourceModelUri", "model", _STORED),
    ("spec.model", "storageUri", "model", _STORED),
)


def more(value: Mapping[str, Any], _parts: tuple[Part, ...]) -> Iterator[Part]:
    """What the object names."""
    for path, name, component, label in _FIELDS:
        for place, node in concrete(value, path):
            if address := text(mapping(node, place), name, place):
                if address.startswith(_HUB):
                    address = "hf://" + address.removeprefix(_HUB)
                yield fetched(place, address, f"{place}.{name}", component, label)
