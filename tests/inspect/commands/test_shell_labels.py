"""A label's value is one word or empty: what a shell makes of it, and what Kubernetes does."""

import pytest

from tests.inspect.commands.running import commands, problems, shown

LABEL = {"name": "L", "valueFrom": {"fieldRef": {"fieldPath": "metadata.labels['app']"}}}
INDEX = {
    "name": "I",
    "valueFrom": {"fieldRef": {"fieldPath": "metadata.labels['apps.kubernetes.io/pod-index']"}},
}
ENV = [{"name": "M", "value": "org/m"}, LABEL, INDEX]


@pytest.mark.parametrize(
    ("script", "words"),
    [
        pytest.param("v --rank $I x", ["v", "--rank", "?", "x"], id="a label that is always set"),
        pytest.param("v --rank $L x", ["v", "--rank", "?*", "x"], id="one that may be empty"),
        pytest.param('v --rank "$L"', ["v", "--rank", "?"], id="in quotes it is one word"),
        pytest.param("v --rank=$L a$L", ["v", "--rank=?", "a?"], id="so it is behind other text"),
        pytest.param("v $L$I", ["v", "??*"], id="with another it is taken for none"),
        pytest.param('v ${L:-0} "${L:-a b}"', ["v", "?", "?"], id="with a default of one word"),
        pytest.param("v ${L:---x}", ["v", "?*"], id="with a default that is an option"),
        pytest.param("v ${L:=0}", ["v", "?*"], id="with a default that is kept"),
        pytest.param("v ${L-0}", ["v", "?*"], id="it is set in any case"),
        pytest.param("v ${L:+--x}", ["v", "?*"], id="an alternative"),
        pytest.param('X=$L; v "$X" x-$X $X', ["v", "?", "x-?", "?*"], id="by another variable"),
        pytest.param('f() { v "$1" $1; }; f "$L"', ["v", "?", "?*"], id="as a parameter"),
        pytest.param("v $(L) a$(L) '$(L)'", ["v", "?*", "a?", "?"], id="put in by Kubernetes"),
    ],
)
def test_a_label_is_a_word_or_none(script: str, words: list[str]) -> None:
    found = commands("bash", "-c", script, env=ENV)
    assert shown(found) == [words]
    assert problems(found) == []


@pytest.mark.parametrize("script", ['[ -n "$L" ] && v a || v b', 'test "$L" && v a || v b'])
def test_whether_it_is_empty_is_not_known(script: str) -> None:
    found = commands("bash", "-c", script, env=ENV)
    assert [words for words in shown(found) if words[0] == "v"] == [["v", "a"], ["v", "b"]]


def test_without_a_shell_it_is_one_word() -> None:
    found = commands("v", "--rank", "$(L)", env=ENV)
    assert [word.unread.clean for word in found.processes[0].argv if word.unread] == [True]


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("v $M$(I)", id="the end of a variable's name"),
        pytest.param("v $$$(I)", id="all of its name"),
        pytest.param("v ${M$(I)}", id="in braces"),
        pytest.param("$(I)=a; v $M", id="the name of one that is set"),
    ],
)
def test_a_name_that_kubernetes_completes_is_not_known(script: str) -> None:
    found = commands("bash", "-c", script, env=ENV)
    assert ["v", "org/m"] not in shown(found)
    assert problems(found) != []


@pytest.mark.parametrize(
    ("script", "words"),
    [
        pytest.param("$NONE v a", [["?*", "v", "a"], ["v", "a"]], id="a variable that is not set"),
        pytest.param("$S v a", [["?*", "v", "a"]], id="a Secret"),
        pytest.param('"$NONE" v a', [["?", "v", "a"]], id="in quotes it is a program"),
    ],
)
def test_an_unknown_program_before_a_command_is_a_problem(
    script: str, words: list[list[str]]
) -> None:
    found = commands("bash", "-c", script)
    assert shown(found) == words
    assert [problem.text[-4:] for problem in found.problems] == [" v a"]


@pytest.mark.parametrize(
    ("edit", "word"),
    [
        pytest.param("${N##*-}", "?", id="what follows the last dash"),
        pytest.param("${N%-*}", "?", id="what stands before it"),
        pytest.param("${N:0:3}", "?", id="the first letters"),
        pytest.param("${N^^}", "?", id="large letters"),
        pytest.param("${N/-/,}", "?*", id="a sign for another"),
        pytest.param("${N/-/x}", "?", id="a letter for a sign"),
        pytest.param("${N/-}", "?", id="nothing for a sign"),
        pytest.param("${N/-/ --x }", "?*", id="blanks for a sign"),
    ],
)
def test_a_piece_of_a_name_is_a_word(edit: str, word: str) -> None:
    name = {"name": "N", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}
    assert shown(commands("bash", "-c", f"v {edit}", env=[name])) == [["v", word]]
