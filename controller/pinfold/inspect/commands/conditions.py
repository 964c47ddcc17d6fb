"""Tests whose answer is known: `[ -n "$X" ]`, `[ a = b ]`, `[[ $X == a* ]]`. POSIX.1-2024, test."""

import operator
import re
from collections.abc import Callable, Sequence

from tree_sitter import Node

from pinfold.inspect.commands.model import Word
from pinfold.inspect.commands.patterns import matches
from pinfold.inspect.commands.pieces import Scope, joined, pieces_of
from pinfold.inspect.commands.tree import text_of
from pinfold.inspect.commands.words import words_of

_EMPTY = {"-n": False, "-z": True}
_NUMBERS: dict[str, Callable[[int, int], bool]] = {
    "-eq": operator.eq, "-ne": operator.ne, "-lt": operator.lt,
    "-le": operator.le, "-gt": operator.gt, "-ge": operator.ge,
}  # fmt: skip
_INTEGER = re.compile(r"-?[0-9]{1,9}")


def of_words(words: Sequence[Word], *, bash: bool) -> bool | None:
    """`test …`, `[ … ]` as words; None where the answer is not known."""
    if not bash and any(word.text == "==" for word in words):
        return None
    if any(word.many or (word.unread and not word.unread.clean) for word in words):
        return None
    texts = [None if word.unread else word.text for word in words]
    match texts:
        case [str(text)]:
            return text != ""
        case ["-n" | "-z" as which, text]:
            return (text == "") is _EMPTY[which]  # a word that is not known is not empty
        case ["!", *rest] if rest:
            answer = of_words(words[1:], bash=bash)
            return None if answer is None else not answer
        case [str(left), str(sign), str(right)]:
            return _compared(left, sign, right, is_pattern=False)
    return None


def _compared(left: str, sign: str, right: str, *, is_pattern: bool) -> bool | None:
    if sign in ("=", "==", "!="):
        equal = matches(right, left) if is_pattern else left == right
        return None if equal is None else equal is (sign != "!=")
    if sign in _NUMBERS and _INTEGER.fullmatch(left) and _INTEGER.fullmatch(right):
        return _NUMBERS[sign](int(left), int(right))
    return None


def of_test(node: Node, scope: Scope) -> bool | None:
    """`[ … ]` and `[[ … ]]` as the grammar reads them; None where the answer is not known."""
    inside = node.named_children
    if len(inside) != 1 or (node.children[0].type == "[[" and not scope.bash):
        return None  # sh may have no such command
    return _answer(inside[0], scope, splits=node.children[0].type == "[")


def _answer(node: Node, scope: Scope, *, splits: bool) -> bool | None:
    match node.type:
        case "parenthesized_expression" if len(node.named_children) == 1:
            return _answer(node.named_children[0], scope, splits=splits)
        case "unary_expression" if len(node.children) == 2:
            return _unary(node.children[0], node.children[1], scope, splits=splits)
        case "binary_expression" if len(node.children) == 3:
            return _binary(node.children, scope, splits=splits)
        case "string" | "raw_string" | "word" | "simple_expansion" | "expansion":
            text = _text(node, scope, splits=splits)
            return None if text is None else text != ""
    return None


def _unary(sign: Node, operand: Node, scope: Scope, *, splits: bool) -> bool | None:
    if sign.type == "!":
        answer = _answer(operand, scope, splits=splits)
        return None if answer is None else not answer
    text = _text(operand, scope, splits=splits)
    which = text_of(sign)
    return None if text is None or which not in _EMPTY else (text == "") is _EMPTY[which]


def _binary(parts: Sequence[Node], scope: Scope, *, splits: bool) -> bool | None:
    left, sign, right = parts
    if sign.type in ("&&", "||"):
        answers = (_answer(left, scope, splits=splits), _answer(right, scope, splits=splits))
        decides = sign.type == "||"
        if decides in answers:
            return decides
        return None if None in answers else not decides
    first, second = _text(left, scope, splits=splits), _text(right, scope, splits=splits)
    if first is None or second is None:
        return None
    is_pattern = not splits and right.type not in ("string", "raw_string")
    if is_pattern and right.type == "concatenation":
        return None  # a part of it may be quoted
    if text_of(sign) == "==" and not scope.bash:
        return None
    return _compared(first, text_of(sign), second, is_pattern=is_pattern)


def _text(node: Node, scope: Scope, *, splits: bool) -> str | None:
    """The operand, if it is one word whatever the shell makes of it."""
    if node.type.endswith("_expression"):
        return None
    if splits:
        words = words_of(node, scope)
        if len(words) != 1 or words[0].unread is not None:
            return None
        return words[0].text
    text, unread, _ = joined(list(pieces_of(node, scope)))
    return None if unread is not None or "\\" in text_of(node) else text
