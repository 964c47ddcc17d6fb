"""image-digest: every image is pinned by a sha256 digest."""

from collections.abc import Iterator
from typing import Annotated

import msgspec

from pinfold.inspect.workload import ImageUse, Workload
from pinfold.policy.patterns import parse_registries
from pinfold.policy.rules.options import RuleOptions, Text
from pinfold.policy.violation import Violation

ID = "image-digest"
FIELD = "imageDigest"
SUMMARY = "Every image is pinned by a sha256 digest."
WHY = "what runs can change"


class Options(RuleOptions, frozen=True, kw_only=True, rename="camel"):
    """Options of image-digest."""

    tags_allowed: Annotated[
        tuple[Text, ...],
        msgspec.Meta(
            max_length=64,
            description="Repositories whose tags are accepted for good, such as those of injected"
            " sidecars; an entry covers all that is below it.",
        ),
    ] = ()

    def __post_init__(self) -> None:
        """Raises InvalidPattern, a ValueError, which msgspec reports with the field's path."""
        parse_registries(self.tags_allowed)


def check(workload: Workload, options: Options) -> Iterator[Violation]:
    """One violation for each image without a digest, and for each text that is no image."""
    tags_allowed = parse_registries(options.tags_allowed)
    for use in workload.images:
        reference = use.reference
        if reference is None:
            yield unreadable(ID, use)
        elif reference.digest is None and not any(
            prefix.covers(reference.repository) for prefix in tags_allowed
        ):
            yield _without_digest(use)


def unreadable(rule: str, use: ImageUse) -> Violation:
    """What cannot be read as an image name can never be found acceptable, by any rule on images."""
    return Violation(
        rule=rule,
        container=use.container,
        place=use.place,
        found=f'"{use.text}" is no image reference: {use.problem}',
        why="what would run cannot be told",
        fix="write it as registry/repository:tag@sha256:<digest>",
    )


def _without_digest(use: ImageUse) -> Violation:
    assert use.reference is not None
    return Violation(
        rule=ID,
        container=use.container,
        place=use.place,
        found=f'"{use.text}" has no digest',
        why=WHY,
        fix="append @sha256:<digest>",
        find=f"crane digest {use.text}",
        image=use.reference.repository,
    )
