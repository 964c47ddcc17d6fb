"""Questions about the tree of a shell script (tree-sitter-bash).

All are answered in a loop: a script may be nested deeper than Python's stack.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

import tree_sitter_bash
from tree_sitter import Language, Node, Parser

MAX_NODES = 10_000
MAX_DEPTH = 60  # of nested statements and words; a chain of && counts once
_SHOWN = 40
_BASH = Language(tree_sitter_bash.language())
_GAP = re.compile(rb"(?:[ \t\n]|\\\n)*")
_JOINED = re.compile(rb"(?:\\\n)+")
_RUNS = re.compile(rb"[<>]\(|`|\$[({\w]")
_ESCAPED = re.compile(rb"\\.")
_LAST = re.compile(rb"(?<!\\)(?:\\\n)+\Z")
_CONTINUED = re.compile(rb"\S\\\n\S")
WORDS = frozenset(  # the types of a word
    {
        "word", "number", "string", "raw_string", "ansi_c_string", "translated_string",
        "concatenation", "simple_expansion", "expansion", "command_substitution",
        "arithmetic_expansion", "process_substitution", "brace_expression", "extglob_pattern",
    }
)  # fmt: skip
_BEYOND = re.compile(r"[^\x00-\x7f]|[\r\v\f]")  # the last three are no blanks to a shell
_ENCODED = re.compile(r"\x01([0-9a-f]+)\x02")
_LONE_DASH = re.compile(r"(?<=[ \t])-(?=[ \t]*<<)")  # `python - <<END`: the grammar drops it
_MARKS = re.compile(r"[\x00-\x02]")
_TEXTUAL = frozenset({"string", "heredoc_body", "heredoc_redirect"})  # text stands between nodes
_SETTERS = ("variable_assignment", "for_statement", "select_statement")


class TooMuch(Exception):
    """The script does more than is followed."""


def parse(script: bytes) -> Node:
    """The tree of an encoded script. A parser is never shared: it is no thread's but its own."""
    return Parser(_BASH).parse(script).root_node


def parse_joined(script: bytes) -> tuple[Node, bytes]:
    """The tree of a script whose words over several lines are joined, and that script.

    A backslash before a newline is nothing to a shell; the grammar ends a word there.
    """
    script = _LAST.sub(b"", script)
    root = parse(script)
    if not _CONTINUED.search(script) or root.has_error or root.descendant_count > MAX_NODES:
        return root, script
    parts: list[bytes] = []
    start = 0
    for begin, end in sorted(_continued(root, script)):
        parts.append(script[start:begin])
        start = end
    if not start:
        return root, script
    script = b"".join((*parts, script[start:]))
    return parse(script), script


def _continued(root: Node, script: bytes) -> Iterator[tuple[int, int]]:
    """Where two words, or two parts of one, touch but for a continued line."""
    stack = [root]
    while stack:
        node = stack.pop()
        children = node.children
        stack += children
        for left, right in pairwise(() if node.type in _TEXTUAL else children):
            begin, end = left.end_byte, right.start_byte
            if _JOINED.fullmatch(script, begin, end) and script[begin - 1 : begin] != b"\\":
                yield begin, end


def encode(text: str) -> bytes:
    """A script as the grammar may see it: characters beyond ASCII and odd blanks as letters.

    The grammar's scanner asks C's isalnum() about any character, which reads beyond its table for
    one above 255: `{` and a character of a high plane end the process (tree-sitter-bash 0.25.1).
    """
    text = _LONE_DASH.sub("\x012d\x02", text)
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


def statements_of(node: Node) -> list[tuple[Node, bool]]:
    """The statements of a sequence, each with whether it runs in the background."""
    found: list[tuple[Node, bool]] = []
    for child in node.children:
        if child.is_named and child.type != "comment":
            found.append((child, False))
        elif child.type == "&" and found:
            found[-1] = (found[-1][0], True)
    return found


def chain_of(node: Node) -> list[tuple[str, Node]]:
    """The links of `a && b || c`, which the grammar nests, each with what stands before it."""
    links: list[tuple[str, Node]] = []
    while node.type == "list":
        left, operator, *right = node.children
        links += [(operator.type, child) for child in reversed(right) if child.is_named]
        node = left
    return [("", node), *reversed(links)]


def sections_of(node: Node, *keywords: str) -> list[tuple[str, list[tuple[Node, bool]]]]:
    """The statements between the keywords of `if … then … fi`, by the keyword before them."""
    found: list[tuple[str, list[tuple[Node, bool]]]] = []
    for child in node.children:
        if child.type in keywords:
            found.append((child.type, []))
        elif child.is_named and found:
            found[-1][1].append((child, False))
        elif child.type == "&" and found and found[-1][1]:
            found[-1][1][-1] = (found[-1][1][-1][0], True)
    return found


def is_sound(root: Node, script: bytes, most: int = MAX_NODES) -> bool:
    """Whether the tree says all that the text says, and is not nested beyond MAX_DEPTH.

    The grammar skips a backslash now and then; between two nodes there must be blanks alone.
    Raises TooMuch.
    """
    if root.descendant_count > most:
        raise TooMuch
    stack = [(root, 0)]
    while stack:
        node, depth = stack.pop()
        children = node.children
        if depth > MAX_DEPTH or not _is_whole(node, children, script):
            return False
        if children:
            depth += node.type != "list"
            stack += [(child, depth) for child in children]
    return True


def _is_whole(node: Node, children: list[Node], script: bytes) -> bool:
    if not children:
        return node.type != "word" or not _runs(script[node.start_byte : node.end_byte])
    if node.type in _TEXTUAL:
        return True
    end = node.start_byte
    is_word = node.type == "concatenation"
    is_redirect = node.type in ("file_redirect", "herestring_redirect")
    for child in children:
        gap = script[end : child.start_byte]
        end = child.end_byte
        if not gap or (gap == b" " and not is_word):
            continue
        # A continued line without any blank joins two words; the grammar takes it for a blank.
        joins = _JOINED.fullmatch(gap) is not None
        in_braces = is_word and node.parent is not None and node.parent.type == "expansion"
        if in_braces and not gap.strip(b" \t"):
            joins = is_word  # ${X:+a "b"}: two words in one
        if is_redirect and b"\n" in _JOINED.sub(b"", gap):
            return False  # a shell wants the file's name on the same line
        if joins != is_word or not _GAP.fullmatch(gap):
            return False
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
    """The names of the variables that a statement sets, wherever in it, but for arithmetic."""
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


def kinds_in(node: Node) -> set[str]:
    """The types of all nodes in a node, and of what it calls."""
    kinds: set[str] = set()
    stack = [node]
    while stack:
        current = stack.pop()
        kinds.add(current.type)
        stack += current.named_children
    return kinds


def _runs(word: bytes) -> bool:
    """${X:+<(command)}: the grammar overlooks that it runs."""
    is_plain = b"(" not in word and b"$" not in word and b"`" not in word
    return not is_plain and _RUNS.search(_ESCAPED.sub(b"", word)) is not None
