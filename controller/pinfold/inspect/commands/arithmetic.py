"""What arithmetic sets: `((X = 5))`, `$((X++))`, and a variable whose value says `X=5`. bash(1).

The value of a variable in an expression is an expression again, and so is a subscript.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from tree_sitter import Node

from pinfold.inspect.commands.model import Value
from pinfold.inspect.commands.tree import substitutions_of, text_of
from pinfold.inspect.workload import Code

_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_SETS = re.compile(r"(?<![=!<>])=(?!=)|[<>]{2}=|\+\+|--")
_NUMBER = re.compile(r"\s*(?:[+-]?[0-9][0-9A-Za-z#]*)?\s*", re.ASCII)
_DIVIDES = re.compile(r"[/%]=?\s*(?![\s1-9])")
_SIGNS = frozenset({"-eq", "-ne", "-lt", "-le", "-gt", "-ge"})
_EXPRESSIONS = frozenset(
    {
        "arithmetic_expansion", "binary_expression", "postfix_expression", "unary_expression",
        "ternary_expression", "parenthesized_expression",
    }
)  # fmt: skip
_RUNS = ("command_substitution", "process_substitution")


class Effect(NamedTuple):
    """What the expressions in a node may set."""

    names: set[str]
    any_name: bool  # a known value names variables itself
    any_number: bool  # a value that is not known may: what it sets becomes a number


def set_by_arithmetic(node: Node, variable: Callable[[str], Value]) -> Effect:
    """The variables that the expressions in a node may set."""
    effect = Effect(set(), any_name=False, any_number=False)
    for text in _expressions(node):
        found = set(_NAME.findall(text))
        values = [variable(name) for name in found]
        known = [value for value in values if value.unread is None]
        effect = Effect(
            effect.names | (found if _SETS.search(text) else set()),
            effect.any_name or not all(_NUMBER.fullmatch(value.text) for value in known),
            effect.any_number or any(map(_is_open, values)),
        )
    return effect


def may_fail(node: Node) -> bool:
    """Whether an expression divides by what may be nought."""
    return any(_DIVIDES.search(text) for text in _expressions(node))


def _expressions(node: Node) -> Iterator[str]:
    """The texts that are computed."""
    if node.type in _RUNS:
        return
    text = _computed(node)
    if text is not None:
        yield text
    elif node.type == "test_command":
        yield from _compared(node)
    if text is None or node.type in ("expansion", "subscript"):
        for child in node.named_children:
            if node.type != "test_command" or child.type not in _EXPRESSIONS:
                yield from _expressions(child)


def _computed(node: Node) -> str | None:
    """The text of an expression; None for any other node."""
    if node.type == "subscript":
        return _text(node).partition("[")[2]
    if node.type == "expansion":
        is_cut = any(child.type == ":" for child in node.children)
        return _text(node).partition(":")[2] if is_cut else None
    if node.type == "compound_statement":
        return _text(node) if node.children and node.children[0].type == "((" else None
    in_head = node.parent is not None and node.parent.type == "c_style_for_statement"
    return _text(node) if node.type in _EXPRESSIONS or in_head else None


def _text(node: Node) -> str:
    """Its text without the commands in it."""
    text = text_of(node)
    for inner in substitutions_of(node):
        text = text.replace(text_of(inner), " ")
    return text


def _compared(test: Node) -> Iterator[str]:
    """What `[[ X -eq Y ]]` computes; `[` does not."""
    stack = list(test.named_children)
    while stack:
        node = stack.pop()
        children = node.children
        is_pair = node.type == "binary_expression" and len(children) == 3
        if is_pair and test.children[0].type == "[[" and text_of(children[1]) in _SIGNS:
            yield f"{_text(children[0])} {_text(children[2])}"
        elif node.type in _EXPRESSIONS:
            stack += node.named_children
        else:
            yield from _expressions(node)


def _is_open(value: Value) -> bool:
    """Whether a value can be an expression; what only the image can set is taken for none."""
    unread = value.unread
    if unread is None or unread.clean or unread.empty:
        return False
    return unread.code is not Code.UNSET_VARIABLE
