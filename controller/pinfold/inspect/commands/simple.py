"""Simple commands of a shell script: assignments, redirections, programs."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tree_sitter import Node

from pinfold.inspect.commands.files import is_device, path_of
from pinfold.inspect.commands.heredocs import behind, text_of_heredoc
from pinfold.inspect.commands.model import HOLE, Process, Token, Value, Word
from pinfold.inspect.commands.outputs import joined_words, printed
from pinfold.inspect.commands.state import Ends, State, Unreadable
from pinfold.inspect.commands.tree import WORDS, assigned_in, text_of
from pinfold.inspect.commands.words import elements_of, value_of, words_of
from pinfold.inspect.workload import Code, Where

_PARTS = WORDS | {"command_name", "file_redirect", "herestring_redirect"}
_WRITES = (">", ">>", ">|", "&>", "&>>")


@dataclass(slots=True)
class Redirected:
    """Where a command reads from and writes to, where that is not what it was before."""

    reads: list[Value | None] = field(default_factory=list)  # the last counts
    writes: list[tuple[str | None, bool]] = field(default_factory=list)  # and whether it appends
    other: list[str | None] = field(default_factory=list)  # files of which nothing is known
    lost: bool = False  # its output goes elsewhere


class SimpleCommands(State):
    """Reads commands without a structure of their own."""

    # -- redirections ----------------------------------------------------------------------------

    def redirect(self, node: Node, to: Redirected) -> None:
        """A file, a here-document or a here-string; raises Unreadable."""
        self.variables.spend(32)
        targets = [child for child in node.named_children if child.type != "file_descriptor"]
        if node.type == "heredoc_redirect":
            to.reads.append(text_of_heredoc(node, self, self._value))
            known = {child.id for _, child in behind(node)}
            for child in targets:
                if child.type.endswith("_redirect"):
                    self.redirect(child, to)
                elif not child.type.startswith(("heredoc_", "pipeline")) and child.id not in known:
                    raise Unreadable  # an argument behind the here-document
            return
        if len(targets) > 1:
            raise Unreadable  # the grammar counts arguments behind a file as files
        words = words_of(targets[0], self) if targets else []
        if node.type == "herestring_redirect":
            word = value_of(targets[0], self)
            to.reads.append(self._value(Word(f"{word.text}\n", word.unread, word.via)))
            return
        self._redirect_file(node, words, to)

    def _redirect_file(self, node: Node, words: list[Word], to: Redirected) -> None:
        signs = [child.type for child in node.children if not child.is_named]
        number = next((text_of(c) for c in node.children if c.type == "file_descriptor"), "")
        sign = signs[0] if signs else ""
        name = words[0].text if len(words) == 1 and not words[0].many else HOLE
        if sign == "<":
            if number in ("", "0"):
                to.reads.append(self.read_file(name))
        elif sign in _WRITES:
            path = path_of(name, self.folder)
            if is_device(path):
                to.lost |= number in ("", "1")
            elif number in ("", "1") and not sign.startswith("&"):
                to.writes.append((path, ">>" in sign))
            else:
                to.other.append(path)
        elif sign == ">&" and number in ("", "1"):
            to.lost = True
            if not name.isdecimal() and name != "-":
                to.other.append(path_of(name, self.folder))

    def redirected(self, to: Redirected, run: Callable[[], Ends]) -> Ends:
        """Run something with its input and output redirected."""
        before, reads = self.printed, self.reads
        place = self.text.source.place
        if to.writes or to.lost:
            self.printed = []
        if to.reads:
            self.reads = to.reads[-1]
        ends = run()
        for end in ends.each or [self]:
            text = end.all_printed() if to.writes else None
            for path, appends in to.writes:
                old = end.files.text(path, None) if appends and path else Token("", place)
                end.files = end.files.having(path, appended(old, text), place)
            for path in to.other:
                end.files = end.files.having(path, None, place)
            if to.writes or to.lost:
                end.printed = None if before is None else list(before)
            end.reads = reads
        self.found.written += [path for path, _ in to.writes] + to.other
        return ends

    def read_file(self, name: str) -> Value | None:
        """The text of a file that the script wrote, or that is at hand."""
        written = self.files.text(name, self.folder)
        if written is not None:
            return Value(written.text, "", written.where, written.via, written.unread)
        text, step = self.found.read_file(name, self.folder)
        if isinstance(text, Code):
            return None
        return Value(text, self.text.source.place, Where.SHELL, via=(step,))

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
        """A program that is no builtin: it counts."""
        environment = self.variables.environment.having(before)
        self.variables.spend(len(environment.values) + 16 if before else 0)
        tokens = tuple(self.token(word) for word in words)
        reads = None if self.reads is None else self.token_of(self.reads)
        process = Process(tokens, environment, self.folder, reads=reads, files=self.files.texts)
        self.found.add(process, self.text, node)
        if self.printed is not None:
            self.say(printed(words, self.reads, self.read_file))
        self.files = self.files.after(words, self.folder)
        return Ends([self], [self])

    def token(self, word: Word) -> Token:
        """A word as a command gets it."""
        source = self.text.source
        via = (*source.via, *word.via)
        return Token(word.text, source.place, Where.SHELL, via, word.unread, word.many)

    def token_of(self, value: Value) -> Token:
        """A text as a command gets it."""
        return self.token(Word(value.text, value.unread, value.via))

    def _value(self, word: Word) -> Value:
        place = self.text.source.place
        return Value(word.text, place, Where.SHELL, word.via, word.unread)

    # -- assignments -----------------------------------------------------------------------------

    def _assignment(self, node: Node) -> tuple[str, Value]:
        name, *rest = node.named_children
        if name.type != "variable_name" or node.children[1].type != "=":
            raise Unreadable
        if rest and rest[0].type == "array":
            raise Unreadable
        return text_of(name), self._value(value_of(rest[0] if rest else None, self))

    def assign(self, node: Node, *, exported: bool) -> None:
        """`NAME=value`, `NAME+=value`, `NAME=(…)`."""
        name, *rest = node.named_children
        value = rest[0] if rest else None
        appends = node.children[1].type == "+="
        if name.type == "subscript" and not appends and self._assign_element(name, value):
            return
        if name.type != "variable_name" or (not rest and appends):
            self.only_expand(node)
            self.variables.forget(assigned_in(node))
        elif value is not None and value.type == "array":
            self._assign_array(text_of(name), value, appends=appends)
        else:
            word = value_of(value, self)
            if appends:
                word = self._longer(text_of(name), word)
            self.variables.set(text_of(name), self._value(word), exported=exported)
        if text_of(name) in ("IFS", "BASH_ENV"):
            self.variables.lose(f"{text_of(name)} changes how all that follows is read")

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


def appended(old: Token | None, text: Value | None) -> Value | None:
    """A file's text with more behind it; None where that is not known."""
    if old is None or text is None:
        return None
    return joined_words(
        [Word(old.text, old.unread, old.via), Word(text.text, text.unread, text.via)]
    )
