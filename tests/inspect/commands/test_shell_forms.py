"""Scripts as they stand in manifests, each run by the machine's bash with a recording program."""

from pathlib import Path

import pytest

from tests.inspect.commands.running import commands, problems, shell
from tests.inspect.commands.test_shell_as_bash import folder as folder  # noqa: PLC0414 - a fixture
from tests.inspect.commands.test_shell_as_bash import run

R = "1" * 40


@pytest.mark.parametrize(
    "script",
    [
        pytest.param('A=(rec serve "$M"); A+=(--x "$TWO"); exec "${A[@]}"', id="an array"),
        pytest.param('A=(a "b c"); rec ${A[@]} "${A[*]}" ${A[1]} ${#A[@]} $A', id="its readings"),
        pytest.param('declare -a A=(x y); rec "${A[@]}"', id="declared"),
        pytest.param('A=(); rec "${A[@]}" "x${A[@]}"', id="an empty array"),
        pytest.param('A=(a b); A[1]=c; rec "z" "${A[0]}"', id="an element set"),
        pytest.param('A=(a b); X="${A[*]}"; rec "$X" $X', id="an array as one text"),
        pytest.param('set -- a "b c"; rec "$@" $# "$*"', id="set"),
        pytest.param("set -- a b c; shift; rec $1 $#; shift 2; rec $#", id="shift"),
        pytest.param('exec "$@"', id="exec of the parameters"),
        pytest.param("export $(echo A=1 B=2 c-d=3) X; rec $A $B", id="export of words"),
        pytest.param('export "A=x $TWO" "M"; rec "$A" $M', id="export in quotes"),
        pytest.param('f() { local "X=1 2"; rec "$X"; }; X=0; f; rec $X', id="local in quotes"),
        pytest.param("read -r X <<< $M; rec $X", id="read of a word"),
        pytest.param("printf -v X '%s/%s' a 'b c'; rec $X \"$X\"", id="printf -v"),
        pytest.param('eval "rec serve $TWO --x"', id="eval"),
        pytest.param('X=\'rec a "b c"\'; eval $X; eval "$X"; $X', id="eval of a variable"),
        pytest.param("eval 'Y=1'; rec $Y", id="eval sets variables"),
        pytest.param("cat <<E | bash\nrec $M '$TWO'\nE", id="a here-document into bash"),
        pytest.param("bash <<'E'\nrec $M\nE", id="a quoted one"),
        pytest.param("cat <<-E | sh\n\trec a\n\t\trec $M\n\tE", id="with tabs"),
        pytest.param("bash -s -- a b <<'E'\nrec \"$@\"\nE", id="with arguments"),
        pytest.param("echo rec $TWO | sh", id="echo into sh"),
        pytest.param("printf 'rec %s\\n' a b | sh", id="printf into sh"),
        pytest.param("printf 'rec %s\\n' 'a b' | sh", id="printf of blanks"),
        pytest.param('bash <<< "rec $M"', id="a here-string"),
        pytest.param(
            "cat > r.sh <<E\nrec $M \\$1\nE\nbash r.sh x y", id="a script that is written"
        ),
        pytest.param("echo rec a > r2.sh; echo 'rec $1' >> r2.sh; . ./r2.sh", id="and sourced"),
        pytest.param("(echo 'rec sub' > r3.sh); sh r3.sh", id="written by a subshell"),
        pytest.param("f() { rec $1 \"$@\"; X=$1; }; f a 'b c'; rec $X", id="a function"),
        pytest.param("f() { local X=1; rec $X; }; X=0; f; rec $X", id="local"),
        pytest.param("f() { rec a; return; rec b; }; f; rec c", id="return"),
        pytest.param('f() { g "$@"; }; g() { rec "$2" "$1"; }; f x y', id="functions in turn"),
        pytest.param('if [ -n "$M" ]; then X=1; else X=2; fi; rec $X', id="a test that is known"),
        pytest.param("if [[ $M == org/* ]]; then X=1; fi; rec $X", id="a pattern"),
        pytest.param('if [ "$TWO" = "a b" ]; then X=1; fi; rec $X', id="an equality"),
        pytest.param('[ -z "$EMPTY" ] && X=5; rec $X', id="a test before &&"),
        pytest.param('X=0; [ -n "$EMPTY" ] && X=5; rec "$X"', id="a test that fails"),
        pytest.param('[ -n "$EMPTY" ] || X=5; rec "$X"', id="a test before ||"),
        pytest.param("case $M in org/*) X=1;; *) X=2;; esac; rec $X", id="case"),
        pytest.param('case "$TWO" in a) X=1;; "a b"|c) X=2;; esac; rec $X', id="case of two"),
        pytest.param("for x in a b $TWO; do rec $x; done; rec $x", id="a loop"),
        pytest.param('for x in "$@"; do rec "$x"; done', id="a loop over parameters"),
        pytest.param("for x; do rec $x; done", id="the same in short"),
        pytest.param("for x in 1 2; do A+=($x); done; rec ${A[@]}", id="a loop that collects"),
        pytest.param("for x in a b; do rec $x; break; done; rec $x", id="break"),
        pytest.param("X=/a/b.c; rec ${X##*/} ${X%.*} ${X#/} ${X%%/*}x", id="cut"),
        pytest.param("X=a-b-a; rec ${X/a/c} ${X//a/d} ${X//-} ${X^^} ${X:2} ${X:0:1}", id="edited"),
        pytest.param("X=AbC; rec ${X,,} ${X^} ${X,} ${#X}", id="case of letters"),
        pytest.param("Y=M; rec ${!Y}", id="indirection"),
        pytest.param('rec ${UNSET:+a} ${M:+--m "$M"} "${M+x}"', id="an alternative"),
        pytest.param(": ${Q:=w}; rec $Q ${Q:=v}", id="a default that is kept"),
        pytest.param('rec $(echo a b) "$(printf %s x)" $(basename /q/r)', id="known outputs"),
        pytest.param("X=$(cat <<E\na $M\nE\n); rec $X", id="a here-document in an output"),
        pytest.param("X=$(echo $TWO | cat); rec $X", id="a pipeline of known output"),
        pytest.param("echo a b | xargs rec x", id="xargs"),
        pytest.param("rec {a,b}c x{1..3}", id="lists in braces"),
        pytest.param("rec $'a\\tb'", id="C's quotes"),
        pytest.param("env X=1 rec a; nohup rec b; command rec c; \\rec d; 'r'ec e", id="wrappers"),
        pytest.param("time rec a", id="time"),
        pytest.param('X=0; rec a & wait; X=1 & rec "$X"', id="the background"),
        pytest.param("X=0; X=1 | true; rec $X", id="a pipeline's variables end with it"),
        pytest.param("trap 'rec end' EXIT; rec a", id="trap"),
        pytest.param(
            "rec() { command rec shadow; }; rec a", id="a function in the program's place"
        ),
        pytest.param("readonly X=1; (X=2); rec $X", id="readonly in a subshell"),
        pytest.param('unset M; rec "$M" ${M-x}', id="unset"),
        pytest.param("while false; do rec a; done; rec b", id="a loop of no round"),
        pytest.param("X=a; X+=b; rec $X", id="appended"),
        pytest.param("set -euo pipefail; { rec a; rec b; } 2>&1 | cat", id="a group"),
        pytest.param("re\\\nc a\\\n'b' $TW\\\nO \"$M\\\n\";\\\nrec c", id="words over two lines"),
        pytest.param("# a\\\nrec b; rec c\\\\\nrec d", id="lines that only look continued"),
        pytest.param("eval 'rec a\\\nb'", id="a continued line in eval"),
        pytest.param("rec a \\\n", id="the last line is continued"),
        pytest.param('if false; then X=1; fi; rec "${X-none}"', id="a branch that never runs"),
        pytest.param("if true; then X=1; elif a; then X=2; else X=3; fi; rec $X", id="else"),
        pytest.param("case $M in 'org/m') X=1;; esac; rec $X", id="a quoted pattern"),
        pytest.param("command eval 'X=1'; rec $X", id="command before a builtin"),
        pytest.param("builtin eval 'rec $M'", id="builtin before one"),
        pytest.param("break; rec a", id="break outside of a loop"),
        pytest.param(
            "for x in a b c; do case $x in a) continue;; esac; rec $x; done", id="continue"
        ),
        pytest.param("shopt -s extglob; hash -r; rec $M", id="options that change no word"),
        pytest.param("set -; rec $1; shift 9; rec $1", id="too much is shifted: nothing"),
        pytest.param('unset -f M; rec $M; unset -v M; rec "$M"', id="unset of one kind"),
        pytest.param('f() { rec "$X"; }; X=5 f', id="a variable before a function"),
        pytest.param(
            "f() { local M=1 A=(1); unset X; rec $M ${A[@]} ${X-n}; }; A=(2 3); X=7; f; "
            "rec $M ${A[@]} ${X-n}",
            id="what comes back when a function ends",
        ),
        pytest.param(
            "f() { local X=1 X=2; local X=3; rec $X; }; unset X; f; rec ${X-n}", id="local again"
        ),
        pytest.param("trap - EXIT; trap -p; rec a", id="a trap of nothing"),
        pytest.param("echo a > f9; X=$(< f9); rec $X", id="a file as output"),
        pytest.param("X=$(echo -n a); rec $X", id="echo without a newline"),
        pytest.param("rec $(dirname a/b) $(dirname a) $(basename a/b)", id="parts of paths"),
        pytest.param("X=$(mkdir -p x; echo a); rec $X", id="a silent command in an output"),
        pytest.param("X=$(cat - <<< a); rec $X", id="cat of its input"),
        pytest.param("rec ${M:?no} ${M?}", id="a variable that must be set"),
        pytest.param("rec ${EMPTY:+a} ${EMPTY+b} ${M:+}", id="alternatives"),
        pytest.param(
            'rec ${M/"o"/x} ${M#"org/"} ${M%\'m\'} ${M/g/} ${M#x} ${M/o/x/y}',
            id="cut by quoted patterns",
        ),
        pytest.param('A=(a b); A=c; rec ${A[@]} "${A[7]}"', id="the first element set"),
        pytest.param('unset A; rec "${A[@]}"; A+=(x); rec ${A[@]}', id="an array unset"),
        pytest.param('A=x; rec "${A[@]}" ${A[0]}', id="a variable as an array"),
        pytest.param("B+=(a); rec ${B[@]}", id="an array that begins by appending"),
        pytest.param("set -- a; shift; rec ${1-y} ${9-z}", id="defaults of parameters"),
        pytest.param("set -- a; rec ${1+x} ${#1} $#", id="an alternative of a parameter"),
        pytest.param("! false && X=1; rec $X", id="what is negated is known"),
        pytest.param("false && X=1 || X=2; rec $X", id="a chain that is known"),
        pytest.param("cat <<E >q1\nrec $M\nE\nsh q1", id="a here-document into a file"),
        pytest.param("cat <<E | sh >/dev/null\nrec $M\nE", id="a shell whose output goes away"),
        pytest.param("f() { cat; }; f <<E | sh\nrec $M\nE", id="a function that reads"),
        pytest.param("cat <<E && rec b\n$M `echo a` $(echo b) ${M}\nE", id="outputs in one"),
        pytest.param(
            "X=0; cat <<E | cat | true && X=1\na\nE\nrec $X false", id="a chain behind one"
        ),
        pytest.param("X=0; cat /no <<E && true || X=1\na\nE\nrec $X false", id="a longer one"),
        pytest.param("cat <<E && echo rec b | sh\na\nE", id="a pipeline behind &&"),
        pytest.param("return; rec a", id="return outside of a function"),
        pytest.param("f() { echo return > w2; . ./w2; rec b; }; f; rec c", id="return of a file"),
        pytest.param("f() { break; rec b; }; for x in 1; do f; done; rec c", id="break in one"),
        pytest.param("echo 'rec a' | (cat) > w3; sh w3; { rec b; } < w3", id="redirected groups"),
        pytest.param("time -p rec a; time", id="time's own option"),
        pytest.param("rec 2> e1 3< /dev/null >&2; rec b >& e2", id="other redirections"),
        pytest.param("rec a\\$M \\`b\\` x\\$\\( ${M:+a b \\`c}", id="escaped expansions"),
        pytest.param("bash -s a <<'E'\nrec $1\nE", id="a shell's own parameters"),
        pytest.param("printf 'a\\tb\\\\%%\\n' | cat; rec $(printf '%s-' a b)", id="printf's marks"),
        pytest.param('if [ -n "$M" ]; then exec rec a; fi; rec false', id="exec ends it"),
        pytest.param("cat > f.py <<'E'\nx\nE\nrec f.py", id="another file"),
    ],
)
def test_the_commands_that_bash_runs_are_read(folder: Path, script: str) -> None:
    ran = run("/bin/bash", script, folder, ("zero", "rec", "t w"))
    assert ran
    found = commands("bash", "-c", script, "zero", "rec", "t w")
    read = [
        [word.text for word in process.argv[1:]]
        for process in found.processes
        if process.argv[0].text == "rec" and not any(w.many for w in process.argv)
    ]
    assert problems(found) == []
    assert all(words in read for words in ran)
    assert all(words in ran or "false" in script or "break" in script for words in read)


@pytest.mark.parametrize(
    "test",
    [
        "[ a ]",
        '[ "$EMPTY" ]',
        '[ -n "$M" ]',
        "[ -z $M ]",
        '[ "$M" = org/m ]',
        '[ "$M" != org/m ]',
        "[ ! -n x ]",
        "[ 3 -gt 2 ]",
        "[ 3 -le 2 ]",
        "test a",
        "test $M = org/m",
        "test ! a = b",
        "test ! a",
        "test -z ''",
        "test 1 -eq 1",
        "[[ $M ]]",
        "[[ -z $M ]]",
        "[[ ! -z $M ]]",
        "[[ $M == org/* ]]",
        "[[ $M != ?rg/m ]]",
        "[[ $M == 'org/*' ]]",
        '[[ $M == "org/m" && $TWO == "a b" ]]',
        "[[ -n $M && a == b ]]",
        "[[ a == b || -n $M ]]",
        "[[ a == b || -z $M ]]",
        "[[ ( -n $M ) ]]",
        "[[ 10 -ge 9 ]]",
    ],
)
def test_the_answers_of_tests_are_those_of_bash(folder: Path, test: str) -> None:
    script = f"X=no; if {test}; then X=yes; fi; rec $X"
    found = commands("bash", "-c", script)
    read = [[w.text for w in p.argv[1:]] for p in found.processes if p.argv[0].text == "rec"]
    assert read == run("/bin/bash", script, folder)


@pytest.mark.parametrize(
    "test",
    [
        "test $S",
        "test",
        "test ! $S",
        "test a -nt b",
        "test a -eq b",
        "test -f /x",
        "[ -f /x ]",
        "[ a -nt b ]",
        "[ $S = x ]",
        "[ $TWO = x ]",
        '[ "$S" ]',
        '[ ! "$S" ]',
        '[ -n "$S" ]',
        "[[ $M == [o]* ]]",
        "[[ $M == org/'*' ]]",
        "[[ $M =~ org ]]",
        "[[ $S == a && -f /x ]]",
        "[[ -f /x && -n $M ]]",
        "[[ -f /x || -z $M ]]",
        "[[ ! -f /x ]]",
        "[[ $(a) == b ]]",
        "[[ $M == a\\b ]]",
        "[[ $((1)) -eq 1 ]]",
        "[ -n x -a -n y ]",
        "[ ]",
        "[ ! x = y ]",
        "[[ (a == b) == c ]]",
        "[[ $((1)) ]]",
        "[[ $M == 'org'/* ]]",
    ],
)
def test_both_answers_count_where_they_are_not_known(test: str) -> None:
    found = shell(f"X=no; if {test}; then X=yes; fi; v $X")
    assert found[-2:] == [["v", "yes"], ["v", "no"]]
