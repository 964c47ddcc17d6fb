"""A part of a pod's name is one word, or nothing: also as the machine's own tools cut it."""

import subprocess

import pytest

from pinfold.inspect.commands.model import HOLE, Unread, Value
from pinfold.inspect.commands.portions import portion
from pinfold.inspect.workload import Code
from tests.inspect.commands.running import shell

CLEAN = Unread(Code.UNSET_VARIABLE, "$NAME is known only when the pod runs", clean=True)
NAMES = ("vllm-0", "a", "a--b-0", "q-7d9f8b6c5-x2x4z", "m-0-1")

WORDS = [
    pytest.param("awk -F'-' '{print $NF}'", id="awk, last"),
    pytest.param("awk -F \"-\" '{ print $1 }'", id="awk, first"),
    pytest.param("awk '{print $1}'", id="awk, no mark"),
    pytest.param("cut -d- -f1", id="cut"),
    pytest.param("cut -d'-' -f 1", id="cut, apart"),
    pytest.param("cut -f1 -d-", id="cut, the other way"),
    pytest.param("rev", id="rev"),
    pytest.param("rev | cut -d- -f1 | rev", id="rev, cut, rev"),
    pytest.param("sed 's/.*-//'", id="sed"),
    pytest.param("sed -e 's|^.*-||'", id="sed, another mark"),
    pytest.param("sed -E 's/.*-([0-9]+)$/\\1/'", id="sed, a group"),
    pytest.param("sed 's/.*-\\([0-9]\\+\\)$/\\1/'", id="sed, a basic group"),
]
PARTS = [
    pytest.param("awk -F- '{print $2}'", id="awk, second"),
    pytest.param("awk -F- '{print $(NF-1)}'", id="awk, last but one"),
    pytest.param("cut -d- -f2", id="cut"),
    pytest.param("cut -c1-3", id="cut, characters"),
    pytest.param("grep -o '[0-9]*$'", id="grep"),
    pytest.param("grep -oE '[0-9]+$'", id="grep, extended"),
    pytest.param("sed 's/[^0-9]//g'", id="sed"),
    pytest.param("sed -r 's/([a-z]*)-.*/\\1/'", id="sed, a group"),
    pytest.param("tr -dc '0-9'", id="tr"),
    pytest.param("tail -c 2", id="tail"),
    pytest.param("head -c1", id="head"),
]
OTHERS = [
    pytest.param("tr '-' ' '", id="tr makes blanks"),
    pytest.param("sed 's/-/ /'", id="sed makes blanks"),
    pytest.param("sed 's/.*.//;s/^/a b/'", id="two edits"),
    pytest.param("sed -n 's/.*-//p'", id="sed, another option"),
    pytest.param("awk '{print $1 \" x\"}'", id="awk prints more"),
    pytest.param("awk -F- '{print $1,$2}'", id="awk prints two"),
    pytest.param("grep -o '[0-9]*'", id="grep prints each"),
    pytest.param("cut -d- -f1,2 --output-delimiter=' '", id="cut makes blanks"),
    pytest.param('cut -d- -f"$S"', id="a word not known"),
]


@pytest.mark.parametrize("tool", WORDS)
def test_one_word(tool: str) -> None:
    """One word of a command, also unquoted."""
    assert shell(f"x a $(echo $NAME | {tool}) b")[-1] == ["x", "a", "?", "b"]


@pytest.mark.parametrize("tool", WORDS)
def test_it_is_one_word(tool: str) -> None:
    """The tools of this machine agree."""
    for name in NAMES:
        assert len(_printed(name, tool).split()) == 1, name


@pytest.mark.parametrize("tool", PARTS)
def test_one_word_or_none(tool: str) -> None:
    """Unquoted it may be none; quoted it is one."""
    assert shell(f"x a $(echo $NAME | {tool}) b")[-1] == ["x", "a", "?*", "b"]
    assert shell(f'x a "$(echo $NAME | {tool})" b')[-1] == ["x", "a", "?", "b"]
    for name in NAMES:
        assert len(_printed(name, tool).split()) <= 1, name


@pytest.mark.parametrize("tool", OTHERS)
def test_any_words(tool: str) -> None:
    """What else they print is not known."""
    assert shell(f"x a $(echo $NAME | {tool}) b")[-1] == ["x", "a", "?*", "b"]
    assert portion(tool.replace("'", ""), Value(HOLE, "", unread=CLEAN)) is None


@pytest.mark.parametrize(
    "reads",
    [
        pytest.param(None, id="nothing"),
        pytest.param(Value("a-0\n", ""), id="a known text"),
        pytest.param(Value(f"{HOLE} {HOLE}", "", unread=CLEAN), id="two words"),
        pytest.param(Value(f"{HOLE}-\n", "", unread=CLEAN), id="a mark at the end"),
        pytest.param(Value(HOLE, "", unread=Unread(Code.SECRET, "a Secret")), id="a Secret"),
    ],
)
def test_not_of_one_word(reads: Value | None) -> None:
    """Only a part of one word is one."""
    assert portion("rev", reads) is None


def test_of_none() -> None:
    """Of what may be nothing, nothing may be left."""
    label = Unread(Code.UNSET_VARIABLE, "a label", empty=True)
    found = portion("rev", Value(f"{HOLE}\n", "", unread=label))
    assert found is not None
    assert (found.clean, found.empty) == (False, True)


def _printed(name: str, tool: str) -> str:
    done = subprocess.run(
        ["bash", "-c", f"echo {name} | {tool}"],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout
