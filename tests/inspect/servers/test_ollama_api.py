"""What a client tells an Ollama server to pull over its API."""

from typing import Any

import pytest

from tests.inspect.servers.reading import SECRET, codes, env, facts_of, rows

PULL = "http://ollama:11434/api/pull"
PULLED = ("model", "llama3:8b", None, "unpinnable")
BODY = '{"name": "llama3:8b"}'


@pytest.mark.parametrize(
    ("command", "found"),
    [
        pytest.param(("curl", "-X", "POST", PULL, "-d", BODY), [PULLED], id="curl"),
        pytest.param(("curl", PULL, f"-d{BODY}"), [PULLED], id="written on"),
        pytest.param(
            ("curl", "-fsSL", f"--data={BODY}", f"{PULL}?x=1"), [PULLED], id="with a query"
        ),
        pytest.param(
            ("curl", PULL, "--json", '{"model": "llama3:8b", "name": "x"}'),
            [PULLED],
            id="the key of today comes first",
        ),
        pytest.param(
            ("curl", PULL, "--data-raw", '{"Model": "llama3:8b", "stream": false}'),
            [PULLED],
            id="keys in any case",
        ),
        pytest.param(("wget", "-qO-", f"--post-data={BODY}", PULL + "/"), [PULLED], id="wget"),
        pytest.param(
            ("curl", PULL, "-d", '{"model": "hf.co/o/m-GGUF:Q4_K_M"}'),
            [("model", "o/m-GGUF:Q4_K_M", None, "unpinnable")],
            id="of a hub",
        ),
        pytest.param(
            ("sh", "-c", r'for m in a b; do curl "$HOST/api/pull" -d "{\"name\": \"$m\"}"; done'),
            [("model", "a", None, "unpinnable"), ("model", "b", None, "unpinnable")],
            id="in a loop, at a host that is not known",
        ),
        pytest.param(
            ("curl", "http://ollama:11434/api/generate", "-d", '{"model": "llama3"}'),
            [],
            id="another request",
        ),
        pytest.param(("curl", PULL), [], id="without a body"),
        pytest.param(("curl", PULL, "-d", '{"name": ""}'), [], id="without a name"),
        pytest.param(("curl", PULL, "-d", '["x"]'), [], id="no object"),
        pytest.param(("curl", PULL, "-d", "{"), [], id="no JSON"),
        pytest.param(("curl", "http://ollama:11434/api/tags"), [], id="a probe"),
    ],
)
def test_what_is_pulled(command: tuple[str, ...], found: list[Any]) -> None:
    facts = facts_of({"command": list(command)})
    assert (rows(facts), codes(facts)) == (found, [])


@pytest.mark.parametrize(
    ("body", "code"),
    [
        pytest.param('{"name": "$(MODEL)"}', "secret", id="a name that is not known"),
        pytest.param("$(MODEL)", "secret", id="a body that is not known"),
        pytest.param("@body.json", "script-in-image", id="a body in a file"),
    ],
)
def test_what_is_not_known(body: str, code: str) -> None:
    facts = facts_of({"command": ["curl", PULL, "-d", body], "env": env(MODEL=SECRET)})
    assert codes(facts) == [code]


def test_the_file_lies_with_the_server() -> None:
    facts = facts_of({"command": ["curl", PULL, "-d", BODY]})
    assert facts.writes == ()


@pytest.mark.parametrize("word", ["list", "show", "stop", "rm"])
def test_its_command_line_asks_and_loads_nothing(word: str) -> None:
    facts = facts_of({"image": "ollama/ollama:0.12.6", "command": ["ollama", word, "llama3"]})
    assert (rows(facts), codes(facts)) == ([], [])
