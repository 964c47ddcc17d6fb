"""What the whole reader calls pinned, beside what other servers pin: click, clap, argparse."""

from typing import Any

import pytest

from pinfold.inspect.dialects.tables import Table
from tests.differential import clap_model, test_argparse, test_click
from tests.differential.loaded import is_pinned
from tests.differential.pythons import PYTHONS
from tests.differential.test_other_artefacts import Compared, Pinned, Variables, compare

_COMMANDS = ("serve", "grpc", "mm_embedding_serve")
pytestmark = pytest.mark.usefixtures("published")


def _pinned(kind: str, name: Any, revision: Any) -> Pinned:
    return {(kind, name)} if is_pinned(name, revision) else set()


def of_tei(words: list[str], variables: Variables) -> Pinned | None:
    try:
        given = clap_model.parse(words, Table.load("tei-1.9.3"), variables)
    except clap_model.ClapError:
        return None
    model, revision = given.get("--model-id"), given.get("--revision", [None])
    if not isinstance(model, list) or not isinstance(revision, list):
        return None
    return _pinned("model", model[0], revision[0])


def of_kserve(words: list[str], _variables: Variables) -> Pinned | None:
    given = test_argparse.theirs("kserve and vLLM 0", PYTHONS[-1], words, known_only=True)
    if given is None:
        return None
    name, revision = given.get("model_id"), given.get("model_revision")
    name, revision = (None if text in ("", "None") else text for text in (name, revision))
    if name is None:
        return _pinned("tokenizer", given.get("tokenizer"), given.get("tokenizer_revision"))
    of_tokenizer = given.get("tokenizer_revision")
    of_tokenizer = None if of_tokenizer in ("", "None") else of_tokenizer
    tokenizer = given.get("tokenizer")
    tokenizer = None if tokenizer in ("", "None") else tokenizer
    found = _pinned("model", name, revision)
    if tokenizer is not None or of_tokenizer is not None:
        found |= _pinned("tokenizer", tokenizer or name, of_tokenizer or revision)
    return found


def of_infinity(words: list[str], _variables: Variables) -> Pinned | None:
    given = test_click.theirs("infinity-0.0.78", 0, words)
    if given is None:
        return None
    models = given.get("--model-id") or ["michaelfeil/bge-small-en-v1.5"]
    revisions = given.get("--revision") or [None]
    if len(revisions) not in (1, len(models)):
        return None
    pairs = zip(models, revisions * (1 if len(revisions) > 1 else len(models)), strict=False)
    return {pair for name, revision in pairs for pair in _pinned("model", name, revision)}


def of_trtllm(words: list[str], _variables: Variables) -> Pinned | None:
    if not words or words[0].startswith(("-", "disaggregated")):
        return None
    given = test_click.theirs(
        "trtllm-1.2.0", 1, words[1:] if words[0] in _COMMANDS else words
    )  # fmt: skip
    if given is None or "model_tag" not in given or "--config" in given:
        return None
    return _pinned("model", given["model_tag"], given.get("--revision"))


_SERVERS = (
    Compared(
        "tei-1.9.3",
        "ghcr.io/huggingface/text-embeddings-inference:1.9.3",
        ("text-embeddings-router",),
        of_tei,
        ("--model-id", "--revision", "--revision", "--dense-path", "--port", "--auto-truncate"),
        begins=("--model-id", "org/m"),
        has_variables=True,
    ),
    Compared(
        "kserve-0.17.0",
        "kserve/huggingfaceserver:v0.17.0",
        ("python3", "-m", "huggingfaceserver"),
        of_kserve,
        ("--model_id", "--model_revision", "--tokenizer", "--tokenizer_revision"),
        begins=("--model_id", "org/m"),
    ),
    Compared(
        "infinity-0.0.78",
        "michaelf34/infinity:0.0.78",
        ("infinity_emb", "v2"),
        of_infinity,
        ("--model-id", "--model-id", "--revision", "--revision", "--port", "--engine"),
        begins=("--model-id", "org/m"),
    ),
    Compared(
        "trtllm-1.2.0",
        "registry.example.com/tensorrt-llm:1.2.0",
        ("trtllm-serve",),
        of_trtllm,
        ("--revision", "--revision", "--tokenizer", "--tp_size", "--port", "--trust_remote_code"),
        begins=("org/m",),
    ),
)  # fmt: skip


@pytest.mark.parametrize("server", [pytest.param(one, id=one.table) for one in _SERVERS])
def test_what_is_pinned_is_what_the_server_pins(server: Compared) -> None:
    compare(server)
