"""Files of Kubernetes objects, read as kubectl reads them, each document by itself."""

import re
from collections.abc import Iterator
from functools import partial

from pinfold.documents.from_json import compose_json, skip_space
from pinfold.documents.from_yaml import compose_yaml
from pinfold.documents.lists import items_of
from pinfold.documents.model import BrokenDocument, Document, Tree
from pinfold.documents.nodes import Node, Unreadable
from pinfold.documents.split import next_object, pieces_of
from pinfold.documents.text import Text

BYTES_MAX = 64 * 2**20
_Read = tuple[Node, Tree] | Unreadable
_MEANT_AS_JSON = re.compile(r'\{\s*["}]|\[')
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
HELM = (
    "it is a Helm template, not a manifest; render it first:"
    " helm template RELEASE CHART > rendered.yaml"
)


def read_documents(data: bytes, source: str) -> list[Document | BrokenDocument]:
    """Every document of a file that is not empty, lists taken apart; never raises.

    YAML and JSON, one or many. `source` names the file in what is found. A document with a key that
    is given twice is found, and told of as well.
    """
    if len(data) > BYTES_MAX:
        limit = BYTES_MAX // 2**20
        return [BrokenDocument(source, 0, 1, f"it is larger than {limit} MiB: split it")]
    if data.startswith(_UTF_16):
        return [BrokenDocument(source, 0, 1, "it is UTF-16: save it as UTF-8")]
    text = Text.decode(data, source)
    found: list[Document | BrokenDocument] = []
    for index, read in enumerate(_trees_of(text)):
        if isinstance(read, Unreadable):
            found.append(_broken(text, read, index))
            continue
        root, tree = read
        if root.twice is not None:
            found.append(_broken(text, root.twice, index))
        found += _documents_of(root, tree, index)
    return found


def _broken(text: Text, error: Unreadable, index: int) -> BrokenDocument:
    return BrokenDocument(text.source, index, text.line_of(error.offset), str(error))


def _documents_of(root: Node, tree: Tree, index: int) -> Iterator[Document]:
    text = tree.text
    for place, node, value, unset in items_of(root):
        yield Document(text.source, index, text.line_of(node.start), value, tree, place, unset)


def _trees_of(text: Text) -> Iterator[_Read]:
    """The documents of a stream that are not empty, in order."""
    for start, end in pieces_of(text.content):
        first = skip_space(text.content, start)
        if text.content[first : first + 1] in ("{", "["):
            yield from _json_or_yaml(text, first, end)
        else:
            yield from _yaml(text, start, end)


def _json_or_yaml(text: Text, start: int, end: int) -> list[_Read]:
    """As kubectl: JSON, one value or several, and YAML in braces where it is no JSON."""
    as_json = list(_json(text, start, end))
    if not any(isinstance(read, Unreadable) for read in as_json):
        return as_json
    as_yaml = list(_yaml(text, start, end))
    broken = any(isinstance(read, Unreadable) for read in as_yaml)
    return as_json if broken and _MEANT_AS_JSON.match(text.content, start) else as_yaml


def _json(text: Text, start: int, end: int) -> Iterator[_Read]:
    offset = start
    while offset < end:
        compose = partial(compose_json, text.content, offset)
        try:
            root = compose()
        except Unreadable as error:
            yield error
            offset = next_object(text.content, max(error.offset, offset + 1), end)
        else:
            yield root, Tree(text, compose)
            offset = skip_space(text.content, root.end)


def _yaml(text: Text, start: int, end: int) -> Iterator[_Read]:
    compose = partial(compose_yaml, text.content, start, end)
    try:
        root = compose()
    except Unreadable as error:
        template = text.content.find("{{", start, end)
        yield error if template < 0 else Unreadable(HELM, template)
    else:
        if root is not None:
            yield root, Tree(text, compose)
