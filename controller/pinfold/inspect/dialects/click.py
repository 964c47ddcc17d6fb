"""How click (and typer, which is made of it) reads a command line.

Names as they are written, no abbreviations, `=` or the next word whatever it is, the last of two
counts, positionals anywhere. Source: click/parser.py (8.1).
"""

from collections.abc import Sequence

from pinfold.inspect.commands.model import HOLE, Token
from pinfold.inspect.dialects.parsed import Given, Option, Parsed, Refuses, Unclear
from pinfold.inspect.dialects.python_argparse import Unknown, is_option_name, may_be_option
from pinfold.inspect.dialects.tables import Table


def read(words: Sequence[Token], table: Table, unknown: Unknown, *, most: int = 1) -> Parsed:
    """The command line, with `most` positionals at most. Raises Refuses and Unclear."""
    parsed = Parsed()
    index = 0
    while index < len(words):
        word = words[index]
        if word.many or may_be_option(word):
            raise Unclear.because(word)
        if word.text == "--":
            parsed.positionals += words[index + 1 :]
            break
        if word.text.startswith("-") and len(word.text) > 1:
            index = _option(words, index, table, parsed, unknown)
        else:
            parsed.positionals.append(word)
            index += 1
    if any(word.many for word in parsed.positionals):
        raise Unclear.because(next(word for word in parsed.positionals if word.many))
    if len(parsed.positionals) > most:
        extra = parsed.positionals[most]
        raise Refuses(f"{extra.text[:60]!r} is one argument too many", extra.place)
    return parsed


def _option(
    words: Sequence[Token], index: int, table: Table, parsed: Parsed, unknown: Unknown
) -> int:
    word = words[index]
    name, equals, _ = word.text.partition("=")
    if word.unread is not None and HOLE in name:
        raise Unclear.because(word)
    if name == "--help":
        raise Refuses("--help only prints a help text", word.place)
    option = table.by_name.get(name)
    if option is not None:
        explicit = word.cut(len(name) + 1) if equals else None
        return _values(words, index, option, name, explicit, parsed)
    if not name.startswith("--") and (option := table.by_name.get(word.text[:2])) is not None:
        return _values(words, index, option, word.text[:2], word.cut(2), parsed)
    if unknown is Unknown.REFUSE or not is_option_name(name.replace("_", "-")):
        raise Refuses(f"{name[:60]!r} is no option of this program", word.place)
    parsed.unknown.append(word)
    following = index + 1 < len(words) and not words[index + 1].text.startswith("-")
    return index + (2 if unknown is Unknown.VALUE and not equals and following else 1)


def _values(
    words: Sequence[Token],
    index: int,
    option: Option,
    name: str,
    explicit: Token | None,
    parsed: Parsed,
) -> int:
    word = words[index]
    if option.arity == "0":
        if explicit is not None:
            raise Refuses(f"{name} takes no value", word.place)
        parsed.add(option, Given(word, off=name in option.no))
        return index + 1
    if explicit is not None:
        parsed.add(option, Given(word, (explicit,)))
        return index + 1
    if index + 1 == len(words):
        raise Refuses(f"{name} needs a value", word.place)
    if words[index + 1].many:
        raise Unclear.because(words[index + 1])
    parsed.add(option, Given(word, (words[index + 1],)))
    return index + 2
