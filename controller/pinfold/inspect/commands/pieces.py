"""From a word of a shell script to runs of text: quotes taken off, variables put in.

POSIX.1-2024, 2.2 Quoting and 2.6.2 Parameter Expansion. What needs the machine (a command's
output) becomes a hole.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple, Protocol

from tree_sitter import Node

from pinfold.inspect.commands.expansion import worse
from pinfold.inspect.commands.model import HOLE, Unread, Value
from pinfold.inspect.commands.tree import decode, short, substitutions_of, text_of
from pinfold.inspect.workload import Code

_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_QUOTED_ESCAPE = re.compile(r'\\(\n|[$`"\\])')  # 2.2.3: before any other character it stays
_NAMES = ("variable_name", "special_variable_name")
_PLAIN = ("word", "number", "variable_name", "special_character")


class Scope(Protocol):
    """What words mean here: variables, positional parameters, the text of the script."""

    script: bytes

    @property
    def outer(self) -> Unread | None:
        """Why a HOLE stands in the script's own text."""

    def variable(self, name: str) -> Value:
        """The value of a variable; a hole where it is not known."""

    def is_set(self, name: str) -> bool:
        """Whether the pod or the script sets the variable."""

    def parameters(self) -> tuple[Value, ...] | None:
        """`$@`; None where it is not known."""

    def substitution(self, node: Node) -> None:
        """A command substitution was met: its commands run too."""


class Piece(NamedTuple):
    """A run of text of one kind."""

    text: str
    quoted: bool = False  # quoted or escaped: neither split nor a pattern
    expanded: bool = False  # the value of an unquoted variable: split at blanks
    unread: Unread | None = None
    via: tuple[str, ...] = ()
    breaks: bool = False  # ends the word before it: "$@" has several
    many: bool = False  # stands for any number of words, also where it is quoted


def pieces_of(node: Node, scope: Scope) -> Iterator[Piece]:
    """The runs of text of a word."""
    match node.type:
        case kind if kind in _PLAIN and node.child_count == 0:
            yield from _literal(text_of(node), scope)
        case "command_name" | "concatenation":
            yield from _concatenated(node, scope)
        case "raw_string":
            text = text_of(node)[1:-1]
            yield Piece(text, quoted=True, unread=_outer(text, scope))
        case "string":
            yield from _quoted(node, scope)
        case "simple_expansion" | "expansion":
            yield from _variable(node, scope)
        case "command_substitution":
            scope.substitution(node)
            yield _hole(f"{short(node)} is the output of a command")
        case "arithmetic_expansion":
            detail = f"{short(node)} is computed"
            yield Piece(HOLE, unread=Unread(Code.SHELL_SYNTAX, detail, clean=True))
        case _:
            yield from _unread(node, scope)


def _unread(node: Node, scope: Scope) -> Iterator[Piece]:
    """A form that is not read; commands that are substituted in it run nevertheless."""
    for inner in substitutions_of(node):
        scope.substitution(inner)
    yield _hole(f"{short(node)} is not read here")


def _hole(detail: str) -> Piece:
    return Piece(HOLE, expanded=True, unread=Unread(Code.SHELL_SYNTAX, detail))


def _outer(text: str, scope: Scope) -> Unread | None:
    return scope.outer if HOLE in text else None


def _literal(text: str, scope: Scope) -> Iterator[Piece]:
    """Unquoted text: a backslash quotes the character after it."""
    unread = _outer(text, scope)
    end = 0
    for escape in _ESCAPE.finditer(text):
        yield Piece(text[end : escape.start()], unread=unread)
        yield Piece(escape[1], quoted=True, unread=unread)
        end = escape.end()
    yield Piece(text[end:], unread=unread)


def _concatenated(node: Node, scope: Scope) -> Iterator[Piece]:
    for child in node.children:
        yield from pieces_of(child, scope)


def _quoted(node: Node, scope: Scope) -> Iterator[Piece]:
    """The inside of double quotes; the grammar leaves blanks between its nodes, the shell not."""
    inside = node.named_children
    if len(inside) == 1 and _is_all_parameters(inside[0]) and scope.parameters() == ():
        return  # "$@" of no parameters is no word, not an empty one
    yield Piece("", quoted=True)
    end = node.start_byte + 1
    for child in inside:
        if child.type != "string_content":
            # The grammar counts blanks before a `$` to it.
            yield _content(scope.script[end : child.start_byte + _padding(child)], scope)
            for piece in pieces_of(child, scope):
                yield piece._replace(quoted=True, expanded=False)
            end = child.end_byte
    yield _content(scope.script[end : node.end_byte - 1], scope)


def _padding(node: Node) -> int:
    text = node.text or b""
    return len(text) - len(text.lstrip())


def _content(raw: bytes, scope: Scope) -> Piece:
    text = decode(raw)
    plain = _QUOTED_ESCAPE.sub(lambda found: "" if found[1] == "\n" else found[1], text)
    return Piece(plain, quoted=True, unread=_outer(text, scope))


def _is_all_parameters(node: Node) -> bool:
    return text_of(node) in ("$@", "${@}")


def _variable(node: Node, scope: Scope) -> Iterator[Piece]:
    """`$X`, `${X}`, `${X:-word}`, `$0`, `$1`, `$@`."""
    inside = node.children[1:-1] if node.type == "expansion" else node.children[1:]
    name = text_of(inside[0]) if inside else ""
    if not inside or inside[0].type not in _NAMES:
        yield from _unread(node, scope)
    elif len(inside) > 1:
        yield from _defaulted(name, inside, node, scope)
    elif name == "@":
        yield from _parameters(node, scope)
    elif name == "*":
        yield _hole("$* is not read here")
    else:
        yield _value(scope.variable(name), node)


def _defaulted(name: str, inside: list[Node], node: Node, scope: Scope) -> Iterator[Piece]:
    """`${X:-word}`: the word counts where the pod does not set X."""
    operator = inside[1].type
    if operator not in (":-", "-") or len(inside) > 3:
        yield from _unread(node, scope)
        return
    value = scope.variable(name)
    if scope.is_set(name) and (value.text or operator == "-"):
        yield _value(value, node)
    elif len(inside) == 3:
        text, unread, via = joined(list(pieces_of(inside[2], scope)))
        yield Piece(text, expanded=True, unread=unread, via=(short(node), *via))


def _value(value: Value, node: Node) -> Piece:
    return Piece(value.text, expanded=True, unread=value.unread, via=(short(node), *value.via))


def _parameters(node: Node, scope: Scope) -> Iterator[Piece]:
    """`$@`: each parameter is a word of its own, or more where it is not quoted."""
    parameters = scope.parameters()
    if parameters is None:
        # Quoted or not, nobody knows how many words these are.
        yield Piece(HOLE, unread=Unread(Code.SHELL_SYNTAX, "$@ is not known here"), many=True)
    for index, value in enumerate(parameters or ()):
        yield _value(value, node)._replace(breaks=index > 0)


def joined(pieces: list[Piece]) -> tuple[str, Unread | None, tuple[str, ...]]:
    """Pieces as one text, as an assignment takes them: neither split nor matched with files."""
    unread: Unread | None = None
    for piece in pieces:
        unread = worse(unread, piece.unread)
    via = tuple(dict.fromkeys(step for piece in pieces for step in piece.via))
    return "".join(piece.text for piece in pieces), unread, via
