"""What the whole reader says of random command lines, beside what vLLM would load with them."""

import pytest

from pinfold.inspect.workload import ContainerFacts, State
from tests.differential import vllm_parser
from tests.differential.count import COUNT
from tests.differential.lines import SEED, Lines
from tests.differential.loaded import Loaded, NotServedError, loaded
from tests.differential.pythons import PYTHONS
from tests.inspect.servers.reading import facts_of

OFTEN = (
    "--model", "--revision", "--revision", "--tokenizer", "--tokenizer-revision",
    "--hf-config-path", "--speculative-config", "-sc", "--lora-modules", "--served-model-name",
    "--hf-token", "--port", "-tp", "--default-mm-loras",
)  # fmt: skip
_COMMANDS = {
    "serve": ["vllm", "serve"],
    "module": ["python3", "-m", "vllm.entrypoints.openai.api_server"],
}
pytestmark = pytest.mark.usefixtures("published")
_PAIRS = [(v, e) for v in vllm_parser.VERSIONS for e in vllm_parser.ENTRIES]
_COMPARED = frozenset({"model", "tokenizer", "config", "adapter", "draft"})


def theirs(version: str, entry: str, words: list[str]) -> set[Loaded] | None:
    """None where it ends with an error."""
    given = vllm_parser.parse(version, entry, PYTHONS[-1], words)
    try:
        return None if given is None else loaded(version, entry, given)
    except NotServedError:
        return None


def mine(facts: ContainerFacts) -> set[Loaded]:
    return {
        Loaded(str(row.kind), str(row.id), row.state is State.PINNED)
        for row in facts.artefacts
        if row.kind in _COMPARED
    }


@pytest.mark.parametrize(("version", "entry"), _PAIRS)
def test_what_is_pinned_is_what_vllm_pins(version: str, entry: str) -> None:
    table = vllm_parser.table(version)
    lines = Lines(SEED + 1, table, OFTEN, dotted=True, positional=0.6)
    served, unread = 0, []
    for _ in range(COUNT // len(_PAIRS) + 1):
        words = lines.line()
        image = f"vllm/vllm-openai:v{version}"
        facts = facts_of({"image": image, "command": _COMMANDS[entry], "args": words})
        expected, said = theirs(version, entry, words), mine(facts)
        if expected is None:
            assert not any(row.is_pinned for row in said), words
            continue
        served += 1
        if facts.opaque:
            assert {r for r in said if r.is_pinned} <= expected, words
            unread.append((words, [r.detail for r in facts.opaque]))
        else:
            assert said == expected, words
    assert len(unread) < served / 100, unread
