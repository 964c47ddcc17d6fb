"""What `git clone` fetches of a hub."""

from typing import Any

import pytest

from pinfold.inspect.workload import Origin
from tests.inspect.servers.reading import S1, SECRET, codes, env, facts_of, rows

UNPINNED = ("model", "org/m", None, "unpinned")
HUB = "https://huggingface.co/org/m"


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param((HUB,), [UNPINNED], id="a repository"),
        pytest.param((f"{HUB}.git", "/models/m"), [UNPINNED], id="into a folder"),
        pytest.param(("https://hf.co/org/m/",), [UNPINNED], id="a short host"),
        pytest.param(("git@hf.co:org/m",), [UNPINNED], id="over ssh"),
        pytest.param(("https://user:token@huggingface.co/org/m",), [UNPINNED], id="a user"),
        pytest.param(("https://hf-mirror.com/org/m",), [UNPINNED], id="a mirror"),
        pytest.param(
            ("https://huggingface.co/gpt2",), [("model", "gpt2", None, "unpinned")], id="old"
        ),
        pytest.param(
            ("--depth", "1", "-b", "v1", HUB), [("model", "org/m", "v1", "unpinned")], id="tag"
        ),
        pytest.param(("--revision=" + S1, HUB), [("model", "org/m", S1, "pinned")], id="a commit"),
        pytest.param(("--rev", S1, HUB), [("model", "org/m", S1, "pinned")], id="cut short"),
        pytest.param(("--revision", S1, "--no-revision", HUB), [UNPINNED], id="taken back"),
        pytest.param(("-nqbv1", HUB), [("model", "org/m", "v1", "unpinned")], id="letters"),
        pytest.param(("--recurse-submodules", HUB), [UNPINNED], id="a value that may be missing"),
        pytest.param(("https://modelscope.cn/models/org/m.git",), [UNPINNED], id="ModelScope"),
        pytest.param(("https://huggingface.co/datasets/org/d",), [], id="a dataset"),
        pytest.param(("https://github.com/org/code",), [], id="source code"),
        pytest.param(("/a/folder",), [], id="a folder"),
        pytest.param((), [], id="nothing"),
    ],
)
@pytest.mark.parametrize("command", [("git", "clone"), ("git", "lfs", "clone")])
def test_what_is_cloned(command: tuple[str, ...], words: tuple[str, ...], found: list[Any]) -> None:
    facts = facts_of({"command": [*command, *words]})
    assert (rows(facts), codes(facts)) == (found, [])


@pytest.mark.parametrize(
    ("address", "found"),
    [
        pytest.param("https://huggingface.co/$(X)", [("model", None, None, "opaque")], id="a name"),
        pytest.param("$(X)", [("model", None, None, "opaque")], id="an address"),
        pytest.param("https://$(X)/org/m", [], id="a host"),
    ],
)
def test_what_is_not_known(address: str, found: list[Any]) -> None:
    clone = ["git", "clone", "--", address]
    facts = facts_of({"command": clone, "env": env(X=SECRET, A="huggingface")})
    assert (rows(facts), codes(facts)) == (found, ["secret"] if found else [])


def test_where_it_is_left() -> None:
    mounts = [{"name": "v", "mountPath": "/models"}]
    named = facts_of({"command": ["git", "clone", HUB, "/models/x"], "volumeMounts": mounts})
    bare = facts_of(
        {"command": ["git", "clone", HUB], "workingDir": "/models", "volumeMounts": mounts}
    )
    assert [w.inside for w in (*named.writes, *bare.writes)] == ["x", "m"]
    assert facts_of({"command": ["git", "clone"], "volumeMounts": mounts}).writes == ()


@pytest.mark.parametrize(
    ("args", "found", "code"),
    [
        pytest.param(["clone", HUB, "/models/m"], [UNPINNED], [], id="clone"),
        pytest.param(["lfs", "clone", HUB], [UNPINNED], [], id="lfs"),
        pytest.param(["clone", "https://github.com/org/code"], [], [], id="source code"),
        pytest.param(["fetch", HUB], [], ["unknown-server"], id="another verb"),
        pytest.param(["status"], [], [], id="nothing of a hub"),
        pytest.param([], [], [], id="nothing"),
    ],
)
def test_an_image_whose_command_is_git(args: list[str], found: list[Any], code: list[str]) -> None:
    facts = facts_of({"image": "alpine/git:2.49.1", "args": args})
    assert (rows(facts), codes(facts), facts.suspect) == (found, code, False)


def test_a_mirror_is_the_endpoint() -> None:
    (row,) = facts_of({"command": ["git", "clone", "https://hf-mirror.com/org/m"]}).artefacts
    assert (row.origin, row.endpoint) == (Origin.HUB, "https://hf-mirror.com")
