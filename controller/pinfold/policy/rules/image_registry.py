"""image-registry: images come from approved registries only."""

from collections.abc import Iterator
from typing import Annotated

import msgspec

from pinfold.inspect.images.reference import Reference
from pinfold.inspect.workload import ImageUse, Workload
from pinfold.policy.patterns import parse_registries
from pinfold.policy.rules.image_digest import unreadable
from pinfold.policy.rules.options import RuleOptions, Text
from pinfold.policy.violation import Violation

ID = "image-registry"
FIELD = "imageRegistry"
SUMMARY = "Images come from approved registries only."


class Options(RuleOptions, frozen=True, kw_only=True, rename="camel"):
    """Options of image-registry."""

    allowed: Annotated[
        tuple[Text, ...],
        msgspec.Meta(
            min_length=1,
            max_length=64,
            description="Registries, or beginnings of repository names on a path boundary:"
            " registry.example.com/team covers registry.example.com/team/x, never team-evil.",
        ),
    ]

    def __post_init__(self) -> None:
        """Raises InvalidPattern, a ValueError, which msgspec reports with the field's path."""
        parse_registries(self.allowed)


def check(workload: Workload, options: Options) -> Iterator[Violation]:
    """One violation for each image from elsewhere, and for each text that is no image."""
    allowed = parse_registries(options.allowed)
    for use in workload.images:
        reference = use.reference
        if reference is None:
            yield unreadable(ID, use)
        elif not any(prefix.covers(reference.repository) for prefix in allowed):
            yield _not_approved(use, reference, options.allowed)


def _not_approved(use: ImageUse, reference: Reference, allowed: tuple[str, ...]) -> Violation:
    shown = ", ".join(allowed[:3]) + (f" and {len(allowed) - 3} more" if len(allowed) > 3 else "")
    return Violation(
        rule=ID,
        container=use.container,
        place=use.place,
        found=f'"{use.text}" is {reference.repository}, which no approved registry covers',
        why="nobody here vouches for what it holds",
        fix=f"use an image from: {shown}",
        image=reference.repository,
    )
