"""Random command lines, read as LMDeploy's own parser reads them."""

import pytest

from pinfold.inspect.dialects.tables import Table
from pinfold.inspect.servers.lmdeploy import Folding
from tests.differential import lmdeploy_parser, ours
from tests.differential.count import COUNT
from tests.differential.lines import SEED, Lines, is_read_by
from tests.differential.pythons import PYTHONS

OFTEN = (
    "--revision", "--adapters", "--speculative-draft-model", "--speculative-algorithm", "--backend",
    "--hf-overrides", "--model-name", "--tp", "--trust-remote-code", "--server-port", "--api-keys",
    "--chat-template", "--model-format", "--download-dir",
)  # fmt: skip
pytestmark = pytest.mark.usefixtures("published")


@pytest.mark.parametrize("python", PYTHONS)
def test_each_line_is_read_as_lmdeploy_reads_it(python: str) -> None:
    table = Table.load(lmdeploy_parser.NAME)
    lines, served = Lines(f"{SEED}{python}", table, OFTEN, dotted=True, positional=0.8), 0
    for _ in range(COUNT // len(PYTHONS)):
        words = lines.line()
        if not is_read_by(python, words):
            continue
        theirs = lmdeploy_parser.parse(words, python)
        parsed = ours.read(Folding(), table, words)
        if parsed is not None and not parsed.positionals:
            parsed = None  # the server asks for a model; its reading says so later
        mine = ours.namespace(parsed, table) if parsed is not None else None
        assert ours.plain(mine) == ours.plain(theirs), words
        served += theirs is not None
    assert served > COUNT // 40
