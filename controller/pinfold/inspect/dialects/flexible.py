"""vLLM's FlexibleArgumentParser: what it does to a command line before argparse reads it.

Sources: vllm/utils.py (0.8.5), vllm/utils/argparse_utils.py (0.14.1, 0.33.0).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from pinfold.inspect.commands.model import Environment, Token
from pinfold.inspect.dialects.config_file import ReadFile, is_unknown, words_of_file
from pinfold.inspect.dialects.dotted import Keys, Rules, gather
from pinfold.inspect.dialects.parsed import Given, Parsed, Refuses, Unclear
from pinfold.inspect.dialects.python_argparse import Unknown, parse
from pinfold.inspect.dialects.tables import Table
from pinfold.inspect.workload import Code

_LEVELS = frozenset("0123")


@dataclass(frozen=True, slots=True)
class Flexible:
    """One entry point: what it does besides parsing."""

    hoists: bool  # `vllm serve` makes the first --model the positional, which wins
    positional: bool = True  # takes a model_tag
    subcommand: bool = True
    nested: bool = False  # a subcommand of a subcommand
    configured: bool = False  # nested, and yet --config is read as `vllm serve` reads it

    def read(
        self,
        words: Sequence[Token],
        table: Table,
        unknown: Unknown,
        environment: Environment,  # noqa: ARG002 - the dialect of every server has it
        read_file: ReadFile,
    ) -> Parsed:
        """The command line as this entry point understands it. Raises Refuses and Unclear."""
        if any(word.many for word in words):
            raise Unclear.because(next(word for word in words if word.many))
        if self.subcommand:
            _check_other_program(words, table)
        if self.hoists:
            words = _hoist(words, table)
        if any(word.text == "--config" for word in words):
            words = self._configured(words, table, read_file)
        if not self.subcommand and table.numbers < (0, 9, 0):
            table = _without_config(table)
        words, keys = _normal(words, table)
        if table.numbers < (0, 9, 0) and unknown is not Unknown.REFUSE:
            words = tuple(_without_truths(words))  # what runs may be older than the table
        parsed = parse(words, table, unknown, most=self._most(table))
        self._check(parsed, words, table)
        return _with_keys(parsed, keys) if keys else parsed

    def _configured(
        self, words: Sequence[Token], table: Table, read_file: ReadFile
    ) -> Sequence[Token]:
        """`--config FILE`, the exact word: the file's words come first, so the others win."""
        index = next(i for i, word in enumerate(words) if word.text == "--config")
        if sum(word.text == "--config" for word in words) > 1:
            raise Refuses("more than one --config", words[index].place)
        if index == len(words) - 1:
            raise Refuses("--config needs a file", words[index].place)
        file = words[index + 1]
        if is_unknown(file):
            raise Unclear.because(file)
        found = words_of_file(file, table, read_file, whole=not self.subcommand)
        rest = [*words[:index], *words[index + 2 :]]
        if not self.subcommand:
            return self._without_subcommand(words, index, found, table)
        if self.nested and not self.configured and found:
            raise Refuses("--config puts its words before the subcommand", file.place)
        needs_model = self.hoists or self.configured
        if needs_model and not words[0].text.startswith("-"):
            return [rest[0], *found, *rest[1:]]
        if needs_model and not any(word.text == "--model" for word in found):
            raise Refuses("no model, neither as an argument nor in --config", file.place)
        return [*found, *rest]

    @staticmethod
    def _without_subcommand(
        words: Sequence[Token], index: int, found: list[Token], table: Table
    ) -> Sequence[Token]:
        """A module has no subcommand: old versions put the file's words behind its first word."""
        rest = [*words[:index], *words[index + 2 :]]
        if table.numbers >= (0, 14, 0) and words[0].text.startswith("-"):
            return [*found, *rest]
        if index == 0:
            return [words[0], *found, *words[2:]]
        return [rest[0], *found, *rest[1:]]

    def _check(self, parsed: Parsed, words: Sequence[Token], table: Table) -> None:
        allowed = self._most(table)
        if len(parsed.positionals) > allowed:
            extra = parsed.positionals[allowed]
            raise Refuses(f"{extra.text[:60]!r} is one argument too many", extra.place)
        if parsed.last("-h") is not None or parsed.last("--help") is not None:
            raise Refuses("--help only prints a help text", words[0].place)

    def _most(self, table: Table) -> int:
        return int(self.positional and (self.hoists or table.numbers >= (0, 9, 0)))


HOISTED = Flexible(hoists=True)  # vllm serve
PLAIN = Flexible(hoists=False, subcommand=False)  # the module: --model, the last one wins
# vllm launch render: the positional wins, nothing is hoisted
COMPONENT = Flexible(hoists=False, nested=True)
SNAPSHOT = Flexible(hoists=False, nested=True, configured=True)  # argparse_utils.py:566


@cache
def _without_config(table: Table) -> Table:
    """The module of 0.8 has no --config but the exact word, which is gone by then."""
    options = tuple(option for option in table.options if option.names != ("--config",))
    return Table(table.server, table.version, options)


def _check_other_program(words: Sequence[Token], table: Table) -> None:
    """`--omni`, the exact word: vllm-omni's own program takes over (entrypoints/cli/main.py)."""
    omni = next((word for word in words if word.text == "--omni"), None)
    if omni is not None and table.numbers >= (0, 14, 0):
        detail = "what vllm-omni loads, to which --omni hands over, is not read here"
        raise Unclear(Code.UNKNOWN_SERVER, detail, omni.place)


def _hoist(words: Sequence[Token], table: Table) -> Sequence[Token]:
    """`vllm serve` moves the first `--model` to the front."""
    index = next((i for i, w in enumerate(words) if _names_model(w.text, table)), None)
    if index is not None:
        word = words[index]
        if table.numbers < (0, 9, 0):
            raise Refuses("vllm serve takes the model as an argument, not as --model", word.place)
        if word.text.startswith("--model="):
            words = [word.cut(len("--model=")), *words[:index], *words[index + 1 :]]
        elif index + 1 < len(words):
            words = [words[index + 1], *words[:index], *words[index + 2 :]]
        else:
            raise Refuses("--model needs a value", word.place)
    if table.numbers >= (0, 15, 0):
        _check_served_name(words)
    return words


# Up to 0.8.4 they took a truth value, or none (engine/arg_utils.py: StoreBoolean).
_TAKE_TRUTH = frozenset({"--enable-chunked-prefill", "--multi-step-stream-outputs"})
_TRUTHS = ("true", "false")


def _without_truths(words: Sequence[Token]) -> Iterator[Token]:
    """`--enable-chunked-prefill=false`, or `… false`, as the option alone: it names nothing."""
    before = ""
    for word in words:
        name, equals, value = word.text.partition("=")
        if equals and name in _TAKE_TRUTH and value.lower() in _TRUTHS:
            yield word.saying(name)
        elif before not in _TAKE_TRUTH or word.text.lower() not in _TRUTHS:
            yield word
        before = word.text


def _names_model(text: str, table: Table) -> bool:
    if table.numbers < (0, 9, 0):
        return text == "--model"
    if table.numbers < (0, 15, 0):
        return text == "--model" or text.startswith("--model=")
    return re.match(r"--model(=.+|$)", text) is not None


def _check_served_name(words: Sequence[Token]) -> None:
    """`--served-model-name` before any model: vllm serve refuses it (0.33)."""
    if not words or not words[0].text.startswith("-"):
        return
    if any(re.match(r"--config(=.+|$)", word.text) for word in words):
        return
    for word in words:
        if re.match(r"--served[-_]model[-_]name(=.+|$)", word.text):
            raise Refuses("the model comes first, before --served-model-name", word.place)


def _normal(words: Sequence[Token], table: Table) -> tuple[Sequence[Token], Mapping[int, Keys]]:
    """Underscores become dashes, -O3 a long option, dotted pieces one JSON."""
    modern = table.numbers >= (0, 9, 0)
    folded: list[Token] = []
    dotted = False
    for index, word in enumerate(words):
        text = word.text
        if text.startswith("--"):
            name = _folded(text, modern=modern)
            folded.append(word if name == text else word.saying(name))
            dotted |= "." in text
        elif modern and text.startswith("-O"):
            folded += _level(word, words[index + 1 : index + 2])
        else:
            folded.append(word)
            dotted |= text.startswith("-") and "." in text
    if not dotted or not modern:
        return folded, {}
    return gather(folded, Rules(human_numbers=table.numbers >= (0, 15, 0)))


def _folded(text: str, *, modern: bool) -> str:
    """Dashes for underscores: in the whole name (0.8), or before the first dot of it."""
    name, equals, value = text.partition("=")
    if "_" not in name and not text.startswith("--help="):
        return text
    if modern and name == "--help" and equals:
        return name
    head, dot, keys = name.partition(".") if modern else (name, "", "")
    return f"--{head[2:].replace('_', '-')}{dot}{keys}{equals}{value}"


def _level(word: Token, following: Sequence[Token]) -> list[Token]:
    """`-O3`, `-O=3`, `-O 3`."""
    if word.text != "-O":
        value = word.cut(3 if word.text[2] == "=" else 2)
        return [word.saying("--optimization-level"), value]
    if following and following[0].text in _LEVELS:
        return [word.saying("--optimization-level")]
    return [word]


def _with_keys(parsed: Parsed, keys: Mapping[int, Keys]) -> Parsed:
    """Say of each value put together from dotted pieces where its keys stood."""
    for given in parsed.options.values():
        for index, one in enumerate(given):
            found = keys.get(id(one.values[-1])) if one.values else None
            if found is not None:
                given[index] = Given(one.flag, one.values, one.off, keys=found)
    return parsed
