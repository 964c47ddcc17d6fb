"""What the command lines of ModelScope, NGC and Kaggle fetch."""

from typing import Any

import pytest

from tests.inspect.servers.reading import S1, SECRET, codes, env, facts_of, rows

MOUNTS = [{"name": "v", "mountPath": "/models"}]
MS = ("model", "org/m", None, "unpinned")
NGC = ("model", "nvidia/nemo/m:1.0", None, "unpinnable")
KAGGLE = ("model", "google/gemma/pyTorch/2b-it/1", None, "unpinnable")
GET_NGC = "ngc registry model download-version"
GET_KAGGLE = "kaggle models instances versions download"


@pytest.mark.parametrize(
    ("command", "found"),
    [
        ("modelscope download --model org/m", [MS]),
        ("modelscope download --model=org/m config.json --local_dir /models", [MS]),
        ("modelscope download org/m --include *.json *.txt", [MS]),
        ("modelscope download --model org/m --revision v1", [("model", "org/m", "v1", "unpinned")]),
        ("modelscope download --model org/m --rev " + S1, [("model", "org/m", S1, "unpinned")]),
        ("modelscope download --repo-type model org/m", [MS]),
        ("modelscope download --repo-type dataset org/m", []),
        ("modelscope download --dataset org/d", []),
        ("modelscope download --collection org/d", []),
        ("modelscope login --token x", []),
        (f"{GET_NGC} nvidia/nemo/m:1.0 --dest /models", [NGC]),
        (f"{GET_NGC} --org nvidia --debug nvidia/nemo/m:1.0", [NGC]),
        (f"{GET_NGC} --new nvidia/nemo/m:1.0", [NGC]),
        (f"{GET_NGC}", []),
        ("ngc registry resource download-version nvidia/x:1", []),
        (f"{GET_KAGGLE} google/gemma/pyTorch/2b-it/1 -p /models --untar", [KAGGLE]),
        ("kaggle datasets download o/d", []),
    ],
)
def test_what_is_fetched(command: str, found: list[Any]) -> None:
    facts = facts_of({"command": command.split()})
    assert (rows(facts), codes(facts)) == (found, [])


@pytest.mark.parametrize(
    ("command", "origin"),
    [
        ("modelscope download --model org/m", "modelscope"),
        (f"{GET_NGC} a/b:1", "ngc"),
        (f"{GET_KAGGLE} a/b/c/d/1", "kaggle"),
    ],
)
def test_which_hub_it_is(command: str, origin: str) -> None:
    (row,) = facts_of({"command": command.split()}).artefacts
    assert (str(row.origin), row.act, row.endpoint) == (origin, "fetch", None)


@pytest.mark.parametrize(
    ("command", "writes"),
    [
        ("modelscope download --model org/m --local_dir /models/m", [("m", "unpinned")]),
        ("modelscope download --model org/m --cache_dir /models", [(".", "unpinned")]),
        ("modelscope download --model org/m", []),
        ("modelscope download org/m --repo-type dataset --local_dir /models", [(".", "unknown")]),
        (f"{GET_NGC} a/b:1 --dest=/models/m", [("m", "unpinnable")]),
        (f"{GET_NGC} a/b:1 -d /models/m", [("m", "unpinnable")]),
        (f"{GET_NGC} a/b:1 --dest $(X)", [(None, "unpinnable")]),
        (f"{GET_NGC} a/b:1 --new /models/m", [(None, "unknown")]),
        (f"{GET_NGC} a/b:1 --dest", [(None, "unpinnable")]),
        (f"{GET_KAGGLE} a/b/c/d/1 --path /models", [(".", "unpinnable")]),
    ],
)
def test_where_it_is_left(command: str, writes: list[Any]) -> None:
    container = {"command": command.split(), "volumeMounts": MOUNTS, "env": env(X=SECRET)}
    assert [(w.inside, w.state) for w in facts_of(container).writes] == writes


def test_the_cache_can_be_elsewhere() -> None:
    command = ["modelscope", "download", "--model", "org/m"]
    container = {"command": command, "volumeMounts": MOUNTS, "env": env(MODELSCOPE_CACHE="/models")}
    assert [w.inside for w in facts_of(container).writes] == ["."]


@pytest.mark.parametrize(
    ("command", "found", "code"),
    [
        ("modelscope download --model $X", [], ["secret"]),
        ('modelscope download --model "$X"', [("model", None, None, "opaque")], ["secret"]),
        (f'{GET_NGC} "a/b:$X"', [("model", None, None, "opaque")], ["secret"]),
        (f"{GET_NGC} $X", [], ["secret"]),
        (f"{GET_NGC} --help", [], ["server-refuses"]),
        ("modelscope download --model org/m --new x", [MS], ["unknown-server"]),
    ],
)
def test_what_is_not_known(command: str, found: list[Any], code: list[str]) -> None:
    facts = facts_of({"command": ["sh", "-c", command], "env": env(X=SECRET)})
    assert (rows(facts), codes(facts)) == (found, code)
