"""`$X`, `${X}` and what stands in the braces. POSIX.1-2024, 2.6.2; bash(1), Expansion."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from tree_sitter import Node

from pinfold.inspect.commands.edits import edit_of
from pinfold.inspect.commands.model import HOLE, Unread, Value, Word
from pinfold.inspect.commands.pieces import (
    Piece,
    Scope,
    hole,
    joined,
    pieces_of,
    unread_pieces,
)
from pinfold.inspect.commands.tree import short, text_of
from pinfold.inspect.workload import Code

_NAMES = ("variable_name", "special_variable_name")
_SAFE = re.compile(r"[A-Za-z0-9_.:/][A-Za-z0-9_.:/-]*")  # one word, and no option
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_DEFAULTS = (":-", "-", ":=", "=", ":?", "?")


def expanded(node: Node, scope: Scope) -> Iterator[Piece]:
    """The pieces of an expansion."""
    inside = node.children[1:-1] if node.type == "expansion" else node.children[1:]
    is_whole = inside and all(a.end_byte == b.start_byte for a, b in pairwise(inside))
    kind = inside[0].type if is_whole else ""
    if kind in ("#", "!"):
        yield from _prefixed(inside, node, scope)
    elif kind in _NAMES:
        yield from _named(text_of(inside[0]).strip(), inside[1:], node, scope)
    elif kind == "subscript":
        yield from _subscript(inside[0], inside[1:], node, scope)
    else:
        yield from unread_pieces(node, scope)


def _named(name: str, rest: Sequence[Node], node: Node, scope: Scope) -> Iterator[Piece]:
    if name in ("@", "*"):
        if rest:
            yield from unread_pieces(node, scope)
        else:
            yield from _parameters(name, node, scope)
    elif not rest:
        yield _value(scope.variable(name), node)
    elif rest[0].type in _DEFAULTS and len(rest) <= 2:
        yield from _defaulted(name, rest, node, scope)
    elif rest[0].type in (":+", "+") and len(rest) <= 2:
        yield from _alternative(name, rest, node, scope)
    else:
        yield from _edited(scope.variable(name), rest, node, scope)


# -- defaults ------------------------------------------------------------------------------------


def _defaulted(name: str, rest: Sequence[Node], node: Node, scope: Scope) -> Iterator[Piece]:
    """`${X:-word}`: the word counts where the pod does not set X."""
    operator = rest[0].type
    value = scope.variable(name)
    if value.unread is not None and value.unread.empty and ":" in operator:
        yield from _perhaps_defaulted(value.unread, rest, node, scope)
    elif scope.is_set(name) and (value.text or ":" not in operator):
        yield _value(value, node)
    elif operator in (":?", "?"):
        yield _value(value, node)  # the script ends here, if it really is not set
    else:
        word = _word(rest, scope)
        if "=" in operator:
            scope.give(name, word)
        yield Piece(word.text, expanded=True, unread=word.unread, via=(short(node), *word.via))


def _perhaps_defaulted(
    unread: Unread, rest: Sequence[Node], node: Node, scope: Scope
) -> Iterator[Piece]:
    """A text that may be empty: it, or the word."""
    word = _word(rest, scope)
    if rest[0].type in (":=", ":?") or not (word.unread is None and _SAFE.fullmatch(word.text)):
        yield from unread_pieces(node, scope)
    else:
        yield hole(unread.detail, clean=True)


def _word(rest: Sequence[Node], scope: Scope) -> Word:
    return Word(*joined(list(pieces_of(rest[1], scope)))) if len(rest) == 2 else Word("")


def _alternative(name: str, rest: Sequence[Node], node: Node, scope: Scope) -> Iterator[Piece]:
    """`${X:+word}`: the word counts where X is set."""
    value = scope.variable(name)
    is_set = scope.is_set(name)
    if is_set and value.is_hole:
        yield from unread_pieces(node, scope)
    elif is_set and (value.text or rest[0].type == "+") and len(rest) == 2:
        # The quotes of the word count: ${X:+--flag "$X"} are two words.
        for piece in pieces_of(rest[1], scope):
            yield piece if piece.quoted else piece._replace(expanded=True)


# -- edits ---------------------------------------------------------------------------------------


def _edited(value: Value, rest: Sequence[Node], node: Node, scope: Scope) -> Iterator[Piece]:
    """`${X#a}`, `${X/a/b}`, `${X,,}`, `${X:1:2}` of a text that is known."""
    edit = edit_of(rest, scope)
    unread = value.unread
    if edit and unread and unread.clean and not re.search(r"\s", value.text) and _adds_none(rest):
        yield hole(unread.detail, clean=True)  # a piece of one word is one
        return
    text = edit(value.text) if edit is not None and value.unread is None else None
    if text is None:
        yield from unread_pieces(node, scope)
    else:
        yield Piece(text, expanded=True, via=(short(node), *value.via))


def _adds_none(rest: Sequence[Node]) -> bool:
    """Whether what is put in for a part leaves a word one word."""
    return len(rest) < 4 or rest[0].type == ":" or _SAFE.fullmatch(text_of(rest[3])) is not None


# -- several words -------------------------------------------------------------------------------


def _value(value: Value, node: Node) -> Piece:
    return Piece(value.text, expanded=True, unread=value.unread, via=(short(node), *value.via))


def _parameters(name: str, node: Node, scope: Scope) -> Iterator[Piece]:
    """`$@`: each parameter is a word of its own, or more where it is not quoted."""
    parameters = scope.parameters()
    words = None if parameters is None else [Word(v.text, v.unread, v.via) for v in parameters]
    yield from _elements(words, name, node, scope)


def _elements(words: Sequence[Word] | None, name: str, node: Node, scope: Scope) -> Iterator[Piece]:
    blank = any(not word.text for word in words or ())
    if words is None or (blank and scope.ifs != " \t\n"):
        # Quoted or not, nobody knows how many words these are.
        detail = f"{short(node)} is not known here"
        yield Piece(HOLE, unread=Unread(Code.SHELL_SYNTAX, detail), many=True)
    elif name == "*":
        yield from _one_text(words, node, scope)
    else:
        for index, word in enumerate(words):
            via = (short(node), *word.via)
            yield Piece(
                word.text,
                expanded=True,
                unread=word.unread,
                via=via,
                breaks=index > 0,
                many=word.many,
            )


def _one_text(words: Sequence[Word], node: Node, scope: Scope) -> Iterator[Piece]:
    """`$*`: one text with IFS' first between, which is split again where it is not quoted."""
    # Without separators it is one text in quotes, and several words without.
    if not scope.ifs or any(word.many for word in words):
        yield hole(f"{short(node)} is not known here")
        return
    for index, word in enumerate(words):
        if index:
            yield Piece(scope.ifs[:1], expanded=True)
        yield Piece(word.text, expanded=True, unread=word.unread, via=(short(node), *word.via))


def _subscript(subscript: Node, rest: Sequence[Node], node: Node, scope: Scope) -> Iterator[Piece]:
    """`${A[@]}`, `${A[0]}`."""
    name, index = _parts(subscript)
    elements = scope.array(name)
    if rest or index is None:
        yield from unread_pieces(node, scope)
    elif index in ("@", "*"):
        yield from _elements(elements, index, node, scope)
    elif elements is None or any(word.many for word in elements):
        yield hole(f"{short(node)} is not known here")
    else:
        position = int(index)
        word = elements[position] if position < len(elements) else Word("")
        via = (short(node), *word.via)
        yield Piece(word.text, expanded=True, unread=word.unread, via=via)


def _parts(subscript: Node) -> tuple[str, str | None]:
    """The array's name and the index, if it is a number or all of them."""
    name, index = text_of(subscript).strip()[:-1].split("[", 1)
    return name, index if index in ("@", "*") or re.fullmatch(r"[0-9]{1,5}", index) else None


def _prefixed(inside: Sequence[Node], node: Node, scope: Scope) -> Iterator[Piece]:
    """`${#X}`, `${#A[@]}`, `${!X}`."""
    operator, *rest = inside
    if len(rest) != 1 or rest[0].type not in (*_NAMES, "subscript"):
        yield from unread_pieces(node, scope)
    elif operator.type == "#":
        yield _length(rest[0], node, scope)
    else:
        target = scope.variable(text_of(rest[0]).strip()) if rest[0].type in _NAMES else None
        if target is None or target.unread is not None or not _NAME.fullmatch(target.text):
            scope.may_abort()
            yield from unread_pieces(node, scope)
        else:
            yield _value(scope.variable(target.text), node)


def _length(name: Node, node: Node, scope: Scope) -> Piece:
    if name.type == "subscript":
        array, index = _parts(name)
        elements = scope.array(array) if index in ("@", "*") else None
        if elements is not None and not any(word.many for word in elements):
            return Piece(str(len(elements)), expanded=True)
        return hole(f"{short(node)} is computed", clean=True)
    value = scope.variable(text_of(name).strip())
    if value.unread is None and text_of(name).strip() not in ("@", "*"):
        return Piece(str(len(value.text)), expanded=True)
    return hole(f"{short(node)} is computed", clean=True)
