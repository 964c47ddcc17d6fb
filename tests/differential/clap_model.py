"""The rules of Rust's clap (4.5, derive) as TGI and TEI use it, written apart from our reading.

A name counts as it is spelt. A value follows `=`, or is the next word if that one does not begin
with a dash; where it may be left out (`num_args = 0..=1`), such a word begins another option. What
is given twice is an error, unless it is a list. A variable counts where its option is absent, an
empty one too; that of a switch is `true` or `false` and nothing else.
"""

from collections.abc import Mapping, Sequence

from pinfold.inspect.dialects.parsed import Option
from pinfold.inspect.dialects.tables import Table

Values = dict[str, list[str] | bool]


class ClapError(Exception):
    """The program ends at once."""


def parse(words: Sequence[str], table: Table, variables: Mapping[str, str]) -> Values:
    """What is kept by the first name of each option. Raises ClapError."""
    found: Values = {}
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word == "--":
            if rest:
                raise ClapError("a positional")
            break
        _keep(word, rest, table, found)
    for option in table.options:
        text = variables.get(option.env or "")
        if text is not None and option.name not in found:
            _keep_variable(option, text, found)
    return found


def _keep(word: str, rest: list[str], table: Table, found: Values) -> None:
    name, value = _taken_apart(word, table)
    option = table.by_name[name]
    before = found.get(option.name)
    if before is not None and not option.append:
        raise ClapError(f"{word} twice")
    if option.arity == "0":
        if value is not None:
            raise ClapError(word)
        found[option.name] = True
        return
    if value is None and rest and (rest[0] == "-" or not rest[0].startswith("-")):
        value = rest.pop(0)
    if value is None and option.arity != "?":
        raise ClapError(f"{word} without a value")
    earlier = before if isinstance(before, list) else []
    found[option.name] = [*earlier, value] if value is not None else earlier


def _keep_variable(option: Option, text: str, found: Values) -> None:
    if option.arity != "0":
        found[option.name] = [text]
    elif text == "true":
        found[option.name] = True
    elif text != "false":
        raise ClapError(f"{option.env}={text}")


def _taken_apart(word: str, table: Table) -> tuple[str, str | None]:
    """The option's name, and the value that is written with it."""
    if word in ("--help", "-h", "--version", "-V") or not word.startswith("-") or word == "-":
        raise ClapError(word)
    name, equals, value = word.partition("=")
    if word.startswith("--"):
        if name not in table.by_name:
            raise ClapError(word)
        return name, value if equals else None
    short = word[:2]
    if short not in table.by_name:
        raise ClapError(word)
    tail = word[2:]
    return short, (tail.removeprefix("=") if tail else None)
