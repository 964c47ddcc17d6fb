"""What the CRDs refuse in words: CEL for the texts that a schema alone cannot judge.

Each mirrors a parser of pinfold.policy.patterns or durations; tests/contract asks both the same.
"""

from dataclasses import dataclass
from typing import Any

_HOST = (
    r"localhost(:[0-9]+)?|[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+(:[0-9]+)?"
    r"|[A-Za-z0-9.-]+:[0-9]+|\\[[0-9a-fA-F:]+\\](:[0-9]+)?"
)
_COMPONENT = r"[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*"


@dataclass(frozen=True, slots=True)
class Check:
    """`holds` is one call of CEL on the text; `says` follows the quoted text in the message."""

    holds: str
    says: str
    names_text: bool = False  # the message ends in the text once more


_REGISTRY = (
    Check("!self.contains('://')", "is a URL: write the registry without its scheme"),
    Check("!self.contains('*')", "has a '*': an entry already covers all that is below it"),
    Check(
        f"self.matches('^({_HOST})(/|$)')",
        "does not begin with a registry: for Docker Hub write docker.io/",
        names_text=True,
    ),
    Check(
        "!self.matches('^[^/]*/.*[:@]')",
        "names a tag or digest: only a repository can be approved",
    ),
    Check(
        f"self.matches('^[^/]*/?({_COMPONENT}(/{_COMPONENT})*/?)?$')",
        "is no beginning of an image name: lower-case letters and digits, with . _ - between them",
    ),
)
_NAMESPACE = (
    Check(
        "self.matches('^[a-z0-9*]([a-z0-9*-]*[a-z0-9*])?$')",
        "can match no namespace: use lower-case letters, digits, '-' and '*'",
    ),
)
_REPOSITORY = (
    Check(
        "self.matches('^[A-Za-z0-9*]([A-Za-z0-9._*/:-]*[A-Za-z0-9*])?$')",
        "can match no repository: write it as organisation/name or organisation/*",
    ),
)
_SOURCE = (
    Check(
        r"self.contains('://')"
        r" ? self.matches('^[a-z][a-z0-9+.-]*://([*]|[^*/?#@\\s]+(/[^?#\\s]*)?)$')"
        r" : self.matches('^[A-Za-z0-9*]([A-Za-z0-9._*/-]*[A-Za-z0-9*])?$')",
        "is no source of models: write it as organisation/*, organisation/name or"
        " s3://bucket/folder",
    ),
)
_ENDPOINT = (
    Check(
        r"self.matches('^https?://[^/?#@\\s]+(/[^?#\\s]*)?$')",
        "is no address of a hub: write it as https://huggingface.co",
    ),
)
_DURATION = (
    Check(
        "self.matches('^([0-9]{1,5}h)?([0-9]{1,5}m)?([0-9]{1,6}s)?$')",
        "is no duration: write it as 720h, 1h30m or 90s",
    ),
    Check("self.matches('[1-9]')", "is no time at all: leave the field out for the default"),
)
_CODES = "self.all(code, code in [{known}])"

POLICY = {
    "match.namespaces[]": _NAMESPACE,
    "match.excludeNamespaces[]": _NAMESPACE,
    "rules.imageDigest.tagsAllowed[]": _REGISTRY,
    "rules.imageRegistry.allowed[]": _REGISTRY,
    "rules.modelRevision.floating[]": _REPOSITORY,
    "rules.modelRevision.trustedEndpoints[]": _ENDPOINT,
    "rules.modelSource.allowed[]": _SOURCE,
    "rules.hubRedirect.trustedEndpoints[]": _ENDPOINT,
    "rules.pythonPackages.indexes[]": _ENDPOINT,
    "rules.remoteCode.allowed[]": _REPOSITORY,
    "exemptions.maxDuration": _DURATION,
}
EXEMPTION = {
    "namespaces[]": _NAMESPACE,
    "images[]": _REGISTRY,
    "artefacts[]": _REPOSITORY,
}


def validations(checks: tuple[Check, ...]) -> list[dict[str, Any]]:
    """x-kubernetes-validations; a check is asked only where those before it hold: one message."""
    rules = []
    for index, check in enumerate(checks):
        earlier = [_not(before.holds) for before in checks[:index]]
        rules.append(
            {
                "rule": " || ".join([*earlier, check.holds]),
                "message": check.says + ("<name>" if check.names_text else ""),
                "messageExpression": _quoting(check),
            }
        )
    return rules


def known_keys(known: list[str]) -> list[dict[str, Any]]:
    """x-kubernetes-validations of a map whose keys are a closed list."""
    names = ", ".join(f"'{name}'" for name in known)
    return [{"rule": _CODES.format(known=names), "message": f"known are {', '.join(known)}"}]


def immutable(message: str) -> list[dict[str, Any]]:
    """x-kubernetes-validations of what never changes once it is there."""
    return [{"rule": "self == oldSelf", "message": message}]


def _not(call: str) -> str:
    return call.removeprefix("!") if call.startswith("!") else f"!{call}"


def _quoting(check: Check) -> str:
    says = check.says.replace("'", "\\'")
    again = " + self" if check.names_text else ""
    return f"'\"' + self + '\" {says}'{again}"
