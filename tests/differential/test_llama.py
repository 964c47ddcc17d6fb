"""Random command lines and variables, read as a second writing of llama.cpp's rules reads them."""

import random
from typing import Any

import pytest

from pinfold.inspect.commands.model import Value
from pinfold.inspect.dialects.llama import Llama
from pinfold.inspect.dialects.parsed import Parsed
from pinfold.inspect.dialects.tables import Table
from tests.differential import llama_model, ours
from tests.differential.count import COUNT
from tests.differential.lines import SEED, Lines
from tests.differential.test_clap import variables_for

OFTEN = (
    "--model", "-m", "--hf-repo", "-hf", "--hf-file", "--model-url", "-mu", "--mmproj", "--lora",
    "--lora-scaled", "--model-draft", "-md", "--spec-draft-hf", "--docker-repo", "--no-mmap",
    "--control-vector", "-ngl", "--port", "--models-dir",
)  # fmt: skip
_TABLES = ("llama.cpp-0.3.16", "llama.cpp-0.3.36")
_EACH = COUNT // len(_TABLES)


def mine(parsed: Parsed, table: Table) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, given in parsed.options.items():
        option = table.by_name[name]
        counts = given if option.append else given[-1:]
        texts = [token.text for one in counts for token in one.values]
        found[name] = not given[-1].off if option.arity == "0" else texts
    return found


@pytest.mark.parametrize("name", _TABLES)
def test_each_line_is_read_as_llama_cpp_reads_it(name: str) -> None:
    table = Table.load(name)
    lines, chance, accepted = Lines(SEED, table, OFTEN), random.Random(SEED), 0
    for _ in range(_EACH):
        words, variables = lines.line(), variables_for(table, chance)
        values = {key: Value(text, "") for key, text in variables.items()}
        parsed = ours.read(Llama(), table, words, values)
        expected: dict[str, Any] | None
        try:
            expected = dict(llama_model.parse(words, table, variables))
        except llama_model.LlamaError:
            expected = None
        assert (mine(parsed, table) if parsed is not None else None) == expected, (words, variables)
        accepted += expected is not None
    assert accepted > _EACH // 20
