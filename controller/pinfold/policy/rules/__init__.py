"""The rules, listed by hand: a rule is a file with ID, FIELD, SUMMARY, Options and check."""

from pinfold.policy.rules import (
    command_understood,
    hub_redirect,
    image_digest,
    image_registry,
    model_revision,
    model_source,
    python_packages,
    remote_code,
    remote_script,
    weights_format,
)

RULES = (
    image_digest,
    image_registry,
    model_revision,
    command_understood,
    model_source,
    remote_code,
    weights_format,
    hub_redirect,
    python_packages,
    remote_script,
)
