"""Which namespaces are looked at, and in which of them the webhook refuses."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pinfold.cli.notes import Note
from pinfold.kube.client import Api
from pinfold.kube.enforcement import Enforcement, read_enforcement
from pinfold.kube.errors import Forbidden, NotFound
from pinfold.kube.webhook_configuration import OURS

_CONFIGURATIONS = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations"
_NAMESPACES = "/api/v1/namespaces"
_NEVER = "kube-system"  # whatever the chart's values are


class NoSuchNamespace(Exception):
    """A namespace that somebody asked for is not there: nothing in it would look like all well."""


@dataclass(frozen=True, slots=True)
class Reach:
    """`enforced` and `judged` are None where it could not be told."""

    enforced: frozenset[str] | None
    judged: frozenset[str] | None

    def is_judged(self, namespace: str) -> bool:
        """Whether the webhook is called there, or would be."""
        if self.judged is None:
            return namespace != _NEVER
        return namespace in self.judged


async def read_reach(api: Api, notes: list[Note]) -> Reach:
    """As the webhook's configuration and the labels of namespaces have it. Raises ApiError."""
    try:
        found = await _enforcement(api)
    except Forbidden as error:
        why = f"where refusals are on already could not be told, and is left open: {error}"
        notes.append(Note(why, is_gap=False))
        return Reach(None, None)
    if found is None:
        return Reach(frozenset(), None)
    return Reach(found.enforced, found.judged)


async def _enforcement(api: Api) -> Enforcement | None:
    """None where no webhook of ours is installed."""
    found = await api.get(_CONFIGURATIONS)
    ours = (one["metadata"]["name"] for one in found["items"] if _is_ours(one))
    name = next(ours, None)
    return None if name is None else await read_enforcement(api, name)


def _is_ours(configuration: dict[str, Any]) -> bool:
    return any(webhook["name"] in OURS for webhook in configuration.get("webhooks") or ())


async def refuse_what_is_not_there(api: Api, namespaces: Sequence[str]) -> None:
    """Raises NoSuchNamespace, ApiError."""
    for namespace in namespaces:
        try:
            await api.get(f"{_NAMESPACES}/{namespace}")
        except NotFound as error:
            raise NoSuchNamespace(f"there is no namespace {namespace!r}") from error
        except Forbidden:
            continue  # what may be read of it shows soon enough


async def all_namespaces(api: Api) -> list[str]:
    """By name. Raises ApiError."""
    found = await api.get(_NAMESPACES)
    return sorted(one["metadata"]["name"] for one in found["items"])
