"""How git's commands read their options: parse-options.c (2.49), by its rules.

Names may be cut short where only one is meant, short ones stand together (`-nb main`), a value is
written on or is the next word whatever it is, `--no-…` takes an option back, what is no option may
stand anywhere.
"""

from collections.abc import Sequence

from pinfold.inspect.commands.model import HOLE, Token
from pinfold.inspect.dialects.parsed import Given, Option, Parsed, Refuses, Unclear
from pinfold.inspect.dialects.python_argparse import Unknown, is_option_name, may_be_option
from pinfold.inspect.dialects.tables import Table


def read(words: Sequence[Token], table: Table, unknown: Unknown, *, most: int) -> Parsed:
    """The command line, with `most` positionals at most. Raises Refuses and Unclear."""
    parsed = _Reader(words, table, unknown).run()
    if any(word.many for word in parsed.positionals):
        raise Unclear.because(next(word for word in parsed.positionals if word.many))
    if len(parsed.positionals) > most:
        extra = parsed.positionals[most]
        raise Refuses(f"{extra.text[:60]!r} is one argument too many", extra.place)
    return parsed


class _Reader:
    def __init__(self, words: Sequence[Token], table: Table, unknown: Unknown) -> None:
        self.words = words
        self.table = table
        self.unknown = unknown
        self.parsed = Parsed()
        self.index = 0

    def run(self) -> Parsed:
        while self.index < len(self.words):
            word = self.words[self.index]
            self.index += 1
            if word.many or may_be_option(word):
                raise Unclear.because(word)
            if word.text in ("--", "--end-of-options"):
                self.parsed.positionals += self.words[self.index :]
                break
            if not word.text.startswith("-") or word.text == "-":
                self.parsed.positionals.append(word)
            elif word.text.startswith("--"):
                self._long(word)
            else:
                self._short(word)
        return self.parsed

    def _long(self, word: Token) -> None:
        name, equals, _ = word.text.partition("=")
        if word.unread is not None and HOLE in name:
            raise Unclear.because(word)
        if name in ("--help", "--help-all"):
            raise Refuses(f"{name} only prints a text", word.place)
        found = self._named(name, word)
        if found is None:
            self._not_known(word, name)
            return
        option, off = found
        explicit = word.cut(len(name) + 1) if equals else None
        if (off or option.arity == "0") and explicit is not None:
            raise Refuses(f"{name} takes no value", word.place)
        self._add(option, word, explicit, off=off)

    def _named(self, name: str, word: Token) -> tuple[Option, bool] | None:
        """The option of that name, or of the one name that begins so."""
        names = [name] if name in self.table.by_name else self.table.starting_with(name)
        found = {(option.name, n in option.no): option for n in names
                 for option in (self.table.by_name[n],)}  # fmt: skip
        if len(found) > 1:
            meant = ", ".join(sorted(names)[:4])
            raise Refuses(f"{name[:60]!r} could be {meant}", word.place)
        return next(((option, off) for (_, off), option in found.items()), None)

    def _short(self, word: Token) -> None:
        """A letter, or several: the rest behind one that takes a value is that value."""
        letters = word.text[1:]
        for at, letter in enumerate(letters):
            if word.unread is not None and letter == HOLE:
                raise Unclear.because(word)
            option = self.table.by_name.get(f"-{letter}")
            if letter == "h":
                raise Refuses("-h only prints a text", word.place)
            if option is None:
                self._not_known(word, f"-{letter}")
                return
            if at == 0 and option.arity == "0":
                self._check_one_dash(word, letters)
            rest = word.cut(at + 2) if at + 1 < len(letters) else None
            self._add(option, word, rest if option.arity == "1" else None, off=False)
            if option.arity == "1":
                return

    def _check_one_dash(self, word: Token, text: str) -> None:
        """Git takes `-quiet` for a slip; `-branch` is a branch called ranch."""
        long = (name for option in self.table.options for name in option.names)
        is_slip = text.startswith("no-") or any(name.startswith(f"--{text}") for name in long)
        if is_slip and len(text) > 2:
            raise Refuses(f"{word.text[:60]!r} has one dash where two are meant", word.place)

    def _add(self, option: Option, word: Token, explicit: Token | None, *, off: bool) -> None:
        if off:
            self.parsed.options.pop(option.name, None)  # a list is emptied, a value forgotten
        if off and option.arity == "1":
            return
        values = () if explicit is None else (explicit,)
        if option.arity == "1" and explicit is None:
            values = (self._next(option, word),)
        self.parsed.add(option, Given(word, values, off=off))

    def _next(self, option: Option, word: Token) -> Token:
        if self.index == len(self.words):
            raise Refuses(f"{option.name} needs a value", word.place)
        value = self.words[self.index]
        if value.many:
            raise Unclear.because(value)
        self.index += 1
        return value

    def _not_known(self, word: Token, name: str) -> None:
        """Another version may have it, as a switch or with the next word for its value."""
        if self.unknown is Unknown.REFUSE or not is_option_name(name):
            raise Refuses(f"{name[:60]!r} is no option of this program", word.place)
        self.parsed.unknown.append(word)
        following = self.index < len(self.words) and not self.words[self.index].text.startswith("-")
        if self.unknown is Unknown.VALUE and "=" not in word.text and following:
            self.index += 1
