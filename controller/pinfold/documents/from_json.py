"""JSON with places, read by hand: `json` gives none, YAML's reader refuses surrogate pairs."""

import json
import math
import re

from pinfold.documents.build import Builder
from pinfold.documents.nodes import Node, Unreadable

_SPACE = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(
    r'"[^"\\\x00-\x1f\ud800-\udfff]*'
    r'(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f\ud800-\udfff]*)*"'
)
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)((?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)", re.ASCII)
_WORD = re.compile(r"true|false|null")
_WORDS = {"true": True, "false": False, "null": None}
_DIGITS_MAX = 400


def skip_space(content: str, offset: int) -> int:
    """The offset of the first character from `offset` on that is no white space."""
    match = _SPACE.match(content, offset)
    return match.end() if match else offset


def compose_json(content: str, start: int) -> Node:
    """The JSON value that begins at `start`; what follows it is the caller's. Raises Unreadable."""
    return _Reader(content).read(start)


class _Reader:
    def __init__(self, content: str) -> None:
        self._content = content
        self._builder = Builder()
        self._fresh = False  # nothing stands yet in what was opened last

    def read(self, start: int) -> Node:
        offset = self._value(start)
        while self._builder.root is None:
            offset = self._part(skip_space(self._content, offset))
        return self._builder.root

    def _part(self, offset: int) -> int:
        """One element of what is open, or its end; gives the offset behind it."""
        in_mapping = self._builder.wants_key
        closing = "}" if in_mapping else "]"
        found = self._content[offset : offset + 1]
        if found == closing:
            self._fresh = False
            self._builder.close(offset + 1)
            return offset + 1
        if not self._fresh:
            if found != ",":
                raise self._unexpected(f'"," or "{closing}"', offset)
            offset = skip_space(self._content, offset + 1)
        self._fresh = False
        return self._value(self._key(offset) if in_mapping else offset)

    def _key(self, offset: int) -> int:
        match = _STRING.match(self._content, offset)
        if match is None:
            raise self._unexpected("a key in double quotes", offset)
        self._builder.add(_string(match))
        colon = skip_space(self._content, match.end())
        if self._content[colon : colon + 1] != ":":
            raise self._unexpected('":"', colon)
        return skip_space(self._content, colon + 1)

    def _value(self, offset: int) -> int:
        match self._content[offset : offset + 1]:
            case "{":
                self._builder.open_mapping(offset)
            case "[":
                self._builder.open_sequence(offset)
            case _:
                node = self._scalar(offset)
                self._builder.add(node)
                return node.end
        self._fresh = True
        return offset + 1

    def _scalar(self, offset: int) -> Node:
        if match := _STRING.match(self._content, offset):
            return _string(match)
        if match := _NUMBER.match(self._content, offset):
            return Node(_number(match), offset, match.end())
        if match := _WORD.match(self._content, offset):
            return Node(_WORDS[match[0]], offset, match.end())
        raise self._unexpected("a value", offset)

    def _unexpected(self, wanted: str, offset: int) -> Unreadable:
        found = self._content[offset : offset + 1]
        where = f"where {found} stands" if found else "where the text ends"
        return Unreadable(f"it is no JSON: {wanted} must come {where}", offset)


def _string(match: re.Match[str]) -> Node:
    text = match[0][1:-1]
    if "\\" in text:
        text = json.loads(match[0])
        # Half a surrogate pair becomes U+FFFD, as in Go; left as it is, nothing could encode it.
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return Node(text, match.start(), match.end(), size=8 + len(text))


def _number(match: re.Match[str]) -> int | float:
    if len(match[0]) > _DIGITS_MAX:
        raise Unreadable("it has a number of too many digits", match.start())
    if not match[1] and -(2**63) <= (whole := int(match[0])) < 2**64:
        return whole
    number = float(match[0])
    if not math.isfinite(number):
        raise Unreadable(f"{match[0]} is larger than any number can be", match.start())
    return number
