"""Random `--config` files, read as vLLM's own parser reads them."""

import random
from pathlib import Path

import pytest

from pinfold.inspect.commands.model import Token
from pinfold.inspect.dialects import flexible
from tests.differential import ours, vllm_parser
from tests.differential.count import COUNT
from tests.differential.files import Files
from tests.differential.lines import SEED, Lines, is_read_by

OFTEN = (
    "--model", "--revision", "--tokenizer", "--tokenizer-revision", "--served-model-name",
    "--speculative-config", "--lora-modules", "--trust-remote-code", "--port", "--hf-overrides",
)  # fmt: skip
_DIALECTS = {"serve": flexible.HOISTED, "module": flexible.PLAIN}
_EACH = COUNT // len(vllm_parser.ALL) + 1
pytestmark = pytest.mark.usefixtures("published")


def _read(token: Token) -> tuple[str, str]:
    return Path(token.text).read_text("utf-8"), ""


@pytest.mark.parametrize(("version", "entry", "python"), vllm_parser.ALL)
def test_each_file_is_read_as_vllm_reads_it(
    version: str, entry: str, python: str, tmp_path: Path
) -> None:
    table, file = vllm_parser.table(version), tmp_path / "config.yaml"
    seed = f"{SEED}{python}"
    lines = Lines(seed, table, OFTEN, dotted=True, positional=0.6)
    files, chance, served = Files(seed, lines, OFTEN), random.Random(SEED), 0
    for _ in range(_EACH):
        file.write_text(files.text(), "utf-8")
        words = lines.line()
        if not is_read_by(python, words):
            continue
        at = chance.randint(0, len(words))
        words[at:at] = ["--config", str(file)]
        theirs = vllm_parser.parse(version, entry, python, words)
        parsed = ours.read(_DIALECTS[entry], table, words, read_file=_read)
        mine = ours.namespace(parsed, table) if parsed is not None else None
        assert ours.plain(mine) == ours.plain(theirs), (words, file.read_text("utf-8"))
        served += theirs is not None
    assert served > _EACH // 50
