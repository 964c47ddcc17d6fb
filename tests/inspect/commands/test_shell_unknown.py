"""What is not known of a script: each form that is left open stays open, and nothing more."""

import pytest

from pinfold.inspect.commands.words import split_text
from tests.inspect.commands.running import commands, problems, shell, shown


@pytest.mark.parametrize(
    ("script", "words"),
    [
        pytest.param("v ${-}", ["v", "?*"], id="the shell's options"),
        pytest.param("v ${@:2}", ["v", "?*"], id="some of the parameters"),
        pytest.param("v ${UNSET:?no}", ["v", "?*"], id="one that must be set"),
        pytest.param("v ${S:+a}", ["v", "?*"], id="an alternative of an unknown one"),
        pytest.param("v ${M^^[o]}", ["v", "?*"], id="letters of a pattern"),
        pytest.param("v ${M: -1}", ["v", "?*"], id="from the end"),
        pytest.param("v ${M:1:Y}", ["v", "?*"], id="a computed length"),
        pytest.param("v ${M#$S}", ["v", "?*"], id="an unknown pattern"),
        pytest.param("v ${M/m/$S}", ["v", "?*"], id="an unknown replacement"),
        pytest.param('v ${M/"[o]"/x}', ["v", "?*"], id="a quoted pattern with brackets"),
        pytest.param("v ${M//}", ["v", "?*"], id="no pattern"),
        pytest.param("v ${M/#o/x}", ["v", "?*"], id="a pattern at the start"),
        pytest.param("v ${M/o/&}", ["v", "?*"], id="a replacement with the match in it"),
        pytest.param("v ${M#*/*}", ["v", "?*"], id="a pattern of two stars"),
        pytest.param(f"X={'a' * 300}; v ${{X#a}}", ["v", "?*"], id="a long text"),
        pytest.param("A=(a b); v ${A[i]}", ["v", "?*"], id="a computed index"),
        pytest.param('A=(a b); v "${A[@]:1}"', ["v", "?"], id="some of an array"),
        pytest.param("A=($S b); v ${A[1]}", ["v", "?*"], id="an element behind an unknown one"),
        pytest.param('A=($S b); v "${A[*]}"', ["v", "?"], id="all behind an unknown one"),
        pytest.param("A=($S b); v ${#A[@]}", ["v", "?"], id="how many there are"),
        pytest.param("A=(a b); v ${#A[1]}", ["v", "?"], id="an element's length"),
        pytest.param("A=(a); A[$S]=x; v ${A[0]}", ["v", "?*"], id="a computed index is set"),
        pytest.param("A=(a); A[5]=x; v ${A[0]}", ["v", "?*"], id="an element far behind is set"),
        pytest.param("A=(a b); A+=c; v $A ${A[1]}", ["v", "ac", "?*"], id="a longer element"),
        pytest.param("A=([1]=a); v $A", ["v", "?*"], id="an array with indices"),
        pytest.param("A=(a b); A+=($S); v ${A[@]}", ["v", "a", "b", "?*"], id="unknown elements"),
        pytest.param("v ${#@}", ["v", "?"], id="how many parameters, by another name"),
        pytest.param("v ${!S}", ["v", "?*"], id="an unknown name"),
        pytest.param("v ${!A[@]}", ["v", "?*"], id="an array's indices"),
        pytest.param("v ${!A*}", ["v", "?*"], id="the names of variables"),
        pytest.param("set -- $S; v $1", ["v", "?*"], id="unknown parameters"),
        pytest.param('set -- $S; v "$@"', ["v", "?*"], id="all of them"),
        pytest.param("set -- $S; v ${1-x}", ["v", "?*"], id="a default of one of them"),
        pytest.param("shift $S; v $1", ["v", "?*"], id="an unknown shift"),
        pytest.param("v {01..3}", ["v", "?*"], id="a list of numbers with noughts"),
        pytest.param("v {a..c}", ["v", "?*"], id="a list of letters"),
        pytest.param("v {1,2}x*", ["v", "?*"], id="a list of patterns"),
        pytest.param("v {1..999}", ["v", "?*"], id="a long list"),
        pytest.param("v }{1,2}", ["v", "?*"], id="a brace before a list"),
        pytest.param("for x in *.x; do v $x; done", ["v", "?*"], id="a loop over files"),
        pytest.param("printf -v X '%d' a; v $X", ["v", "?*"], id="printf of a number"),
        pytest.param("printf -v A[1] a; v $A", ["v", "?*"], id="printf into an array"),
        pytest.param("read X <<< a; v $X", ["v", "?*"], id="read with backslashes"),
        pytest.param("read -r X <<< 'a b'; v $X", ["v", "?*"], id="read of two words"),
        pytest.param("read -r X Y <<< a; v $X", ["v", "?*"], id="read of two names"),
        pytest.param("IFS=a read -r X <<< ab; v $X", ["v", "?*"], id="read with separators"),
        pytest.param("IFS=a; read -r X <<< ab; v $X", ["v", "?*"], id="read with those of all"),
        pytest.param("echo a | { read -r A; read -r X; v $X; }", ["v", "?*"], id="a second read"),
        pytest.param("read -r X <<< $S; v $X", ["v", "?*"], id="read of a Secret"),
        pytest.param("read -r X; v $X", ["v", "?*"], id="read of nothing known"),
        pytest.param("declare -i X=1+1; v $X", ["v", "?*"], id="a number"),
        pytest.param("X=1; local 'X=2'; v $X", ["v", "?*"], id="the same in quotes"),
        pytest.param("f() { local 'M'; v $M; }; f", ["v", "?*"], id="a name in quotes"),
        pytest.param("X=1; local X=2; v $X", ["v", "?*"], id="local outside of a function"),
        pytest.param("f() { declare X; v $X; }; f", ["v", "?*"], id="a variable of a function"),
        pytest.param("X=1 eval 'v $X'", ["v", "?*"], id="a prefix of a special builtin"),
        pytest.param("readonly M; M=x; v $M", ["v", "?*"], id="a value that is refused"),
        pytest.param("RANDOM=5; v $RANDOM", ["v", "?"], id="a number of the shell's own"),
        pytest.param("f() { v $1; }", ["v", "?*"], id="a function that nothing calls"),
        pytest.param("X=$(hostname); v $X x", ["v", "?", "x"], id="an output of one word"),
        pytest.param("X=$(echo -e a); v $X", ["v", "?*"], id="what shells print differently"),
        pytest.param('X=$(echo "a\\b"); v $X', ["v", "?*"], id="a backslash"),
        pytest.param('X=$(printf "$S"); v $X', ["v", "?*"], id="an unknown format"),
        pytest.param("X=$(printf '%d' 3); v $X", ["v", "?*"], id="another format"),
        pytest.param("X=$(cat /none); v $X", ["v", "?*"], id="a file of the image"),
        pytest.param("X=$(basename a b); v $X", ["v", "?*"], id="a name without its end"),
        pytest.param("X=$(cat *); v $X", ["v", "?*"], id="any files"),
        pytest.param("X=$(< /x); v $X", ["v", "?*"], id="a file as output"),
        pytest.param("X=$(> /x); v $X", ["v", "?*"], id="no output"),
        pytest.param("X=$(while a; do echo b; done); v $X", ["v", "?*"], id="a loop's output"),
        pytest.param("echo \"'a'\" | xargs v", ["v", "?*"], id="quotes for xargs"),
        pytest.param("echo a | xargs -n 1 v b", ["v", "b", "?*"], id="several commands of xargs"),
        pytest.param("cat x | xargs -I % v -m % c", ["v", "-m", "?*", "c"], id="xargs, inside"),
        pytest.param("find x | xargs -i v {} b", ["v", "?*", "b"], id="xargs with its own mark"),
    ],
)
def test_a_hole_where_a_word_is_not_known(script: str, words: list[str]) -> None:
    found = commands("bash", "-c", script, "zero", "a")
    assert shown(found)[-1] == words
    assert problems(found) == []


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("read $S", id="a variable whose name is in a Secret is read"),
        pytest.param("declare -n A=M", id="another name for a variable"),
        pytest.param(
            "A=1; B=1; C=1; D=1; E=1; while a; do if [ $D = 2 ]; then E=2; fi; "
            "if [ $C = 2 ]; then D=2; fi; if [ $B = 2 ]; then C=2; fi; "
            "if [ $A = 2 ]; then B=2; fi; A=2; done",
            id="a loop whose rounds differ",
        ),
    ],
)
def test_no_variable_is_known_after(script: str) -> None:
    found = commands("bash", "-c", f"{script}; v $M")
    assert shown(found)[-1] == ["v", "?*"]
    assert problems(found) == []


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("set -k", id="arguments that are variables"),
        pytest.param("set -o keyword", id="by its long name"),
        pytest.param("shopt -s nullglob", id="patterns that vanish"),
        pytest.param("hash -p /x w", id="another program"),
        pytest.param('unset "$S"', id="an unknown variable unset"),
        pytest.param("builtin", id="builtin alone"),
        pytest.param("eval() { a; }", id="a function in a builtin's place"),
        pytest.param("f() { f; }; f", id="a function that calls itself"),
        pytest.param("f() { a; }; while b; do f() { c; }; done; f", id="one of two functions"),
        pytest.param("eval 'a \"b'", id="eval of half a text"),
        pytest.param("source $S", id="an unknown file"),
        pytest.param("f() { local M; eval $S; }; f", id="eval in a function"),
        pytest.param("while b; do eval $S; done", id="eval in a loop"),
        pytest.param("source", id="no file"),
        pytest.param("export $(cat /t)", id="variables of a file"),
        pytest.param('export "$S"', id="a variable of a Secret"),
        pytest.param("export $S=a", id="a variable whose name is in a Secret"),
        pytest.param("cat > /t/activate <<E\n$(a)\nE\n. /t/activate", id="an activate of its own"),
        pytest.param("echo a > r; . r; echo $S > r; . ./r", id="a file of a Secret"),
    ],
)
def test_what_may_change_everything_is_a_problem(script: str) -> None:
    found = commands("bash", "-c", f"{script}; v $M")
    assert [words for words in shown(found) if words[0] == "v"] == [["v", "?*"]]
    assert problems(found)


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("A+=1 v", id="a longer variable for a command"),
        pytest.param("A=(x) v", id="an array for a command"),
        pytest.param("v ${M:+<(a)}", id="a command as a file in an expansion"),
        pytest.param("v ${M:+a b `c`}", id="an output in an expansion"),
        pytest.param("v ${M :-x}", id="a blank in an expansion"),
        pytest.param('trap "$S" EXIT', id="an unknown trap"),
        pytest.param("trap *.x EXIT", id="a trap of any words"),
        pytest.param("echo 'v 1' > /t/a; echo b > $S; sh /t/a", id="any file is written"),
        pytest.param("echo 'v 1' > /t/a; sed -i s/1/2/ /t/a; sh /t/a", id="a file is changed"),
        pytest.param("echo 'v 1' > /t/a; cp -r /x /t; sh /t/a", id="its folder is"),
        pytest.param("cd $S; echo v > a; sh a; bash -c 'v 2' -s; bash", id="a shell without input"),
        pytest.param("(if a; then echo v > /t/a; fi); sh /t/a", id="a file that may be there"),
        pytest.param("BASH_ENV=/x bash -c v", id="what a shell runs first"),
        pytest.param("ENV=/x sh -c v", id="what sh runs first"),
        pytest.param("busybox", id="busybox alone"),
        pytest.param("zsh -c v", id="a program that runs a text"),
    ],
)
def test_other_forms_are_problems_by_themselves(script: str) -> None:
    assert problems(commands("bash", "-c", script)) != []


@pytest.mark.parametrize(
    ("script", "found"),
    [
        pytest.param(
            "echo 'v 1' > /t/a; make -C /u; sh /t/a",
            [["echo", "v 1"], ["make", "-C", "/u"], ["v", "1"]],
            id="what changes no file of the script",
        ),
        pytest.param(
            "cd $S; echo v > a; . ./b/activate", [["echo", "v"]], id="a file in an unknown folder"
        ),
        pytest.param(
            "echo 'v $1' > r; . ./r x; v $1",
            [["echo", "v $1"], ["v", "?*"], ["v", "a"]],
            id="a file with parameters",
        ),
        pytest.param("if a; then b & fi", [["a"], ["b"]], id="the background in a branch"),
        pytest.param(
            "f() { local X=$M; while a; do Y=2; done; v $X; }; f",
            [["a"], ["v", "org/m"]],
            id="a local variable that a loop leaves alone",
        ),
        pytest.param(
            "X=1; f() { while a; do local X=5; done; v $X; }; f; v $X",
            [["a"], ["v", "?"], ["v", "?*"]],
            id="what may be local",
        ),
        pytest.param(
            "f() { while a; do local M=5; done; }; f; v $M",
            [["a"], ["a"], ["v", "?*"]],
            id="what may be local and is exported",
        ),
        pytest.param("f() { return; }; a", [["a"], ["return"]], id="nobody calls"),
        pytest.param(
            'case $M in "$S") X=1;; *) X=2;; esac; v $X', [["v", "1"], ["v", "2"]], id="any case"
        ),
        pytest.param(
            "case $M in org/[m]) X=1;; esac; v ${X-n}", [["v", "1"], ["v", "n"]], id="brackets"
        ),
        pytest.param(
            "case $M in a) v 1;& b) v 2;; esac", [["v", "1"], ["v", "2"]], id="cases that fall"
        ),
        pytest.param(
            f"case {'a' * 300} in a*) X=1;; esac; v ${{X-n}}",
            [["v", "1"], ["v", "n"]],
            id="a long text",
        ),
        pytest.param(
            "python3 - <<'E'\nx\nE\npython3 x.py <<'E'\nE",
            [["python3", "-c", "x\n"], ["python3", "x.py"]],
            id="python's input",
        ),
        pytest.param(
            "cat > /t/p <<'E'\n#!/usr/bin/python3\nE\n/t/p", [["cat"], ["/t/p"]], id="not a shell"
        ),
        pytest.param(
            "cat > /t/p <<'E'\n#!/bin/bash\nv {a,b}\nE\n/t/p", [["cat"], ["v", "a", "b"]], id="bash"
        ),
        pytest.param("cat <<E\na `b\nE", [["cat"]], id="an open quote in a text"),
    ],
)
def test_all_that_a_script_runs(script: str, found: list[list[str]]) -> None:
    assert shell(script, "zero", "a") == found


def test_a_file_at_hand_that_says_nothing_of_a_shell() -> None:
    found = commands(
        "/m/a", files={"c": {"a": "v 1"}}, volumeMounts=[{"name": "c", "mountPath": "/m"}]
    )
    assert shown(found) == [["/m/a"]]


def test_a_text_that_is_split() -> None:
    assert [word.text for word in split_text(" a  b ")] == ["a", "b"]


def test_in_sh_a_list_in_braces_is_one_word() -> None:
    assert shown(commands("sh", "-c", "v {a,b}")) == [["v", "?*"]]


@pytest.mark.parametrize("script", ['eval "$X"', 'trap "$X" EXIT'])
def test_a_text_that_no_shell_is_given(script: str) -> None:
    env = [{"name": "X", "value": "a\x01"}]
    assert problems(commands("sh", "-c", script, env=env)) == ["shell-syntax"]


def test_a_file_at_hand_that_a_shell_reads() -> None:
    found = commands(
        "sh",
        "-c",
        "cat /m/a | sh",
        files={"c": {"a": "v 1"}},
        volumeMounts=[{"name": "c", "mountPath": "/m"}],
    )
    assert shown(found) == [["cat", "/m/a"], ["v", "1"]]


def test_many_ways_to_a_point_are_one_that_knows_less() -> None:
    script = "; ".join(f"if {name}; then {name.upper()}=1; fi" for name in "abcd")
    found = shell(f"X=1; if e; then set -- a; fi; {script}; v $X ${{A-n}} ${{D-n}} $1")
    assert found[-2:] == [["v", "1", "?*", "1", "?*"], ["v", "1", "?*", "n", "?*"]]
