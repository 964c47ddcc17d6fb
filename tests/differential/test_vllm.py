"""Random command lines, read as vLLM's own parser reads them."""

import pytest

from pinfold.inspect.dialects import flexible
from tests.differential import ours, vllm_parser
from tests.differential.count import COUNT
from tests.differential.lines import SEED, Lines, is_read_by

OFTEN = (
    "--model", "--revision", "--tokenizer", "--tokenizer-revision", "--code-revision",
    "--hf-config-path", "--speculative-config", "-sc", "--lora-modules", "--served-model-name",
    "--trust-remote-code", "--hf-overrides", "--spec-model", "--hf-token", "--port", "-tp", "-q",
    "-O", "--middleware", "--generation-config", "--default-mm-loras", "--api-key",
    "--no-trust-remote-code", "-cc", "--limit-mm-per-prompt", "-n", "-r", "--config-format",
    "--enable-prefix-caching",
)  # fmt: skip
_DIALECTS = {"serve": flexible.HOISTED, "module": flexible.PLAIN}
pytestmark = pytest.mark.usefixtures("published")
_EACH = COUNT // len(vllm_parser.ALL) + 1


@pytest.mark.parametrize(("version", "entry", "python"), vllm_parser.ALL)
def test_each_line_is_read_as_vllm_reads_it(version: str, entry: str, python: str) -> None:
    table = vllm_parser.table(version)
    lines = Lines(f"{SEED}{python}", table, OFTEN, dotted=True, positional=0.6)
    accepted = 0
    for _ in range(_EACH):
        words = lines.line()
        if not is_read_by(python, words):
            continue
        theirs = vllm_parser.parse(version, entry, python, words)
        parsed = ours.read(_DIALECTS[entry], table, words)
        mine = ours.namespace(parsed, table) if parsed is not None else None
        assert ours.plain(mine) == ours.plain(theirs), words
        accepted += theirs is not None
    assert accepted > _EACH // 20, "most lines are refused: nothing is compared"
