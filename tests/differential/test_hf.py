"""Random command lines, read as huggingface-cli's parser (argparse, before 1.0) reads them."""

import contextlib
import io
from functools import cache
from typing import Any

import pytest

from pinfold.inspect.dialects.argparse_plain import Plain
from pinfold.inspect.dialects.tables import Table
from tests.differential import ours
from tests.differential.count import COUNT
from tests.differential.lines import SEED, Lines, is_read_by
from tests.differential.pythons import PYTHONS, argparse_of
from tests.differential.vllm_parser import settings_of

OFTEN = (
    "--revision", "--include", "--exclude", "--local-dir", "--cache-dir", "--repo-type", "--token",
    "--quiet", "--force-download", "--local-dir-use-symlinks", "--max-workers",
)  # fmt: skip
_NAME = "hf-0.34.4"
_EACH = COUNT // len(PYTHONS)
pytestmark = pytest.mark.usefixtures("published")


@cache
def parser(python: str) -> Any:
    argparse = argparse_of(python)
    found = argparse.ArgumentParser(prog="huggingface-cli", add_help=False)
    found.add_argument("repo_id")
    found.add_argument("filenames", nargs="*")
    for option in Table.load(_NAME).options:
        found.add_argument(*option.names, **settings_of(option, argparse))
    return found


def theirs(python: str, words: list[str]) -> dict[str, Any] | None:
    quiet = io.StringIO()
    try:
        with contextlib.redirect_stderr(quiet), contextlib.redirect_stdout(quiet):
            found = vars(parser(python).parse_args(words))
    except SystemExit:
        return None
    values = {n: v for n, v in found.items() if v is not None and v is not False}
    return None if values.get("help") else values


@pytest.mark.parametrize("python", PYTHONS)
def test_each_line_is_read_as_it_reads_it(python: str) -> None:
    table = Table.load(_NAME)
    lines, accepted = Lines(f"{SEED}{python}", table, OFTEN, positional=0.9), 0
    for _ in range(_EACH):
        words = lines.line()
        expected = theirs(python, words)
        if expected is None or not is_read_by(python, words):
            continue  # files in two places are refused there, and are only files here
        parsed = ours.read(Plain(most=50), table, words)
        assert parsed is not None, words
        found, *files = [word.text for word in parsed.positionals]
        mine = ours.namespace(parsed, table)
        mine.pop("model_tag")
        assert mine | {"repo_id": found, "filenames": files} == expected, words
        accepted += 1
    assert accepted > _EACH // 20
