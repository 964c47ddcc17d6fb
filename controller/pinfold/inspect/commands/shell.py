"""What a shell script runs, read by a grammar (tree-sitter-bash), never by patterns.

The grammar takes some text that bash refuses, so only node types that are listed here are read,
an error in the tree makes the script unreadable, and what lies between two nodes is checked.
Every command counts, also one behind `||`, in a branch or in a loop: which of them run is not
known. A variable that a branch or a loop sets is not known after it.
"""

from tree_sitter import Node

from pinfold.inspect.commands.model import HOLE, Environment, Problem, Process, Token, Unread, Value
from pinfold.inspect.commands.tree import (
    TooMuch,
    assigned_in,
    is_sound,
    parse,
    short,
    statements_of,
    substitutions_of,
    text_of,
)
from pinfold.inspect.commands.variables import Variables
from pinfold.inspect.commands.words import Word, value_of, words_of
from pinfold.inspect.workload import Code, Where

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
_WORDS = frozenset(
    {
        "word", "number", "string", "raw_string", "ansi_c_string", "translated_string",
        "concatenation", "simple_expansion", "expansion", "command_substitution",
        "arithmetic_expansion", "process_substitution", "brace_expression", "extglob_pattern",
    }
)  # fmt: skip
_PARTS = _WORDS | {"command_name", "file_redirect", "herestring_redirect"}
_INERT = _WORDS | {"comment", "test_command", "variable_name", "file_redirect", "binary_expression",
                   "postfix_expression", "unary_expression", "special_variable_name"}  # fmt: skip

# Builtins that change what later words mean, in ways that are not followed.
_LOSES = frozenset({"eval", "source", ".", "alias", "unalias", "shift", "enable", "builtin"})
_SETS = frozenset({"read", "mapfile", "readarray", "getopts", "printf", "let", "local"})
_ACTIVATES = ("/activate", "/conda.sh", "/.bashrc")  # they set PATH and the prompt, no more


class Unreadable(Exception):
    """A form that is not read: nothing of its statement is trusted."""


class Script:
    """A script being read, or a part of it: its variables, and what was found so far."""

    def __init__(self, script: bytes, variables: Variables, folder: str | None) -> None:
        self.script = script
        self.variables = variables
        self.folder = folder
        self.functions: set[str] = set()
        self.processes: list[Process] = []
        self.problems: list[Problem] = []

    # -- what words mean (pieces.Scope) ----------------------------------------------------------

    @property
    def outer(self) -> Unread | None:
        return self.variables.source.unread

    def variable(self, name: str) -> Value:
        return self.variables.get(name)

    def is_set(self, name: str) -> bool:
        return self.variables.is_set(name)

    def parameters(self) -> tuple[Value, ...] | None:
        given = self.variables.given
        if given is None:
            return None
        self.variables.spend(sum(len(value.text) + 64 for value in given))
        return given[1:]

    def substitution(self, node: Node) -> None:
        inner = self._inside()
        inner.sequence(node)
        self._take(inner)

    # -- statements ------------------------------------------------------------------------------

    def read(self) -> None:
        """Read the whole script."""
        try:
            root = parse(self.script)
            if root.has_error or not is_sound(root, self.script):
                detail = "the script is not one that a shell accepts, or not as it is read here"
                self._problem(detail, self.variables.source.text)
            else:
                self.sequence(root)
        except TooMuch:
            place, text = self.variables.source.place, self.variables.source.text
            detail = "the script does more than is followed here"
            self.problems.append(Problem(Code.TOO_LARGE, detail, place, text))

    def sequence(self, node: Node) -> None:
        """Read statements that stand one after the other."""
        for child in statements_of(node):
            self.statement(child)

    def statement(self, node: Node) -> None:
        """Read one statement; what cannot be read becomes a problem, and never stops the rest."""
        try:
            self._statement(node)
        except Unreadable:
            self._unreadable(node)

    def _statement(self, node: Node) -> None:
        match node.type:
            case "command":
                self._command(node)
            case "variable_assignment":
                self._assign(node, exported=False)
            case "variable_assignments" | "list":
                self.sequence(node)
            case "redirected_statement":
                self._redirected(node)
            case "declaration_command":
                self._declare(node)
            case "unset_command":
                self.variables.forget(text_of(name) for name in node.named_children)
            case kind if kind in _APART:
                self._apart(node)
            case kind if kind in _COMPOUND:
                self._compound(node)
            case kind if kind in _INERT:
                self._only_expand(node)
            case _:
                self._unreadable(node)

    def _only_expand(self, node: Node) -> None:
        """Words and tests run nothing, but for the commands substituted in them."""
        for inner in substitutions_of(node):
            self.substitution(inner)

    def _compound(self, node: Node) -> None:
        """A branch, a loop or a function: all of it counts, and what it sets is unknown after."""
        changed = assigned_in(node)
        if node.type in _REPEATED:
            self.variables.forget(changed)
        inner = self._inside()
        if node.type == "function_definition":
            self.functions.add(text_of(node.named_children[0]))
            inner.variables.given = None
        body = node.child_by_field_name("body") if node.type.startswith("c_style") else None
        inner.sequence(body or node)
        self._take(inner)
        self.variables.forget(changed)
        if inner.variables.lost is not None:
            self.variables.lose(inner.variables.lost.detail)
        if inner.folder != self.folder:
            self.folder = HOLE

    def _apart(self, node: Node) -> None:
        """A pipeline or a subshell: what it sets ends with it."""
        for child in statements_of(node):
            inner = self._inside()
            inner.statement(child)
            self._take(inner)

    def _redirected(self, node: Node) -> None:
        """`command > file`, `command <<END`: the command counts, its input and output do not."""
        redirects = [c for c in node.named_children if c.type.endswith("_redirect")]
        for redirect in redirects:
            self._redirect(redirect)
        for child in node.named_children:
            if child not in redirects:
                self.statement(child)

    def _redirect(self, node: Node) -> None:
        targets = [child for child in node.named_children if child.type != "file_descriptor"]
        if node.type != "heredoc_redirect":
            if len(targets) > 1:
                raise Unreadable  # the grammar counts arguments behind a file as files
            self._only_expand(node)
            return
        for child in targets:
            if child.type in ("pipeline", "command", "redirected_statement", "list"):
                self.statement(child)  # `<<END | program`, `<<END && program`
            elif child.type.endswith("_redirect"):
                self._redirect(child)
            elif child.type.startswith("heredoc_"):
                self._only_expand(child)
            else:
                raise Unreadable

    def _inside(self) -> "Script":
        inner = Script(self.script, self.variables.copy(), self.folder)
        inner.functions = set(self.functions)
        return inner

    def _take(self, inner: "Script") -> None:
        self.processes += inner.processes
        self.problems += inner.problems

    # -- commands --------------------------------------------------------------------------------

    def _command(self, node: Node) -> None:
        assignments = [c for c in node.named_children if c.type == "variable_assignment"]
        others = [c for c in node.children if c.type != "variable_assignment"]
        if any(child.type not in _PARTS for child in others):
            raise Unreadable  # `v == a`: the grammar makes a comparison of it
        for redirect in others:
            if redirect.type.endswith("redirect"):
                self._redirect(redirect)
        words: list[Word] = []
        for child in others:
            if not child.type.endswith("redirect"):
                words += words_of(child, self)
                self.variables.spend(len(words))
        if words:
            self._run(words, dict(map(self._assignment, assignments)), node)
        else:
            for assignment in assignments:
                self._assign(assignment, exported=False)

    def _run(self, words: list[Word], before: dict[str, Value], node: Node) -> None:
        name = words[0].text
        if name == "cd":
            self._cd(words[1:])
        elif name == "set":
            self._set(words)
        elif name in _LOSES:
            if len(words) < 2 or not words[1].text.endswith(_ACTIVATES):
                self._unreadable(node)
                self.variables.lose(f"{short(node)} can change any variable")
        elif name in _SETS:
            self.variables.forget({word.text.partition("=")[0] for word in words[1:]})
        elif name not in self.functions:
            self.variables.spend(len(self.variables.environment.values) if before else 0)
            tokens = tuple(self._token(word) for word in words)
            environment = self.variables.environment.having(before)
            self.processes.append(Process(tokens, environment, self.folder))

    def _token(self, word: Word) -> Token:
        source = self.variables.source
        via = (*source.via, *word.via)
        return Token(word.text, source.place, Where.SHELL, via, word.unread, word.many)

    def _cd(self, words: list[Word]) -> None:
        target = words[-1] if words else None
        if target is None or target.unread is not None or target.text == "-":
            self.folder = HOLE
        elif target.text.startswith("/"):
            self.folder = target.text
        else:
            self.folder = f"{self.folder}/{target.text}" if self.folder else HOLE

    def _set(self, words: list[Word]) -> None:
        """`set -e -o pipefail` changes no variable; `set -- a b` sets the parameters."""
        takes_name = False
        for word in words[1:]:
            is_option = word.text.startswith(("-", "+")) and word.text != "--"
            if not is_option and not takes_name:
                self.variables.given = None
            takes_name = is_option and word.text.endswith("o")

    def _assignment(self, node: Node) -> tuple[str, Value]:
        name, *rest = node.named_children
        if name.type != "variable_name" or node.children[1].type != "=":
            raise Unreadable
        word = value_of(rest[0] if rest else None, self)
        place = self.variables.source.place
        return text_of(name), Value(word.text, place, Where.SHELL, word.via, word.unread)

    def _assign(self, node: Node, *, exported: bool) -> None:
        try:
            name, value = self._assignment(node)
        except Unreadable:  # an array, or `X+=…`
            self._only_expand(node)
            self.variables.forget(assigned_in(node))
            return
        self.variables.set(name, value, exported=exported)
        if name == "IFS":
            self.variables.lose("IFS changes how words are split")

    def _declare(self, node: Node) -> None:
        exported = text_of(node.children[0]) == "export"
        for child in node.named_children:
            if child.type == "variable_assignment":
                self._assign(child, exported=exported)
            elif child.type == "variable_name" and exported:
                self.variables.export(text_of(child))
            else:
                self._only_expand(child)

    # -- what cannot be read ---------------------------------------------------------------------

    def _unreadable(self, node: Node) -> None:
        self.variables.forget(assigned_in(node))
        first_line = text_of(node).split("\n", 1)[0][:60]
        self._problem(f"{first_line!r} is shell that is not read here", text_of(node))

    def _problem(self, detail: str, text: str) -> None:
        self.problems.append(Problem(Code.SHELL_SYNTAX, detail, self.variables.source.place, text))


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
    script = Script(
        source.text.encode(errors="replace"), Variables(source, environment, parameters), folder
    )
    script.read()
    return script.processes, script.problems
