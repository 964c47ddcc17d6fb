"""Random command lines and variables, read as a second writing of clap's rules reads them."""

import random
from dataclasses import dataclass
from typing import Any

import pytest

from pinfold.inspect.commands.model import Value
from pinfold.inspect.dialects import clap
from pinfold.inspect.dialects.parsed import Parsed
from pinfold.inspect.dialects.tables import Table
from tests.differential import clap_model, ours
from tests.differential.count import COUNT
from tests.differential.lines import SEED, Lines

OFTEN = (
    "--model-id", "--revision", "--lora-adapters", "--trust-remote-code", "--quantize", "--dtype",
    "--port", "--num-shard", "--tokenizer-config-path", "--dense-path", "--auto-truncate", "-p",
    "--weights-cache-override", "--huggingface-hub-cache", "-e", "--otlp-endpoint",
)  # fmt: skip
_TABLES = ("tgi-3.3.6", "tei-1.9.3", "tgi-trtllm-3.3.6", "tgi-llamacpp-3.3.6")


@dataclass(frozen=True, slots=True)
class Clap:
    """Our dialect, as the servers use it."""

    def read(self, words: Any, table: Table, unknown: Any, environment: Any, _file: Any) -> Parsed:
        return clap.read(words, table, environment, unknown)


def variables_for(table: Table, chance: random.Random) -> dict[str, str]:
    named = [option.env for option in table.options if option.env]
    texts = ("true", "false", "", "True", "1", "org/m", "1" * 40)
    return {chance.choice(named): chance.choice(texts) for _ in range(chance.randint(0, 2))}


def mine(parsed: Parsed, table: Table) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, given in parsed.options.items():
        switch = table.by_name[name].arity == "0"
        found[name] = switch or [token.text for one in given for token in one.values]
    return found


@pytest.mark.parametrize("name", _TABLES)
def test_each_line_is_read_as_clap_reads_it(name: str) -> None:
    table = Table.load(name)
    lines, chance, accepted = Lines(SEED, table, OFTEN), random.Random(SEED), 0
    for _ in range(COUNT // len(_TABLES)):
        words, variables = lines.line(), variables_for(table, chance)
        values = {key: Value(text, "") for key, text in variables.items()}
        parsed = ours.read(Clap(), table, words, values)
        expected: dict[str, Any] | None
        try:
            expected = dict(clap_model.parse(words, table, variables))
        except clap_model.ClapError:
            expected = None
        assert (mine(parsed, table) if parsed is not None else None) == expected, (words, variables)
        accepted += expected is not None
    assert accepted > COUNT // len(_TABLES) // 20
