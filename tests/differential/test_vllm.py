"""Random command lines, read as vLLM's own parser reads them."""

import json
import os
from typing import Any

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
_PAIRS = [(v, e) for v in vllm_parser.VERSIONS for e in vllm_parser.ENTRIES]


@pytest.fixture(scope="module", autouse=True)
def _published() -> None:
    """Without a network there is nothing to compare with, which CI does not let pass."""
    try:
        for version in vllm_parser.VERSIONS:
            vllm_parser.parser_class(version)
    except OSError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"vLLM's published parser cannot be had: {error}")


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
        assert _plain(mine) == _plain(theirs), words
    assert missed <= COUNT // len(_PAIRS) // 100, "a line that vLLM takes is refused here"
    assert accepted > COUNT // len(_PAIRS) // 20, "most lines are refused: nothing is compared"


def _plain(found: dict[str, Any] | None) -> dict[str, Any] | None:
    """JSON compares by what it means."""
    return found and {name: _meaning(value) for name, value in found.items()}


def _meaning(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
