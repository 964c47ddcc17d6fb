"""Branches and loops: all of it counts, and the states after it are those that it can lead to."""

from collections.abc import Sequence

from tree_sitter import Node

from pinfold.inspect.commands.builtins import Builtins
from pinfold.inspect.commands.model import HOLE, Unread, Word
from pinfold.inspect.commands.patterns import matches
from pinfold.inspect.commands.pieces import joined, pieces_of
from pinfold.inspect.commands.state import Ends, State, after, merged
from pinfold.inspect.commands.tree import sections_of, statements_of, text_of
from pinfold.inspect.commands.words import value_of, words_of
from pinfold.inspect.workload import Code

_ROUNDS_MAX = 64  # of a loop over words that are known
_PASSES_MAX = 4  # until a loop changes nothing more
_LITERAL = ("word", "extglob_pattern", "number")
Statements = Sequence[tuple[Node, bool]]


def apart_from(states: list[State], others: list[State]) -> list[State]:
    """The states; a copy of each that others go on with as well."""
    shared = set(map(id, others))
    return [state.inside() if id(state) in shared else state for state in states]


def count(states: list[State], statements: Statements) -> None:
    """Statements that never run, as far as is known: they count, and change nothing."""
    for state in states[:1]:
        after([state.inside()], statements)


class Branches(Builtins):
    """Reads branches and loops."""

    # -- if --------------------------------------------------------------------------------------

    def branch(self, node: Node) -> Ends:
        """`if … then … elif … then … else … fi`."""
        remaining: list[State] = [self]
        well: list[State] = []
        failed: list[State] = []
        for condition, body in _clauses(node):
            tested = after(remaining, condition) if condition else Ends(remaining, [])
            if not remaining:
                count([self], [*condition, *body])
                continue
            if not tested.well:
                count(tested.failed or [self], body)
            ends = after(apart_from(tested.well, tested.failed), body)
            well += ends.well
            failed += ends.failed
            remaining = tested.failed
        return Ends(merged([*well, *remaining]), merged(failed))

    # -- loops -----------------------------------------------------------------------------------

    def loop(self, node: Node) -> Ends:
        """`while`, `until`, `for ((…))`: no round, or any number of them."""
        if node.type == "while_statement":
            parts = sections_of(node, "while", "until", "do")
            return self._any_number([statement for _, part in parts for statement in part])
        for child in node.named_children:
            if child.type not in ("do_group", "compound_statement"):
                self.only_expand(child)
        body = node.child_by_field_name("body")
        return self._any_number([(body, False)] if body is not None else [])

    def _any_number(self, body: Statements) -> Ends:
        """After a body that may run or not, once or more: what it changes is not known."""
        self.say(None)
        for _ in range(_PASSES_MAX):
            before = self.inside()
            ends, jumps = self._round([self.inside()], body)
            for end in (*ends, *jumps):
                self.join(end)
            if self.is_same(before):
                return Ends([self], [self])
        self.variables.lose("a loop changes variables in each of its rounds")
        return Ends([self], [self])

    def _round(self, states: list[State], body: Statements) -> tuple[list[State], list[State]]:
        """The states after one round of a loop, and where it is left."""
        self.found.jumps.append([])
        ends = after(states, body).all
        return ends, merged(self.found.jumps.pop())

    def loop_over(self, node: Node) -> Ends:
        """`for x in a b`, `select x in a b`."""
        name = text_of(node.child_by_field_name("variable") or node)
        found = node.child_by_field_name("body")
        body = [(found, False)] if found is not None else []
        words = self._values(node)
        if words is None or len(words) > _ROUNDS_MAX or node.children[0].type != "for":
            return self.over_unknown(name, words, body)
        if any(word.many for word in words):
            return self.over_unknown(name, words, body)
        states: list[State] = [self]
        left: list[State] = []
        for word in words:
            if self.variables.is_tired:
                return self._rest_of(states, left, name, words, body)
            for state in states:
                state.give(name, word)
            ends, jumps = self._round(states, body)
            left += jumps  # by break it ends here, by continue the next round begins
            states = merged([*ends, *(state.inside() for state in jumps)]) or states
        return Ends(merged([*states, *left]), merged([*states, *left]))

    def _rest_of(
        self, states: list[State], left: list[State], name: str, words: list[Word], body: Statements
    ) -> Ends:
        """The rounds that are left of a loop, read as one."""
        first = merged(states)[0]
        assert isinstance(first, Branches)
        ends = first.over_unknown(name, words, body)
        return Ends(merged([*ends.well, *left]), merged([*ends.failed, *left]))

    def over_unknown(self, name: str, words: list[Word] | None, body: Statements) -> Ends:
        """A variable that is each of several words, of which not all are known."""
        unread = next((w.unread for w in words or () if w.unread and not w.unread.clean), None)
        detail = f"${name} is each of several words"
        are_numbers = bool(words) and all(word.text.isdecimal() for word in words or ())
        found = unread or Unread(Code.SHELL_SYNTAX, detail, clean=are_numbers)
        self.give(name, Word(HOLE, found))
        return self._any_number(body)

    def _values(self, node: Node) -> list[Word] | None:
        if not any(child.type == "in" for child in node.children):
            given = self.parameters()
            return None if given is None else [Word(v.text, v.unread, v.via) for v in given]
        return [w for n in node.children_by_field_name("value") for w in words_of(n, self)]

    # -- case ------------------------------------------------------------------------------------

    def choose(self, node: Node) -> Ends:
        """`case … in a) …;; esac`."""
        subject = node.child_by_field_name("value")
        word = value_of(subject, self)
        text = None if word.unread is not None else word.text
        ends = Ends([], [])
        remaining: list[State] = [self]
        items = [child for child in node.named_children if child.type == "case_item"]
        falls = any(c.type in (";&", ";;&") for item in items for c in item.children)
        for item in items:
            answer = None if text is None or falls else self._fits(item, text)
            patterns = item.children_by_field_name("value")
            for pattern in patterns:
                self.only_expand(pattern)
            body = [pair for pair in statements_of(item) if pair[0] not in patterns]
            if answer is False or not remaining:
                count(remaining or ends.all or [self], body)
                continue
            start = remaining if answer else [state.inside() for state in remaining]
            found = after(start, body)
            ends = Ends([*ends.well, *found.well], [*ends.failed, *found.failed])
            remaining = [] if answer else remaining
        return Ends(merged([*ends.well, *remaining]), merged(ends.failed))

    def _fits(self, item: Node, text: str) -> bool | None:
        answers = [self._matches(node, text) for node in item.children_by_field_name("value")]
        return True if True in answers else None if None in answers else False

    def _matches(self, node: Node, text: str) -> bool | None:
        pattern, unread, _ = joined(list(pieces_of(node, self)))
        if unread is not None or "\\" in text_of(node):
            return None
        if node.type in _LITERAL:
            return matches(pattern, text)
        return pattern == text if node.type in ("string", "raw_string") else None


def _clauses(node: Node) -> list[tuple[Statements, Statements]]:
    """The condition and the body of each branch; `else` has no condition."""
    (_, condition), *rest = sections_of(node, "if", "then", "elif", "else")
    body = [statement for keyword, part in rest if keyword == "then" for statement in part]
    bodies = [pair for pair in body if pair[0].type not in ("elif_clause", "else_clause")]
    clauses: list[tuple[Statements, Statements]] = [(condition, bodies)]
    for child in node.named_children:
        if child.type == "elif_clause":
            (_, test), *then = sections_of(child, "elif", "then")
            clauses.append((test, [statement for _, part in then for statement in part]))
        elif child.type == "else_clause":
            clauses.append(([], [s for _, part in sections_of(child, "else") for s in part]))
    return clauses
