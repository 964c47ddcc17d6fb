"""The rules, listed by hand: a rule is a file with ID, FIELD, SUMMARY, Options and check."""

from pinfold.policy.rules import (
    command_understood,
    image_digest,
    image_registry,
    model_revision,
)

RULES = (image_digest, image_registry, model_revision, command_understood)
