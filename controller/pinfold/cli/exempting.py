"""PolicyExemptions for what runs today: as few as can be, and no wider than what they are for."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import zip_longest

from pinfold.cli.scanned import Scan
from pinfold.policy.durations import parse_duration
from pinfold.policy.patterns import InvalidPattern, parse_registries, parse_repositories
from pinfold.policy.policy_set import PolicySet
from pinfold.policy.rules import image_digest, image_registry
from pinfold.policy.violation import Violation

_LONGEST = 253  # characters of an image or artefact, as the CRD has it
_MOST_RULES, _MOST_NAMESPACES, _MOST_NAMES = 16, 256, 64
# Exempted whole, these would let in any image at all.
_OF_IMAGES = (image_digest.ID, image_registry.ID)
_NO_GLOB = re.compile(r"[^A-Za-z0-9._*/:-]+", re.ASCII)
_NO_END = re.compile(r"^[._/:-]|[._/:-]$", re.ASCII)


@dataclass(frozen=True, slots=True)
class Exempted:
    """What one exemption is for: all that the rules object to where neither list has an entry."""

    rules: tuple[str, ...]
    namespaces: tuple[str, ...]
    images: tuple[str, ...] = ()
    artefacts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exempting:
    """The exemptions, until when, and what a person should know of them."""

    exemptions: tuple[Exempted, ...]
    began: datetime
    ends: datetime
    reason: str
    notes: tuple[str, ...]


def end_of(policies: PolicySet, now: datetime, period: timedelta) -> tuple[datetime, str | None]:
    """When exemptions end that are to last for `period`, and the policy that makes it sooner."""
    longest = [
        (parse_duration(policy.spec.exemptions.max_duration), policy.name)
        for policy in policies.policies
    ]
    least, name = min(longest, default=(period, ""))
    return (now + period, None) if period <= least else (now + least, name)


def exempt(scan: Scan, period: timedelta, reason: str, now: datetime) -> Exempting:
    """Exemptions from all that `scan` says would be refused."""
    ends, shortened_by = end_of(scan.policies, now, period)
    notes = [note.text for note in scan.notes]
    if shortened_by:
        notes.append(f'policy "{shortened_by}" lets no exemption last longer than until {ends}')
    needs: dict[str, dict[str, _Need]] = defaultdict(lambda: defaultdict(_Need))
    for found in scan.refused:
        for entry in found.refusals:
            violation = entry.objection.violation
            need = needs[found.namespace][violation.rule]
            if not need.add(violation):
                notes.append(
                    f"{found.kind} {found.namespace}/{found.name}: not exempted, since no exemption"
                    f" can name it: {violation.found}"
                )
    for namespace, rules in needs.items():
        notes += _wide(namespace, rules)
    return Exempting(tuple(_exemptions(needs)), now, ends, reason, tuple(notes))


@dataclass(slots=True)
class _Need:
    """What of one rule is to be exempted in one namespace."""

    images: set[str] = field(default_factory=set)
    artefacts: set[str] = field(default_factory=set)
    is_whole: bool = False

    def add(self, violation: Violation) -> bool:
        """False where only an exemption for every image would do."""
        image = violation.image
        if image is not None and _is_registry(image):
            self.images.add(image)
        elif violation.rule in _OF_IMAGES:
            return False
        elif glob := _glob_of(violation.artefact or ""):
            self.artefacts.add(glob)
        else:
            self.is_whole = True
        return True

    @property
    def names(self) -> "_Names":
        if self.is_whole:
            return (), ()
        return tuple(sorted(self.images)), tuple(sorted(self.artefacts))

    @property
    def is_needed(self) -> bool:
        return self.is_whole or bool(self.images or self.artefacts)


_Names = tuple[tuple[str, ...], tuple[str, ...]]  # images and artefacts


def _is_registry(image: str) -> bool:
    try:
        return len(image) <= _LONGEST and parse_registries((image,))[0].covers(image)
    except InvalidPattern:
        return False


def _glob_of(identifier: str) -> str | None:
    """The pattern for one id, * for what no pattern can hold; None where nothing else is left."""
    text = _NO_END.sub("*", _NO_GLOB.sub("*", identifier))
    if len(text) > _LONGEST:
        text = text[: _LONGEST - 1] + "*"
    if not text.strip("*"):
        return None
    return text if parse_repositories((text,))[0].matches(identifier) else None


def _wide(namespace: str, rules: dict[str, _Need]) -> Iterator[str]:
    for rule, need in rules.items():
        if need.is_whole:
            yield (
                f"namespace {namespace}: exempted from {rule} whole, since what is objected to has"
                " no name to narrow it by"
            )


def _exemptions(needs: dict[str, dict[str, _Need]]) -> Iterator[Exempted]:
    """Namespaces that need the very same share an exemption."""
    places: dict[tuple[tuple[str, ...], _Names], list[str]] = defaultdict(list)
    for namespace, rules in sorted(needs.items()):
        for names, of in _of_namespace(rules):
            places[tuple(sorted(of)), names].append(namespace)
    for (rules_of, (images, artefacts)), namespaces in places.items():
        for some in _split(namespaces, _MOST_NAMESPACES):
            for part in _split(rules_of, _MOST_RULES):
                parts = zip_longest(_split(images, _MOST_NAMES), _split(artefacts, _MOST_NAMES))
                for few, others in parts if images or artefacts else [((), ())]:
                    yield Exempted(part, some, few or (), others or ())


def _of_namespace(rules: dict[str, _Need]) -> list[tuple[_Names, list[str]]]:
    """Rules with the same names share an exemption, and so do those on images and on artefacts.

    What is named for a rule on images narrows none on artefacts, and the other way round.
    """
    groups: dict[_Names, list[str]] = defaultdict(list)
    for rule, need in sorted(rules.items()):
        if need.is_needed:
            groups[need.names].append(rule)
    on_images = [names for names in groups if names[0] and not names[1]]
    on_artefacts = [names for names in groups if names[1] and not names[0]]
    pairs = list(zip(on_images, on_artefacts, strict=False))
    paired = {names for pair in pairs for names in pair}
    joined = [((i[0], a[1]), groups[i] + groups[a]) for i, a in pairs]
    return joined + [(names, of) for names, of in groups.items() if names not in paired]


def _split(names: Iterable[str], most: int) -> list[tuple[str, ...]]:
    """In runs of no more than the CRD allows in a list."""
    whole = tuple(names)
    return [whole[start : start + most] for start in range(0, len(whole), most)]
