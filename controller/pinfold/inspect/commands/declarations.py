"""`export`, `declare`, `local`, `readonly`, `unset`: what they do to variables. See bash(1)."""

import re
from typing import NamedTuple

from tree_sitter import Node

from pinfold.inspect.commands.calls import Calls
from pinfold.inspect.commands.model import HOLE, Value, Word
from pinfold.inspect.commands.tree import assigned_in, short, text_of
from pinfold.inspect.commands.words import words_of
from pinfold.inspect.workload import Where

_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_QUOTED = {"string", "raw_string", "word"}
_LASTING = frozenset("niluc")
_ODD = frozenset("nilucAft")  # another name, a number, lower case: not followed


class _How(NamedTuple):
    """What a declaration makes of its names."""

    exported: bool
    local: bool
    fixed: bool
    fails: bool  # `local` outside of functions, `declare` in sh


class Declarations(Calls):
    """Reads declarations."""

    def declare(self, node: Node) -> None:
        """`export`, `declare`, `local`, `readonly`."""
        keyword = text_of(node.children[0])
        options = "".join(text_of(c)[1:] for c in node.children if text_of(c)[:1] in ("-", "+"))
        if not _ODD.isdisjoint(options):
            self._declared_oddly(node, options)
            return
        how = _How(
            exported=keyword == "export" or "x" in options,
            local=keyword in ("local", "declare", "typeset") and "g" not in options,
            fixed=keyword == "readonly" or "r" in options,
            fails=(keyword == "local" and not self.variables.frames)
            or (keyword in ("declare", "typeset") and not self.bash),
        )
        for child in node.named_children:
            if child.type == "variable_assignment":
                self._assigned(child, how)
            elif child.type == "variable_name":
                self._named(text_of(child), None, how)
            else:
                self._worded(words_of(child, self), how, node)

    def _assigned(self, assignment: Node, how: _How) -> None:
        names = assigned_in(assignment)
        if how.fails:
            self.only_expand(assignment)
            self.variables.forget(names)
            return
        self._localise(names, how)
        self.assign(assignment, exported=how.exported)
        if not self.bash and any(" " in self.variable(name).text for name in names):
            quoted = {child.type for child in assignment.named_children[1:]} <= _QUOTED
            self.variables.forget(() if quoted else names)  # a shell may split the value
        self.variables.fixed |= names if how.fixed else set()

    def _named(self, name: str, value: Value | None, how: _How) -> None:
        self._localise({name}, how)
        if value is not None and not how.fails:
            self.variables.set(name, value, exported=how.exported)
        elif value is None and how.exported:
            self.variables.export(name)
        elif how.fails or self.variables.frames:
            self.variables.forget((name,))
        self.variables.fixed |= {name} if how.fixed else set()

    def _worded(self, words: list[Word], how: _How, node: Node) -> None:
        """Words of which only the shell knows that they are assignments: `export $(cat .env)`."""
        for word in words:
            name, equals, text = word.text.partition("=")
            if word.many or HOLE in name:
                self.unreadable(node, word.unread)
                self.variables.lose(f"{short(node)} can change any variable")
            elif _NAME.fullmatch(name):
                unread = word.unread if HOLE in text else None
                value = Value(text, self.text.source.place, Where.SHELL, word.via, unread)
                self._named(name, value if equals else None, how)

    def _localise(self, names: set[str], how: _How) -> None:
        """In a function they are other variables: bash begins with none, dash with their value."""
        for name in names if how.local and self.variables.frames else ():
            self.variables.localise(name)

    def _declared_oddly(self, node: Node, options: str) -> None:
        """A name for another variable, a number, lower case: not followed."""
        self.only_expand(node)
        names = {text_of(c) for c in node.named_children if c.type == "variable_name"}
        names |= assigned_in(node)
        self.variables.forget(names)
        if not _LASTING.isdisjoint(options):  # also of what is assigned later
            self.variables.fixed |= names
        if "n" in options and text_of(node.children[0]) != "export":
            self.variables.doom(f"{short(node)} gives a variable another name")
        for name in names if "f" in options else ():
            self.share(name)

    def unset(self, node: Node) -> None:
        """`unset NAME`, `unset -f NAME`."""
        words = [text_of(child) for child in node.named_children]
        names = [word for word in words if not word.startswith("-")]
        if any("$" in word or "[" in word for word in names):
            self.unreadable(node)
            self.variables.lose(f"{short(node)} can change any variable")
        for name in names:
            if "-f" not in words:
                self.variables.unset(name)
            if "-v" not in words:
                self.functions = {n: f for n, f in self.functions.items() if n != name}
