"""Functions, `eval`, `.` and `trap`: commands that stand elsewhere and run here."""

from collections.abc import Callable
from functools import partial

from tree_sitter import Node

from pinfold.inspect.commands.meaning import Text
from pinfold.inspect.commands.model import HOLE, Token, Unread, Value, Word
from pinfold.inspect.commands.names import Parameters
from pinfold.inspect.commands.outputs import joined_words
from pinfold.inspect.commands.recovery import Tree, tree_of
from pinfold.inspect.commands.simple import SimpleCommands
from pinfold.inspect.commands.state import Ends, Function, State
from pinfold.inspect.commands.tree import (
    is_encodable,
    short,
    statements_of,
    text_of,
)
from pinfold.inspect.workload import Code

MAX_BYTES = 64 * 1024
MAX_OPERATORS = 1500  # of them the grammar's time grows with the square
_NESTED_MAX = 6
_ACTIVATES = (  # they set PATH and their like, no more
    "/activate", "/conda.sh", "/.bashrc", "/.profile", "/etc/profile", "/set_env.sh", "/setvars.sh",
)  # fmt: skip
_OWN = frozenset(
    {
        ".", ":", "[", "alias", "break", "builtin", "cd", "command", "continue", "declare", "echo",
        "enable", "eval", "exec", "exit", "export", "getopts", "hash", "let", "local", "mapfile",
        "popd", "printf", "pushd", "read", "readarray", "readonly", "return", "set", "shift",
        "shopt", "source", "test", "trap", "true", "false", "typeset", "unset", "wait",
    }
)  # fmt: skip


class Calls(SimpleCommands):
    """Runs what stands elsewhere."""

    # -- functions -------------------------------------------------------------------------------

    def define(self, node: Node) -> Ends:
        """`f() { … }`: nothing runs yet."""
        name = text_of(node.named_children[0])
        body = node.child_by_field_name("body")
        if name in _OWN or body is None:
            self.unreadable(node)
            self.variables.lose(f"a function called {name} changes how all that follows is read")
            return Ends([self], [])
        function = Function(body, self.text, self.inside())
        self.functions = {**self.functions, name: function}
        self.found.functions.append(function)
        if self.variables.all_exported:
            self.share(name)
        return Ends([self], [])

    def share(self, name: str) -> None:
        """`export -f NAME`: a shell that is started has the function as well."""
        function = self.value(Word("() {"))
        self.variables.set(f"BASH_FUNC_{name}%%", function, exported=True)

    def call(self, words: list[Word], before: dict[str, Value], node: Node) -> Ends:
        """A function runs with its words as parameters."""
        function = self.functions[words[0].text]
        if function is None:
            self.unreadable(node)
            self.variables.lose(f"{short(node)} is one of several functions")
            return Ends([self], [self])
        self.found.called.add(id(function))
        given = None if any(w.many for w in words) else tuple(self.value(w) for w in words[1:])
        zero = self.variable("0")
        parameters = None if given is None else (zero, *given)
        for name, value in before.items():
            self.variables.set(name, value, exported=True)
        ends = self.nested(node, lambda: self._body(function, parameters))
        for state in ends.each:
            state.variables.forget(before)
        return ends

    def _body(self, function: Function, parameters: Parameters) -> Ends:
        outer, text = self.variables.enter(parameters), self.text
        self.text = function.text
        jumps, self.found.jumps = self.found.jumps, []  # break leaves no loop around a call
        ends = self._returning(lambda: self.statement(function.body))
        self.found.jumps = jumps
        for state in ends.each:
            state.text = text
            state.variables.leave(outer)
        return ends

    def _returning(self, run: Callable[[], Ends]) -> Ends:
        """Run something that `return` ends."""
        self.found.returns.append([])
        ends = run()
        returned = self.found.returns.pop()
        return Ends([*ends.well, *returned], [*ends.failed, *returned])

    def uncalled(self) -> None:
        """Functions that nothing here calls count as well: something may."""
        for function in self.found.functions:
            if id(function) not in self.found.called:
                home = function.home
                home.variables.enter(None)
                self.found.returns.append([])
                home.statement(function.body)
                self.found.returns.pop()

    def nested(self, node: Node, run: Callable[[], Ends]) -> Ends:
        """Run something that stands elsewhere."""
        if self.found.nested >= _NESTED_MAX:
            self.unreadable(node)
            self.variables.lose(f"{short(node)} is nested too deeply")
            return Ends([self], [self])
        self.found.nested += 1
        try:
            return run()
        finally:
            self.found.nested -= 1

    # -- texts -----------------------------------------------------------------------------------

    def evaluate(self, words: list[Word], node: Node) -> Ends:
        """`eval WORD…`: the words are a script of this shell."""
        value = joined_words(words[1:], " ")
        if any(word.many for word in words) or value.is_hole:
            self._not_known(node, value)
            return Ends([self], [self])
        return self.nested(node, lambda: self.run_text(self.token_of(value), node))

    def source(self, words: list[Word], node: Node) -> Ends:
        """`. FILE ARGUMENT…`: its commands run in this shell."""
        name = words[1] if len(words) > 1 else Word("")
        value = self.read_file(name.text) if name.unread is None else None
        if value is not None and not value.is_hole:
            before, outer = self.variables.given, self.text
            if len(words) > 2:
                self.variables.given = None
            token = self.token_of(value)
            run = partial(self._returning, lambda: self.run_text(token, node))
            skipped = [] if self.bash or words[0].text == "." else [self.inside()]
            ends = self.nested(node, run)
            ends = Ends(ends.well, [*ends.failed, *skipped])  # sh may have no `source`
            for state in ends.each:
                state.text = outer
                state.variables.given = before if len(words) > 2 else state.variables.given
            return ends
        if name.text.endswith(_ACTIVATES) and not self._lies_on_mount(name.text):
            return Ends([self], [self])
        self._not_known(node, value or self._why_not(name))
        return Ends([self], [self])

    def _lies_on_mount(self, name: str) -> bool:
        code, _ = self.found.mounts.text(name, self.folder)
        return code is not Code.SCRIPT_IN_IMAGE or self.files.text(name, self.folder) is not None

    def _why_not(self, name: Word) -> Value:
        """Why the text of a file is not known."""
        code, detail = self.found.mounts.text(name.text, self.folder)
        unread = name.unread or Unread(code if isinstance(code, Code) else Code.VOLUME, detail)
        return Value(HOLE, "", unread=unread)

    def _not_known(self, node: Node, value: Value | None) -> None:
        self.unreadable(node, None if value is None else value.unread)
        self.variables.lose(f"{short(node)} can change any variable")

    def trap(self, words: list[Word], node: Node) -> Ends:
        """`trap TEXT SIGNAL`: the text runs at some time."""
        texts = [word for word in words[1:] if not word.text.startswith("-")]
        if len(texts) < 2:
            return Ends([self], [self])
        is_last = all(word.text in ("EXIT", "0") for word in texts[1:])
        value = self.value(texts[0])
        if texts[0].many or value.is_hole:
            self.unreadable(node, value.unread)
            if not is_last:
                self.variables.doom(f"{short(node)} can change any variable at any time")
            return Ends([self], [self])
        inner = self.inside()
        ends = inner.nested(node, lambda: inner.run_text(self.token_of(value), node))
        for end in ends.each if not is_last else ():
            self._changed_by(end, node)
        return Ends([self], [self])

    def _changed_by(self, end: State, node: Node) -> None:
        """What may be so at any time from here on."""
        names = self.variables.differing(end.variables)
        self.variables.forget(names)
        self.variables.fixed |= names
        variables = end.variables
        if (
            self.folder != end.folder
            or self.functions != end.functions
            or variables.given != self.variables.given
            or variables.lost != self.variables.lost
        ):
            self.unreadable(node)
            self.variables.doom(f"{short(node)} changes how all that follows is read")

    def run_text(self, token: Token, node: Node) -> Ends:
        """Read a text as commands of this shell."""
        read = self._root(token)
        if read is None:
            self.unreadable(node)
            self.variables.lose(f"{short(node)} can change any variable")
            return Ends([self], [self])
        root, script = read
        outer = self.text
        text = self.found.texts.get(token) or Text(script, token, self.text.bash)
        self.found.texts[token] = self.text = text
        ends = self.sequence(statements_of(root))
        for state in ends.each:
            state.text = outer
        return ends

    def _root(self, token: Token) -> Tree | None:
        """The tree of a text; None where it is not one that is read."""
        self.variables.spend(len(token.text) * 4)
        if not is_short(token.text) or not is_encodable(token.text):
            return None
        return tree_of(token.text)


def is_short(text: str) -> bool:
    """Whether the grammar reads a text in reasonable time."""
    return len(text) <= MAX_BYTES and sum(map(text.count, "()|&<>{[")) <= MAX_OPERATORS
