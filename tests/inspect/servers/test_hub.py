"""What an identifier refers to, and what a commit id is."""

import pytest

from pinfold.inspect.servers.hub import is_commit, refer
from pinfold.inspect.workload import Kind, Origin


@pytest.mark.parametrize(
    ("text", "pinned"),
    [
        pytest.param("9f3c" * 10, True, id="full commit id"),
        pytest.param(None, False, id="none"),
        pytest.param("main", False, id="branch"),
        pytest.param("9f3c9f3", False, id="short id: a prefix, not a name"),
        pytest.param("9f3c" * 10 + "\n", False, id="trailing newline"),
        pytest.param("9F3C" * 10, False, id="upper case"),
        pytest.param("９f3c" * 10, False, id="full-width digit"),
        pytest.param("9f3c" * 16, False, id="a sha256"),
    ],
)
def test_only_a_full_commit_id_is_immutable(text: str | None, pinned: bool) -> None:
    assert is_commit(text) is pinned


@pytest.mark.parametrize(
    ("text", "origin", "pinnable"),
    [
        pytest.param("org/m", Origin.HUB, True, id="a repository"),
        pytest.param("gpt2", Origin.HUB, True, id="an old name"),
        pytest.param("org/m.v1_x-2", Origin.HUB, True, id="all its characters"),
        pytest.param("org/m:Q4_K_M", Origin.HUB, True, id="a quantisation"),
        pytest.param("org/m--x", Origin.LOCAL, False, id="two dashes"),
        pytest.param("org/m..x", Origin.LOCAL, False, id="two dots"),
        pytest.param("org/m.git", Origin.LOCAL, False, id="an ending of git"),
        pytest.param("org/-m", Origin.LOCAL, False, id="a dash at the start"),
        pytest.param("org/m.", Origin.LOCAL, False, id="a dot at the end"),
        pytest.param("org/m ", Origin.LOCAL, False, id="a blank"),
        pytest.param("o/" + "m" * 95, Origin.LOCAL, False, id="97 characters"),
        pytest.param("", Origin.LOCAL, False, id="nothing"),
        pytest.param("m" * 300, Origin.LOCAL, False, id="a long text"),
        pytest.param("a/b/c", Origin.LOCAL, False, id="two slashes"),
        pytest.param(".", Origin.LOCAL, False, id="here"),
        pytest.param("az://c/m", Origin.AZURE, False, id="a container"),
        pytest.param("https://huggingface.co/o/m", Origin.HTTP, False, id="an address"),
        pytest.param("ftp://x/m", Origin.UNKNOWN, False, id="another scheme"),
    ],
)
def test_what_an_identifier_refers_to(text: str, origin: Origin, pinnable: bool) -> None:
    assert refer(text)[:2] == (origin, pinnable)


def test_a_file_of_a_repository_is_weights() -> None:
    assert refer("org/m/f.gguf") == (Origin.HUB, False, Kind.WEIGHTS)
