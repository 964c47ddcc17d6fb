"""What `hf download` and `huggingface-cli download` fetch."""

from typing import Any

import pytest

from pinfold.inspect.workload import Act, ContainerFacts, Write
from tests.inspect.servers.reading import S1, SECRET, codes, env, facts_of, rows

PINNED = ("model", "org/m", S1, "pinned")
UNPINNED = ("model", "org/m", None, "unpinned")
MOUNTED = [{"name": "models", "mountPath": "/models", "subPath": "a"}]


def hf(*words: str, **container: Any) -> ContainerFacts:
    return facts_of({"command": ["hf", "download", *words], **container})


@pytest.mark.parametrize("program", ["hf", "huggingface-cli", "/usr/local/bin/hf"])
@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param(("org/m",), [UNPINNED], id="a repository"),
        pytest.param(("org/m", "--revision", S1), [PINNED], id="its revision"),
        pytest.param(("--revision=" + S1, "org/m"), [PINNED], id="in front"),
        pytest.param(
            ("org/m", "--revision", "main"), [("model", "org/m", "main", "unpinned")], id="a branch"
        ),
        pytest.param(("org/m", "a.gguf", "--local-dir", "/models"), [UNPINNED], id="a file of it"),
        pytest.param(("org/d", "--repo-type", "dataset"), [], id="a dataset"),
        pytest.param(("org/m", "--token", "$(S)"), [UNPINNED], id="a token"),
        pytest.param(("gpt2", "--quiet"), [("model", "gpt2", None, "unpinned")], id="an old name"),
        pytest.param(("/models/m",), None, id="a path is no repository"),
        pytest.param(("org/m/x",), None, id="three parts"),
        pytest.param((), None, id="nothing"),
    ],
)
def test_what_is_fetched(program: str, words: tuple[str, ...], found: Any) -> None:
    facts = facts_of({"command": [program, "download", *words], "env": env(S=SECRET)})
    wanted = ([], ["server-refuses"]) if found is None else (found, [])
    assert (rows(facts), codes(facts)) == wanted


@pytest.mark.parametrize(
    ("words", "found", "code"),
    [
        pytest.param(("hf://org/m@" + S1,), [PINNED], [], id="an address"),
        pytest.param(("hf://models/org/m/a.gguf",), [UNPINNED], [], id="a file of it"),
        pytest.param(("hf://datasets/org/d",), [], [], id="a dataset"),
        pytest.param(("hf://org",), [("model", "org", None, "unpinned")], [], id="one part"),
        pytest.param(("org/m", "--dry-run"), [], [], id="nothing is fetched"),
        pytest.param(("org/m", "--help"), [], ["server-refuses"], id="help"),
        pytest.param(("$(S)",), [("model", None, None, "opaque")], ["secret"], id="a secret name"),
    ],
)
def test_what_the_newer_versions_fetch(
    words: tuple[str, ...], found: list[Any], code: list[str]
) -> None:
    # A version that reads one of these otherwise would not start.
    name = {"fieldRef": {"fieldPath": "metadata.name"}}
    facts = hf(*words, env=env(S=name))
    assert rows(facts) == found
    assert codes(facts) == [c.replace("secret", "unset-variable") for c in code]


def test_abbreviations_are_of_old_versions_and_no_others() -> None:
    facts = hf("org/m", "--rev", S1)
    assert rows(facts) == [PINNED]


def test_it_is_a_download_and_says_how_it_is_pinned() -> None:
    (row,) = hf("org/m").artefacts
    assert (row.server, row.act, row.endpoint) == (
        "hf-download",
        Act.FETCH,
        "https://huggingface.co",
    )
    assert row.pin is not None
    assert row.pin.to("x") == "--revision=x"
    (uri,) = hf("hf://org/m").artefacts
    assert uri.pin is not None
    assert uri.pin.to("x") == "hf://org/m@x"


@pytest.mark.parametrize(
    ("words", "variables", "inside"),
    [
        pytest.param(("--local-dir", "/models/m"), {}, "a/m", id="a folder"),
        pytest.param(("--local-dir", "/tmp/m"), {}, None, id="a folder of the image"),
        pytest.param(("--cache-dir", "/models"), {}, "a", id="a cache"),
        pytest.param((), {"HF_HOME": "/models/hf"}, "a/hf", id="a cache by a variable"),
        pytest.param((), {}, None, id="the cache of the image"),
    ],
)
def test_where_it_is_left(words: tuple[str, ...], variables: Any, inside: str | None) -> None:
    facts = hf("org/m", *words, env=env(**variables), volumeMounts=MOUNTED)
    place = "spec.containers[0].command[2]"
    found = () if inside is None else (Write("models", inside, place, "unpinned"),)
    assert facts.writes == found


def test_a_folder_that_is_not_known_can_be_any() -> None:
    script = f'hf download org/m --revision {S1} --local-dir "$X/m"'
    facts = facts_of({"command": ["sh", "-c", script], "volumeMounts": MOUNTED})
    assert [(w.volume, w.inside, w.state) for w in facts.writes] == [("models", None, "pinned")]


def test_a_folder_below_one_that_is_not_known() -> None:
    script = "cd $X; hf download org/m --local-dir m"
    facts = facts_of({"command": ["sh", "-c", script], "volumeMounts": MOUNTED})
    assert [(w.volume, w.inside) for w in facts.writes] == [("models", None)]


def test_what_is_no_model_is_left_there_too() -> None:
    words = ("o/d", "--repo-type", "dataset", "--local-dir", "/models")
    facts = hf(*words, volumeMounts=MOUNTED)
    assert [(write.inside, write.state) for write in facts.writes] == [("a", "unknown")]


@pytest.mark.parametrize(
    ("script", "found", "code"),
    [
        pytest.param("hf download org/m --include *.json", [UNPINNED], [], id="a value"),
        pytest.param("hf download org/m *.json c.txt", [UNPINNED], [], id="files of it"),
        pytest.param(f"hf download org/m --revision {S1} *.json", [PINNED], [], id="with a pin"),
        pytest.param("hf download $M *.json", [], ["unset-variable"], id="no model is known"),
        pytest.param("hf download org/m $F*.json", [("model", "org/m", None, "opaque")],
                     ["unset-variable"], id="a part of it is not known"),
    ],
)  # fmt: skip
def test_names_of_files_in_a_shell(script: str, found: list[Any], code: list[str]) -> None:
    facts = facts_of({"command": ["sh", "-c", script]})
    assert (rows(facts), codes(facts)) == (found, code)
