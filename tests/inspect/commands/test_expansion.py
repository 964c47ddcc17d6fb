"""Kubernetes' `$(NAME)`, as its own tests and code have it."""

import pytest

from pinfold.inspect.commands.expansion import Budget, expand, worse
from pinfold.inspect.commands.model import HOLE, Unread, Value
from pinfold.inspect.workload import Code

SECRET = Unread(Code.SECRET, "secret")
CLEAN = Unread(Code.UNSET_VARIABLE, "a pod's name", clean=True)
VARIABLES = {
    "A": Value("a", ""),
    "EMPTY": Value("", ""),
    "REF": Value("$(A)", ""),
    "S": Value(HOLE, "", unread=SECRET),
}


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        pytest.param("plain", "plain", id="no dollar"),
        pytest.param("$(A)", "a", id="a variable"),
        pytest.param("x$(A)y$(A)", "xaya", id="twice, inside a word"),
        pytest.param("$(EMPTY)", "", id="an empty one"),
        pytest.param("$(REF)", "$(A)", id="a value is not expanded again"),
        pytest.param("$(MISSING)", "$(MISSING)", id="an unset one stays"),
        pytest.param("$$(A)", "$(A)", id="two dollars are one, and no operator"),
        pytest.param("$$$(A)", "$a", id="three dollars"),
        pytest.param("$$$$", "$$", id="four dollars"),
        pytest.param("$A ${A}", "$A ${A}", id="the shell's forms are text"),
        pytest.param("$(A", "$(A", id="no end"),
        pytest.param("$", "$", id="a dollar at the end"),
        pytest.param("$($(A))", "$($(A))", id="no nesting: the name is `$(A`"),
        pytest.param("$()", "$()", id="no name"),
    ],
)
def test_a_reference_is_expanded_as_kubernetes_does(text: str, expanded: str) -> None:
    assert expand(text, VARIABLES.get)[0] == expanded


def test_the_steps_on_the_way_are_kept() -> None:
    assert expand("$(A)/$(EMPTY)/$(MISSING)", VARIABLES.get)[1] == ("$(A)", "$(EMPTY)")


def test_an_unknown_value_is_a_hole_with_its_reason() -> None:
    assert expand("--x=$(S)", VARIABLES.get) == (f"--x={HOLE}", ("$(S)",), SECRET)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("LWS_GROUP_SIZE", id="LeaderWorkerSet"),
        pytest.param("JOB_COMPLETION_INDEX", id="an indexed Job"),
        pytest.param("REDIS_MASTER_SERVICE_HOST", id="a Service's address"),
        pytest.param("REDIS_PORT_6379_TCP_ADDR", id="a Service's port, the old way"),
    ],
)
def test_what_kubernetes_sets_when_the_pod_runs_is_one_word(name: str) -> None:
    _text, _steps, unread = expand(f"$({name})", VARIABLES.get)
    assert unread is not None
    assert unread.clean


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        pytest.param(None, None, None, id="nothing unknown"),
        pytest.param(None, CLEAN, CLEAN, id="only the second"),
        pytest.param(CLEAN, None, CLEAN, id="only the first"),
        pytest.param(CLEAN, SECRET, SECRET, id="the second promises less"),
        pytest.param(SECRET, CLEAN, SECRET, id="the first promises less"),
    ],
)
def test_of_two_reasons_the_one_that_promises_less_counts(
    first: Unread | None, second: Unread | None, kept: Unread | None
) -> None:
    assert worse(first, second) is kept


def test_a_text_that_grows_without_bound_is_not_known() -> None:
    text, steps, unread = expand("$(A)$(A)", VARIABLES.get, Budget(1))
    assert (text, steps) == (HOLE, ())
    assert unread is not None
    assert unread.code is Code.TOO_LARGE
