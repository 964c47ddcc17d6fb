"""Events of Kubernetes: one for each change of a workload, counted where the same comes again."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pinfold.kube.client import MERGE_PATCH, Api
from pinfold.kube.errors import Conflict
from pinfold.kube.owners import Ref

_MESSAGE_BYTES = 1024  # the API server refuses longer ones
_NAME_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Happening:
    """What is to be told of an object; `reason` is one word in CamelCase."""

    about: Ref
    reason: str
    message: str
    is_warning: bool


async def tell(api: Api, happening: Happening, now: datetime) -> None:
    """Makes the event, or counts it once more. Raises ApiError.

    Its name is made of what it says, so that a writer that died after it does not say it twice
    under two names.
    """
    name = _name(happening)
    collection = f"/api/v1/namespaces/{_where(happening.about)}/events"
    try:
        await api.create(collection, _event(happening, name, now))
    except Conflict:
        found = await api.get(f"{collection}/{name}")
        count = int(found.get("count") or 1) + 1
        again = {"count": count, "lastTimestamp": _text(now)}
        await api.patch(f"{collection}/{name}", again, MERGE_PATCH)


def _event(happening: Happening, name: str, now: datetime) -> dict[str, Any]:
    about = happening.about
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": name, "namespace": _where(about)},
        "involvedObject": {
            "apiVersion": about.api_version,
            "kind": about.kind,
            "namespace": about.namespace,
            "name": about.name,
            "uid": about.uid,
        },
        "type": "Warning" if happening.is_warning else "Normal",
        "reason": happening.reason,
        "message": clipped(happening.message, _MESSAGE_BYTES),
        "source": {"component": "pinfold"},
        "firstTimestamp": _text(now),
        "lastTimestamp": _text(now),
        "count": 1,
    }


def _where(about: Ref) -> str:
    """Events about an object of no namespace stand in "default"."""
    return about.namespace or "default"


def clipped(text: str, most: int) -> str:
    """`text` in no more than `most` bytes."""
    if len(text.encode()) <= most:
        return text
    return text.encode()[: most - 3].decode("utf-8", "ignore") + "…"


def _name(happening: Happening) -> str:
    about = happening.about
    said = f"{about.uid}\0{happening.reason}\0{happening.message}"
    return f"{about.name[:_NAME_CHARACTERS]}.{hashlib.sha256(said.encode()).hexdigest()[:16]}"


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
