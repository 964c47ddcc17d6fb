"""What a shell script runs, by the rules of POSIX and bash."""

import pytest

from pinfold.inspect.commands.calls import MAX_BYTES
from pinfold.inspect.commands.model import HOLE
from tests.inspect.commands.running import commands, problems, shell, shown

R = "1" * 40


@pytest.mark.parametrize(
    ("script", "words"),
    [
        pytest.param("vllm serve org/m", ["vllm", "serve", "org/m"], id="plain words"),
        pytest.param("vllm  \t serve", ["vllm", "serve"], id="blanks between words"),
        pytest.param("vllm \\\n  serve", ["vllm", "serve"], id="a continued line"),
        pytest.param("v 'a b'", ["v", "a b"], id="single quotes"),
        pytest.param("v 'a\\$M'", ["v", "a\\$M"], id="nothing is special in single quotes"),
        pytest.param('v "a b"', ["v", "a b"], id="double quotes"),
        pytest.param('v "a\\"b\\$\\\\ \\n"', ["v", 'a"b$\\ \\n'], id="escapes in double quotes"),
        pytest.param('v "a\\\nb"', ["v", "ab"], id="a quoted continued line"),
        pytest.param('v "a\nb"', ["v", "a\nb"], id="a quoted newline"),
        pytest.param("v a\\ b \\$M \\'", ["v", "a b", "$M", "'"], id="a backslash quotes one"),
        pytest.param("v a\\é", ["v", "aé"], id="a backslash before a longer character"),
        pytest.param("v \"\" ''", ["v", "", ""], id="empty quotes are words"),
        pytest.param("v 'a'\"b\"c", ["v", "abc"], id="pieces without blanks are one word"),
        pytest.param('v " $M "', ["v", " org/m "], id="blanks beside a variable in quotes"),
        pytest.param("v $M", ["v", "org/m"], id="a variable"),
        pytest.param("v ${M}x", ["v", "org/mx"], id="a variable in braces"),
        pytest.param("v $TWO", ["v", "a", "b"], id="an unquoted value is split"),
        pytest.param('v "$TWO"', ["v", "a b"], id="a quoted value is not"),
        pytest.param("v x$PADDED$M", ["v", "x", "a", "b", "org/m"], id="blanks end words"),
        pytest.param("v x$TWO", ["v", "xa", "b"], id="a value joins the word before it"),
        pytest.param("v ${TWO}x", ["v", "a", "bx"], id="a value joins the word after it"),
        pytest.param("v $EMPTY x", ["v", "x"], id="an empty value is no word"),
        pytest.param('v "$EMPTY" x', ["v", "", "x"], id="a quoted empty value is one"),
        pytest.param("v $M:x", ["v", "org/m:x"], id="a name ends where it must"),
        pytest.param("v a#b # c", ["v", "a#b"], id="a comment"),
        pytest.param('v "a$" "$"', ["v", "a$", "$"], id="a dollar alone in quotes"),
        pytest.param("v --x=[1] -y=*", ["v", "--x=[1]", "-y=*"], id="no file is named so"),
        pytest.param("v ${UNSET:-x}", ["v", "x"], id="a default of an unset variable"),
        pytest.param("v ${EMPTY:-x} ${EMPTY-x}", ["v", "x"], id="a default of an empty one"),
        pytest.param("v ${M:-x}", ["v", "org/m"], id="no default for a set one"),
        pytest.param("v ${UNSET:-$M}", ["v", "org/m"], id="a variable as default"),
        pytest.param("v ${UNSET:-}", ["v"], id="nothing as default"),
        pytest.param("v ~/x", ["v", "~/x"], id="a home folder is left as it is"),
        pytest.param("v {} a{b}", ["v", "{}", "a{b}"], id="braces without a list"),
        pytest.param("v '{a,b}'", ["v", "{a,b}"], id="a quoted list is text"),
        pytest.param("exec v", ["v"], id="exec"),
    ],
)
def test_a_command_gets_the_words_that_a_shell_would_give_it(script: str, words: list[str]) -> None:
    assert shell(script) == [words]


@pytest.mark.parametrize(
    ("script", "words"),
    [
        pytest.param("v $S", ["v", "?*"], id="an unquoted unknown can be any words"),
        pytest.param('v "$S"', ["v", "?"], id="a quoted one is one word"),
        pytest.param('v "a$S"', ["v", "a?"], id="with a known beginning"),
        pytest.param("v $NAME", ["v", "?"], id="a pod's name is one word in any case"),
        pytest.param("v $UNSET", ["v", "?*"], id="the image may set it"),
        pytest.param("v $HOSTNAME", ["v", "?"], id="a host's name is one word"),
        pytest.param("v $(id)", ["v", "?*"], id="the output of a command"),
        pytest.param("v `id`", ["v", "?*"], id="the same in old quotes"),
        pytest.param("v $((1+2))", ["v", "?"], id="a number"),
        pytest.param("v ${M@Q}", ["v", "?*"], id="an operator that is not read"),
        pytest.param("v ${#S}", ["v", "?"], id="the length of an unknown one"),
        pytest.param("v ${!M}", ["v", "?*"], id="an indirection"),
        pytest.param("v ${A[@]}", ["v", "?*"], id="an array"),
        pytest.param("v ${UNSET:-a b}", ["v", "a", "b"], id="a default of two words"),
        pytest.param("v *.x", ["v", "*.x*"], id="a pattern"),
        pytest.param("v $GLOB", ["v", "x**"], id="a value that is a pattern"),
        pytest.param('v "$GLOB"', ["v", "x*"], id="no pattern in quotes"),
        pytest.param("v $'\\x41'", ["v", "?"], id="an escape in C's quotes"),
        pytest.param("v $?", ["v", "?"], id="an exit code"),
    ],
)
def test_what_is_not_known_is_a_hole(script: str, words: list[str]) -> None:
    found = shell(script)
    assert found[-1] == words


@pytest.mark.parametrize(
    ("script", "parameters", "words"),
    [
        pytest.param('v "$@"', (), ["v"], id="no parameters are no words"),
        pytest.param('v "$@"', ("zero",), ["v"], id="the first is $0"),
        pytest.param('v "$@"', ("zero", "a", "b c"), ["v", "a", "b c"], id="each is a word"),
        pytest.param("v $@", ("zero", "a", "b c"), ["v", "a", "b", "c"], id="split without quotes"),
        pytest.param('v "x$@y"', ("0", "a", "b"), ["v", "xa", "by"], id="joined at the ends"),
        pytest.param("v $0 $1 ${2}", ("0", "a"), ["v", "0", "a"], id="by number"),
        pytest.param('v "$1"', ("zero",), ["v", ""], id="one that is not there is empty"),
        pytest.param("v $0", (), ["v", "bash"], id="$0 is the shell where there are none"),
        pytest.param(
            'set -- x "y z"; v "$@"', ("0", "a"), ["v", "x", "y z"], id="parameters that are set"
        ),
        pytest.param("set -e a; v $1", ("0", "b"), ["v", "a"], id="set behind an option"),
        pytest.param("set -eo pipefail; v $1", ("0", "b"), ["v", "b"], id="an option's name"),
        pytest.param("set -e; v $1", ("0", "b"), ["v", "b"], id="options change none"),
    ],
)
def test_positional_parameters(script: str, parameters: tuple[str, ...], words: list[str]) -> None:
    assert shell(script, *parameters)[-1] == words


@pytest.mark.parametrize(
    ("script", "words"),
    [
        pytest.param("X=1; v $X", ["v", "1"], id="an assignment"),
        pytest.param("X=$M$M; v $X", ["v", "org/morg/m"], id="of variables"),
        pytest.param("X='a b'; v $X", ["v", "a", "b"], id="is split where it is used"),
        pytest.param('X=$TWO; v "$X"', ["v", "a b"], id="and not where it is made"),
        pytest.param('X=; v "$X"', ["v", ""], id="of nothing"),
        pytest.param("X=1 Y=2; v $X$Y", ["v", "12"], id="two at once"),
        pytest.param("M=x; v $M", ["v", "x"], id="over a variable of the pod"),
        pytest.param("X=1 $EMPTY; v $X", ["v", "1"], id="before no command, for all that follow"),
        pytest.param("M=x true; v $M", ["v", "org/m"], id="before a command, for it alone"),
        pytest.param("export X=1; v $X", ["v", "1"], id="export"),
        pytest.param("X=1; export X; v $X", ["v", "1"], id="export later"),
        pytest.param("export M; v $M", ["v", "org/m"], id="export of what is exported"),
        pytest.param("declare X=1; v $X", ["v", "1"], id="declare"),
        pytest.param("readonly X; v $X", ["v", "?*"], id="a declaration that sets nothing"),
        pytest.param("unset M; v $M", ["v"], id="unset"),
        pytest.param("X=$(id); v $X", ["v", "?*"], id="the output of a command"),
        pytest.param("read X; v $X", ["v", "?*"], id="what is read"),
        pytest.param("X=(a b); v $X", ["v", "a"], id="an array is its first element"),
        pytest.param("M+=x; v $M", ["v", "org/mx"], id="more of it"),
        pytest.param("if a; then M=x; fi; v $M", ["v", "org/m"], id="set in a branch"),
        pytest.param("a && M=x; v $M", ["v", "org/m"], id="set behind &&"),
        pytest.param("(M=x); v $M", ["v", "org/m"], id="set in a subshell"),
        pytest.param("M=x | true; v $M", ["v", "org/m"], id="set in a pipeline"),
        pytest.param("(( M = 5 )); v $M", ["v", "?*"], id="set by arithmetic"),
        pytest.param("IFS=/; v $M", ["v", "org", "m"], id="IFS changes every splitting"),
        pytest.param("eval $S; v $M", ["v", "?*"], id="eval can change anything"),
        pytest.param(". /x; v $M", ["v", "?*"], id="so can another file"),
        pytest.param(". /opt/venv/bin/activate; v $M", ["v", "org/m"], id="not activate"),
        pytest.param(
            "if a; then eval $S; else eval $S; fi; v $M", ["v", "?*"], id="eval in a branch"
        ),
    ],
)
def test_variables_that_a_script_sets(script: str, words: list[str]) -> None:
    assert shell(script)[-1] == words


@pytest.mark.parametrize(
    ("script", "programs"),
    [
        pytest.param("a; b\nc", ["a", "b", "c"], id="one after the other"),
        pytest.param("a && b || c", ["a", "b", "c"], id="all of a chain"),
        pytest.param("a & b", ["a", "b"], id="in the background"),
        pytest.param("a | b 2>&1", ["a", "b"], id="a pipeline"),
        pytest.param("! a", ["a"], id="negated"),
        pytest.param("(a; b)", ["a", "b"], id="a subshell"),
        pytest.param("{ a; b; }", ["a", "b"], id="a group"),
        pytest.param("if a; then b; elif c; then d; else e; fi", list("abcde"), id="branches"),
        pytest.param("while a; do b; done", ["a", "b"], id="a loop"),
        pytest.param("for i in x y; do b $i; done", ["b", "b"], id="a loop over words"),
        pytest.param("select i in x y; do b $i; done", ["b"], id="a choice"),
        pytest.param("for ((i=0;i<3;i++)); do b $i; done", ["b"], id="a loop that counts"),
        pytest.param("case $M in x) a;; *) b;; esac", ["a", "b"], id="cases"),
        pytest.param("f() { a $1; }; f x; b", ["a", "b"], id="a function's body, once"),
        pytest.param('[ -n "$M" ] && a', ["a"], id="a test"),
        pytest.param("[[ $(x) == y ]] && a", ["x", "a"], id="a command in a test"),
        pytest.param("a $(b $(c))", ["c", "b", "a"], id="commands in commands"),
        pytest.param('X="$(b)"', ["b"], id="a command in an assignment"),
        pytest.param("X=($(b))", ["b"], id="a command in an array"),
        pytest.param("a < <(b)", ["b", "a"], id="a command as a file"),
        pytest.param("a > /x 2>&1 < /y", ["a"], id="redirections"),
        pytest.param("> /x", [], id="a redirection alone"),
        pytest.param("exec > /x", [], id="exec of a redirection"),
        pytest.param("(a; exit 0) > /x", ["a", "exit"], id="a redirected subshell"),
        pytest.param("cat <<E > /x\nb $(c)\nE\nd", ["c", "cat", "d"], id="a here-document"),
        pytest.param("cat <<E | b\nx\nE", ["cat", "b"], id="a here-document into a pipe"),
        pytest.param("cat <<E && b\nx\nE", ["cat", "b"], id="a here-document before &&"),
        pytest.param("cat <<< $(b)", ["b", "cat"], id="a here-string"),
        pytest.param("# nothing", [], id="a comment"),
        pytest.param("", [], id="nothing"),
        pytest.param("$EMPTY", [], id="no word at all"),
        pytest.param("cd /x", [], id="a change of folder"),
    ],
)
def test_every_command_counts(script: str, programs: list[str]) -> None:
    found = commands("bash", "-c", script)
    assert [words[0] for words in shown(found)] == programs
    assert problems(found) == []


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("a 'b", id="an open quote"),
        pytest.param("if a; then b", id="an open branch"),
        pytest.param("a >/x --revision main", id="arguments behind a file"),
        pytest.param("cat <<E --x\nE", id="arguments behind a here-document"),
        pytest.param("fetch x | bash", id="a shell that reads its input"),
        pytest.param("eval $(a)", id="eval"),
        pytest.param("v == a[$(b)", id="a comparison that is none"),
        pytest.param("(( a ? b : c ))", id="arithmetic that is not read"),
        pytest.param("alias a=b", id="an alias"),
        pytest.param("a" + "$(b " * 80 + ")" * 80, id="nested too deeply"),
        pytest.param("v a\\\\\\\nb", id="a word over two lines behind a backslash"),
        pytest.param("'q'\"z\"\\ k", id="an escape that the grammar skips"),
    ],
)
def test_what_cannot_be_read_is_a_problem(script: str) -> None:
    assert "shell-syntax" in problems(commands("bash", "-c", script))


def test_arguments_behind_a_file_are_not_left_out_silently() -> None:
    found = commands("sh", "-c", f"vllm serve org/m --revision {R} >/log --revision main; b")
    assert shown(found) == [["b"]]


def test_a_script_that_is_too_long_is_not_read() -> None:
    assert problems(commands("sh", "-c", "a;" * (MAX_BYTES // 2 + 1))) == ["too-large"]


@pytest.mark.parametrize(
    ("script", "words"),
    [
        pytest.param("v é '日本' \"ü$M\"", ["v", "é", "日本", "üorg/m"], id="in words"),
        pytest.param("v $Mé ${M}é", ["v", "org/mé", "org/mé"], id="a name ends before one"),
        pytest.param("v \\é", ["v", "é"], id="behind a backslash"),
        pytest.param("v a\u00a0b", ["v", "a\u00a0b"], id="another blank is no blank"),
        pytest.param("# é\nv # ü", ["v"], id="in comments"),
        pytest.param("v 'a\ud800'", ["v", "a\ud800"], id="half a character"),
        pytest.param("v a{\U000dcc1f}", ["v", "a{\U000dcc1f}"], id="of a high plane in braces"),
    ],
)
def test_characters_beyond_ascii(script: str, words: list[str]) -> None:
    assert shell(script) == [words]


@pytest.mark.parametrize("mark", ["\x00", "\x01", "\x02"])
def test_control_characters_are_not_read(mark: str) -> None:
    assert problems(commands("sh", "-c", f"vllm serve {mark}61\x02")) == ["shell-syntax"]


def test_a_long_chain_is_read() -> None:
    assert len(shell(" && ".join(["a"] * 500))) == 500


def test_a_script_that_a_secret_can_change_is_not_read() -> None:
    assert problems(commands("sh", "-c", "a $(S)")) == ["secret"]


def test_one_word_of_the_pod_in_a_script_is_read_with_a_hole() -> None:
    assert shown(commands("sh", "-c", "a $(NAME) '$(NAME)' \"b$(NAME)\"")) == [
        ["a", "?", "?", "b?"]
    ]


@pytest.mark.parametrize(
    ("script", "folder"),
    [
        pytest.param("v", None, id="the image's own"),
        pytest.param("cd /x; v", "/x", id="an absolute one"),
        pytest.param("cd /x && cd y && v", "/x/y", id="one below it"),
        pytest.param("cd y; v", HOLE, id="below one that is not known"),
        pytest.param("cd; v", HOLE, id="home"),
        pytest.param("cd -; v", HOLE, id="the one before"),
        pytest.param("cd $S; v", HOLE, id="an unknown one"),
        pytest.param("pushd /x; popd; v", HOLE, id="one of a stack"),
        pytest.param("while a; do cd /x; done; v", HOLE, id="in a loop"),
    ],
)
def test_the_working_directory(script: str, folder: str | None) -> None:
    assert commands("bash", "-c", script).processes[-1].folder == folder


def test_a_prefix_is_an_environment_for_its_command_alone() -> None:
    first, second = commands("sh", "-c", "X=1 a; b").processes
    assert ("X" in first.environment.values, "X" in second.environment.values) == (True, False)


@pytest.mark.parametrize(
    ("script", "known"),
    [
        pytest.param("X=1; v", False, id="a variable of the script alone"),
        pytest.param("declare -x X=1; v", True, id="declared so"),
        pytest.param("typeset -rx X=1; v", True, id="with another option"),
        pytest.param("set -a; X=1; v", True, id="as all are"),
        pytest.param("set -ea; if a; then X=1; v; fi", True, id="also in a branch"),
        pytest.param("set -o allexport; X=1; v", True, id="by its long name"),
        pytest.param("local X=1; v", False, id="local"),
    ],
)
def test_which_variables_commands_see(script: str, known: bool) -> None:
    assert ("X" in commands("bash", "-c", script).processes[-1].environment.values) is known


def test_an_exported_variable_is_an_environment_for_what_follows() -> None:
    first, second = commands("sh", "-c", "X=1; a; export X; b").processes
    assert ("X" in first.environment.values, "X" in second.environment.values) == (False, True)


def test_the_steps_on_the_way_are_kept() -> None:
    (process,) = commands("sh", "-c", "v $M").processes
    assert [word.via for word in process.argv] == [("sh -c",), ("sh -c", "$M")]
