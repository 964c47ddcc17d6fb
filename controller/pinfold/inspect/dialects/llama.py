"""How llama.cpp's programs read a command line and their variables.

Exact names, underscores as dashes behind two dashes, the next word is the value whatever it is, no
`=`. A variable counts where its option is absent. Source: llama.cpp common/arg.cpp.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pinfold.inspect.commands.model import HOLE, Environment, Token
from pinfold.inspect.dialects.config_file import ReadFile
from pinfold.inspect.dialects.parsed import Given, Option, Parsed, Refuses, Unclear
from pinfold.inspect.dialects.python_argparse import Unknown, is_option_name
from pinfold.inspect.dialects.tables import Table

_STOPS = frozenset(
    {"-h", "--help", "--usage", "--version", "--cache-list", "-cl", "--list-devices"}
)


@dataclass(frozen=True, slots=True)
class Llama:
    """`script`: started by the script of the full image, whose first word picks the program."""

    script: bool = False

    def read(
        self,
        words: Sequence[Token],
        table: Table,
        unknown: Unknown,
        environment: Environment,
        read_file: ReadFile,  # noqa: ARG002
    ) -> Parsed:
        """Raises Refuses and Unclear."""
        if self.script:
            words = _behind_program(words)
        parsed = Parsed()
        index = 0
        while index < len(words):
            index = _word(words, index, table, parsed, unknown)
        for option in table.options:
            value = environment.told(option.env) if option.env else None
            if value is not None and option.name not in parsed.options and option.arity == "1":
                token = Token(value.text, value.place, value.where, value.via, value.unread)
                parsed.add(option, Given(token, (token,), env=option.env))
        return parsed


def _behind_program(words: Sequence[Token]) -> Sequence[Token]:
    """`--server` and `--run` load a model; the other tools of the script convert one."""
    if words and words[0].unread is not None:
        raise Unclear.because(words[0])
    if not words or words[0].text not in ("--server", "-s", "--run", "-r"):
        raise Refuses("neither --server nor --run comes first", words[0].place if words else "")
    return words[1:]


def _word(
    words: Sequence[Token], index: int, table: Table, parsed: Parsed, unknown: Unknown
) -> int:
    word = words[index]
    if word.many or (word.unread is not None and HOLE in word.text):
        raise Unclear.because(word)
    name = word.text.replace("_", "-") if word.text.startswith("--") else word.text
    if name in _STOPS:
        raise Refuses(f"{name} only prints a text", word.place)
    option = table.by_name.get(name)
    if option is not None:
        return _values(words, index, option, name, parsed)
    if unknown is Unknown.REFUSE or not is_option_name(name):
        raise Refuses(f"{word.text[:60]!r} is no option of this server", word.place)
    parsed.unknown.append(word)
    follows = index + 1 < len(words) and not words[index + 1].text.startswith("-")
    return index + (2 if unknown is Unknown.VALUE and follows else 1)


def _values(words: Sequence[Token], index: int, option: Option, name: str, parsed: Parsed) -> int:
    word, count = words[index], int(option.arity)
    values = tuple(words[index + 1 : index + 1 + count])
    if len(values) < count:
        raise Refuses(f"{name} needs a value", word.place)
    if any(value.many for value in values):
        raise Unclear.because(next(value for value in values if value.many))
    parsed.add(option, Given(word, values, off=name in option.no))
    return index + 1 + count
