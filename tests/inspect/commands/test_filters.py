"""A piece of a name that only the pod knows is one word: what filters and edits make of it."""

import pytest

from tests.inspect.commands.running import commands, problems, shown

ENV = [{"name": "N", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}]


@pytest.mark.parametrize(
    "output",
    [
        pytest.param("echo $N | awk -F'-' '{print $NF}'", id="awk"),
        pytest.param("echo $N | awk -F - '{ print $2; }'", id="awk, a field"),
        pytest.param("hostname | cut -d- -f2", id="cut"),
        pytest.param("hostname | cut -d - -f 2", id="cut of words"),
        pytest.param("hostname | sed 's/.*-//'", id="sed"),
        pytest.param("hostname | sed -E 's/^a([0-9]+)$/\\1/'", id="sed with a group"),
        pytest.param("echo $N | grep -oE '[0-9]+$'", id="grep"),
        pytest.param("echo $N | tr -d a-z", id="tr"),
        pytest.param("echo $N | rev | cut -c1 | rev", id="three of them"),
        pytest.param("echo -n $N | tail -c 1", id="tail"),
    ],
)
def test_a_piece_of_a_name_is_a_word(output: str) -> None:
    found = commands("bash", "-c", f"X=$({output}); v --r $X a", env=ENV)
    assert (shown(found)[-1], problems(found)) == (["v", "--r", "?", "a"], [])


@pytest.mark.parametrize(
    "output",
    [
        pytest.param("echo $N | awk '{print $1, $2}'", id="two fields"),
        pytest.param("echo $N | awk -f x", id="a program in a file"),
        pytest.param("echo $N | awk", id="no program"),
        pytest.param("echo $N | cut x", id="cut of a file"),
        pytest.param("echo $N | sed 's/-/ --x /'", id="a blank comes in"),
        pytest.param("echo $N | sed 's/a/b/;s/c/*/'", id="two edits"),
        pytest.param("echo $N | sed -n p x", id="sed of a file"),
        pytest.param("echo $N | grep -o '[0-9]*'", id="any number of pieces"),
        pytest.param("echo $N | grep 'x$'", id="all that fits"),
        pytest.param("echo $N | grep --x -o 'x$'", id="an option of grep"),
        pytest.param("echo $N | grep", id="grep of nothing"),
        pytest.param("echo $N | tr - ' '", id="tr makes blanks"),
        pytest.param("echo $N a | cut -c1", id="two words"),
        pytest.param("cat /x | cut -c1", id="a file of the image"),
        pytest.param("echo $N | cut -d $M -f2", id="a separator that is not known"),
    ],
)
def test_anything_else_may_be_several(output: str) -> None:
    found = commands("bash", "-c", f"X=$({output}); v --r $X a", env=ENV)
    assert shown(found)[-1] == ["v", "--r", "?*", "a"]


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
def test_an_edit_of_a_name_is_a_word(edit: str, word: str) -> None:
    assert shown(commands("bash", "-c", f"v {edit}", env=ENV)) == [["v", word]]
