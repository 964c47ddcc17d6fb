"""What makes a variable another one than it seems: a shell of the machine runs each."""

from pathlib import Path

import pytest

from pinfold.inspect.commands.model import HOLE
from tests.inspect.commands.running import commands, problems, shown
from tests.inspect.commands.test_shell_as_bash import folder as folder  # noqa: PLC0414 - a fixture
from tests.inspect.commands.test_shell_as_bash import run

_SCRIPTS = [
    pytest.param("R=S; trap 'R=main' DEBUG; rec $R", id="a trap before each command"),
    pytest.param("trap 'R=main' ERR\nR=S\nfalse\nrec $R", id="a trap behind a failure"),
    pytest.param("trap 'cd /; set -- b' DEBUG; rec $1", id="a trap with parameters"),
    pytest.param('IFS=4; R=S4S; rec $R "$R"', id="another separator"),
    pytest.param("IFS=$'\\n\\t'; R='a b'; rec $R", id="no blank"),
    pytest.param("IFS=,; R='a, b,,c,'; rec $R x$R", id="commas"),
    pytest.param("IFS=', '; R=' ,a , b'; rec $R", id="commas and blanks"),
    pytest.param("IFS=', '; A='x '; R=',y'; rec $A$R", id="over two values"),
    pytest.param("IFS=; R='a b'; rec $R $*", id="none"),
    pytest.param('IFS=-; set -- a b; rec "$*" $*', id="between parameters"),
    pytest.param("IFS=4; unset IFS; R='S4 S'; rec $R", id="taken back"),
    pytest.param("f() { local IFS=4; rec $R; }; R=S4S; f; rec $R", id="in a function"),
    pytest.param("shopt -s lastpipe; R=S; echo main | read R; rec $R", id="the last of a pipe"),
    pytest.param("declare -i R; R=S; rec $R", id="a number"),
    pytest.param("declare -l R; R=S; rec $R", id="lower case"),
    pytest.param("f() { typeset -u R; R=s; rec $R; }; f", id="upper case in a function"),
    pytest.param("PWD=S; cd /; rec $PWD", id="the folder"),
    pytest.param("OPTIND=S; rec $OPTIND; _=S; rec $_; RANDOM=S; rec $#", id="others of bash"),
    pytest.param("R=S; sleep 0 & wait -n -p R; rec x", id="wait"),
    pytest.param("R=S; a[R=5]=1; rec $R", id="a subscript"),
    pytest.param("R=S; : ${a[R=5]}; rec $R", id="another"),
    pytest.param("R=S; [[ R=5 -eq 5 ]]; rec $R", id="a test"),
    pytest.param("R=S; [[ -n x && ( R=5 -lt 6 ) ]]; rec $R", id="a part of one"),
    pytest.param("R=S; [[ ${a[R=5]} == x ]]; rec $R", id="a subscript in one"),
    pytest.param("R=S; E='R=5'; : $((E)); rec $R", id="a value that is a sum"),
    pytest.param("R=S; E='R=5'; : ${M:E}; rec $R", id="where a text begins"),
    pytest.param("R=S; for ((R=1; R<2; R++)); do :; done; rec $R", id="the head of a loop"),
    pytest.param("R=S; for ((i=R=1; i<2; i++)); do :; done; rec $R", id="its first part"),
    pytest.param("R=S; N=$(nproc); : $((N*2)); rec $R", id="a count changes nothing"),
    pytest.param("R=5; : $(( $(echo 1) + R )); rec $R", id="nor does an output"),
    pytest.param("R=S; (( R == 5 )) || rec $R", id="nor does a comparison"),
    pytest.param("for i in 1; do for j in 1; do R=main; break 2; done; R=S; done; rec $R",
                 id="out of two loops"),
    pytest.param("R=main\nf() { : $((1/0)); R=S; }\nf\nrec $R", id="an error in a function"),
    pytest.param("R=main\n: ${!N}; R=S\nrec $R", id="an error in a line"),
    pytest.param("readonly B=1\nR=main\nf() { B=2; R=S; }\nf; R=S\nrec $R", id="a refusal"),
    pytest.param("R=main\n(: ${!N}; R=S; rec no)\nrec $R", id="an error in a subshell"),
    pytest.param("rec() { command rec evil; }; export -f rec; bash -c 'rec good'", id="export -f"),
    pytest.param("set -a; rec() { command rec evil; }; bash -c 'rec good'", id="set -a"),
    pytest.param("R=S; PS4='$((R=5))'; set -x; rec $R", id="what set -x prints"),
    pytest.param("R=S; PS4='+ $LINENO '; set -x; rec $R", id="and what it prints mostly"),
    pytest.param("R=S\r\nrec ${#R}", id="the end of a line of Windows"),
]  # fmt: skip


def _fits(read: list[str], ran: list[str]) -> bool:
    """Whether the words that were read can be those that ran; of `many` anything can come."""
    if any(word.endswith("*") for word in read):
        return True
    same = [HOLE in a or "?" in a or a == b for a, b in zip(read, ran, strict=False)]
    return len(read) == len(ran) and all(same)


@pytest.mark.parametrize("script", _SCRIPTS)
def test_no_other_word_is_read_than_bash_gives(script: str, folder: Path) -> None:
    recorded = run("/bin/bash", f"{script}\ntrue", folder)
    found = commands("/bin/bash", "-c", script, "zero", "one", "t w")
    read = [words[1:] for words in shown(found) if words[0] == "rec"]
    assert recorded
    for ran in recorded:
        assert any(_fits(words, ran) for words in read) or problems(found)


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("R=main; R+=S; rec $R", id="a longer value"),
        pytest.param("R=main; [[ -n x ]] && R=S; rec $R", id="a test of bash"),
        pytest.param("R=main; [ x == x ] && R=S; rec $R", id="two signs of equality"),
        pytest.param("R=main; O===; test x $O x && R=S; rec $R", id="the same in words"),
        pytest.param("R=main; declare R=S; rec $R", id="declare"),
        pytest.param("echo R=S > f; R=main; source ./f; rec $R", id="source"),
        pytest.param("echo a > f; rec x$(<f)", id="a file as output"),
        pytest.param("R=S; rec $R; RANDOM=S; rec $RANDOM", id="a name like any other"),
        pytest.param("export A='x y'; export R=$A; rec $R", id="a value that may be split"),
    ],
)
def test_sh_may_be_another_shell(script: str, folder: Path) -> None:
    recorded = run("/bin/dash", script, folder)
    found = commands("sh", "-c", script, "zero", "one", "t w")
    read = [words[1:] for words in shown(found) if words[0] == "rec"]
    assert recorded
    for ran in recorded:
        assert any(_fits(words, ran) for words in read)


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(["bash", "-k", "-c", "v a"], id="arguments that are variables"),
        pytest.param(["bash", "-ac", "v a"], id="all variables are handed on"),
        pytest.param(["bash", "-o", "posix", "-c", "v a"], id="another language"),
        pytest.param(["bash", "-O", "lastpipe", "-c", "v a"], id="pipes"),
        pytest.param(["bash", "--rcfile", "/x", "-ic", "v a"], id="a file before the script"),
    ],
)
def test_options_that_change_how_a_shell_reads_are_a_problem(command: list[str]) -> None:
    found = commands(*command)
    assert (shown(found), problems(found)) == ([], ["shell-syntax"])


def test_a_variable_that_sets_options_is_a_problem() -> None:
    found = commands("bash", "-c", "v a", env=[{"name": "SHELLOPTS", "value": "allexport"}])
    assert problems(found) == ["shell-syntax"]


@pytest.mark.parametrize(
    ("name", "word"),
    [
        pytest.param("PWD", "?", id="bash sets it"),
        pytest.param("RANDOM", "?", id="bash counts it"),
    ],
)
def test_env_does_not_tell_what_a_shell_sets(name: str, word: str) -> None:
    found = commands("bash", "-c", f'v "${name}"', env=[{"name": name, "value": "x"}])
    assert shown(found) == [["v", word]]


def test_separators_from_env_are_not_trusted() -> None:
    found = commands(
        "sh", "-c", "v $X", env=[{"name": "IFS", "value": "x"}, {"name": "X", "value": "axb"}]
    )
    assert shown(found) == [["v", "?*"]]


@pytest.mark.parametrize(
    "script",
    [
        pytest.param('trap "$S" DEBUG; R=S; v $R', id="an unknown trap"),
        pytest.param("if a; then shopt -s nullglob; fi; R=S; v $R", id="an option in a branch"),
        pytest.param("if a; then :; else shopt -s nullglob; fi; R=S; v $R", id="in the other"),
        pytest.param("while a; do shopt -s nullglob; done; R=S; v $R", id="in a loop"),
    ],
)
def test_what_is_set_later_is_not_known_either(script: str) -> None:
    found = commands("bash", "-c", script)
    assert ["v", "?*"] in shown(found)
    assert len(problems(found)) == 1


@pytest.mark.parametrize(
    ("script", "word"),
    [
        pytest.param("i=0; until a; do i=$((i+1)); done; v $i", "?", id="a count is a number"),
        pytest.param("i=0; until a; do i=$(b); done; v $i", "?*", id="an output is not"),
        pytest.param("i=0; until a; do i=$((i+1)); done; v $M", "org/m", id="it sets nothing else"),
        pytest.param("N=$(b); : $((N+1)); v $M", "org/m", id="nor does an output that is none"),
        pytest.param(f"N=$(b); R={'1' * 40}; : $((N+1)); v $R", "?*", id="but a commit may go"),
        pytest.param("N=$(b); A=(x); while a; do A=1; done; v $A", "?*", id="an array's first"),
    ],
)
def test_what_arithmetic_leaves_alone(script: str, word: str) -> None:
    found = commands("bash", "-c", script)
    assert (shown(found)[-1], problems(found)) == (["v", word], [])
