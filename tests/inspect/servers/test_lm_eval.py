"""What the evaluation harness loads: the model that its arguments name, or only a tokenizer."""

from typing import Any

import pytest

from tests.inspect.servers.reading import S1, S2, SECRET, codes, env, facts_of, hazards, rows

PINNED = ("model", "org/m", S1, "pinned")
UNPINNED = ("model", "org/m", None, "unpinned")


def run(*words: str) -> Any:
    return facts_of({"command": ["lm_eval", *words], "env": env(S=SECRET)})


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param(("--model_args", f"pretrained=org/m,revision={S1}"), [PINNED], id="the rule"),
        pytest.param(("run", "-M", "hf", "-a", "pretrained=org/m"), [UNPINNED], id="short names"),
        pytest.param(
            ("--model", "vllm", "--model_args", f"pretrained=org/m,revision={S1},tokenizer=o/t"),
            [PINNED, ("tokenizer", "o/t", None, "unpinned")],
            id="vLLM's tokenizer has a revision of its own",
        ),
        pytest.param(
            ("--model=vllm", "--model_args", "pretrained=org/m", "tokenizer=o/t",
             f"tokenizer_revision={S2}"),
            [UNPINNED, ("tokenizer", "o/t", S2, "pinned")],
            id="in several words",
        ),
        pytest.param(
            ("--model_args", f"pretrained=org/m,revision={S1},peft=o/l,tokenizer=o/t"),
            [PINNED, ("adapter", "o/l", S1, "pinned"), ("tokenizer", "o/t", S1, "pinned")],
            id="one revision for all",
        ),
        pytest.param(
            ("--model_args", f'{{"pretrained": "org/m", "revision": "{S1}", "peft": null}}'),
            [PINNED],
            id="JSON",
        ),
        pytest.param(
            ("--model", "sglang", "--model_args", f"pretrained=org/m,revision={S1}"),
            [("model", "org/m", None, "unpinnable")],
            id="one that passes no revision on",
        ),
        pytest.param(("-a", "pretrained=/m"), [("model", "/m", None, "local")], id="a path"),
        pytest.param(
            ("-a", "pretrained=org/m", "-a", f"revision={S1}"), [PINNED], id="given twice"
        ),
        pytest.param(
            ("-a", "pretrained=org/m,revision=" + "01" * 20),
            [("model", "org/m", "1" + "01" * 19, "unpinned")],
            id="digits alone are a number",
        ),
        pytest.param(
            ("--model", "local-completions", "--model_args", "model=org/m,base_url=http://vllm"),
            [],
            id="a client",
        ),
        pytest.param(
            ("--model", "local-completions", "-a", f"model=x,tokenizer=o/t,revision={S1}"),
            [("tokenizer", "o/t", S1, "pinned")],
            id="a client's tokenizer",
        ),
        pytest.param(("ls", "tasks"), [], id="a list"),
    ],
)  # fmt: skip
def test_what_it_loads(words: tuple[str, ...], found: list[Any]) -> None:
    facts = run(*words)
    assert (rows(facts), codes(facts)) == (found, [])


@pytest.mark.parametrize(
    ("words", "code"),
    [
        pytest.param((), "server-refuses", id="no model"),
        pytest.param(("--model_args", "{"), "server-refuses", id="no JSON"),
        pytest.param(("--model", "mine", "--model_args", "a=b"), "unknown-server", id="a kind"),
        pytest.param(("--config", "/c.yaml"), "configmap", id="a file"),
        pytest.param(("--model_args", "$(S)"), "secret", id="unknown arguments"),
        pytest.param(("--model_args", "a$(S)=b"), "secret", id="an unknown name"),
        pytest.param(("--model_args", '{"pretrained": "$(S)"}'), "secret", id="an unknown JSON"),
        pytest.param(("--model_args", "pretrained=org/m,revision=$(S)"), "secret", id="revision"),
    ],
)
def test_what_is_not_known(words: tuple[str, ...], code: str) -> None:
    facts = run(*words)
    assert (rows(facts), codes(facts)) == ([], [code])


def test_how_it_is_pinned() -> None:
    (row,) = run("--model_args", "pretrained=org/m").artefacts
    assert row.pin is not None
    assert row.pin.to("x") == ",revision=x"


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param(("--trust_remote_code",), ["trust-remote-code"], id="an option"),
        pytest.param((), [], id="none"),
    ],
)
def test_hazards(words: tuple[str, ...], found: list[str]) -> None:
    assert hazards(run("--model_args", "pretrained=org/m", *words)) == found
    trusted = run("--model_args", "pretrained=org/m,trust_remote_code=True")
    assert hazards(trusted) == ["trust-remote-code"]
