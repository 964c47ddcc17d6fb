"""What `curl` and `wget` fetch of a model."""

from typing import Any

import pytest

from tests.inspect.servers.reading import S1, SECRET, codes, env, facts_of, rows

FILE = f"https://huggingface.co/org/m/resolve/{S1}/m.gguf"
MAIN = "https://huggingface.co/org/m/resolve/main/x/m.gguf"
PINNED = ("model", "org/m/m.gguf", S1, "pinned")
UNPINNED = ("model", "org/m/x/m.gguf", "main", "unpinned")


@pytest.mark.parametrize("program", ["curl", "wget", "aria2c", "axel"])
@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param((FILE,), [PINNED], id="a commit"),
        pytest.param((FILE + "?download=true",), [PINNED], id="a query"),
        pytest.param((MAIN, FILE), [UNPINNED, PINNED], id="two"),
        pytest.param(
            ("https://huggingface.co/org/m/resolve/refs%2Fpr%2F1/m.gguf",),
            [("model", "org/m/m.gguf", "refs/pr/1", "unpinned")],
            id="a pull request",
        ),
        pytest.param(
            ("https://huggingface.co/org/m/resolve/refs/pr/1/m.gguf",),
            [("model", "org/m/m.gguf", "refs/pr/1", "unpinned")],
            id="written out",
        ),
        pytest.param((FILE.upper().replace("ORG/M", "org/m"),), [], id="another page"),
        pytest.param(
            (f"https://huggingface.co/datasets/o/d/resolve/{S1}/x.json",), [], id="a dataset"
        ),
        pytest.param(
            ("https://x.example/m.gguf",),
            [("model", "https://x.example/m.gguf", None, "unpinnable")],
            id="weights elsewhere",
        ),
        pytest.param(
            ("https://x.example/m.joblib?x=1",),
            [("model", "https://x.example/m.joblib?x=1", None, "unpinnable")],
            id="a pickle",
        ),
        pytest.param(
            ("https://modelscope.cn/models/org/m/resolve/master/m.gguf",),
            [("model", "org/m/m.gguf", None, "unpinnable")],
            id="ModelScope",
        ),
        pytest.param(("http://vllm:8000/health",), [], id="a probe"),
        pytest.param(("-H", MAIN, FILE), [PINNED], id="a value of an option"),
        pytest.param(("--user", "x", "-q", "--", FILE), [PINNED], id="other options"),
        pytest.param((), [], id="nothing"),
    ],
)
def test_what_is_fetched(program: str, words: tuple[str, ...], found: list[Any]) -> None:
    words = tuple(word.replace("-H", "-U") for word in words)
    facts = facts_of({"command": [program, *words]})
    assert (rows(facts), codes(facts)) == (found, [])


def test_an_endpoint_and_a_pin() -> None:
    (mirror,) = facts_of(
        {"command": ["curl", MAIN.replace("huggingface.co", "hub.acme/hf")]}
    ).artefacts
    (short,) = facts_of({"command": ["curl", MAIN.replace("huggingface.co", "hf.co")]}).artefacts
    assert (mirror.endpoint, short.endpoint) == ("https://hub.acme/hf", "https://huggingface.co")
    assert short.pin is not None
    assert short.pin.to("x") == "https://hf.co/org/m/resolve/x"


@pytest.mark.parametrize(
    ("url", "found", "code"),
    [
        pytest.param(
            "https://huggingface.co/org/m/resolve/$(S)/m.gguf",
            [("model", None, None, "opaque")],
            ["secret"],
            id="a revision",
        ),
        pytest.param("https://huggingface.co/$(S)/m.gguf", [], ["secret"], id="a repository"),
        pytest.param("http://$(S)/health", [], [], id="a probe"),
        pytest.param("$(S)", [], [], id="an address"),
    ],
)
def test_what_is_not_known(url: str, found: list[Any], code: list[str]) -> None:
    facts = facts_of({"command": ["curl", url], "env": env(S=SECRET, A="huggingface")})
    assert (rows(facts), codes(facts)) == (found, code)


@pytest.mark.parametrize(
    ("words", "inside"),
    [
        pytest.param(("curl", "-o", "/models/a.gguf", FILE), ["a.gguf"], id="a file"),
        pytest.param(("curl", "-sLo/models/a.gguf", FILE), ["a.gguf"], id="written on"),
        pytest.param(("curl", "--output-dir", "/models", "-O", FILE), ["."], id="a folder"),
        pytest.param(("curl", "--output=/models/a", "--url", FILE), ["a"], id="long options"),
        pytest.param(("wget", "-O", "/models/a.gguf", FILE), ["a.gguf"], id="of wget"),
        pytest.param(("wget", "-P", "/models/x", FILE), ["x"], id="a folder of wget"),
        pytest.param(("wget", FILE), ["w"], id="the working directory"),
        pytest.param(("wget", FILE, "-O"), ["w"], id="an option without its value"),
        pytest.param(("curl", "-o", "/tmp/a", FILE), [], id="the image"),
        pytest.param(("curl", "-o", "/tmp/a", FILE, "-o", "/models/b", FILE), [None], id="two"),
        pytest.param(("wget", "-i", "files.gguf"), [None], id="a list"),
        pytest.param(("curl", FILE), [], id="to its output"),
        pytest.param(("curl", "-sLO", FILE), ["w"], id="by its own name"),
        pytest.param(("curl", "--remote-name-all", FILE), ["w"], id="the same in full"),
        pytest.param(("curl", "-c", "/models/c", FILE), ["c"], id="cookies"),
        pytest.param(("curl", "-so", "-", FILE), [], id="to its output by name"),
        pytest.param(("wget", "-qO-", FILE), [], id="to wget's output"),
        pytest.param(("wget", "--spider", FILE), [], id="only a look"),
        pytest.param(("axel", "-n", "4", "-o", "/models/m", FILE), ["m"], id="axel"),
        pytest.param(("aria2c", "-d", "/models", "-o", "m.gguf", FILE), ["m.gguf"], id="aria2c"),
    ],
)
def test_where_it_is_left(words: tuple[str, ...], inside: list[str]) -> None:
    mounts = [{"name": "v", "mountPath": "/models"}]
    facts = facts_of({"command": list(words), "workingDir": "/models/w", "volumeMounts": mounts})
    assert [write.inside for write in facts.writes] == inside


def test_nothing_is_fetched_where_nothing_is_named() -> None:
    mounts = [{"name": "v", "mountPath": "/models"}]
    variables = env(A="huggingface")
    assert facts_of({"command": ["curl"], "env": variables, "volumeMounts": mounts}).writes == ()


@pytest.mark.parametrize(
    ("words", "written"),
    [
        pytest.param(("wget", "http://localhost:8000/health"), 0, id="of the pod itself"),
        pytest.param(("wget", "-q", "127.0.0.1:80", "http://[::1]/x"), 0, id="in other words"),
        pytest.param(("wget", "-P", "/models", "http://localhost/x"), 1, id="to a folder"),
        pytest.param(("wget", FILE), 1, id="a model"),
    ],
)
def test_the_working_directory_of_an_image(words: tuple[str, ...], written: int) -> None:
    mounts = [{"name": "v", "mountPath": "/models"}]
    variables = env(A="huggingface")
    container = {"command": list(words), "volumeMounts": mounts, "env": variables}
    assert len(facts_of(container).writes) == written
    assert len(facts_of({**container, "workingDir": "/models"}).writes) == 1


LIST = f"# models\n{FILE}\n{MAIN}\n  out=x\n"
VOLUMES = [{"name": "s", "configMap": {"name": "s"}}]


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(["wget", "-i", "/s/list"], id="wget"),
        pytest.param(["aria2c", "--input-file=/s/list"], id="aria2c"),
        pytest.param(["curl", "-K", "/s/curl"], id="curl"),
        pytest.param(["sh", "-c", f"cat > /l <<E\n{LIST}\nE\nwget -i /l"], id="written"),
    ],
)
def test_addresses_in_a_file(command: list[str]) -> None:
    files = {"s": {"list": LIST, "curl": f'-L\nurl = "{FILE}"\n--url {MAIN}\n'}}
    mounts = [{"name": "s", "mountPath": "/s"}]
    facts = facts_of({"command": command, "volumeMounts": mounts}, volumes=VOLUMES, files=files)
    assert (rows(facts), codes(facts)) == ([PINNED, UNPINNED], [])


def test_a_file_that_is_written_with_what_is_not_known() -> None:
    script = f"echo {FILE} $(date) > /l; wget -i /l"
    mounts = [{"name": "v", "mountPath": "/models"}]
    facts = facts_of({"command": ["sh", "-c", script], "volumeMounts": mounts})
    assert (rows(facts), [write.inside for write in facts.writes]) == ([], [None])
