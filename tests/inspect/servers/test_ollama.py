"""What Ollama loads and fetches."""

from typing import Any

import pytest

from pinfold.inspect.workload import Act, Origin
from tests.inspect.servers.reading import SECRET, codes, env, facts_of, rows


@pytest.mark.parametrize(
    ("command", "found"),
    [
        pytest.param(("pull", "llama3:8b"), ("model", "llama3:8b", None, "unpinnable"), id="pull"),
        pytest.param(("run", "llama3", "hello"), ("model", "llama3", None, "unpinnable"), id="run"),
        pytest.param(
            ("pull", "--insecure", "hf.co/org/r:Q4"),
            ("model", "org/r:Q4", None, "unpinnable"),
            id="hub",
        ),
    ],
)
def test_what_is_named(command: tuple[str, ...], found: Any) -> None:
    facts = facts_of({"command": ["ollama", *command]})
    assert (rows(facts), codes(facts)) == ([found], [])


def test_where_it_comes_from() -> None:
    (pull,) = facts_of({"command": ["ollama", "pull", "llama3"]}).artefacts
    (run,) = facts_of({"command": ["ollama", "run", "huggingface.co/o/r"]}).artefacts
    assert (pull.server, pull.act, pull.origin) == ("ollama-pull", Act.FETCH, Origin.OLLAMA)
    assert (run.server, run.act, run.origin) == ("ollama", Act.LOAD, Origin.HUB)


@pytest.mark.parametrize(
    "container",
    [
        pytest.param({"command": ["/bin/ollama", "serve"]}, id="a command"),
        pytest.param({"image": "ollama/ollama:0.12.0"}, id="its image"),
    ],
)
def test_clients_name_what_the_server_loads(container: dict[str, Any]) -> None:
    facts = facts_of(container)
    assert (rows(facts), codes(facts)) == ([], ["unknown-server"])


def test_a_name_that_is_not_known() -> None:
    facts = facts_of({"command": ["ollama", "pull", "m$(S)"], "env": env(S=SECRET)})
    assert (rows(facts), codes(facts)) == ([("model", None, None, "opaque")], ["secret"])
