"""Kubeflow's TrainJob: what it lays over the runtime that it names.

Source: pkg/apis/trainer/v1alpha1/trainjob_types.go of kubeflow/trainer; its initializer hands the
whole address behind `hf://` to the hub's client as a name, so that no revision can be given.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pinfold.inspect.podspec import Container, PodSpec
from pinfold.inspect.resources.parts import Label, Move, Part
from pinfold.inspect.resources.paths import concrete, converted, mapping, text
from pinfold.inspect.resources.stored import fetched
from pinfold.inspect.workload import Where

_LABEL = Label(where=Where.STORAGE_URI, server="model-initializer", unpinnable=True)


def more(value: Mapping[str, Any], _parts: tuple[Part, ...]) -> Iterator[Part]:
    """The trainer's container, and the model that is fetched before it starts."""
    for place, node in concrete(value, "spec.trainer"):
        trainer = {**mapping(node, place), "name": "trainer"}
        spec = PodSpec(containers=(converted(trainer, Container, place),))
        yield Part(place, spec, (Move(f"{place}.containers[0]", place),))
    for place, node in concrete(value, "spec.initializer.model"):
        if address := text(mapping(node, place), "storageUri", place):
            yield fetched(place, address, f"{place}.storageUri", "model", _LABEL)
