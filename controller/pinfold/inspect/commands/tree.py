"""Questions about the tree of a shell script (tree-sitter-bash).

All are answered in a loop: a script may be nested deeper than Python's stack.
"""

import re

import tree_sitter_bash
from tree_sitter import Language, Node, Parser

MAX_NODES = 10_000
MAX_DEPTH = 60  # of nested statements and words; a chain of && counts once
_SHOWN = 40
_BASH = Language(tree_sitter_bash.language())
_GAP = re.compile(rb"(?:[ \t\n]|\\\n)*")
_JOINED = re.compile(rb"(?:\\\n)+")
WORDS = frozenset(  # the types of a word
    {
        "word", "number", "string", "raw_string", "ansi_c_string", "translated_string",
        "concatenation", "simple_expansion", "expansion", "command_substitution",
        "arithmetic_expansion", "process_substitution", "brace_expression", "extglob_pattern",
    }
)  # fmt: skip
_BEYOND = re.compile(r"[^\x00-\x7f]")
_ENCODED = re.compile(r"\x01([0-9a-f]+)\x02")
_MARKS = re.compile(r"[\x00-\x02]")
_TEXTUAL = frozenset({"string", "heredoc_body", "heredoc_redirect"})  # text stands between nodes
_SETTERS = frozenset(
    {
        "variable_assignment", "for_statement", "select_statement",
        "binary_expression", "postfix_expression", "unary_expression",  # (( x = 1 ))
    }
)  # fmt: skip


class TooMuch(Exception):
    """The script does more than is followed."""


def parse(script: bytes) -> Node:
    """The tree of an encoded script. A parser is never shared: it is no thread's but its own."""
    return Parser(_BASH).parse(script).root_node


def encode(text: str) -> bytes:
    """A script as the grammar may see it: every character beyond ASCII is written in ASCII.

    The grammar's scanner asks C's isalnum() about any character, which reads beyond its table for
    one above 255: `{` and a character of a high plane end the process (tree-sitter-bash 0.25.1).
    """
    return _BEYOND.sub(lambda found: f"\x01{ord(found[0]):x}\x02", text).encode("ascii")


def decode(script: bytes) -> str:
    """The text of a part of an encoded script."""
    return _ENCODED.sub(lambda found: chr(int(found[1], 16)), script.decode("ascii"))


def is_encodable(text: str) -> bool:
    """Whether the text has none of the characters that mark an encoded one, and no NUL."""
    return _MARKS.search(text) is None


def text_of(node: Node) -> str:
    """The node's own text."""
    return decode(node.text or b"")


def short(node: Node) -> str:
    """The node's text, cut so that a message can quote it."""
    text = text_of(node).strip()
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def statements_of(node: Node) -> list[Node]:
    """The statements of a sequence; a chain of `&&`, which the grammar nests, is taken apart."""
    found: list[Node] = []
    stack = list(reversed(node.named_children))
    while stack:
        current = stack.pop()
        if current.type == "list":
            stack += reversed(current.named_children)
        else:
            found.append(current)
    return found


def is_sound(root: Node, script: bytes) -> bool:
    """Whether the tree says all that the text says, and is not nested beyond MAX_DEPTH.

    The grammar skips a backslash now and then; between two nodes there must be blanks alone.
    Raises TooMuch.
    """
    if root.descendant_count > MAX_NODES:
        raise TooMuch
    stack = [(root, 0)]
    while stack:
        node, depth = stack.pop()
        if depth > MAX_DEPTH or not _is_whole(node, script):
            return False
        depth += node.type != "list"
        stack += [(child, depth) for child in node.children]
    return True


def _is_whole(node: Node, script: bytes) -> bool:
    if node.type in _TEXTUAL or not node.children:
        return True
    end = node.start_byte
    is_word = node.type == "concatenation"
    for child in node.children:
        gap = script[end : child.start_byte]
        # A continued line without any blank joins two words; the grammar takes it for a blank.
        joins = _JOINED.fullmatch(gap) is not None
        if gap and (joins != is_word or not _GAP.fullmatch(gap)):
            return False
        end = child.end_byte
    return True


def substitutions_of(node: Node) -> list[Node]:
    """The command substitutions in a node, the outermost of each."""
    found: list[Node] = []
    stack = [node]
    while stack:
        current = stack.pop()
        if current.type in ("command_substitution", "process_substitution"):
            found.append(current)
        else:
            stack += reversed(current.named_children)
    return found


def assigned_in(node: Node) -> set[str]:
    """The names of the variables that a statement sets, wherever in it."""
    names: set[str] = set()
    stack = [node]
    while stack:
        current = stack.pop()
        if current.type in _SETTERS:
            for child in current.named_children:
                if child.type in ("variable_name", "subscript"):
                    names.add(text_of(child).partition("[")[0])
        stack += current.named_children
    return names
