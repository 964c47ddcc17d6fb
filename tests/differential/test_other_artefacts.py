"""What the whole reader calls pinned on random command lines, beside what other servers pin."""

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from pinfold.inspect.dialects.tables import Table
from pinfold.inspect.workload import State
from tests.differential import clap_model, lmdeploy_parser, test_argparse, test_clap
from tests.differential.count import COUNT
from tests.differential.lines import SEED, Lines
from tests.differential.loaded import is_pinned
from tests.differential.pythons import PYTHONS
from tests.inspect.servers.reading import TGI, env, facts_of

Pinned = set[tuple[str, str]]  # kind and name
Variables = Mapping[str, str]
pytestmark = pytest.mark.usefixtures("published")


@dataclass(frozen=True)
class Compared:
    """A server: how it is started, and what it pins; None where it ends with an error."""

    table: str
    image: str
    command: tuple[str, ...]
    pinned: Callable[[list[str], Variables], Pinned | None]
    often: tuple[str, ...]
    begins: tuple[str, ...] = ()  # three of four lines
    has_variables: bool = False


def _pairs(revision: Any, **names: Any) -> Pinned:
    """Those artefacts of a revision which it pins."""
    return {(kind, name) for kind, name in names.items() if is_pinned(name, revision)}


def of_tgi(words: list[str], variables: Variables) -> Pinned | None:
    try:
        given = clap_model.parse(words, Table.load("tgi-3.3.6"), variables)
    except clap_model.ClapError:
        return None
    (model,) = given.get("--model-id", ["bigscience/bloom-560m"])  # type: ignore[misc]
    (revision,) = given.get("--revision", [None])  # type: ignore[misc]
    return _pairs(revision, model=model)


def of_sglang(words: list[str], _variables: Variables) -> Pinned | None:
    given = test_argparse.theirs("sglang-0.5.23", PYTHONS[-1], words, known_only=False)
    if given is None or "model_path" not in given:
        return None
    if any(
        word.startswith("{") and "lora_path" not in word for word in given.get("lora_paths", ())
    ):
        return None
    found = _pairs(
        given.get("revision"), model=given["model_path"], tokenizer=given.get("tokenizer_path")
    )
    draft, its_own = "speculative_draft_model_path", "speculative_draft_model_revision"
    return found | _pairs(given.get(its_own), draft=given.get(draft))


def of_lmdeploy(words: list[str], _variables: Variables) -> Pinned | None:
    given = lmdeploy_parser.parse(words, PYTHONS[-1])
    if given is None or not _is_json(given.get("hf_overrides", "{}")):
        return None
    adapters = given.get("adapters", ())
    if len(adapters) > 1 and not all("=" in word for word in adapters):
        return None
    return _pairs(given.get("revision"), model=given["model_tag"])


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


_SERVERS = (
    Compared(
        "tgi-3.3.6",
        TGI,
        ("text-generation-launcher",),
        of_tgi,
        ("--model-id", "--revision", "--revision", "--trust-remote-code", "--port", "--dtype"),
        has_variables=True,
    ),
    Compared(
        "sglang-0.5.23",
        "lmsysorg/sglang:v0.5.23",
        ("python3", "-m", "sglang.launch_server"),
        of_sglang,
        (
            "--model-path", "--model-path", "--model", "--revision", "--revision",
            "--tokenizer-path", "--speculative-draft-model-path", "--lora-paths",
            "--speculative-draft-model-revision", "--load-format",
        ),
        begins=("--model-path", "org/m"),
    ),
    Compared(
        lmdeploy_parser.NAME,
        "openmmlab/lmdeploy:v0.18.0",
        ("lmdeploy", "serve", "api_server"),
        of_lmdeploy,
        ("--revision", "--revision", "--adapters", "--hf-overrides", "--model-name", "--tp"),
        begins=("org/m",),
    ),
)  # fmt: skip


@pytest.mark.parametrize("server", [pytest.param(one, id=one.table) for one in _SERVERS])
def test_what_is_pinned_is_what_the_server_pins(server: Compared) -> None:
    compare(server)


def compare(server: Compared) -> None:
    """Raises AssertionError where something is called pinned that is not, or the other way."""
    table, chance = Table.load(server.table), random.Random(SEED)
    lines = Lines(SEED + 2, table, server.often, dotted=True)
    served, unread = 0, []
    for _ in range(COUNT // len(_SERVERS)):
        words = [*(server.begins if chance.random() < 0.75 else ()), *lines.line()]
        variables = test_clap.variables_for(table, chance) if server.has_variables else {}
        facts = facts_of(
            {"image": server.image, "command": [*server.command, *words], "env": env(**variables)}
        )
        said = {(str(a.kind), str(a.id)) for a in facts.artefacts if a.state is State.PINNED}
        expected = server.pinned(words, variables)
        assert said <= (expected or set()), (words, variables)
        if expected is None:
            continue
        served += 1
        if facts.opaque:
            unread.append((words, variables, [row.detail for row in facts.opaque]))
        else:
            assert said == expected, (words, variables)
    assert len(unread) <= served / 100, unread
