"""Simple commands of a shell script: assignments, redirections, programs."""

import re
from collections.abc import Sequence

from tree_sitter import Node

from pinfold.inspect.commands.copies import is_copier
from pinfold.inspect.commands.files import PROGRAMS
from pinfold.inspect.commands.model import HOLE, Process, Token, Value, Word
from pinfold.inspect.commands.outputs import FETCHERS, joined_words, printed
from pinfold.inspect.commands.redirections import Redirected, Redirections
from pinfold.inspect.commands.special import NOT_REFUSED
from pinfold.inspect.commands.state import Ends, Unreadable
from pinfold.inspect.commands.tree import WORDS, assigned_in, text_of
from pinfold.inspect.commands.words import elements_of, value_of, words_of
from pinfold.inspect.workload import Code, Where

_PARTS = WORDS | {"command_name", "file_redirect", "herestring_redirect"}
_FETCHES = re.compile(r"\b(?:curl|wget)\b")
_MADE = re.compile(rf"\w*{HOLE}[^=]*=")


class SimpleCommands(Redirections):
    """Reads commands without a structure of their own."""

    # -- commands --------------------------------------------------------------------------------

    def command(self, node: Node, more: Sequence[Node] = ()) -> Ends:
        """Assignments, a program and its words. Raises Unreadable."""
        assignments = [c for c in node.named_children if c.type == "variable_assignment"]
        others = [c for c in node.children if c.type != "variable_assignment"]
        if any(child.type not in _PARTS for child in others):
            raise Unreadable  # `v == a`: the grammar makes a comparison of it
        to = Redirected()
        for child in (*others, *more):
            if child.type.endswith("redirect"):
                self.redirect(child, to)
        words = self._words(others)
        if words and self.outer is not None and _MADE.match(words[0].text):
            self.variables.lose("a variable whose name is not known is set")
            raise Unreadable  # `$(NAME)=a`, once Kubernetes has put the name in
        if words:
            before = dict(map(self._assignment, assignments))
            return self.redirected(to, lambda: self.run(words, before, node))
        for assignment in assignments:
            self.assign(assignment, exported=False)
        return self.redirected(to, lambda: Ends([self], [self]))

    def _words(self, nodes: Sequence[Node]) -> list[Word]:
        words: list[Word] = []
        cost = 0
        for node in nodes:
            if not node.type.endswith("redirect"):
                found = words_of(node, self)
                cost += 6 * len(found) + 16 * (node.child_count > 0)
                words += found
        self.variables.spend(cost)
        return words

    def run(self, words: list[Word], before: dict[str, Value], node: Node) -> Ends:
        """A program that is no builtin: it counts, if there can be one of that name."""
        if words[0].text.startswith("-") and self._finds_nothing(words[0]):
            return Ends([], [self])
        environment = self.variables.environment.having(before)
        self.variables.spend(len(environment.values) + 16 if before else 0)
        tokens = tuple(self.token(word) for word in words)
        reads = None if self.reads is None else self.token_of(self.reads)
        process = Process(tokens, environment, self.folder, reads=reads, files=self.files.texts)
        self.found.add(process, self.text, node)
        if self.printed is not None:
            is_made = words[0].text in FETCHERS and not _FETCHES.search(text_of(node))
            # A name that is put together is not looked for where hazards are told.
            self.say(None if is_made else printed(words, self.reads, self.read_file))
        if is_copier(words):
            self.copies(words)
        else:
            self.files = self.files.after(words, self.folder)
        return Ends([self], [self])

    def _finds_nothing(self, word: Word) -> bool:
        """`--revision x` on a line of its own: no folder of an image has such a program."""
        name = word.text
        if word.unread is not None or "/" in name or self.is_set("PATH"):
            return False
        if self.is_set("command_not_found_handle") or "command_not_found_handle" in self.functions:
            return False
        codes = [self.found.mounts.text(f"{folder}/{name}", None)[0] for folder in PROGRAMS]
        return all(code is Code.SCRIPT_IN_IMAGE for code in codes) and not self.files.named(name)

    def token(self, word: Word) -> Token:
        """A word as a command gets it."""
        source = self.text.source
        via = (*source.via, *word.via)
        return Token(word.text, source.place, Where.SHELL, via, word.unread, word.many)

    def token_of(self, value: Value) -> Token:
        """A text as a command gets it."""
        return self.token(Word(value.text, value.unread, value.via))

    # -- assignments -----------------------------------------------------------------------------

    def _assignment(self, node: Node) -> tuple[str, Value]:
        name, *rest = node.named_children
        if name.type != "variable_name" or node.children[1].type != "=":
            raise Unreadable
        if rest and rest[0].type == "array":
            raise Unreadable
        return text_of(name), self.value(value_of(rest[0] if rest else None, self))

    def assign(self, node: Node, *, exported: bool) -> None:
        """`NAME=value`, `NAME+=value`, `NAME=(…)`."""
        name, *rest = node.named_children
        value = rest[0] if rest else None
        appends = node.children[1].type == "+="
        if text_of(name).partition("[")[0] in self.variables.fixed - NOT_REFUSED:
            self.may_abort()
        if name.type == "subscript" and not appends and self._assign_element(name, value):
            return
        if name.type != "variable_name" or (appends and not (rest and self.bash)):
            self.only_expand(node)
            self.variables.forget(assigned_in(node))
        elif value is not None and value.type == "array":
            self._assign_array(text_of(name), value, appends=appends)
        else:
            word = value_of(value, self)
            if appends:
                word = self._longer(text_of(name), word)
            self.variables.set(text_of(name), self.value(word), exported=exported)
        text = text_of(node)
        if text.startswith("PS4") and "$" in text and re.search(r"=|\+\+|--", text[4:]):
            self.variables.doom("PS4 can change any variable at any time")

    def _assign_array(self, name: str, array: Node, *, appends: bool) -> None:
        before = self.variables.array(name) if appends and self.is_set(name) else ()
        elements = elements_of(array, self)
        known = None if before is None or elements is None else (*before, *elements)
        self.variables.set_array(name, known)

    def _assign_element(self, subscript: Node, value: Node | None) -> bool:
        """`NAME[3]=value`, where all elements are known."""
        name, index = text_of(subscript)[:-1].split("[", 1)
        array = self.variables.arrays.get(name)
        position = int(index) if re.fullmatch("[0-9]{1,3}", index) else -1
        if array is None or not 0 <= position <= len(array) or any(word.many for word in array):
            return False
        word = value_of(value, self)
        self.variables.set_array(name, (*array[:position], word, *array[position + 1 :]))
        return True

    def _longer(self, name: str, word: Word) -> Word:
        if name in self.variables.arrays:
            self.variables.arrays[name] = None
        before = self.variable(name) if self.is_set(name) else Value("", "")
        value = joined_words([Word(before.text, before.unread, before.via), word])
        return Word(value.text, value.unread, value.via)
