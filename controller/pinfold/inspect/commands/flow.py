"""Sequences, branches, loops, subshells: which states there are after a statement."""

from collections.abc import Callable, Sequence

from tree_sitter import Node

from pinfold.inspect.commands import conditions
from pinfold.inspect.commands.branches import Branches, Statements, apart_from, count
from pinfold.inspect.commands.heredocs import links_of
from pinfold.inspect.commands.model import Value
from pinfold.inspect.commands.redirections import Redirected
from pinfold.inspect.commands.state import Ends, Unreadable, after, merged
from pinfold.inspect.commands.tree import WORDS, chain_of, kinds_in, statements_of

_INERT = WORDS | {"comment", "variable_name", "file_redirect", "binary_expression",
                  "postfix_expression", "unary_expression", "special_variable_name"}  # fmt: skip


class Flow(Branches):
    """Reads statements."""

    def statement(self, node: Node) -> Ends:
        """Read one statement; what cannot be read becomes a problem, and never stops the rest."""
        self.variables.spend(0)
        try:
            return self._statement(node)
        except Unreadable:
            self.unreadable(node)
            return Ends([self], [self])

    def _statement(self, node: Node) -> Ends:
        read = _READERS.get(node.type)
        return self._inert(node, [node]) if read is None else read(self, node)

    def _inert(self, node: Node, parts: Sequence[Node]) -> Ends:
        """Words, tests and arithmetic run nothing themselves; any other part is not read."""
        if any(part.type not in _INERT for part in parts):
            raise Unreadable
        self.only_expand(node)
        return Ends([self], [self])

    # -- one after the other ---------------------------------------------------------------------

    def sequence(self, statements: Statements) -> Ends:
        """Read statements that stand one after the other."""
        return after([self], statements)

    def lines(self, statements: Statements) -> Ends:
        """Read a whole script: an error ends its line, and the next ones run."""
        ends = Ends([self], [])
        ended = -1
        for node, background in statements:
            if node.start_point.row > ended and self.found.aborted:
                ends = Ends(merged([*ends.all, *self.found.aborted]), [])
                self.found.aborted.clear()
            ended = node.end_point.row
            ends = after(ends.all, [(node, background)])
        return ends

    def one(self, node: Node, background: bool) -> Ends:  # noqa: FBT001
        """One statement of a sequence; one in the background is a process of its own."""
        if not background:
            return self.statement(node)
        self.say(self.apart([(node, False)], self.reads))
        return Ends([self], [])

    def group(self, node: Node) -> Ends:
        if node.children and node.children[0].type == "((":
            return self._inert(node, node.named_children)
        return self.sequence(statements_of(node))

    def set_variables(self, node: Node) -> Ends:
        each = [node] if node.type == "variable_assignment" else node.named_children
        for assignment in each:
            self.assign(assignment, exported=False)
        fails = any("command_substitution" in kinds_in(assignment) for assignment in each)
        return Ends([self], [self] if fails else [])

    def declared(self, node: Node) -> Ends:
        self.variables.spend(16)
        self.declare(node)
        self.say(Value("", "") if node.children[0].type != "declare" else None)
        return Ends([self], [])

    def unset_names(self, node: Node) -> Ends:
        self.unset(node)
        return Ends([self], [])

    def chain(self, node: Node) -> Ends:
        """`a && b || c`: what stands behind is read in the states that lead to it."""
        (_, first), *links = chain_of(node)
        ends = self.statement(first)
        for operator, link in links:
            ends = linked(ends, operator, link)
        return ends

    def negated(self, node: Node) -> Ends:
        ends = self.sequence(statements_of(node))
        return Ends(ends.failed, ends.well)

    def tested(self, node: Node) -> Ends:
        self.variables.spend(48)
        self.only_expand(node)
        return self.answered(conditions.of_test(node, self))

    # -- other processes -------------------------------------------------------------------------

    def apart(self, statements: Statements, reads: Value | None) -> Value | None:
        """A subshell: what it sets ends with it, what it writes stays. What it prints."""
        inner = self.inside()
        inner.printed, inner.reads = [], reads
        aborted, self.found.aborted = self.found.aborted, []
        ends = merged([*inner.sequence(statements).all, *self.found.aborted]) or [inner]
        self.found.aborted = aborted
        files = ends[0].files
        for end in ends[1:]:
            files = files.joined(end.files)
        self.files = files
        texts = [end.all_printed() for end in ends]
        return texts[0] if all(text == texts[0] for text in texts) else None

    def capture(self, node: Node) -> Value | None:
        if len(node.named_children) == 1 and node.named_children[0].type == "file_redirect":
            if not self.bash:
                return None
            to = Redirected()  # $(< file)
            self.redirect(node.named_children[0], to)
            return to.reads[-1] if to.reads else None
        return self.apart(statements_of(node), self.reads)

    def subshell(self, node: Node) -> Ends:
        self.say(self.apart(statements_of(node), self.reads))
        return Ends([self], [self])

    def pipeline(self, node: Node) -> Ends:
        return self.piped(node.named_children, self.reads)

    def piped(self, stages: Sequence[Node], reads: Value | None) -> Ends:
        """Each stage reads what the one before it prints."""
        for stage in stages:
            reads = self.apart([(stage, False)], reads)
        self.say(reads)
        return Ends([self], [self])

    def with_files(self, node: Node) -> Ends:
        """`command > file`, `command <<END`, and what stands behind the END on its line."""
        redirects = [c for c in node.named_children if c.type.endswith("_redirect")]
        body = [(c, False) for c in node.named_children if c not in redirects]
        following = [pair for redirect in redirects for pair in links_of(redirect)]
        stages = [child for operator, child in following if operator == "|"]
        if stages:
            ends = self._piped_on(body, redirects, stages)
        else:
            ends = self.with_redirects(redirects, body)
        for operator, child in following[len(stages) :]:
            ends = linked(ends, operator, child)
        return ends

    def with_redirects(self, redirects: Sequence[Node], body: Statements) -> Ends:
        """Statements with redirections around them."""
        if len(body) == 1 and body[0][0].type == "command":
            return self.command(body[0][0], redirects)
        to = Redirected()
        for redirect in redirects:
            self.redirect(redirect, to)
        return self.redirected(to, lambda: self.sequence(body))

    def _piped_on(
        self, body: Statements, redirects: Sequence[Node], stages: Sequence[Node]
    ) -> Ends:
        """`cat <<END | sh`."""
        inner = self.inside()
        inner.printed = []
        ends = inner.with_redirects(redirects, body).all or [inner]
        self.files = ends[0].files
        text = ends[0].all_printed() if len(ends) == 1 else None
        return self.piped(stages, text)


def linked(ends: Ends, operator: str, node: Node) -> Ends:
    """`… && node`, `… || node`: it is read in the states that lead to it."""
    start, other = ends if operator == "&&" else (ends.failed, ends.well)
    if not start:
        count(ends.all, [(node, False)])
        return ends
    then = after(apart_from(start, other), [(node, False)])
    if operator == "&&":
        return Ends(merged(then.well), merged([*other, *then.failed]))
    return Ends(merged([*other, *then.well]), merged(then.failed))


_READERS: dict[str, Callable[[Flow, Node], Ends]] = {
    "command": Flow.command,
    "variable_assignment": Flow.set_variables,
    "variable_assignments": Flow.set_variables,
    "declaration_command": Flow.declared,
    "unset_command": Flow.unset_names,
    "list": Flow.chain,
    "redirected_statement": Flow.with_files,
    "negated_command": Flow.negated,
    "pipeline": Flow.pipeline,
    "subshell": Flow.subshell,
    "test_command": Flow.tested,
    "if_statement": Flow.branch,
    "while_statement": Flow.loop,
    "c_style_for_statement": Flow.loop,
    "for_statement": Flow.loop_over,
    "case_statement": Flow.choose,
    "compound_statement": Flow.group,
    "do_group": Flow.group,
    "function_definition": Flow.define,
}
