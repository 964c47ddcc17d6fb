"""What the options of every rule share."""

from typing import Annotated

import msgspec

from pinfold.policy.violation import Mode

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=253)]


class RuleOptions(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Options of a rule; a rule that a policy does not name is off."""

    mode: Annotated[
        Mode | None,
        msgspec.Meta(description="Replaces the mode of the policy for this rule."),
    ] = None
