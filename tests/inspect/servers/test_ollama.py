"""What Ollama loads and fetches."""

from typing import Any

import msgspec
import pytest

from pinfold.inspect.containers import PodContext, read_container
from pinfold.inspect.podspec import PodSpec
from pinfold.inspect.read import inspect_pods
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


MODELFILE = """
# how it speaks
FROM "llama3.2"
adapter ./lora.gguf
PARAMETER temperature 1
"""


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param(
            ("x", "-f", "/m/Modelfile"),
            [("model", "llama3.2", None, "unpinnable"), ("adapter", "/m/lora.gguf", None, "local")],
            id="a file",
        ),
        pytest.param(
            ("x",),
            [("model", "llama3.2", None, "unpinnable"), ("adapter", "./lora.gguf", None, "local")],
            id="in the working directory",
        ),
        pytest.param(
            ("--file=/m/weights", "x", "-q", "q4_0"),
            [("model", "/models/x.gguf", None, "local")],
            id="weights",
        ),
    ],
)
def test_what_a_modelfile_is_made_of(words: tuple[str, ...], found: list[Any]) -> None:
    facts = facts_of(
        {
            "command": ["ollama", "create", *words],
            "workingDir": "/m",
            "volumeMounts": [{"name": "m", "mountPath": "/m"}],
        },
        volumes=[{"name": "m", "configMap": {"name": "models"}}],
        files={"models": {"Modelfile": MODELFILE, "weights": "FROM /models/x.gguf"}},
    )
    assert (rows(facts), codes(facts)) == (found, [])


def test_a_modelfile_beside_the_root_where_its_image_starts() -> None:
    facts = facts_of(
        {
            "image": "ollama/ollama",
            "command": ["ollama", "create", "x", "-f", "./m/Modelfile"],
            "volumeMounts": [{"name": "m", "mountPath": "/m"}],
        },
        volumes=[{"name": "m", "configMap": {"name": "models"}}],
        files={"models": {"Modelfile": "FROM llama3.2"}},
    )
    assert rows(facts) == [("model", "llama3.2", None, "unpinnable")]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        pytest.param(("x", "-f", "/Modelfile"), "script-in-image", id="in the image"),
        pytest.param(("x", "-f", "/m$(S)"), "secret", id="a name that is not known"),
        pytest.param((), "script-in-image", id="nothing named"),
    ],
)
def test_a_modelfile_that_is_not_at_hand(words: tuple[str, ...], code: str) -> None:
    facts = facts_of({"command": ["ollama", "create", *words], "env": env(S=SECRET)})
    assert (rows(facts), codes(facts)) == ([], [code])


@pytest.mark.parametrize(
    ("restart", "opaque"),
    [
        pytest.param(None, [], id="it ends before the Pod starts"),
        pytest.param("Always", ["unknown-server"], id="it stays"),
    ],
)
def test_a_server_in_an_init_container(restart: str | None, opaque: list[str]) -> None:
    script = "ollama serve & sleep 5; ollama pull llama3"
    row = {"name": "i", "image": "ollama/ollama", "command": ["sh", "-c", script]}
    row |= {"restartPolicy": restart} if restart else {}
    spec = msgspec.convert({"initContainers": [row], "containers": []}, PodSpec)
    assert spec.init_containers is not None
    context = PodContext.of(spec, "spec", {})
    facts = read_container(spec.init_containers[0], context, "spec.initContainers[0]").facts
    assert (rows(facts), codes(facts)) == ([("model", "llama3", None, "unpinnable")], opaque)


PULLED = ("model", "llama3:8b", None, "unpinnable")
API = "http://ollama:11434/api/pull"


@pytest.mark.parametrize(
    ("command", "found"),
    [
        pytest.param(("curl", API, "-d", '{"name": "llama3:8b"}'), [PULLED], id="curl"),
        pytest.param(
            ("curl", "-X", "POST", f"{API}/?x", "--json", '{"model": "llama3:8b", "name": "x"}'),
            [PULLED],
            id="the model comes first",
        ),
        pytest.param(
            ("wget", "-qO-", '--post-data={"name": "llama3:8b"}', "https://llm.example/api/pull"),
            [PULLED],
            id="wget",
        ),
        pytest.param(
            ("curl", API, "--data-raw", '{"name": "hf.co/org/r:Q4"}'),
            [("model", "org/r:Q4", None, "unpinnable")],
            id="of a hub",
        ),
        pytest.param(("curl", API, "-d", "@/m/body"), [PULLED], id="a file"),
        pytest.param(("curl", API), [], id="no body"),
        pytest.param(("curl", API, "-d", "name=x"), [], id="no JSON"),
        pytest.param(("curl", API, "-d", "[]"), [], id="no object"),
        pytest.param(("curl", API, "-d", '{"name": 3}'), [], id="no text"),
        pytest.param(
            ("curl", "http://ollama/api/generate", "-d", '{"model": "x"}'), [], id="a question"
        ),
    ],
)
def test_what_a_request_pulls(command: tuple[str, ...], found: list[Any]) -> None:
    facts = facts_of(
        {"command": list(command), "volumeMounts": [{"name": "m", "mountPath": "/m"}]},
        volumes=[{"name": "m", "configMap": {"name": "bodies"}}],
        files={"bodies": {"body": '{"name": "llama3:8b"}'}},
    )
    assert (rows(facts), codes(facts)) == (found, [])


def test_a_request_writes_nothing_where_it_is_made() -> None:
    facts = facts_of(
        {
            "command": ["curl", API, "-d", '{"name": "llama3:8b"}'],
            "volumeMounts": [{"name": "m", "mountPath": "/m"}],
        }
    )
    assert facts.writes == ()


@pytest.mark.parametrize(
    ("body", "found", "code"),
    [
        pytest.param("@/tmp/body", [], "script-in-image", id="a file"),
        pytest.param("$(S)", [], "secret", id="all of it"),
        pytest.param(
            '{"name": "$(S)"}', [("model", None, None, "opaque")], "secret", id="the name"
        ),
    ],
)
def test_a_request_that_is_not_known(body: str, found: list[Any], code: str) -> None:
    facts = facts_of({"command": ["curl", API, "-d", body], "env": env(S=SECRET)})
    assert (rows(facts), codes(facts)) == (found, [code])


PULLS = {"name": "p", "image": "ollama/ollama", "command": ["ollama", "pull", "llama3"]}
ASKS = {"name": "p", "image": "curl", "command": ["curl", API, "-d", '{"name": "llama3"}']}
RUNS = {"name": "p", "image": "ollama/ollama", "command": ["ollama", "run", "llama3"]}
OTHER = {"name": "p", "image": "curl", "command": ["curl", "-O", "https://o.example/m.gguf"]}


@pytest.mark.parametrize(
    ("beside", "opaque"),
    [
        pytest.param({"initContainers": [PULLS]}, 0, id="an init container"),
        pytest.param({"containers": [ASKS]}, 0, id="a container beside it"),
        pytest.param({"containers": [RUNS]}, 0, id="a client that has it loaded"),
        pytest.param({"containers": [OTHER]}, 1, id="another download"),
        pytest.param({}, 1, id="nothing"),
    ],
)
def test_a_server_in_a_pod_that_pulls(beside: dict[str, Any], opaque: int) -> None:
    serves = {"name": "s", "image": "ollama/ollama"}
    containers = [serves, *beside.get("containers", [])]
    spec = msgspec.convert({**beside, "containers": containers}, PodSpec)
    workload = inspect_pods("Pod", "", "p", {"spec": spec})
    assert [row.detail for row in workload.opaque] == [
        "clients name what this server loads"
    ] * opaque
