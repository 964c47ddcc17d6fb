"""Ollama over HTTP: `POST /api/pull` makes a server fetch the model that the request names.

Source: api/types.go (PullRequest), server/routes.go: `model`, or else `name`; keys are found in any
case, as Go's encoding/json does.
"""

from collections.abc import Iterator, Sequence

from pinfold.inspect.commands.model import HOLE, Token
from pinfold.inspect.dialects.parsed import Unclear, parse_json
from pinfold.inspect.servers import ollama
from pinfold.inspect.servers.case import Case
from pinfold.inspect.servers.found import Item
from pinfold.inspect.workload import Code

_PATH = "/api/pull"
_NAMES = ("model", "name")


def is_pull(address: Token) -> bool:
    """Whether an address is that of a pull, on whatever host."""
    path = address.text.rpartition(HOLE)[2].partition("?")[0]
    return path.rstrip("/").endswith(_PATH)


def asked(case: Case, bodies: Sequence[Token]) -> Iterator[Item]:
    """The models that the bodies of requests name. Raises Unclear."""
    for body in bodies:
        text = _text(case, body)
        named = _name(text, body)
        if named is not None:
            token = body.saying(named)
            yield from ollama.name(case, Item(named, token, token.unread))


def _text(case: Case, body: Token) -> str:
    """The body itself, or the text of the file that `@` names."""
    if not body.text.startswith("@"):
        return body.text
    text, step = case.container.mounts.text(body.text[1:], case.home)
    if isinstance(text, Code):
        raise Unclear(text, step, body.place)
    return text


def _name(text: str, body: Token) -> str | None:
    try:
        request = parse_json(text)
    except ValueError:
        if body.unread is not None:
            raise Unclear.because(body) from None
        return None  # the server refuses it
    if not isinstance(request, dict):
        return None
    keys = {key.lower(): value for key, value in request.items()}
    named = next((keys[key] for key in _NAMES if keys.get(key)), None)
    return named if isinstance(named, str) else None
