"""YAML with places, as kubectl reads it. The only user of PyYAML.

Its parser's events are put together here, level by level, since its own composer and constructor
call themselves at each level, expand aliases without a bound and keep the last of two equal keys.
"""

import re
from typing import Any

import yaml

from pinfold.documents.build import Builder
from pinfold.documents.nodes import Node, Unreadable
from pinfold.documents.scalars import NotInJson, key_text, plain, tagged

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml where it is built in

_FORBIDDEN = re.compile(  # YAML 1.1 §5.1; a byte that is no UTF-8 is decoded into \udc80-\udcff
    r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)
_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)+")  # an anchor or a tag before a value


def compose_yaml(content: str, start: int, end: int, loader: Any = LOADER) -> Node | None:
    """The document that stands in `content[start:end]`; None where it is empty.

    Raises Unreadable.
    """
    text = content[start:end]
    if forbidden := _FORBIDDEN.search(text):
        raise Unreadable(_about(forbidden[0]), start + forbidden.start())
    reader = _Reader(text, start)
    try:
        for event in yaml.parse(text, Loader=loader):
            reader.take(event)
    except yaml.YAMLError as error:
        raise _in_words(error, text, start) from error
    root = reader.builder.root
    return None if root is None or root.value is None else root


class _Reader:
    def __init__(self, text: str, shift: int) -> None:
        self.builder = Builder()
        self._text = text
        self._shift = shift

    def take(self, event: Any) -> None:
        match event:
            case yaml.ScalarEvent():
                self._scalar(event)
            case yaml.MappingStartEvent():
                self.builder.open_mapping(self._start_of(event), event.anchor)
            case yaml.SequenceStartEvent():
                self.builder.open_sequence(self._start_of(event), event.anchor)
            case yaml.CollectionEndEvent():
                # A block ends without a mark of its own, where the next thing begins.
                marked = _span(event)[0] < _span(event)[1]
                self.builder.close(self._shift + _span(event)[1] if marked else None)
            case yaml.AliasEvent():
                start, end = _span(event)
                self.builder.add_alias(str(event.anchor), start + self._shift, end + self._shift)
            case yaml.DocumentStartEvent() if self.builder.root is not None:
                start = _span(event)[0] + self._shift
                raise Unreadable("a second document begins without a line that is ---", start)

    def _start_of(self, event: Any) -> int:
        start, end = _span(event)
        if event.anchor or event.tag:
            properties = _PROPERTIES.match(self._text, start)
            start = min(properties.end(), end) if properties else end
        return start + self._shift

    def _scalar(self, event: Any) -> None:
        start = self._start_of(event)
        bare = event.implicit[0] and not event.tag  # no quotes either
        if bare and event.value == "<<" and self.builder.wants_key:
            self.builder.merge_next()
            return
        try:
            value = plain(event.value) if bare else event.value
            if event.tag and not bare:
                value = tagged(event.value, event.tag)
            if self.builder.wants_key:
                value = key_text(value)
        except NotInJson as error:
            raise Unreadable(str(error), start) from error
        end = _span(event)[1] + self._shift
        self.builder.add(Node(value, start, end, size=8 + len(event.value)), event.anchor)


def _span(event: Any) -> tuple[int, int]:
    return event.start_mark.index, event.end_mark.index


def _about(char: str) -> str:
    if "\udc80" <= char <= "\udcff":
        return f"a byte that is no UTF-8 stands here (0x{ord(char) - 0xDC00:02x})"
    return f"a character that no text has stands here (U+{ord(char):04X})"


def _in_words(error: yaml.YAMLError, text: str, shift: int) -> Unreadable:
    mark = getattr(error, "problem_mark", None)
    offset = mark.index if mark else 0
    if text[offset : offset + 1] == "\t":
        return Unreadable("a tab stands where YAML wants spaces", offset + shift)
    problem = getattr(error, "problem", None) or str(error)
    context = getattr(error, "context", None)
    message = f"it is no YAML: {problem}" + (f" {context}" if context else "")
    return Unreadable(message, offset + shift)
