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

    def mode_in(self, policy: Mode) -> Mode:
        """The mode of the rule in a policy of this mode."""
        return self.mode or policy


class WarningOptions(RuleOptions, frozen=True, kw_only=True, rename="camel"):
    """Options of a rule that refuses only where a policy says so of this very rule."""

    mode: Annotated[
        Mode | None,
        msgspec.Meta(
            description="Replaces the mode of the policy for this rule. Without it the rule warns,"
            " also in a policy that enforces; in one that audits it is counted only."
        ),
    ] = None

    def mode_in(self, policy: Mode) -> Mode:
        """Warn at most, unless the rule has a mode of its own."""
        return self.mode or min(policy, Mode.WARN, key=lambda mode: mode.strictness)
