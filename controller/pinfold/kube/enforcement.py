"""Which namespaces are enforced: what the ValidatingWebhookConfiguration selects, and nothing else.

Neither our settings nor the label alone: a configuration that somebody took away enforces nothing.
"""

from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass

import msgspec

from pinfold.kube.calls import metadata_only
from pinfold.kube.client import Api

_NAMESPACES = "/api/v1/namespaces"
_CONFIGURATIONS = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations"
_ENFORCE, _OBSERVE = "enforce.pinfold.dev", "observe.pinfold.dev"


class _Requirement(msgspec.Struct, frozen=True):
    key: str
    operator: str
    values: tuple[str, ...] | None = None


class Selector(msgspec.Struct, frozen=True, rename="camel"):
    """A label selector. One that is empty selects everything."""

    match_labels: dict[str, str] | None = None
    match_expressions: tuple[_Requirement, ...] | None = None

    def selects(self, labels: Mapping[str, str]) -> bool:
        """As the API server reads it: NotIn also selects what has no such label."""
        return all(labels.get(k) == v for k, v in (self.match_labels or {}).items()) and all(
            _holds(requirement, labels) for requirement in self.match_expressions or ()
        )


def _holds(requirement: _Requirement, labels: Mapping[str, str]) -> bool:
    value, values = labels.get(requirement.key), requirement.values or ()
    match requirement.operator:
        case "In":
            return value in values
        case "NotIn":
            return value not in values
        case "Exists":
            return value is not None
        case "DoesNotExist":
            return value is None
    return False


class _Webhook(msgspec.Struct, frozen=True, rename="camel"):
    name: str = ""
    namespace_selector: Selector | None = None


class _Configuration(msgspec.Struct, frozen=True):
    webhooks: tuple[_Webhook, ...] | None = None


class _Metadata(msgspec.Struct, frozen=True):
    name: str
    labels: dict[str, str] | None = None


class _Namespace(msgspec.Struct, frozen=True):
    metadata: _Metadata


class _Namespaces(msgspec.Struct):
    items: list[_Namespace] | None = None


@dataclass(frozen=True, slots=True)
class Enforcement:
    """Names of namespaces."""

    enforced: frozenset[str]
    judged: frozenset[str]  # these, and those where we only warn: what could be enforced


async def read_enforcement(api: Api, configuration: str) -> Enforcement:
    """As the cluster has it now. Raises ApiError."""
    labels = await _labels(api)
    # A LIST of one name needs no right to see the others, and no other right than a watch of it.
    found = await api.get(_CONFIGURATIONS, {"fieldSelector": f"metadata.name={configuration}"})
    named = (one for one in found["items"] if one["metadata"]["name"] == configuration)
    return enforcement_of(next(named, {}), labels)


def enforcement_of(
    configuration: Mapping[str, object], namespaces: Mapping[str, Mapping[str, str]]
) -> Enforcement:
    """From a decoded configuration, and the labels of each namespace."""
    webhooks = msgspec.convert(configuration, _Configuration).webhooks or ()
    selectors = {one.name: one.namespace_selector or Selector() for one in webhooks}
    ours = [selectors[name] for name in (_ENFORCE, _OBSERVE) if name in selectors]
    enforce = selectors.get(_ENFORCE)
    return Enforcement(
        enforced=frozenset(n for n, of in namespaces.items() if enforce and enforce.selects(of)),
        judged=frozenset(n for n, of in namespaces.items() if any(one.selects(of) for one in ours)),
    )


async def _labels(api: Api) -> dict[str, Mapping[str, str]]:
    found: dict[str, Mapping[str, str]] = {}
    async with aclosing(metadata_only(api).pages(_NAMESPACES)) as pages:
        async for raw in pages:
            for item in msgspec.json.decode(raw, type=_Namespaces).items or ():
                found[item.metadata.name] = item.metadata.labels or {}
    return found
