"""From runs of text to the words that a command gets: splitting, patterns, lists in braces.

POSIX.1-2024, 2.6.5 Field Splitting with the default IFS, and 2.6.6 Pathname Expansion. A pattern
may match any number of files, so it stands for any number of words.
"""

import re
from functools import lru_cache
from itertools import product

from tree_sitter import Node

from pinfold.inspect.commands.expansion import worse
from pinfold.inspect.commands.model import HOLE, Unread, Word
from pinfold.inspect.commands.pieces import Piece, Scope, joined, pieces_of
from pinfold.inspect.commands.tree import text_of
from pinfold.inspect.workload import Code

_BLANKS = " \t\n"
_NEVER_IN_HOLES = frozenset(_BLANKS + ",;|&!")  # what a clean text does not have
_PATTERN = re.compile(r"[*?\[]")
_OPTION = re.compile(r"-[^*?\[]*=")
_PLAIN = re.compile(rb"[A-Za-z0-9_./:=,@%+-]+")
_BRACES = re.compile(r"\{[^{}]*(?:,|\.\.)")
_MOST = 100  # words of a list in braces


def words_of(node: Node, scope: Scope) -> list[Word]:
    """The words that one word of a script becomes."""
    literal = node.text or b""
    if node.type in ("word", "number", "command_name") and _PLAIN.fullmatch(literal):
        return [Word(literal.decode())]  # most words: nothing in them is special
    pieces = list(pieces_of(node, scope))
    if _BRACES.search("".join("x" if p.quoted or p.expanded else p.text for p in pieces)):
        is_literal = not any(p.quoted or p.expanded or p.unread for p in pieces)
        return _braces("".join(p.text for p in pieces) if is_literal else "", scope)
    splitter = _Splitter(scope.ifs)
    for piece in pieces:
        splitter.take(piece)
    splitter.end()
    return splitter.words


def _braces(text: str, scope: Scope) -> list[Word]:
    """`x{a,b}`, `{1..3}`: several words in bash, one in sh."""
    parts = [_choices(part) for part in re.split(r"(\{[^{}]*\})", text)]
    count = 1
    for part in parts:
        count *= len(part or ())
    if scope.bash and 0 < count <= _MOST and not _PATTERN.search(text):
        return [Word("".join(chosen)) for chosen in product(*(part or () for part in parts))]
    detail = "a list in braces becomes several words in bash, and one in sh"
    return [Word(HOLE, Unread(Code.SHELL_SYNTAX, detail), many=True)]


def _choices(part: str) -> list[str] | None:
    """What one part of such a word can be; None where that is not read."""
    if not part.startswith("{"):
        return [part] if not re.search(r"[{}]", part) else None
    inside = part[1:-1]
    if span := re.fullmatch(r"([0-9]{1,4})\.\.([0-9]{1,4})", inside):
        if any(len(end) > 1 and end.startswith("0") for end in span.groups()):
            return None
        first, last = int(span[1]), int(span[2])
        return [str(number) for number in range(first, last + 1)] or None
    return inside.split(",") if "," in inside and ".." not in inside else None


def elements_of(array: Node, scope: Scope) -> tuple[Word, ...] | None:
    """The elements of `(a b …)`; None where they have indices of their own."""
    found: list[Word] = []
    for child in array.named_children:
        if text_of(child).startswith("["):
            return None
        found += words_of(child, scope)
    return tuple(found)


def value_of(node: Node | None, scope: Scope) -> Word:
    """The text that an assignment gives a variable."""
    return Word("") if node is None else Word(*joined(list(pieces_of(node, scope))))


def split_text(text: str, unread: Unread | None = None) -> list[Word]:
    """The words that an unquoted value becomes."""
    splitter = _Splitter(_BLANKS)
    splitter.take(Piece(text, expanded=True, unread=unread))
    splitter.end()
    return splitter.words


@lru_cache(maxsize=64)
def _separators(ifs: str) -> re.Pattern[str]:
    """What stands between two words: any blanks of IFS, or another character with blanks around."""
    blank = "".join(sorted(set(_BLANKS).intersection(ifs)))
    other = re.escape("".join(sorted(set(ifs).difference(_BLANKS))))
    choices = [f"[{blank}]*[{other}][{blank}]*" if blank else f"[{other}]"] if other else []
    choices += [f"[{blank}]+"] if blank else []
    return re.compile("|".join(choices) or r"(?!)")


class _Splitter:
    """Collects pieces into words."""

    def __init__(self, ifs: str | None) -> None:
        self.ifs = ifs
        self.words: list[Word] = []
        self.behind_blank = False
        self._clear()

    def _clear(self) -> None:
        self.parts: list[str] = []
        self.started = False  # a quoted empty text makes a word too
        self.is_quoted = False
        self.unread: Unread | None = None
        self.via: tuple[str, ...] = ()
        self.many = False

    def end(self) -> None:
        """The word ends here, if there is one."""
        if self.started:
            text = "".join(self.parts)
            vanishes = self.unread is not None and self.unread.empty and not self.is_quoted
            many = self.many or (vanishes and not text.strip(HOLE))
            self.words.append(Word(text, self.unread, self.via, many))
        self._clear()

    def take(self, piece: Piece) -> None:
        """Add a piece to the word, or to several."""
        if piece.breaks:
            self.end()
        if piece.quoted:
            self.is_quoted = True
            self._add(piece.text, piece, many=piece.many)
        elif piece.expanded:
            self._split(piece)
        elif piece.text:
            self._literal(piece.text, piece)

    def _literal(self, text: str, piece: Piece) -> None:
        """Unquoted text without blanks: a pattern, or just itself.

        No file is named `--option=…`, so a pattern there matches none and stays as it is.
        """
        if _PATTERN.search(text) and not _OPTION.match("".join((*self.parts, text))):
            detail = f"{text[:40]} is a pattern of file names"
            names = Unread(Code.SHELL_SYNTAX, detail, names=True)
            self._add(text, piece._replace(unread=piece.unread or names), many=True)
        else:
            self._add(text, piece, many=piece.many)

    def _split(self, piece: Piece) -> None:
        """Separators end words; blanks among them never begin one."""
        if not self._is_splittable(piece.unread):
            unread = piece.unread or Unread(Code.SHELL_SYNTAX, "IFS decides how a value is split")
            text = piece.text if piece.unread else HOLE
            self._add(text, piece._replace(unread=unread), many=True)
            return
        end = 0
        for separator in _separators(self.ifs or "").finditer(piece.text):
            if separator.start() > end:
                self._literal(piece.text[end : separator.start()], piece._replace(breaks=False))
            end = separator.end()
            ends = separator[0].strip(_BLANKS) != ""
            self.started |= ends and not self.behind_blank  # an empty word between two commas
            self.behind_blank = not ends and self.started and end == len(piece.text)
            self.end()
        if end < len(piece.text):
            self._literal(piece.text[end:], piece._replace(breaks=False))

    def _is_splittable(self, unread: Unread | None) -> bool:
        if self.ifs is None or unread is None:
            return self.ifs is not None
        return (unread.clean or unread.empty) and _NEVER_IN_HOLES.issuperset(self.ifs)

    def _add(self, text: str, piece: Piece, *, many: bool) -> None:
        self.parts.append(text)
        self.started = True
        self.behind_blank = False
        self.many |= many
        if many or (piece.unread is not None and HOLE in text):
            self.unread = worse(self.unread, piece.unread)
        self.via += tuple(step for step in piece.via if step not in self.via)
