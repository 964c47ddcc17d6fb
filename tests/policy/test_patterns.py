"""Patterns of policies: what each covers, and what is refused in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinfold.inspect.globs import Glob
from pinfold.policy.patterns import (
    InvalidPattern,
    RegistryPrefix,
    parse_namespaces,
    parse_registries,
    parse_repositories,
)


@pytest.mark.parametrize(
    ("entry", "repository", "covered"),
    [
        pytest.param("docker.io/vllm", "docker.io/vllm/vllm-openai", True, id="below the path"),
        pytest.param(
            "docker.io/vllm/", "docker.io/vllm/vllm-openai", True, id="a slash at the end"
        ),
        pytest.param("docker.io/vllm", "docker.io/vllm", True, id="the path itself"),
        pytest.param("docker.io", "docker.io/library/nginx", True, id="a whole registry"),
        pytest.param("index.docker.io/vllm", "docker.io/vllm/x", True, id="an alias of Docker Hub"),
        pytest.param("r.example.com:5000/a", "r.example.com:5000/a/b", True, id="with a port"),
        pytest.param("localhost/a", "localhost/a/b", True, id="localhost"),
        pytest.param("[fd00::1]:5000/a", "[fd00::1]:5000/a/b", True, id="an IPv6 address"),
        pytest.param(
            "r.example.com/team", "r.example.com/team-evil/x", False, id="a longer segment"
        ),
        pytest.param("r.example.com/team", "r.example.com/tea", False, id="a shorter segment"),
        pytest.param("r.example.com", "r.example.com.evil.io/team/x", False, id="a longer host"),
        pytest.param(
            "r.example.com/team", "evil.io/r.example.com/team/x", False, id="host in path"
        ),
        pytest.param("r.example.com", "r.example.com:5000/x", False, id="another port"),
        pytest.param("docker.io/vllm", "quay.io/vllm/vllm-openai", False, id="another registry"),
    ],
)
def test_a_registry_entry_covers_what_lies_below_it(
    entry: str, repository: str, covered: bool
) -> None:
    assert RegistryPrefix.parse(entry).covers(repository) is covered


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        pytest.param("vllm", "write docker.io/vllm for Docker Hub", id="no registry"),
        pytest.param("vllm/vllm-openai", "write docker.io/vllm/vllm-openai", id="only a path"),
        pytest.param("https://r.example.com", "without its scheme", id="a URL"),
        pytest.param("*.example.com", "already covers all that is below it", id="a wildcard"),
        pytest.param("r.example.com/a:1", "only a repository can be approved", id="a tag"),
        pytest.param("r.example.com/A", "no beginning of an image name", id="upper case in a path"),
        pytest.param("r.example.com/a//b", "no beginning of an image name", id="an empty segment"),
        pytest.param("", "does not begin with a registry", id="nothing"),
        pytest.param("r.example.com\n", "does not begin with a registry", id="a line end"),
    ],
)
def test_a_registry_entry_that_can_mean_nothing_is_refused(entry: str, why: str) -> None:
    with pytest.raises(InvalidPattern) as error:
        parse_registries((entry,))
    assert why in str(error.value)


@pytest.mark.parametrize(
    ("pattern", "name", "matches"),
    [
        ("ml", "ml", True),
        ("ml", "ml2", False),
        ("*", "", True),
        ("*", "anything", True),
        ("team-*", "team-a", True),
        ("team-*", "team-", True),
        ("team-*", "ateam-a", False),
        ("*-gpu", "ml-gpu", True),
        ("*-gpu", "ml-gpus", False),
        ("a*b*c", "a1b2c", True),
        ("a*b*c", "a1c2b", False),
        ("a*b*c", "abc", True),
        ("a*a", "a", False),
        ("a*bb*b", "abb", False),
    ],
)
def test_a_star_stands_for_any_run_of_characters(pattern: str, name: str, matches: bool) -> None:
    assert Glob.parse(pattern).matches(name) is matches


def test_the_empty_glob_is_refused() -> None:
    with pytest.raises(ValueError, match="write a name, or \\* for all"):
        Glob.parse("")


@given(st.lists(st.text("ab", max_size=3), min_size=1), st.lists(st.text("ab", max_size=3)))
def test_a_glob_matches_whatever_fills_its_stars(parts: list[str], fills: list[str]) -> None:
    pattern = "*".join(parts) or "*"
    fills = (fills + [""] * len(parts))[: len(parts) - 1]
    name = "".join(part + fill for part, fill in zip(parts, [*fills, ""], strict=True))
    assert Glob.parse(pattern).matches(name)


@pytest.mark.parametrize("text", ["", "Team", "team_a", "-team", "a b", "team\n", "tëam"])
def test_a_namespace_that_cannot_exist_is_refused(text: str) -> None:
    with pytest.raises(InvalidPattern, match="can match no namespace"):
        parse_namespaces((text,))


@pytest.mark.parametrize("text", ["", "org/ m", "/org", "org/m\n", "örg/m"])
def test_a_repository_that_cannot_exist_is_refused(text: str) -> None:
    with pytest.raises(InvalidPattern, match="can match no repository"):
        parse_repositories((text,))
