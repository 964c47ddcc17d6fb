"""Commands that a shell runs itself: they change what later words mean."""

import re
from collections.abc import Callable

from tree_sitter import Node

from pinfold.inspect.commands import conditions
from pinfold.inspect.commands.declarations import Declarations
from pinfold.inspect.commands.model import HOLE, Value, Word
from pinfold.inspect.commands.outputs import printed
from pinfold.inspect.commands.special import SET_LETTERS, SET_NAMES, SHOPT_NAMES
from pinfold.inspect.commands.state import Ends
from pinfold.inspect.commands.tree import short

# They change what later words mean, in ways that are not followed.
_LOSES = frozenset({"alias", "unalias", "enable", "builtin"})
_SETS = frozenset({"read", "mapfile", "readarray", "getopts", "let"})
_SPECIAL = frozenset(
    {
        ".", ":", "break", "continue", "eval", "exec", "exit", "return", "set", "shift", "source",
        "trap",
    }
)  # fmt: skip
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_WORD = re.compile(r"[\w./:@-]+\n", re.ASCII)
_ENDS = frozenset({"exit", "exec", "return"})


class Builtins(Declarations):
    """Reads commands by their names."""

    def run(self, words: list[Word], before: dict[str, Value], node: Node) -> Ends:
        if words[0].text == "time" and len(words) > 1:
            words = words[2:] if words[1].text == "-p" else words[1:]
        name = words[0].text if words and words[0].unread is None else ""
        if name in self.functions:
            return self.call(words, before, node)
        if name == "command" and len(words) > 1 and words[1].text in _BUILTINS:
            words, name = words[1:], words[1].text  # past functions, but a builtin nevertheless
        builtin = _BUILTINS.get(name)
        if builtin is None:
            return super().run(words, before, node) if words else Ends([self], [self])
        if name == "exec":
            return self.end(words, node, before)
        if name == "read" and not before and self._read_word(words, node):
            return Ends([self], [])
        if before and name in _SPECIAL:
            self.variables.forget(before)  # sh keeps them, bash does not
        return builtin(self, words, node)

    # -- what ends here, what is true ------------------------------------------------------------

    def end(self, words: list[Word], node: Node, before: dict[str, Value] | None = None) -> Ends:
        """`exec` without a command only redirects; otherwise nothing follows."""
        name = words[0].text
        if name == "exec" and len(words) == 1:
            self.variables.forget(before or ())
            return Ends([self], [])
        super().run(words, before or {}, node)
        if name != "return":
            return Ends([], [])
        if not self.found.returns:
            return Ends([self], [self])  # bash goes on, other shells end here
        self.found.returns[-1].append(self.inside())
        return Ends([], [])

    def jump(self, words: list[Word], node: Node) -> Ends:
        super().run(words, {}, node)
        if not self.found.jumps:
            return Ends([self], [])
        text = words[1].text if len(words) > 1 else "1"
        levels = int(text) if re.fullmatch("[1-9]", text) else len(self.found.jumps)
        for around in self.found.jumps[-levels:]:  # it may also go on in those between
            around.append(self.inside())
        return Ends([], [])

    def succeed(self, words: list[Word], node: Node) -> Ends:
        super().run(words, {}, node)
        return Ends([self], [])

    def fail(self, words: list[Word], node: Node) -> Ends:
        super().run(words, {}, node)
        return Ends([], [self])

    def test(self, words: list[Word], node: Node) -> Ends:
        super().run(words, {}, node)
        return self.answered(conditions.of_words(words[1:], bash=self.bash))

    def answered(self, answer: bool | None) -> Ends:  # noqa: FBT001
        """The ends of a test."""
        return Ends([self] if answer is not False else [], [self] if answer is not True else [])

    # -- what changes ----------------------------------------------------------------------------

    def lose(self, words: list[Word], node: Node) -> Ends:
        if words[0].text == "builtin" and len(words) > 1:
            return self.run(words[1:], {}, node)
        self.unreadable(node)
        self.variables.lose(f"{short(node)} can change any variable")
        names = [word.text.partition("=")[0] for word in words[1:]]
        self.functions = {**self.functions, **dict.fromkeys(names)}  # they may mean anything
        return Ends([self], [self])

    def set_names(self, words: list[Word], _node: Node) -> Ends:
        names = {word.text.partition("=")[0].partition("[")[0] for word in words[1:]}
        self.variables.forget(names - {""} | {"REPLY", "MAPFILE", "OPTARG"})
        if any(word.many or HOLE in word.text for word in words[1:]):
            self.variables.lose(f"{words[0].text} sets a variable whose name is not known")
            self.variables.forget(("IFS",))
        return Ends([self], [self])

    def _read_word(self, words: list[Word], node: Node) -> bool:
        """`read -r X <<< word`: all of it, where nothing in it could be split or taken off."""
        value = self.reads
        texts = [word.text for word in words[1:]]
        if not any(part.type == "herestring_redirect" for part in node.children):
            return False  # another command may have read it already
        if value is None or value.unread is not None or self.variables.ifs != " \t\n":
            return False
        if len(texts) != 2 or texts[0] != "-r" or not _NAME.fullmatch(texts[1]):
            return False
        if not _WORD.fullmatch(value.text):
            return False
        self.give(texts[1], Word(value.text.strip(), None, value.via))
        return True

    def printf(self, words: list[Word], node: Node) -> Ends:
        if len(words) > 3 and words[1].text == "-v" and _NAME.fullmatch(words[2].text):
            value = printed([words[0], *words[3:]], None, self.read_file)
            if value is not None and self.bash:
                self.give(words[2].text, Word(value.text, value.unread, value.via))
                return Ends([self], [self])
        if len(words) > 2 and words[1].text.startswith("-v"):
            return self.set_names(words, node)
        return super().run(words, {}, node)

    def change_folder(self, words: list[Word], _node: Node) -> Ends:
        names = [word for word in words[1:] if word.text not in ("-P", "-L", "--")]
        target = names[-1] if names else None
        if target is None or target.unread is not None or target.text.startswith(("-", "~")):
            self.folder = HOLE
        elif target.text.startswith("/"):
            self.folder = target.text
        else:
            self.folder = f"{self.folder}/{target.text}" if self.folder else HOLE
        return Ends([self], [self])

    def change_back(self, _words: list[Word], _node: Node) -> Ends:
        self.folder = HOLE
        return Ends([self], [self])

    def set_options(self, words: list[Word], node: Node) -> Ends:
        """`set -e -o pipefail` changes no variable; `set -- a b` sets the parameters."""
        index = 1
        while index < len(words) and words[index].text.startswith(("-", "+")):
            text = words[index].text
            index += 1
            if text in ("--", "-"):
                break
            names = words[index].text if text.endswith("o") and index < len(words) else ""
            index += text.endswith("o")
            if "a" in text[1:] or names == "allexport":
                self.variables.all_exported = text[0] == "-"
            letters = text[1:].replace("o", "", 1) if names else text[1:]
            if not SET_LETTERS.issuperset(letters) or names not in (*SET_NAMES, ""):
                self.changed(node)
        if index < len(words) or any(word.text == "--" for word in words[1:]):
            self._give(words[index:])
        return Ends([self], [self])

    def _give(self, words: list[Word]) -> None:
        """New positional parameters; `$0` stays."""
        zero = self.variable("0")
        values = [self.value(word) for word in words]
        is_known = not any(word.many for word in words)
        self.variables.given = (zero, *values) if is_known else None

    def shift(self, words: list[Word], _node: Node) -> Ends:
        given = self.variables.given
        text = words[1].text if len(words) > 1 else "1"
        if given is None or not text.isdecimal() or len(text) > 4:
            self.variables.given = None
        else:
            count = int(text)
            rest = given[1 + count :] if count < len(given) else given[1:]
            self.variables.given = (*given[:1], *rest)
        return Ends([self], [self])

    def shopt(self, words: list[Word], node: Node) -> Ends:
        names = [word.text for word in words[1:] if not word.text.startswith("-")]
        is_set = any("o" in word.text for word in words[1:] if word.text.startswith("-"))
        if not (SET_NAMES if is_set else SHOPT_NAMES).issuperset(names):
            self.changed(node)
        return Ends([self], [self])

    def changed(self, node: Node) -> None:
        """An option that changes how all that follows is read."""
        self.unreadable(node)
        self.variables.doom(f"{short(node)} changes how all that follows is read")

    def wait(self, words: list[Word], node: Node) -> Ends:
        super().run(words, {}, node)
        if any(word.text.startswith("-") and "p" in word.text for word in words):
            self.set_names(words, node)
        return Ends([self], [self])

    def hash(self, words: list[Word], node: Node) -> Ends:
        if any(word.text.startswith("-") and "p" in word.text for word in words):
            return self.lose(words, node)
        return Ends([self], [self])


_BUILTINS: dict[str, Callable[[Builtins, list[Word], Node], Ends]] = {
    "cd": Builtins.change_folder,
    "pushd": Builtins.change_folder,
    "popd": Builtins.change_back,
    "set": Builtins.set_options,
    "shift": Builtins.shift,
    "shopt": Builtins.shopt,
    "hash": Builtins.hash,
    "eval": Builtins.evaluate,
    ".": Builtins.source,
    "source": Builtins.source,
    "trap": Builtins.trap,
    "test": Builtins.test,
    "true": Builtins.succeed,
    ":": Builtins.succeed,
    "false": Builtins.fail,
    **dict.fromkeys(_LOSES, Builtins.lose),
    **dict.fromkeys(_SETS, Builtins.set_names),
    **dict.fromkeys(_ENDS, Builtins.end),
    "break": Builtins.jump,
    "continue": Builtins.jump,
    "printf": Builtins.printf,
    "wait": Builtins.wait,
}
