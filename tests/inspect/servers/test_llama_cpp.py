"""What llama.cpp loads, from its command line and its variables."""

from typing import Any

import pytest

from pinfold.inspect.workload import ContainerFacts, Origin, Where
from tests.inspect.servers.reading import OTHER, S1, SECRET, codes, env, facts_of, rows

IMAGE = "ghcr.io/ggml-org/llama.cpp:server"
URL = f"https://huggingface.co/org/r/resolve/{S1}/m.gguf"
REPOSITORY = ("model", "org/r:Q4_K_M", None, "unpinnable")
LOCAL = ("model", "/m.gguf", None, "local")


def llama(*words: str, **container: Any) -> ContainerFacts:
    return facts_of({"image": IMAGE, "args": list(words), **container})


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param(("-hf", "org/r:Q4_K_M"), [REPOSITORY], id="a repository"),
        pytest.param(("-hfr", "org/r:Q4_K_M", "-hff", "x.gguf"), [REPOSITORY], id="a file of it"),
        pytest.param(("--hf_repo", "org/r:Q4_K_M"), [REPOSITORY], id="an underscore"),
        pytest.param(("-m", "/m.gguf"), [LOCAL], id="a path"),
        pytest.param(("-m", "/a", "-m", "/m.gguf", "--no-mmap"), [LOCAL], id="the last"),
        pytest.param(
            ("-mu", URL, "-m", "/cache/m.gguf"),
            [("model", "org/r/m.gguf", S1, "pinned")],
            id="an address with a commit",
        ),
        pytest.param(
            ("-mu", URL.replace(S1, "main")),
            [("model", "org/r/m.gguf", "main", "unpinned")],
            id="an address with a branch",
        ),
        pytest.param(
            ("--model-url", "https://x.example/m.gguf"),
            [("model", "https://x.example/m.gguf", None, "unpinnable")],
            id="another address",
        ),
        pytest.param(("-dr", "ai/m:1"), [("model", "ai/m:1", None, "unpinnable")], id="an image"),
        pytest.param(("-m", "/m.gguf", "--mmap"), [LOCAL], id="an option of some versions"),
        pytest.param(("--models-dir", "/m.gguf"), [LOCAL], id="a folder of models"),
        pytest.param(
            ("-m", "/m.gguf", "-mm", "/p"), [LOCAL, ("weights", "/p", None, "local")], id="mmproj"
        ),
        pytest.param(
            ("-m", "/m.gguf", "-mmu", URL),
            [LOCAL, ("weights", "org/r/m.gguf", S1, "pinned")],
            id="mmproj by its address",
        ),
        pytest.param(
            ("-m", "/m.gguf", "-md", "/d"), [LOCAL, ("draft", "/d", None, "local")], id="a draft"
        ),
        pytest.param(
            ("-m", "/m.gguf", "-hfd", "o/d", "--spec-draft-model", "/d"),
            [LOCAL, ("draft", "o/d", None, "unpinnable")],
            id="a draft of a hub",
        ),
        pytest.param(
            ("-m", "/m.gguf", "--lora", "/a,/b", "--lora", "/c", "--lora-scaled", "/d:0.5"),
            [LOCAL, *[("adapter", path, None, "local") for path in ("/a", "/b", "/c", "/d")]],
            id="adapters",
        ),
        pytest.param(
            ("-m", "/m.gguf", "--control-vector", "/v", "--control-vector-scaled", "/w:2",
             "--control-vector-layer-range", "1", "2"),
            [LOCAL, ("weights", "/v", None, "local"), ("weights", "/w", None, "local")],
            id="control vectors",
        ),
        pytest.param(("--server", "-m", "/m.gguf"), [LOCAL], id="the script of the full image"),
    ],
)  # fmt: skip
def test_what_llama_cpp_loads(words: tuple[str, ...], found: list[Any]) -> None:
    facts = llama(*words)
    assert (rows(facts), codes(facts)) == (found, [])


@pytest.mark.parametrize(
    ("variables", "words", "found"),
    [
        pytest.param(
            {"LLAMA_ARG_HF_REPO": "org/r", "LLAMA_ARG_SPEC_DRAFT_HF_REPO": "d/r"},
            (),
            [("model", "org/r", None, "unpinnable"), ("draft", "d/r", None, "unpinnable")],
            id="repositories",
        ),
        pytest.param(
            {"LLAMA_ARG_MODEL": "/a", "LLAMA_ARG_MMPROJ": "/p"},
            ("-m", "/m.gguf"),
            [LOCAL, ("weights", "/p", None, "local")],
            id="an option comes before its variable",
        ),
        pytest.param(
            {"LLAMA_ARG_MODEL_URL": URL, "LLAMA_ARG_MODEL": ""},
            (),
            [("model", "org/r/m.gguf", S1, "pinned")],
            id="an address",
        ),
        pytest.param(
            {"LLAMA_ARG_DOCKER_REPO": "ai/m"},
            (),
            [("model", "ai/m", None, "unpinnable")],
            id="image",
        ),
        pytest.param({"LLAMA_ARG_MODELS_DIR": "/m.gguf"}, (), [LOCAL], id="a folder"),
    ],
)
def test_the_variables(variables: dict[str, str], words: tuple[str, ...], found: list[Any]) -> None:
    facts = llama(*words, env=env(**variables))
    assert (rows(facts), codes(facts)) == (found, [])


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("--model=/m",), id="an equals sign"),
        pytest.param(("--mod", "/m"), id="an abbreviation"),
        pytest.param(("/m",), id="a positional"),
        pytest.param(("-m",), id="no value"),
        pytest.param(("--version",), id="a version"),
        pytest.param(("--Model", "/m"), id="capitals"),
    ],
)
def test_what_it_refuses(words: tuple[str, ...]) -> None:
    facts = facts_of({"image": OTHER, "command": ["/app/llama-server", *words]})
    assert not any(row.state == "pinned" for row in facts.artefacts)
    assert set(codes(facts)) <= {"server-refuses", "unknown-server"}
    assert codes(facts) != []


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param(
            ("--lora-scaled", "/a", "0.5"), ("adapter", "/a", None, "local"), id="a scale behind"
        ),
        pytest.param(
            ("--control-vector-scaled", "/c", "2"), ("weights", "/c", None, "local"), id="of both"
        ),
        pytest.param(("-mv", "/v"), ("weights", "/v", None, "local"), id="a vocoder"),
        pytest.param(("-hfv", "o/v"), ("weights", "o/v", None, "unpinnable"), id="of the hub"),
        pytest.param(
            ("-mv", "/v", "--hf_repo_v", "o/v"), ("weights", "o/v", None, "unpinnable"), id="two"
        ),
    ],
)
def test_what_an_older_version_loads(words: tuple[str, ...], found: Any) -> None:
    facts = llama("-m", "/m.gguf", *words)
    assert (rows(facts), codes(facts)) == ([LOCAL, found], [])


def test_the_draft_of_an_older_version() -> None:
    facts = llama("-m", "/m.gguf", env=env(LLAMA_ARG_HFD_REPO="o/d"))
    assert [(*row, a.reading) for row, a in zip(rows(facts), facts.artefacts, strict=True)] == [
        (*LOCAL, None),
        ("draft", "o/d", None, "unpinnable", "0.3.16"),
    ]


def test_a_switch_of_an_older_version() -> None:
    assert rows(llama("-fa", "-m", "/m.gguf")) == [LOCAL]
    assert rows(llama("-fa", "on", "-m", "/m.gguf")) == [LOCAL]


def test_the_script_of_the_full_image() -> None:
    tools = ["/app/tools.sh"]
    loud = {"image": IMAGE.replace("server", "full")}
    assert rows(facts_of({**loud, "command": [*tools, "-s", "-m", "/m.gguf"]})) == [LOCAL]
    assert codes(facts_of({**loud, "command": [*tools, "--convert", "-m", "x"]})) == [
        "server-refuses"
    ]
    assert codes(facts_of({**loud, "command": tools})) == ["server-refuses"]
    unknown = facts_of({**loud, "command": [*tools, "$(S)"], "env": env(S=SECRET)})
    assert codes(unknown) == ["secret"]


@pytest.mark.parametrize(
    ("words", "found", "code"),
    [
        pytest.param(("-hf", "$(S)"), [("model", None, None, "opaque")], "secret", id="repository"),
        pytest.param(("$(S)",), [], "secret", id="a word"),
        pytest.param(("--x$(S)", "a"), [], "secret", id="an option"),
        pytest.param(("--models-preset", "/p.ini"), [], "configmap", id="a preset"),
        pytest.param((), [], "unknown-server", id="no model: a router"),
    ],
)
def test_what_is_not_known(words: tuple[str, ...], found: list[Any], code: str) -> None:
    facts = facts_of({"image": OTHER, "command": ["llama-server", *words], "env": env(S=SECRET)})
    assert (rows(facts), codes(facts)) == (found, [code])


@pytest.mark.parametrize("word", ["-m $S", "$S"])
def test_words_that_a_script_does_not_know(word: str) -> None:
    command = ["sh", "-c", f"llama-server {word}"]
    assert codes(facts_of({"command": command, "env": env(S=SECRET)})) == ["secret"]


def test_options_of_other_versions() -> None:
    facts = llama("-m", "/m.gguf", "--brand-new", "x")
    assert (rows(facts), codes(facts)) == ([LOCAL], ["unknown-server"])
    assert rows(llama("--brand-new", "-m", "/m.gguf")) == [LOCAL]


def test_settings_that_come_first() -> None:
    mounts = [{"name": "v", "mountPath": "/etc/llama.cpp"}, {"name": "w", "mountPath": "/home/x"}]
    variables = env(XDG_CONFIG_HOME="/home/x")
    facts = llama("-m", "/m.gguf", volumeMounts=mounts, env=variables)
    assert codes(facts) == ["configmap", "configmap"]
    assert codes(llama("-m", "/m.gguf", env=variables)) == []


def test_endpoints() -> None:
    variables = {"MODEL_ENDPOINT": "https://m.example/", "HF_ENDPOINT": "https://h.example"}
    (own,) = llama("-hf", "org/r", env=env(**variables)).artefacts
    (hub,) = llama("-hf", "org/r", env=env(HF_ENDPOINT="https://h.example")).artefacts
    assert (own.endpoint, hub.endpoint) == ("https://m.example", "https://h.example")
    assert (own.origin, own.where) == (Origin.HUB, Where.ARG)
