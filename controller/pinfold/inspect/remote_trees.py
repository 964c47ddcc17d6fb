"""The tree of a script that fetches something: what of it runs, and which files it saves."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from tree_sitter import Node

from pinfold.inspect.commands.calls import is_short
from pinfold.inspect.commands.model import Token
from pinfold.inspect.commands.tree import MAX_NODES, encode, is_encodable, parse
from pinfold.inspect.mentioned import Words
from pinfold.inspect.remote_words import (
    INTERPRETER,
    SHELLS,
    is_cat,
    parts_of,
    runs_input,
    start_of,
    words_of,
)

MENTION = Words.of(
    "curl", "wget", "wget2", "aria2c", "axel", "xh", "xhs", "cat", "ncat", "nc", "socat", "lynx",
    "lftp", "aws", "gsutil", "gcloud", "rclone", "s5cmd",
) | Words({"http": r"\bhttps?\s"})  # fmt: skip
DOWNLOADERS = frozenset({"curl", "wget", "wget2", "aria2c", "axel"})
_MORE = frozenset({"http", "https", "xh", "xhs", "nc", "ncat", "socat", "lynx", "lftp"})
_READERS = frozenset({"eval", "source", "."})
_SUBSTITUTIONS = ("command_substitution", "process_substitution")
_EXPANSIONS = ("simple_expansion", "expansion")
_ROUNDS = 8  # of names that stand for names


@dataclass(slots=True)
class Names:
    """What names of a script stand for: functions, variables."""

    downloaders: set[str] = field(default_factory=set)
    runners: set[str] = field(default_factory=set)
    fetched: set[str] = field(default_factory=set)  # variables
    texts: dict[str, str] = field(default_factory=dict)  # variables of one word


@dataclass(slots=True)
class Tree:
    """A script's nodes, and what holds of each and of all below it; one pass, from the leaves."""

    nodes: list[Node]
    names: Names = field(default_factory=Names)
    words: dict[int, list[str]] = field(default_factory=dict)  # of commands
    fetches: set[int] = field(default_factory=set)
    output: set[int] = field(default_factory=set)  # what it expands to was fetched
    runs: set[int] = field(default_factory=set)  # a command in it runs what it reads
    evals: set[int] = field(default_factory=set)  # a command in it runs what a variable holds
    exec_reads: bool = False  # `exec 3< <(curl …)`

    @classmethod
    def of(cls, script: Token) -> "Tree | None":
        """The tree of a script that fetches something; None where there is nothing to see."""
        text = script.text
        too_long = not is_short(text)
        if too_long or not is_encodable(text) or not MENTION.stand_in(text):
            return None
        root = parse(encode(text))
        if root.descendant_count > MAX_NODES:
            return None
        tree = cls(list(_all(root)))
        for _ in range(_ROUNDS):
            for node in reversed(tree.nodes):
                tree.learn(node)
            if not tree.name():
                break
        return tree

    # -- what holds of a node --------------------------------------------------------------------

    def learn(self, node: Node) -> None:
        """What holds of a node; of those below it that is known."""
        below = {child.id for child in node.named_children}
        if node.type == "command":
            below |= self._command(node)
        if node.type in _EXPANSIONS and _variable(node) in self.names.fetched:
            self.output.add(node.id)
        for known in (self.fetches, self.output, self.runs, self.evals):
            if not known.isdisjoint(below):
                known.add(node.id)
        if node.type in _SUBSTITUTIONS and node.id in self.fetches:
            self.output.add(node.id)

    def _command(self, node: Node) -> set[int]:
        words = self.words[node.id] = self._resolved(words_of(node))
        program = words[0] if words else ""
        if program in DOWNLOADERS | _MORE | self.names.downloaders or is_cat(words):
            self.fetches.add(node.id)
        if runs_input(words) or program in self.names.runners:
            self.runs.add(node.id)
        runs_text = program == "eval" or (program in SHELLS and "-c" in words)
        if runs_text and any(word.startswith("$") for word in words[1:]):
            self.evals.add(node.id)
        return {node.id} if words else set()

    def _resolved(self, words: list[str]) -> list[str]:
        """`$C` as the program is what C was set to."""
        if not words or not words[0].startswith("$"):
            return words
        text = self.names.texts.get(words[0].strip("${}"))
        return words if text is None else [text, *words[1:]]

    def name(self) -> bool:
        """Take in what functions and variables stand for; whether anything of it is new."""
        before = repr(self.names)
        for node in self.nodes:
            first = start_of(node.named_children[0]) if node.named_children else ""
            if node.type == "function_definition":
                if node.id in self.fetches:
                    self.names.downloaders.add(first)
                if node.id in self.runs:
                    self.names.runners.add(first)
            elif node.type == "variable_assignment" and len(node.named_children) > 1:
                if node.id in self.output:
                    self.names.fetched.add(first)
                else:
                    self.names.texts[first] = start_of(node.named_children[-1]).strip("'\"")
            elif node.type == "redirected_statement":
                self.exec_reads |= self._is_exec(node)
        return repr(self.names) != before

    def _is_exec(self, node: Node) -> bool:
        body, *redirects = node.named_children
        reads = any(each.id in self.output for each in redirects)
        return reads and start_of(body).strip() == "exec"

    # -- what is told ----------------------------------------------------------------------------

    def found(self) -> Iterator[str]:
        """Pipes into an interpreter, and outputs that are run."""
        for node in self.nodes:
            is_found = (
                (node.type == "pipeline" and self._is_piped(node))
                or (node.type == "command" and self._runs_output(node))
                or (node.type == "redirected_statement" and self._is_fed(node))
            )
            if is_found:
                yield start_of(node)

    def _is_piped(self, pipeline: Node) -> bool:
        """A download in an early part, and a later one that runs what it reads."""
        fetched = False
        for part in pipeline.named_children:
            if fetched and part.id in self.runs | self.evals:
                return True
            fetched |= part.id in self.fetches or part.id in self.output
        return False

    def _is_fed(self, statement: Node) -> bool:
        """`bash < <(curl …)`, and the same by a here-document or a descriptor."""
        body, *redirects = statement.named_children
        if body.id not in self.runs:
            return False
        by_number = any("<&" in start_of(each) for each in redirects)
        return any(each.id in self.output for each in redirects) or (self.exec_reads and by_number)

    def _runs_output(self, command: Node) -> bool:
        """`sh -c "$(curl …)"`, `bash <(curl …)`, `eval "$(curl …)"`, and the bare `$(curl …)`."""
        words = self.words[command.id]
        parts = parts_of(command)
        parts = parts[len(parts) - len(words) :]
        if not words:
            return False
        if parts[0].id in self.output:
            return True
        inner = [c for c in command.named_children if c.type.endswith("redirect")]
        if command.id in self.runs and any(each.id in self.output for each in inner):
            return True
        if words[0] in _READERS:
            return any(part.id in self.output for part in parts[1:])
        if words[0] not in SHELLS and not INTERPRETER.fullmatch(words[0]):
            return False
        for index, part in enumerate(parts[1:], start=1):
            if not words[index].startswith("-"):
                return part.id in self.output  # the text behind -c, or the script's file
        return False

    # -- files -----------------------------------------------------------------------------------

    def saved(self) -> Iterator[str]:
        """The files of `curl … > FILE` and `curl … | tee FILE`, as they are written."""
        for node in self.nodes:
            if node.type == "redirected_statement":
                body, *redirects = node.named_children
                if body.id in self.fetches:
                    yield from _targets(redirects)
            elif node.type == "pipeline" and node.id in self.fetches:
                for part in node.named_children[1:]:
                    if self.words.get(part.id, [""])[:1] == ["tee"]:
                        yield from (w for w in self.words[part.id][1:] if not w.startswith("-"))

    def read(self) -> Iterator[str]:
        """The files that are sourced, or that an interpreter reads as its input."""
        for node in self.nodes:
            words = self.words.get(node.id, [])
            if words[:1] in (["."], ["source"]):
                yield from words[1:2]
            if node.type == "redirected_statement" and node.named_children[0].id in self.runs:
                redirects = node.named_children[1:]
                yield from _targets([r for r in redirects if start_of(r).startswith("<")])


def _targets(redirects: list[Node]) -> Iterator[str]:
    for redirect in redirects:
        if redirect.type == "file_redirect" and redirect.named_children:
            yield start_of(redirect.named_children[-1]).strip("'\"")


def _all(root: Node) -> Iterator[Node]:
    """The nodes, each before those below it."""
    stack = [root]
    while stack:
        node = stack.pop()
        yield node
        stack += reversed(node.named_children)


def _variable(expansion: Node) -> str:
    return start_of(expansion.named_children[0]) if expansion.named_children else ""
