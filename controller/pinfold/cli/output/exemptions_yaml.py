"""PolicyExemptions as YAML, to be read by a person and applied by kubectl."""

import hashlib
import json
from collections.abc import Iterator, Sequence

from pinfold.cli.exempting import Exempted, Exempting
from pinfold.policy import exemption, model

_INSTANT = "%Y-%m-%dT%H:%M:%SZ"


def as_yaml(exempting: Exempting) -> str:
    """One document each; a comment alone where there is nothing to exempt."""
    began, ends = (moment.strftime(_INSTANT) for moment in (exempting.began, exempting.ends))
    if not exempting.exemptions:
        return f"# Nothing of what ran at {began} would be refused until {ends}."
    documents = ["\n".join(_lines(one, exempting.reason, ends)) for one in exempting.exemptions]
    head = f"# For what ran at {began}. Apply them first, then enforce; they end at {ends}."
    return "\n---\n".join([head, *documents])


def _lines(one: Exempted, reason: str, ends: str) -> Iterator[str]:
    yield f"apiVersion: {model.API_VERSION}"
    yield f"kind: {exemption.KIND}"
    yield "metadata:"
    yield f"  name: {_name(one, reason, ends)}"
    yield "spec:"
    yield from _list("rules", one.rules)
    yield from _list("namespaces", one.namespaces)
    yield from _list("images", one.images)
    yield from _list("artefacts", one.artefacts)
    yield f"  reason: {json.dumps(reason)}"
    yield f'  expiresAt: "{ends}"'


def _list(field: str, texts: Sequence[str]) -> Iterator[str]:
    """Quoted as JSON, which YAML reads alike: a text such as 123 or *x stays a text."""
    if texts:
        yield f"  {field}:"
        yield from (f"    - {json.dumps(text)}" for text in texts)


def _name(one: Exempted, reason: str, ends: str) -> str:
    """Another for each content: an exemption can never be changed, only made anew."""
    content = json.dumps([one.rules, one.namespaces, one.images, one.artefacts, reason, ends])
    digest = hashlib.sha256(content.encode()).hexdigest()[:8]
    return f"existing-{one.namespaces[0]}-{digest}"
