"""Random lines of vLLM's other commands and modules, with files, read as vLLM reads them."""

import contextlib
import io
import random
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from pinfold.inspect.commands.model import Token
from pinfold.inspect.dialects.flexible import Flexible
from pinfold.inspect.dialects.tables import Table
from pinfold.inspect.servers.model import Module, Program
from pinfold.inspect.servers.vllm_entries import ENTRIES, SERVE_TABLES
from tests.differential import ours
from tests.differential.count import COUNT
from tests.differential.files import Files
from tests.differential.lines import SEED, Lines
from tests.differential.pythons import PYTHONS, argparse_of
from tests.differential.test_config_files import OFTEN
from tests.differential.vllm_parser import parser_class, settings_of

_ALL = [
    (entry, table)
    for entry in ENTRIES
    for table in (entry.tables or SERVE_TABLES[-1:])
    if entry.label != "vllm.entrypoints.launchers.api_server.entry"
]
_EACH = COUNT // len(_ALL) + 1
_PYTHON = PYTHONS[-1]
pytestmark = pytest.mark.usefixtures("published")


@cache
def parser(entry: Program | Module, table: Table) -> Any:
    argparse = argparse_of(_PYTHON)
    whole = chosen = parser_class(table.version, _PYTHON)(prog="vllm")
    for index, word in enumerate(entry.words if isinstance(entry, Program) else ()):
        chosen = chosen.add_subparsers(dest=f"sub{index}").add_parser(word)
    if entry.takes_model:
        chosen.add_argument("model_tag", nargs="?")
    for option in table.options:
        if option.name != "-h":
            chosen.add_argument(*option.names, **settings_of(option, argparse))
    return whole


def theirs(entry: Program | Module, table: Table, words: list[str]) -> dict[str, Any] | None:
    quiet = io.StringIO()
    before = entry.words if isinstance(entry, Program) else ()
    try:
        with contextlib.redirect_stderr(quiet), contextlib.redirect_stdout(quiet):
            found = vars(parser(entry, table).parse_args([*before, *words]))
    except (SystemExit, Exception):  # noqa: BLE001 - whatever it ends with, it does not serve
        return None
    return {
        name: value
        for name, value in found.items()
        if value is not None and value is not False and name not in ("sub0", "sub1")
    }


def _read(token: Token) -> tuple[str, str]:
    return Path(token.text).read_text("utf-8"), ""


@pytest.mark.parametrize(
    ("entry", "table"), [pytest.param(e, t, id=f"{e.label} {t.version}") for e, t in _ALL]
)
def test_each_line_is_read_as_vllm_reads_it(
    entry: Program | Module, table: Table, tmp_path: Path
) -> None:
    assert isinstance(entry.dialect, Flexible)
    lines = Lines(SEED, table, OFTEN, dotted=True, positional=0.3)
    files, chance, accepted = Files(str(SEED), lines, OFTEN), random.Random(SEED), 0
    file = tmp_path / "config.yaml"
    for _ in range(_EACH):
        words = lines.line()
        if chance.random() < 0.3:
            file.write_text(files.text(), "utf-8")
            at = chance.randint(0, len(words))
            words[at:at] = ["--config", str(file)]
        expected = theirs(entry, table, words)
        parsed = ours.read(entry.dialect, table, words, read_file=_read)
        mine = ours.namespace(parsed, table) if parsed is not None else None
        assert ours.plain(mine) == ours.plain(expected), words
        accepted += expected is not None
    assert accepted > _EACH // 50
