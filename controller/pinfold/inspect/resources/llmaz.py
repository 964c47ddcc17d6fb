"""llmaz's OpenModel: a repository of a hub with its revision, or an address.

Source: api/core/v1alpha1/model_types.go of InftyAI/llmaz.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pinfold.inspect.resources.assembled import Assembled, at_place
from pinfold.inspect.resources.parts import Label, Part
from pinfold.inspect.resources.paths import concrete, field, mapping, text
from pinfold.inspect.resources.stored import fetched
from pinfold.inspect.workload import Where

_FOLDER = "/workspace/models"
_HUB = "spec.source.modelHub"
_OLLAMA, _HOST = "ollama://", "host://"
_LOADER = Label(where=Where.CONFIG, server="model-loader", keys="source.modelHub.")
_STORED = Label(where=Where.STORAGE_URI, server="model-loader")


def more(value: Mapping[str, Any], _parts: tuple[Part, ...]) -> Iterator[Part]:
    """What pods that claim the model load."""
    for place, node in concrete(value, _HUB):
        hub = mapping(node, place)
        if text(hub, "modelID", place):
            yield _of_hub(hub, place)
    for place, node in concrete(value, "spec.source"):
        if uri := text(mapping(node, place), "uri", place):
            yield _of_uri(uri, field(place, "uri"))


def _of_hub(hub: Mapping[str, Any], place: str) -> Part:
    """The command of the hub's own client that comes to the same."""
    made = Assembled("spec", "model")
    name, at = text(hub, "modelID", place), field(place, "modelID")
    revision = text(hub, "revision", place)
    if text(hub, "name", place) == "ModelScope":
        made.command = at_place(at, "modelscope", "download", "--model", name)
        made.command += at_place(at, "--local_dir", _FOLDER)
    else:
        made.command = at_place(at, "hf", "download", name, "--local-dir", _FOLDER)
    if revision:
        made.command += at_place(field(place, "revision"), "--revision", revision)
    return made.part(_LOADER)


def _of_uri(uri: str, place: str) -> Part:
    if uri.startswith(_OLLAMA):
        made = Assembled("spec", "model")
        made.command = at_place(place, "ollama", "pull", uri.removeprefix(_OLLAMA))
        return made.part(_STORED)
    address = uri.removeprefix(_HOST) if uri.startswith(_HOST) else uri
    return fetched("spec", address, place, "model", _STORED)
