"""From a word of a shell script to runs of text: quotes taken off, variables put in.

POSIX.1-2024, 2.2 Quoting and 2.6.2 Parameter Expansion. What needs the machine (a command's
output, mostly) becomes a hole.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple, Protocol

from tree_sitter import Node

from pinfold.inspect.commands.expansion import worse
from pinfold.inspect.commands.model import HOLE, Unread, Value, Word
from pinfold.inspect.commands.tree import decode, short, substitutions_of, text_of
from pinfold.inspect.workload import Code

_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_QUOTED_ESCAPE = re.compile(r'\\(\n|[$`"\\])')  # 2.2.3: before any other character it stays
_HEREDOC_ESCAPE = re.compile(r"\\(\n|[$`\\])")
_PLAIN = ("word", "number", "variable_name", "special_character", "regex", "extglob_pattern")
_C_ESCAPE = re.compile(r"\\([\\'\"nt])")
_ALL = re.compile(r"\$(?:@|\{@\}|\{[A-Za-z_]\w*\[@\]\})", re.ASCII)


class Scope(Protocol):
    """What words mean here: variables, positional parameters, the text of the script."""

    @property
    def script(self) -> bytes:
        """The text of the script."""

    @property
    def bash(self) -> bool:
        """Whether it is known to be bash that reads it."""

    @property
    def ifs(self) -> str | None:
        """The characters at which values are split; None where they are not known."""

    @property
    def outer(self) -> Unread | None:
        """Why a HOLE stands in the script's own text."""

    def variable(self, name: str) -> Value:
        """The value of a variable; a hole where it is not known."""

    def is_set(self, name: str) -> bool:
        """Whether the pod or the script sets the variable."""

    def array(self, name: str) -> tuple[Word, ...] | None:
        """The elements of an array; None where they are not known."""

    def parameters(self) -> tuple[Value, ...] | None:
        """`$@`; None where it is not known."""

    def give(self, name: str, word: Word) -> None:
        """`${NAME:=word}` sets the variable."""

    def forget(self, node: Node) -> None:
        """What the node sets is not known from here on."""

    def may_abort(self) -> None:
        """An error may end the line here; what stands on the next ones runs."""

    def substitution(self, node: Node) -> Value | None:
        """A command substitution was met: its commands run too. What it prints, if known."""


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
    from pinfold.inspect.commands.parameters import expanded  # noqa: PLC0415 - they need each other

    match node.type:
        case kind if kind in _PLAIN and node.child_count == 0:
            yield from _literal(text_of(node), scope)
        case "command_name" | "concatenation":
            yield from _concatenated(node, scope)
        case "brace_expression":
            yield Piece(text_of(node))
        case "raw_string":
            text = text_of(node)[1:-1]
            yield Piece(text, quoted=True, unread=_outer(text, scope))
        case "string":
            yield from _quoted(node, scope)
        case "ansi_c_string" if scope.bash:
            yield _c_quoted(node, scope)
        case "simple_expansion" | "expansion":
            yield from expanded(node, scope)
        case "command_substitution":
            yield _printed(node, scope)
        case "process_substitution":
            yield from _file_of(node, scope)
        case _:
            yield from unread_pieces(node, scope)


def _concatenated(node: Node, scope: Scope) -> Iterator[Piece]:
    """Pieces without blanks between; only in `${X:+a "b"}` there can be some."""
    end = node.start_byte
    for child in node.children:
        if child.start_byte > end and scope.script[end : child.start_byte].strip(b" \t") == b"":
            yield Piece(" ", expanded=True)
        yield from pieces_of(child, scope)
        end = child.end_byte


def unread_pieces(node: Node, scope: Scope) -> Iterator[Piece]:
    """A form that is not read; commands that are substituted in it run nevertheless."""
    for inner in substitutions_of(node):
        scope.substitution(inner)
    scope.forget(node)
    if node.type == "arithmetic_expansion":
        yield hole(f"{short(node)} is computed", clean=True)
    else:
        yield hole(f"{short(node)} is not read here")


def hole(detail: str, *, clean: bool = False) -> Piece:
    """A text that is not known."""
    return Piece(HOLE, expanded=True, unread=Unread(Code.SHELL_SYNTAX, detail, clean=clean))


def _printed(node: Node, scope: Scope) -> Piece:
    """`$(…)`: the output, where it is known, without newlines at its end."""
    value = scope.substitution(node)
    if value is None:
        return hole(f"{short(node)} is the output of a command")
    via = (short(node), *value.via)
    return Piece(value.text.rstrip("\n"), expanded=True, unread=value.unread, via=via)


def _file_of(node: Node, scope: Scope) -> Iterator[Piece]:
    """`<(…)`: a file with the output of a command."""
    value = scope.substitution(node)
    is_fetched = value is not None and value.unread is not None and value.unread.fetched
    if value is not None and is_fetched and text_of(node).startswith("<("):
        yield Piece(HOLE, quoted=True, unread=value.unread)
    else:
        yield hole(f"{short(node)} is not read here")


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


def _c_quoted(node: Node, scope: Scope) -> Piece:
    """`$'…'`, with the escapes that everybody uses."""
    text = text_of(node)[2:-1]
    if "\\" in _C_ESCAPE.sub("", text):
        return hole(f"{short(node)} is not read here")._replace(quoted=True, expanded=False)
    plain = _C_ESCAPE.sub(lambda found: {"n": "\n", "t": "\t"}.get(found[1], found[1]), text)
    return Piece(plain, quoted=True, unread=_outer(text, scope))


def _quoted(node: Node, scope: Scope) -> Iterator[Piece]:
    """The inside of double quotes; the grammar leaves blanks between its nodes, the shell not."""
    inside = node.named_children
    if len(inside) == 1 and _ALL.fullmatch(text_of(inside[0]).strip()):
        found = list(pieces_of(inside[0], scope))
        if not found and node.end_byte - node.start_byte == _length(inside[0]) + 2:
            return  # "$@" of no parameters is no word, not an empty one
    yield Piece("", quoted=True)
    yield from between(node.start_byte + 1, node.end_byte - 1, inside, scope, _QUOTED_ESCAPE)


def _length(node: Node) -> int:
    return len(node.text or b"")


def between(
    start: int, end: int, inside: list[Node], scope: Scope, escape: re.Pattern[str]
) -> Iterator[Piece]:
    """A text between two bytes of the script, with expansions in it that are quoted."""
    for child in inside:
        if not child.type.endswith("_content"):
            # The grammar counts blanks before a `$` to it.
            yield _content(scope.script[start : child.start_byte + _padding(child)], scope, escape)
            for piece in pieces_of(child, scope):
                yield piece._replace(quoted=True, expanded=False)
            start = child.end_byte
    yield _content(scope.script[start:end], scope, escape)


def heredoc(start: int, end: int, inside: list[Node], scope: Scope) -> list[Piece]:
    """The text of a here-document whose delimiter is not quoted."""
    return list(between(start, end, inside, scope, _HEREDOC_ESCAPE))


def _padding(node: Node) -> int:
    text = node.text or b""
    return len(text) - len(text.lstrip())


def _content(raw: bytes, scope: Scope, escape: re.Pattern[str]) -> Piece:
    text = decode(raw)
    plain = escape.sub(lambda found: "" if found[1] == "\n" else found[1], text)
    return Piece(plain, quoted=True, unread=_outer(text, scope))


def joined(pieces: list[Piece]) -> tuple[str, Unread | None, tuple[str, ...]]:
    """Pieces as one text, as an assignment takes them: neither split nor matched with files."""
    unread: Unread | None = None
    for piece in pieces:
        unread = worse(unread, piece.unread)
    via = tuple(dict.fromkeys(step for piece in pieces for step in piece.via))
    # "$@" and "${A[@]}" in an assignment are one text with blanks between.
    text = "".join((" " if piece.breaks else "") + piece.text for piece in pieces)
    return text, unread, via
