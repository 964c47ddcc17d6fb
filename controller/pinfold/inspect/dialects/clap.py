"""How Rust's clap (4.x, derive) reads a command line and its environment: TGI's launcher.

No abbreviations, names as they are written, a repeated option is an error, a value that begins
with a dash needs `=`. A variable counts where its option is absent, also an empty one.
"""

from collections.abc import Sequence

from pinfold.inspect.commands.model import HOLE, Environment, Token, Value
from pinfold.inspect.dialects.parsed import Given, Option, Parsed, Refuses, Unclear
from pinfold.inspect.dialects.python_argparse import Unknown, is_option_name, may_be_option
from pinfold.inspect.dialects.tables import Table

_STOPS = frozenset({"--help", "-h", "--version", "-V"})


def read(
    words: Sequence[Token], table: Table, environment: Environment, unknown: Unknown
) -> Parsed:
    """The command line as clap understands it. Raises Refuses and Unclear."""
    parsed = Parsed()
    index = 0
    while index < len(words):
        index = _word(words, index, table, parsed, unknown)
    for option in table.options:
        if option.env and option.name not in parsed.options:
            value = environment.told(option.env)
            if value is not None:
                _from_environment(option, value, parsed)
    return parsed


def _word(
    words: Sequence[Token], index: int, table: Table, parsed: Parsed, unknown: Unknown
) -> int:
    word = words[index]
    text = word.text
    name, equals, _ = text.partition("=")
    if word.many or may_be_option(word) or (word.unread and text[:1] == "-" and HOLE in name):
        raise Unclear.because(word)
    if name in _STOPS:
        raise Refuses(f"{name} only prints a text", word.place)
    if text == "--" and index == len(words) - 1:
        return index + 1
    if not text.startswith("-") or text in ("-", "--"):
        raise Refuses(f"{text[:60]!r} is not an option", word.place)
    option = table.by_name.get(name)
    if option is not None:
        return _option(words, index, option, parsed, word.cut(len(name) + 1) if equals else None)
    if not text.startswith("--") and (option := table.by_name.get(text[:2])):
        return _option(words, index, option, parsed, word.cut(2))
    return _unknown(words, index, parsed, unknown)


def _option(
    words: Sequence[Token], index: int, option: Option, parsed: Parsed, explicit: Token | None
) -> int:
    word = words[index]
    if option.name in parsed.options and not option.append:
        raise Refuses(f"{option.name} is given twice", word.place)
    if option.arity == "0":
        if explicit is not None:
            raise Refuses(f"{option.name} takes no value", word.place)
        parsed.add(option, Given(word))
        return index + 1
    if explicit is not None:
        parsed.add(option, Given(word, (explicit,)))
        return index + 1
    if index + 1 == len(words) or _is_option(words[index + 1]):
        if option.arity == "?":  # num_args = 0..=1
            parsed.add(option, Given(word))
            return index + 1
        raise Refuses(f"{option.name} needs a value", word.place)
    parsed.add(option, Given(word, (words[index + 1],)))
    return index + 2


def _is_option(word: Token) -> bool:
    if word.many:
        raise Unclear.because(word)
    return word.text.startswith("-") and word.text != "-"


def _unknown(words: Sequence[Token], index: int, parsed: Parsed, unknown: Unknown) -> int:
    word = words[index]
    if unknown is Unknown.REFUSE or not is_option_name(word.text):
        name = word.text.partition("=")[0][:60]
        raise Refuses(f"{name!r} is no option of this server", word.place)
    parsed.unknown.append(word)
    swallows = unknown is Unknown.VALUE and "=" not in word.text and index + 1 < len(words)
    return index + (2 if swallows and not _is_option(words[index + 1]) else 1)


def _from_environment(option: Option, value: Value, parsed: Parsed) -> None:
    assert option.env is not None
    word = Token(value.text, value.place, value.where, value.via, value.unread)
    if option.arity == "0" and value.unread is None:
        if value.text not in ("true", "false"):
            raise Refuses(f"{option.env} is neither true nor false", value.place)
        if value.text == "false":
            return
    parsed.add(option, Given(word, (word,), env=option.env))
