"""Random command lines, read as git's own parse-options reads them."""

import os
import shutil

import pytest

from pinfold.inspect.commands.model import Token
from pinfold.inspect.dialects import git_options
from pinfold.inspect.dialects.parsed import Parsed, Refuses
from pinfold.inspect.dialects.python_argparse import Unknown
from tests.differential import git_parser
from tests.differential.count import COUNT
from tests.differential.lines import SEED, Lines

OFTEN = (
    "--branch", "-b", "--revision", "--depth", "--no-checkout", "-n", "--single-branch", "-q",
    "--recurse-submodules", "--no-branch", "--no-revision", "-c", "--filter", "-o", "--shared",
)  # fmt: skip
_EACH = COUNT // 8  # git is started for each


def mine(parsed: Parsed) -> git_parser.Kept:
    kept: git_parser.Kept = {}
    for name, given in parsed.options.items():
        counts = given if git_parser.table().by_name[name].append else given[-1:]
        kept[name] = [
            "off" if one.off else (one.values[0].text if one.values else None) for one in counts
        ]
    return kept


def test_each_line_is_read_as_git_reads_it() -> None:
    if shutil.which("git") is None and os.environ.get("CI") != "true":
        pytest.skip("there is no git here")
    lines, accepted = Lines(SEED, git_parser.table(), OFTEN, positional=0.5), 0
    for _ in range(_EACH):
        words = lines.line()
        theirs = git_parser.parse(words)
        tokens = [Token(word, "") for word in words]
        try:
            parsed = git_options.read(tokens, git_parser.table(), Unknown.REFUSE, most=9)
        except Refuses:
            assert theirs is None, words
            continue
        assert (mine(parsed), [word.text for word in parsed.positionals]) == theirs, words
        accepted += 1
    assert accepted > _EACH // 20
