"""The grammar of the shell, and where it is given up."""

import pytest

from pinfold.inspect.commands import tree
from pinfold.inspect.commands.tree import TooMuch, parse


def test_a_script_is_parsed() -> None:
    assert [child.type for child in parse(b"a b; c").named_children] == ["command", "command"]


def test_a_grammar_that_comes_to_no_end_is_given_up() -> None:
    with pytest.raises(TooMuch):
        parse(b"a b;" * tree.MAX_STEPS * 8)
