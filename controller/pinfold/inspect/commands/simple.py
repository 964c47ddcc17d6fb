"""Simple commands of a shell script: assignments, redirections, builtins, programs."""

from tree_sitter import Node

from pinfold.inspect.commands.model import HOLE, Process, Token, Value
from pinfold.inspect.commands.state import State, Unreadable
from pinfold.inspect.commands.tree import WORDS, assigned_in, short, text_of
from pinfold.inspect.commands.words import Word, value_of, words_of
from pinfold.inspect.workload import Where

_PARTS = WORDS | {"command_name", "file_redirect", "herestring_redirect"}

# Builtins that change what later words mean, in ways that are not followed.
_LOSES = frozenset({"eval", "source", ".", "alias", "unalias", "shift", "enable", "builtin"})
_SETS = frozenset({"read", "mapfile", "readarray", "getopts", "printf", "let"})
_ACTIVATES = ("/activate", "/conda.sh", "/.bashrc")  # they set PATH and the prompt, no more


class SimpleCommands(State):
    """Reads commands without a structure of their own."""

    def redirect(self, node: Node) -> None:
        """A file, a here-document or a here-string; raises Unreadable."""
        targets = [child for child in node.named_children if child.type != "file_descriptor"]
        if node.type != "heredoc_redirect":
            if len(targets) > 1:
                raise Unreadable  # the grammar counts arguments behind a file as files
            self.only_expand(node)
            return
        for child in targets:
            if child.type in ("pipeline", "command", "redirected_statement", "list"):
                self.statement(child)  # `<<END | program`, `<<END && program`
            elif child.type.endswith("_redirect"):
                self.redirect(child)
            elif child.type.startswith("heredoc_"):
                self.only_expand(child)
            else:
                raise Unreadable

    def command(self, node: Node) -> None:
        """Assignments, a program and its words. Raises Unreadable."""
        assignments = [c for c in node.named_children if c.type == "variable_assignment"]
        others = [c for c in node.children if c.type != "variable_assignment"]
        if any(child.type not in _PARTS for child in others):
            raise Unreadable  # `v == a`: the grammar makes a comparison of it
        for redirect in others:
            if redirect.type.endswith("redirect"):
                self.redirect(redirect)
        words: list[Word] = []
        for child in others:
            if not child.type.endswith("redirect"):
                words += words_of(child, self)
                self.variables.spend(len(words))
        if words:
            self._run(words, dict(map(self._assignment, assignments)), node)
        else:
            for assignment in assignments:
                self.assign(assignment, exported=False)

    def _run(self, words: list[Word], before: dict[str, Value], node: Node) -> None:
        name = words[0].text
        if name == "cd":
            self._cd(words[1:])
        elif name == "set":
            self._set(words)
        elif name in _LOSES:
            if len(words) < 2 or not words[1].text.endswith(_ACTIVATES):
                self.unreadable(node)
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
            if word.text == "allexport" or (is_option and "a" in word.text):
                self.variables.all_exported = True
            takes_name = is_option and word.text.endswith("o")

    def _assignment(self, node: Node) -> tuple[str, Value]:
        name, *rest = node.named_children
        if name.type != "variable_name" or node.children[1].type != "=":
            raise Unreadable
        word = value_of(rest[0] if rest else None, self)
        place = self.variables.source.place
        return text_of(name), Value(word.text, place, Where.SHELL, word.via, word.unread)

    def assign(self, node: Node, *, exported: bool) -> None:
        """`NAME=value`."""
        try:
            name, value = self._assignment(node)
        except Unreadable:  # an array, or `X+=…`
            self.only_expand(node)
            self.variables.forget(assigned_in(node))
            return
        self.variables.set(name, value, exported=exported)
        if name == "IFS":
            self.variables.lose("IFS changes how words are split")

    def declare(self, node: Node) -> None:
        """`export`, `declare`, `local`, `readonly`."""
        words = [text_of(child) for child in node.children if child.type in ("word", "export")]
        exported = any(w == "export" or (w.startswith("-") and "x" in w) for w in words)
        for child in node.named_children:
            if child.type == "variable_assignment":
                self.assign(child, exported=exported)
            elif child.type == "variable_name" and exported:
                self.variables.export(text_of(child))
            else:
                self.only_expand(child)
