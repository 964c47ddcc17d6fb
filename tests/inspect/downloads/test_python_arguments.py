"""What argparse gives a code of Python: its words, or its defaults."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.inspect.servers.reading import S1, SECRET, codes, env, facts_of, rows

UNPINNED = ("model", "org/m", None, "unpinned")
PINNED = ("model", "org/m", S1, "pinned")
CODE = """
import argparse
p = argparse.ArgumentParser()
p.add_argument("--model", "-m", default="org/m", help="x")
p.add_argument("--revision", type=str)
p.add_argument("--out-dir", dest="out")
p.add_argument("--quick", action="store_true")
args = p.parse_args()
snapshot_download(args.model, revision=args.revision)
"""
NO_REVISION = CODE.replace(", revision=args.revision", "")


def said(code: str, *words: str) -> tuple[list[Any], list[str]]:
    facts = facts_of({"command": ["python", "-c", code, *words], "env": env(S=SECRET)})
    return rows(facts), codes(facts)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param(("--revision", S1), [PINNED], id="a default, and a word"),
        pytest.param((f"--revision={S1}", "--quick", "--out-dir", "/x"), [PINNED], id="others"),
        pytest.param(("-m", "a/a", "-m", "org/m", "--revision", S1), [PINNED], id="the last"),
    ],
)
def test_what_the_words_say(words: tuple[str, ...], found: list[Any]) -> None:
    assert said(CODE, *words) == (found, [])


def test_a_default() -> None:
    assert said(NO_REVISION) == ([UNPINNED], [])


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("--mod", "a/a"), id="an abbreviation"),
        pytest.param(("--odd", "x"), id="another option"),
        pytest.param(("a/a",), id="a word"),
        pytest.param(("--model",), id="no value"),
        pytest.param(("--model", "--quick"), id="an option for a value"),
        pytest.param(("--model", "$(S)"), id="a secret"),
        pytest.param(("--model=$(S)",), id="a secret, written on"),
    ],
)
def test_words_that_are_not_known(words: tuple[str, ...]) -> None:
    found, why = said(NO_REVISION, *words)
    assert {row[3] for row in found} <= {"opaque"}
    assert why == ["unknown-server"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param('default="org/m"', "default=x", id="a default that is not known"),
        pytest.param('default="org/m"', 'nargs="+", default="org/m"', id="several values"),
        pytest.param('"--model", "-m", ', '"model", ', id="a word"),
        pytest.param('"--model", "-m", ', 'x, "--model", ', id="a name that is not known"),
        pytest.param('default="org/m"', 'default="org/m", **x', id="what is not written"),
        pytest.param('default="org/m"', 'default="org/m", action=x', id="an action"),
        pytest.param('dest="out"', 'dest="model"', id="two of one name"),
        pytest.param('default="org/m"', 'default="org/m", type=f', id="a type of its own"),
        pytest.param('dest="out"', "dest=x", id="a name that is not written"),
        pytest.param("p.parse_args()", "p.parse_args(x)", id="other words"),
        pytest.param("p.parse_args()", "p.parse_known_args()[0]", id="more words"),
        pytest.param("p.parse_args()", "f()", id="another call"),
        pytest.param("args = ", "p.set_defaults(model=x)\nargs = ", id="other defaults"),
        pytest.param("args = ", "args = x\nargs = ", id="set twice"),
    ],
)
def test_options_that_are_not_known(old: str, new: str) -> None:
    found, why = said(NO_REVISION.replace(old, new))
    assert {row[3] for row in found} <= {"opaque"}
    assert why == ["unknown-server"]


def test_a_short_option_alone() -> None:
    code = NO_REVISION.replace('"--model", "-m", ', '"-m", ').replace("args.model", "args.m")
    assert said(code) == ([UNPINNED], [])


@given(
    st.lists(
        st.sampled_from(["--model", "--model=a/a", "-m", "x", "--quick", "--", "", "--revision"]),
        max_size=6,
    )
)
def test_any_words(words: list[str]) -> None:
    said(CODE, *words)
