"""What a shell script runs, read by a grammar (tree-sitter-bash), never by patterns.

The grammar takes some text that bash refuses, so only node types that are listed here are read,
an error in the tree makes the script unreadable, and what lies between two nodes is checked.
Every command counts, also one behind `||`, in a branch or in a loop: which of them run is not
known. A variable that a branch or a loop sets is not known after it.
"""

from tree_sitter import Node

from pinfold.inspect.commands.model import HOLE, Environment, Problem, Process, Token, Value
from pinfold.inspect.commands.simple import SimpleCommands
from pinfold.inspect.commands.state import Unreadable
from pinfold.inspect.commands.tree import (
    WORDS,
    TooMuch,
    assigned_in,
    encode,
    is_encodable,
    is_sound,
    parse,
    statements_of,
    text_of,
)
from pinfold.inspect.commands.variables import Variables
from pinfold.inspect.workload import Code

MAX_BYTES = 64 * 1024
MAX_OPERATORS = 1500  # of them the grammar's time grows with the square

_APART = frozenset({"pipeline", "negated_command", "subshell"})
_COMPOUND = frozenset(
    {
        "if_statement", "elif_clause", "else_clause", "while_statement", "for_statement",
        "c_style_for_statement", "do_group", "compound_statement", "case_statement", "case_item",
        "function_definition",
    }
)  # fmt: skip
_REPEATED = frozenset(
    {"while_statement", "for_statement", "c_style_for_statement", "function_definition"}
)
_INERT = WORDS | {"comment", "test_command", "variable_name", "file_redirect", "binary_expression",
                  "postfix_expression", "unary_expression", "special_variable_name"}  # fmt: skip


class Script(SimpleCommands):
    """Reads statements."""

    def read(self) -> None:
        """Read the whole script."""
        text = self.variables.source.text
        try:
            root = parse(self.script)
            if root.has_error or not is_sound(root, self.script):
                self.problem(
                    "the script is not one that a shell accepts, or not as it is read here", text
                )
            else:
                self.sequence(root)
        except TooMuch:
            self.problem("the script does more than is followed here", text, Code.TOO_LARGE)

    def sequence(self, node: Node) -> None:
        """Read statements that stand one after the other."""
        for child in statements_of(node):
            self.statement(child)

    def statement(self, node: Node) -> None:
        """Read one statement; what cannot be read becomes a problem, and never stops the rest."""
        try:
            self._statement(node)
        except Unreadable:
            self.unreadable(node)

    def _statement(self, node: Node) -> None:
        match node.type:
            case "command":
                self.command(node)
            case "variable_assignment":
                self.assign(node, exported=False)
            case "variable_assignments" | "list":
                self.sequence(node)
            case "redirected_statement":
                self._redirected(node)
            case "declaration_command":
                self.declare(node)
            case "unset_command":
                self.variables.forget(text_of(name) for name in node.named_children)
            case kind if kind in _APART:
                self._apart(node)
            case kind if kind in _COMPOUND:
                self._compound(node)
            case kind if kind in _INERT:
                self.only_expand(node)
            case _:
                self.unreadable(node)

    def _compound(self, node: Node) -> None:
        """A branch, a loop or a function: all of it counts, and what it sets is unknown after."""
        changed = assigned_in(node)
        if node.type in _REPEATED:
            self.variables.forget(changed)
        inner = self.inside()
        if node.type == "function_definition":
            self.functions.add(text_of(node.named_children[0]))
            inner.variables.given = None
        body = node.child_by_field_name("body") if node.type.startswith("c_style") else None
        inner.sequence(body or node)
        self.take(inner)
        self.variables.forget(changed)
        if inner.variables.lost is not None:
            self.variables.lose(inner.variables.lost.detail)
        if inner.folder != self.folder:
            self.folder = HOLE

    def _apart(self, node: Node) -> None:
        """A pipeline or a subshell: what it sets ends with it."""
        for child in statements_of(node):
            inner = self.inside()
            inner.statement(child)
            self.take(inner)

    def _redirected(self, node: Node) -> None:
        """`command > file`, `command <<END`: the command counts, its input and output do not."""
        redirects = [c for c in node.named_children if c.type.endswith("_redirect")]
        for redirect in redirects:
            self.redirect(redirect)
        for child in node.named_children:
            if child not in redirects:
                self.statement(child)


def read_script(
    source: Token,
    environment: Environment,
    folder: str | None,
    parameters: tuple[Value, ...] | None,
) -> tuple[list[Process], list[Problem]]:
    """The commands of a script, and what of it could not be read.

    `parameters` are `$0`, `$1` …; None where their number is not known.
    """
    unread = source.unread
    if len(source.text) > MAX_BYTES or sum(map(source.text.count, "()|&<>{[")) > MAX_OPERATORS:
        detail = "the script is longer than 64 KiB, or has too many operators"
        return [], [Problem(Code.TOO_LARGE, detail, source.place, source.text)]
    if unread is not None and not unread.clean:
        return [], [Problem(unread.code, unread.detail, source.place, source.text)]
    if not is_encodable(source.text):
        detail = "the script has control characters"
        return [], [Problem(Code.SHELL_SYNTAX, detail, source.place, source.text)]
    script = Script(encode(source.text), Variables(source, environment, parameters), folder)
    script.read()
    return script.processes, script.problems
