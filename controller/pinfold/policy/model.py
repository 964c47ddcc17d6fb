"""SupplyChainPolicy as the engine reads it: typed, bounded, valid from then on.

The CRD's schema is generated from these structs (hack/generate_crds.py) and compared in CI.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, TypeVar

import msgspec

from pinfold.inspect.servers.listed import MODEL_SERVERS
from pinfold.policy.durations import parse_duration
from pinfold.policy.patterns import parse_namespaces
from pinfold.policy.rules.command_understood import Options as CommandUnderstood
from pinfold.policy.rules.hub_redirect import Options as HubRedirect
from pinfold.policy.rules.image_digest import Options as ImageDigest
from pinfold.policy.rules.image_registry import Options as ImageRegistry
from pinfold.policy.rules.model_revision import Options as ModelRevision
from pinfold.policy.rules.model_source import Options as ModelSource
from pinfold.policy.rules.options import RuleOptions, Text
from pinfold.policy.rules.python_packages import Options as PythonPackages
from pinfold.policy.rules.remote_code import Options as RemoteCode
from pinfold.policy.rules.remote_script import Options as RemoteScript
from pinfold.policy.rules.weights_format import Options as WeightsFormat
from pinfold.policy.violation import Mode

SERVER_NAMES = tuple(sorted(server.name for server in MODEL_SERVERS))
API_VERSION = "pinfold.dev/v1alpha1"
KIND = "SupplyChainPolicy"

Namespaces = Annotated[
    tuple[Annotated[str, msgspec.Meta(min_length=1, max_length=63)], ...],
    msgspec.Meta(min_length=1, max_length=256),
]


_S = TypeVar("_S", bound=msgspec.Struct)


class InvalidPolicy(ValueError):
    """The object is no policy or exemption that this version can apply; the message says why."""


class Match(msgspec.Struct, frozen=True, rename="camel"):
    """Which namespaces a policy is for, by name; `*` stands for any run of characters."""

    namespaces: Annotated[
        Namespaces, msgspec.Meta(description="Namespaces that the policy is for.")
    ] = ("*",)
    exclude_namespaces: Annotated[
        tuple[Annotated[str, msgspec.Meta(min_length=1, max_length=63)], ...],
        msgspec.Meta(max_length=256, description="Namespaces that it is not for."),
    ] = ()

    def __post_init__(self) -> None:
        """Raises InvalidPattern, a ValueError, which msgspec reports with the field's path."""
        parse_namespaces(self.namespaces)
        parse_namespaces(self.exclude_namespaces)

    def covers(self, namespace: str) -> bool:
        """Whether the policy is for `namespace`."""
        return any(glob.matches(namespace) for glob in parse_namespaces(self.namespaces)) and not (
            any(glob.matches(namespace) for glob in parse_namespaces(self.exclude_namespaces))
        )


class Rules(msgspec.Struct, frozen=True, rename="camel"):
    """The rules that are on, each with its options; an absent rule is off."""

    image_digest: ImageDigest | None = None
    image_registry: ImageRegistry | None = None
    model_revision: ModelRevision | None = None
    command_understood: CommandUnderstood | None = None
    model_source: ModelSource | None = None
    remote_code: RemoteCode | None = None
    weights_format: WeightsFormat | None = None
    hub_redirect: HubRedirect | None = None
    python_packages: PythonPackages | None = None
    remote_script: RemoteScript | None = None

    def options(self, field: str) -> RuleOptions | None:
        """The options of the rule whose FIELD is `field`; None where it is off."""
        value: RuleOptions | None = getattr(self, _ATTRIBUTES[field])
        return value


_ATTRIBUTES = {field.encode_name: field.name for field in msgspec.structs.fields(Rules)}


class ExemptionLimits(msgspec.Struct, frozen=True, rename="camel"):
    """How far exemptions from this policy may go."""

    max_duration: Annotated[
        str,
        msgspec.Meta(
            pattern=r"^([0-9]{1,5}h)?([0-9]{1,5}m)?([0-9]{1,6}s)?$",
            min_length=2,
            max_length=20,
            description="An exemption ends this long after it was created, whatever it says.",
        ),
    ] = "720h"

    def __post_init__(self) -> None:
        """Raises ValueError, which msgspec reports with the field's path."""
        parse_duration(self.max_duration)


class Server(msgspec.Struct, frozen=True, rename="camel"):
    """A model server that goes by an image name of your own."""

    image: Annotated[
        Text,
        msgspec.Meta(description="The image, as */our-llm:*; * stands for any run of characters."),
    ]
    server: Annotated[Text, msgspec.Meta(description="The server in it, such as vllm or tgi.")]

    def __post_init__(self) -> None:
        """Raises ValueError, which msgspec reports with the field's path."""
        if self.server not in SERVER_NAMES:
            raise ValueError(f"{self.server!r} is not read; known are {', '.join(SERVER_NAMES)}")


class Spec(msgspec.Struct, frozen=True, rename="camel"):
    """spec of a SupplyChainPolicy."""

    mode: Annotated[
        Mode,
        msgspec.Meta(description="Enforce refuses, Warn admits with a warning, Audit only counts."),
    ]
    match: Match = Match()
    rules: Rules = Rules()
    servers: Annotated[tuple[Server, ...], msgspec.Meta(max_length=64)] = ()
    exemptions: ExemptionLimits = ExemptionLimits()


class Policy(msgspec.Struct, frozen=True):
    """A SupplyChainPolicy, with what of its metadata the engine needs."""

    name: str
    spec: Spec
    uid: str = ""
    generation: int = 0
    unknown: tuple[str, ...] = ()  # fields of a later version, which cannot be honoured


def read_policy(value: Mapping[str, Any]) -> Policy:
    """A policy from the decoded object. Raises InvalidPolicy, which names the field.

    Fields that this version does not know are passed over, and told in `unknown`.
    """
    metadata, spec = parts_of(value, KIND)
    read = convert_spec(spec, Spec, KIND, metadata)
    return Policy(
        name=str(metadata.get("name") or ""),
        uid=str(metadata.get("uid") or ""),
        generation=int(metadata.get("generation") or 0),
        spec=read,
        unknown=tuple(unknown_fields(spec, msgspec.to_builtins(read))),
    )


def unknown_fields(value: Any, known: Any, path: str = "spec") -> Iterator[str]:
    """The paths of what stands in `value` and not in `known`, which is what was read of it.

    The CRD of a later version has fields that this one cannot honour: people must hear of it.
    """
    if isinstance(value, Mapping) and isinstance(known, Mapping):
        for key, below in value.items():
            if key in known:
                yield from unknown_fields(below, known[key], f"{path}.{key}")
            else:
                yield f"{path}.{key}"
    elif isinstance(value, list | tuple) and isinstance(known, list | tuple):
        for index, (entry, read) in enumerate(zip(value, known, strict=True)):
            yield from unknown_fields(entry, read, f"{path}[{index}]")


def parts_of(value: Mapping[str, Any], kind: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    metadata, spec = value.get("metadata"), value.get("spec")
    if value.get("kind") != kind or value.get("apiVersion") != API_VERSION:
        raise InvalidPolicy(
            f"expected {API_VERSION} {kind}, found {value.get('apiVersion')!r}"
            f" {value.get('kind')!r}"
        )
    if not isinstance(metadata, Mapping) or not isinstance(spec, Mapping):
        raise InvalidPolicy(f"{kind} needs metadata and spec")
    return metadata, spec


def convert_spec(
    spec: Mapping[str, Any], to: type[_S], kind: str, metadata: Mapping[str, Any]
) -> _S:
    try:
        return msgspec.convert(spec, to)
    except (msgspec.ValidationError, RecursionError) as error:
        raise InvalidPolicy(f"{kind} {metadata.get('name')!r}: {error}") from error
