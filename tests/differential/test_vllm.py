"""Random command lines, read as vLLM's own parser reads them."""

import pytest

from pinfold.inspect.dialects import flexible
from tests.differential import ours, vllm_parser
from tests.differential.count import COUNT
from tests.differential.lines import SEED, Lines

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
_PAIRS = [(v, e) for v in vllm_parser.VERSIONS for e in vllm_parser.ENTRIES]


@pytest.mark.parametrize(("version", "entry"), _PAIRS)
def test_each_line_is_read_as_vllm_reads_it(version: str, entry: str) -> None:
    table = vllm_parser.table(version)
    lines = Lines(SEED, table, OFTEN, dotted=True, positional=0.6)
    accepted = missed = 0
    for _ in range(COUNT // len(_PAIRS) + 1):
        words = lines.line()
        theirs = vllm_parser.parse(version, entry, words)
        parsed = ours.read(_DIALECTS[entry], table, words)
        accepted += theirs is not None
        if parsed is None and theirs is not None:
            missed += 1  # such as --confi= in the module of 0.8.5, which alone has no --config
            continue
        mine = ours.namespace(parsed, table) if parsed is not None else None
        assert ours.plain(mine) == ours.plain(theirs), words
    assert missed <= COUNT // len(_PAIRS) // 100, "a line that vLLM takes is refused here"
    assert accepted > COUNT // len(_PAIRS) // 20, "most lines are refused: nothing is compared"
