"""What a command reads and writes: redirections, here-documents, files that are copied."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tree_sitter import Node

from pinfold.inspect.commands.copies import Around, copied
from pinfold.inspect.commands.files import is_device, path_of
from pinfold.inspect.commands.heredocs import behind, text_of_heredoc
from pinfold.inspect.commands.model import HOLE, Token, Unread, Value, Word
from pinfold.inspect.commands.outputs import joined_words
from pinfold.inspect.commands.state import Ends, State, Unreadable
from pinfold.inspect.commands.tree import text_of
from pinfold.inspect.commands.words import value_of, words_of
from pinfold.inspect.workload import Code, Where

_COPIED = 4  # pieces of work for a command that copies
_WRITES = (">", ">>", ">|", "&>", "&>>")


@dataclass(slots=True)
class Redirected:
    """Where a command reads from and writes to, where that is not what it was before."""

    reads: list[Value | None] = field(default_factory=list)  # the last counts
    writes: list[tuple[str | None, bool]] = field(default_factory=list)  # and whether it appends
    other: list[str | None] = field(default_factory=list)  # files of which nothing is known
    lost: bool = False  # its output goes elsewhere


class Redirections(State):
    """Reads where input comes from and where output goes."""

    def redirect(self, node: Node, to: Redirected) -> None:
        """A file, a here-document or a here-string; raises Unreadable."""
        self.variables.spend(32)
        targets = [child for child in node.named_children if child.type != "file_descriptor"]
        if node.type == "heredoc_redirect":
            to.reads.append(text_of_heredoc(node, self, self.value))
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
            to.reads.append(self.value(Word(f"{word.text}\n", word.unread, word.via)))
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
                write(end, path, appended(old, text))
            for path in to.other:
                write(end, path, None)
            if to.writes or to.lost:
                end.printed = None if before is None else list(before)
            end.reads = reads
        self.found.written += [path for path, _ in to.writes] + to.other
        return ends

    def copies(self, words: Sequence[Word]) -> None:
        """`cp`, `mv`, `install`, `ln`, `tee`: files that lie elsewhere as well."""
        self.variables.spend(_COPIED)
        read = self._at_hand if words[0].text.endswith("ln") else self._copied
        around = Around(self.folder, read, self.found.mounts.names, self.reads)
        changes, is_known = copied(words, around)
        if not is_known:
            self.files = self.files.after(list(words), self.folder)
        for path, value in changes:
            if value is not None or path is None or path in self.files.texts:
                self.variables.spend(64 + 16 * len(self.files.texts))
                write(self, path, value)

    def _copied(self, path: str) -> Value | None:
        """A file's text, or why it is not known; None for one of the image."""
        return self.read_file(path) or self._at_hand(path)

    def _at_hand(self, path: str) -> Value | None:
        """The same of a file that no script wrote."""
        text, detail = self.found.mounts.text(path, None)
        if not isinstance(text, Code):
            return self.value(Word(text, None, (detail,)))
        if text is Code.SCRIPT_IN_IMAGE or path in self.files.texts:
            return None
        return self.value(Word(HOLE, Unread(text, detail)))

    def read_file(self, name: str) -> Value | None:
        """The text of a file that the script wrote, or that is at hand."""
        written = self.files.text(name, self.folder)
        if written is not None:
            return Value(written.text, "", written.where, written.via, written.unread)
        text, step = self.found.mounts.text(name, self.folder)
        if isinstance(text, Code):
            return None
        return Value(text, self.text.source.place, Where.SHELL, via=(step,))

    def value(self, word: Word) -> Value:
        """A word as the text of a variable or a file."""
        place = self.text.source.place
        return Value(word.text, place, Where.SHELL, word.via, word.unread)


def write(state: State, path: str | None, value: Value | None) -> None:
    """A file gets a text, or one that is not known; None: any file."""
    if path is None or not state.found.mounts.is_fixed(path):
        state.files = state.files.having(path, value, state.text.source.place)


def appended(old: Token | None, text: Value | None) -> Value | None:
    """A file's text with more behind it; None where that is not known."""
    if old is None or text is None:
        return None
    return joined_words(
        [Word(old.text, old.unread, old.via), Word(text.text, text.unread, text.via)]
    )
