"""Random command lines, read as Python's own argparse reads them with our tables' options."""

import contextlib
import io
from functools import cache
from typing import Any

import pytest

from pinfold.inspect.dialects.argparse_plain import Plain
from pinfold.inspect.dialects.tables import Table
from pinfold.inspect.servers import kserve, sglang
from tests.differential import ours
from tests.differential.count import COUNT
from tests.differential.lines import SEED, Lines, is_read_by
from tests.differential.pythons import PYTHONS, argparse_of
from tests.differential.vllm_parser import settings_of

pytestmark = pytest.mark.usefixtures("published")
OFTEN = (
    "--model-path", "--model", "--tokenizer-path", "--revision", "--lora-paths", "--model_id",
    "--speculative-draft-model-path", "--speculative-draft-model-revision", "--load-format",
    "--trust-remote-code", "--json-model-override-args", "--tp", "--port", "--model_revision",
    "--tokenizer_revision", "--tokenizer_id", "--model_dir", "--model_name", "--revision",
)  # fmt: skip
_TABLES = {
    table_name: Table.load(table_name)
    for table_name in (
        "sglang-0.4.6.post5", "sglang-0.5.5", "sglang-0.5.23", "llama-cpp-python-0.3.36",
        "hf-0.34.4",
    )
} | {
    f"{entry.label} {table.version}": table
    for entry in sglang.SERVER.commands
    for table in entry.tables
}  # fmt: skip
_KNOWN_ONLY = {"kserve alone": Table.load("kserve-0.17.0")} | {
    f"kserve and vLLM {index}": table for index, table in enumerate(kserve.SERVER.tables)
}


_ALL = [(name, python) for name in _TABLES | _KNOWN_ONLY for python in PYTHONS]
_EACH = COUNT // len(_ALL)


@cache
def parser(name: str, python: str) -> Any:
    argparse = argparse_of(python)
    found = argparse.ArgumentParser(prog="server", add_help=False)
    for option in (_TABLES | _KNOWN_ONLY)[name].options:
        found.add_argument(*option.names, **settings_of(option, argparse))
    found.print_usage = lambda _file=None: None  # of hundreds of options, for each refused line
    return found


def theirs(name: str, python: str, words: list[str], *, known_only: bool) -> dict[str, Any] | None:
    """None where it ends with an error, or prints its help."""
    quiet = io.StringIO()
    try:
        with contextlib.redirect_stderr(quiet), contextlib.redirect_stdout(quiet):
            read = parser(name, python).parse_known_args(words)
    except SystemExit:
        return None
    found, left = read
    if left and not known_only:
        return None
    values = {n: v for n, v in vars(found).items() if v is not None and v is not False}
    return None if values.get("help") else values


@pytest.mark.parametrize(("name", "python"), _ALL)
def test_each_line_is_read_as_argparse_reads_it(name: str, python: str) -> None:
    table, known_only = (_TABLES | _KNOWN_ONLY)[name], name in _KNOWN_ONLY
    lines, accepted = Lines(f"{SEED}{python}", table, OFTEN), 0
    for _ in range(_EACH):
        words = lines.line()
        if not is_read_by(python, words):
            continue
        parsed = ours.read(Plain(known_only=known_only), table, words)
        if parsed is not None:
            parsed.positionals.clear()  # those that parse_known_args leaves over
        mine = ours.namespace(parsed, table) if parsed is not None else None
        expected = theirs(name, python, words, known_only=known_only)
        assert mine == expected, words
        accepted += expected is not None
    assert accepted > _EACH // 20
