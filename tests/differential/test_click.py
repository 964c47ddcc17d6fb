"""Random command lines, read as click itself reads them, with the options of our tables."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import click
import pytest

from pinfold.inspect.dialects import click as our_click
from pinfold.inspect.dialects.parsed import Parsed
from pinfold.inspect.dialects.tables import Table
from tests.differential import ours
from tests.differential.count import COUNT
from tests.differential.lines import SEED, Lines

OFTEN = (
    "--model-id", "--revision", "--served-model-name", "--tokenizer", "--backend", "--tp_size",
    "--trust_remote_code", "--config", "--port", "--host", "--batch-size", "--engine",
)  # fmt: skip
_TABLES = (
    ("infinity-0.0.78", 0),
    ("trtllm-1.2.0", 1),
    ("tgi-serve-3.3.6", 1),
    ("tgi-download-3.3.6", 1),
    ("hf-2.4.0", 1),
)


@dataclass(frozen=True, slots=True)
class Click:
    """Our dialect, as the servers use it."""

    most: int

    def read(self, words: Any, table: Table, unknown: Any, *_others: Any) -> Parsed:
        return our_click.read(words, table, unknown, most=self.most)


@cache
def command(name: str, most: int) -> click.Command:
    found: list[click.Parameter] = [click.Argument(["model_tag"], required=False)] if most else []
    for index, option in enumerate(Table.load(name).options):
        if option.name == "--help":
            continue
        names = "/".join((option.names[-1], *option.no)) if option.no else option.names[-1]
        spelt = [f"o{index}", *option.names[:-1], names]
        settings: dict[str, Any] = {"is_flag": True} if option.arity == "0" else {}
        if option.append and not settings:
            settings["multiple"] = True
        found.append(click.Option(spelt, **settings))
    return click.Command("server", params=found)


def theirs(name: str, most: int, words: list[str]) -> dict[str, Any] | None:
    """None where it ends with an error, or prints its help."""
    try:
        context = command(name, most).make_context("server", list(words))
    except (click.ClickException, click.exceptions.Exit):
        return None
    options = Table.load(name).options
    found = {}
    for key, value in context.params.items():
        if context.get_parameter_source(key) is click.core.ParameterSource.COMMANDLINE:
            option = key if key == "model_tag" else options[int(key[1:])].name
            found[option] = list(value) if isinstance(value, tuple) else value
    return {key: value for key, value in found.items() if value not in (False, None)}


def mine(parsed: Parsed, table: Table) -> dict[str, Any]:
    by_name = {n: ours.value_of(table.by_name[n], given) for n, given in parsed.options.items()}
    if parsed.positionals:
        by_name["model_tag"] = parsed.positionals[0].text
    return {key: value for key, value in by_name.items() if value is not False}


@pytest.mark.parametrize(("name", "most"), _TABLES)
def test_each_line_is_read_as_click_reads_it(name: str, most: int) -> None:
    table = Table.load(name)
    lines, accepted = Lines(SEED, table, OFTEN, positional=0.5 * most), 0
    for _ in range(COUNT // len(_TABLES)):
        words = lines.line()
        parsed = ours.read(Click(most), table, words)
        expected = theirs(name, most, words)
        assert (mine(parsed, table) if parsed is not None else None) == expected, words
        accepted += expected is not None
    assert accepted > COUNT // len(_TABLES) // 20
