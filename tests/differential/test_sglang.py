"""Random `--config` files of SGLang, merged as its own code merges them."""

import random
from pathlib import Path

import pytest

from pinfold.inspect.commands.model import Token
from pinfold.inspect.dialects.tables import Table
from pinfold.inspect.servers.sglang_words import Launch
from tests.differential import ours, sglang_parser
from tests.differential.count import COUNT
from tests.differential.files import Files
from tests.differential.lines import SEED, Lines, is_read_by
from tests.differential.pythons import PYTHONS

OFTEN = (
    "--model-path", "--revision", "--tokenizer-path", "--speculative-draft-model-path", "--model",
    "--lora-paths", "--trust-remote-code", "--port", "--served-model-name", "--tp-size",
    "--json-model-override-args", "--speculative-draft-model-revision", "--log-level",
)  # fmt: skip
_ALL = [(version, python) for version in sglang_parser.VERSIONS for python in PYTHONS]
_EACH = COUNT // len(_ALL)
pytestmark = pytest.mark.usefixtures("published")


def _read(token: Token) -> tuple[str, str]:
    return Path(token.text).read_text("utf-8"), ""


@pytest.mark.parametrize(("version", "python"), _ALL)
def test_each_file_is_read_as_sglang_reads_it(version: str, python: str, tmp_path: Path) -> None:
    table, file = Table.load(f"sglang-{version}"), tmp_path / "config.yaml"
    seed = f"{SEED}{python}"
    lines = Lines(seed, table, OFTEN)
    files, chance, served = Files(seed, lines, OFTEN), random.Random(SEED), 0
    for _ in range(_EACH):
        file.write_text(files.text(), "utf-8")
        words = lines.line()
        if not is_read_by(python, words):
            continue
        at = chance.randint(0, len(words))
        words[at:at] = ["--config", str(file)]
        theirs = sglang_parser.parse(version, python, words)
        parsed = ours.read(Launch(), table, words, read_file=_read)
        mine = ours.namespace(parsed, table) if parsed is not None else None
        assert ours.plain(mine) == ours.plain(theirs), (words, file.read_text("utf-8"))
        served += theirs is not None
    assert served > _EACH // 50
