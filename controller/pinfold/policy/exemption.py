"""PolicyExemption: a promise to put something right, which ends by itself."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import msgspec

from pinfold.policy.durations import parse_duration
from pinfold.policy.model import InvalidPolicy, Namespaces, Policy, convert_spec, parts_of
from pinfold.policy.patterns import parse_namespaces, parse_registries, parse_repositories
from pinfold.policy.rules import RULES
from pinfold.policy.rules.options import Text
from pinfold.policy.violation import Violation

KIND = "PolicyExemption"

_Instant = Annotated[datetime, msgspec.Meta(tz=True)]
RuleId = Annotated[str, msgspec.Meta(min_length=1, max_length=63)]


class ExemptionSpec(msgspec.Struct, frozen=True, rename="camel"):
    """spec of a PolicyExemption; immutable, so that nobody stretches one unseen."""

    rules: Annotated[
        tuple[RuleId, ...],
        msgspec.Meta(min_length=1, max_length=16, description="Ids of the rules exempted from."),
    ]
    namespaces: Annotated[
        Namespaces, msgspec.Meta(description="Where it holds; * stands for any run of characters.")
    ]
    reason: Annotated[
        str,
        msgspec.Meta(min_length=8, max_length=1024, description="Why, and who works on it."),
    ]
    expires_at: Annotated[
        datetime,
        msgspec.Meta(
            tz=True, description="When it ends; maxDuration of a policy may end it sooner."
        ),
    ]
    images: Annotated[
        tuple[Text, ...],
        msgspec.Meta(
            max_length=64,
            description="Only these images: registries or beginnings of repository names.",
        ),
    ] = ()
    artefacts: Annotated[
        tuple[Text, ...],
        msgspec.Meta(max_length=64, description="Only these artefacts: ids such as acme/*."),
    ] = ()

    def __post_init__(self) -> None:
        """Raises ValueError, which msgspec reports with the field's path."""
        known = {rule.ID for rule in RULES}
        for rule in self.rules:
            if rule not in known:
                raise ValueError(f"there is no rule {rule!r}; known are {', '.join(sorted(known))}")
        parse_namespaces(self.namespaces)
        parse_registries(self.images)
        parse_repositories(self.artefacts)


class Exemption(msgspec.Struct, frozen=True):
    """A PolicyExemption, with what of its metadata the engine needs."""

    name: str
    created: datetime
    spec: ExemptionSpec
    uid: str = ""

    def ends(self, policy: Policy) -> datetime:
        """When it ends for `policy`: at its own date, or its maxDuration after it was made."""
        longest = parse_duration(policy.spec.exemptions.max_duration)
        return min(self.spec.expires_at, self.created + longest)

    def covers(self, violation: Violation, namespace: str) -> bool:
        """Whether it is about this violation, whatever the date."""
        return (
            violation.rule in self.spec.rules
            and any(glob.matches(namespace) for glob in parse_namespaces(self.spec.namespaces))
            and self._narrowed_to(violation)
        )

    def _narrowed_to(self, violation: Violation) -> bool:
        if not self.spec.images and not self.spec.artefacts:
            return True
        image, artefact = violation.image, violation.artefact
        if image is not None:
            return any(prefix.covers(image) for prefix in parse_registries(self.spec.images))
        if artefact is not None:
            return any(glob.matches(artefact) for glob in parse_repositories(self.spec.artefacts))
        return False


def read_exemption(value: Mapping[str, Any]) -> Exemption:
    """An exemption from the decoded object. Raises InvalidPolicy, which names the field."""
    metadata, spec = parts_of(value, KIND)
    try:
        created = msgspec.convert(metadata.get("creationTimestamp"), _Instant)
    except msgspec.ValidationError as error:
        raise InvalidPolicy(f"{KIND}: metadata.creationTimestamp: {error}") from error
    return Exemption(
        name=str(metadata.get("name") or ""),
        uid=str(metadata.get("uid") or ""),
        created=created,
        spec=convert_spec(spec, ExemptionSpec, KIND, metadata),
    )
