"""What KServe's Hugging Face server loads."""

from typing import Any

import pytest

from tests.inspect.servers.reading import S1, S2, SECRET, codes, env, facts_of, hazards, rows

IMAGE = "kserve/huggingfaceserver:v0.17.0-gpu"
PINNED = ("model", "org/m", S1, "pinned")
UNPINNED = ("model", "org/m", None, "unpinned")
FOLDER = ("model", "/mnt/models", None, "local")
MODEL = ("--model_id=org/m", "--model_revision=" + S1)


def kserve(*words: str, **container: Any) -> Any:
    return facts_of({"image": IMAGE, "args": list(words), **container})


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param(MODEL, [PINNED], id="a model"),
        pytest.param(("--model_id", "org/m", "--model_rev", S1), [PINNED], id="an abbreviation"),
        pytest.param((*MODEL, "--model_id=e/e"), [("model", "e/e", S1, "pinned")], id="the last"),
        pytest.param(
            ("--model_id=org/m", "--revision=" + S1), [UNPINNED], id="--revision is overwritten"
        ),
        pytest.param(("--model-id=org/m",), [FOLDER], id="a dash is not known, and left aside"),
        pytest.param((), [FOLDER], id="nothing"),
        pytest.param(("--model_dir=/m", "x"), [("model", "/m", None, "local")], id="a folder"),
        pytest.param(
            (f"--model_dir=hf://org/m:{S1}",), [PINNED], id="an address in place of a folder"
        ),
        pytest.param((*MODEL, "--anything", "--model_name=x"), [PINNED], id="other options"),
        pytest.param(
            (*MODEL, "--tokenizer=org/t"),
            [PINNED, ("tokenizer", "org/t", S1, "pinned")],
            id="a tokenizer",
        ),
        pytest.param(
            (*MODEL, "--tokenizer_revision=" + S2),
            [PINNED, ("tokenizer", "org/m", S2, "pinned")],
            id="a revision of the tokenizer",
        ),
        pytest.param(
            (*MODEL, "--lora-modules", "a=org/l"),
            [PINNED, ("adapter", "org/l", None, "unpinnable")],
            id="an adapter",
        ),
        pytest.param(
            (*MODEL, "--speculative-config", f'{{"model": "d/d", "revision": "{S2}"}}'),
            [PINNED, ("draft", "d/d", S2, "pinned")],
            id="a draft",
        ),
        pytest.param(
            (*MODEL, "--trust_remote_code"),
            [PINNED, ("code", "org/m", None, "unpinned")],
            id="code follows main",
        ),
        pytest.param(
            ("--model_id=/m", "--trust_remote_code"),
            [("model", "/m", None, "local")],
            id="its code",
        ),
        pytest.param(("--trust-remote-code",), [FOLDER], id="the code of a folder"),
    ],
)
def test_what_kserve_loads(words: tuple[str, ...], found: list[Any]) -> None:
    facts = kserve(*words)
    assert (rows(facts), codes(facts)) == (found, [])


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("--model", "org/m"), id="an ambiguous abbreviation"),
        pytest.param((*MODEL, "--help"), id="help"),
        pytest.param(("--model_id",), id="no value"),
    ],
)
def test_what_kserve_refuses_is_never_pinned(words: tuple[str, ...]) -> None:
    facts = kserve(*words)
    assert (rows(facts), codes(facts)) == ([], ["server-refuses"])


def test_the_module_in_any_image() -> None:
    command = ["python3", "-m", "huggingfaceserver", *MODEL]
    assert rows(facts_of({"command": command})) == [PINNED]


def test_code_that_a_volume_may_hide() -> None:
    facts = kserve(
        "--model_id=org/m",
        "--trust_remote_code",
        workingDir="/data",
        volumeMounts=[{"name": "v", "mountPath": "/data"}],
    )
    assert [row[3] for row in rows(facts)] == ["unpinned", "unpinned"]
    assert codes(facts) == ["volume"]


def test_what_is_not_known() -> None:
    facts = kserve("--model_id=$(S)", env=env(S=SECRET))
    assert (rows(facts), codes(facts)) == ([("model", None, None, "opaque")], ["secret"])


@pytest.mark.parametrize("word", ["--trust_remote_code", "--trust-remote-code"])
def test_hazards(word: str) -> None:
    assert hazards(kserve(*MODEL, word)) == ["trust-remote-code"]
