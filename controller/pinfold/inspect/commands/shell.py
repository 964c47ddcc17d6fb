"""What a shell script runs, read by a grammar (tree-sitter-bash), never by patterns.

The grammar takes some text that bash refuses, so only node types that are listed here are read,
an error in the tree makes the script unreadable, and what lies between two nodes is checked.
Every command counts, also one behind `||`, in a branch or in a loop. What comes after a branch is
read for each way to it; where there are many, what they disagree about is not known.
"""

import re

from pinfold.inspect.commands.calls import is_short
from pinfold.inspect.commands.expansion import MAX_WORK, Budget
from pinfold.inspect.commands.files import Files
from pinfold.inspect.commands.flow import Flow
from pinfold.inspect.commands.meaning import Text
from pinfold.inspect.commands.model import HOLE, Environment, Problem, Token, Unread
from pinfold.inspect.commands.mounts import Mounts
from pinfold.inspect.commands.names import Parameters
from pinfold.inspect.commands.recovery import Tree, beginning_of, placeholders_of, tree_of
from pinfold.inspect.commands.state import Found
from pinfold.inspect.commands.tree import (
    MAX_NODES,
    TooMuch,
    is_encodable,
    statements_of,
)
from pinfold.inspect.commands.variables import Variables
from pinfold.inspect.workload import Code

# Kubernetes puts a value in before a shell reads the text: `$X$(NAME)` is another variable then.
_GLUED = re.compile(r"\$\{?[!#]?\w*" + HOLE, re.ASCII)
_LARGE = "the script is longer than 64 KiB, or has too many operators"
_MUCH = "the script does more than is followed here"
_CHARACTERS = 40  # for a piece of work
_ENDS = 8  # of commands
_CONTINUED = 3  # lines that go on: its tree is made again without their ends
_NODES = 10  # of its tree
_TOO_MANY = 1500  # pieces of work for a tree that is too large to be looked at


def read_script(  # noqa: PLR0913 - a script has that many surroundings
    source: Token,
    environment: Environment,
    folder: str | None,
    parameters: Parameters,
    mounts: Mounts,
    *,
    bash: bool = False,
    files: Files | None = None,
    budget: Budget | None = None,
) -> Found:
    """The commands of a script, and what of it could not be read.

    `parameters` are `$0`, `$1` …; None where their number is not known. `bash`: it is no other
    shell. `files` are those that the script before it wrote.
    """
    found = Found(mounts)
    budget = budget or Budget(MAX_WORK)
    known = _before_reading(source, found)
    if known is None:
        return found
    if not budget.spend(_size_of(source.text)):
        _say(found, Code.TOO_LARGE, _MUCH, source)
        return found
    tree = None
    try:
        tree, known = _tree_of(known, found, min(MAX_NODES, budget.left * _NODES))
        if tree is None:
            return found
        budget.spend(tree.root.descendant_count // _NODES)
        variables = Variables(known, environment, parameters, budget)
        variables.bash = bash
        state = Flow(Text(tree.script, known, bash), variables, folder, found)
        state.files = files or Files()
        state.lines(statements_of(tree.root))
        state.uncalled()
    except (TooMuch, RecursionError):
        budget.spend(_TOO_MANY if tree is None else 0)
        _say(found, Code.TOO_LARGE, _MUCH, source)
    return found


def _size_of(text: str) -> int:
    """The work that it takes to make the tree of a script."""
    ends = text.count(";") + text.count("\n")
    return len(text) // _CHARACTERS + ends // _ENDS + text.count("\\\n") // _CONTINUED


def _before_reading(source: Token, found: Found) -> Token | None:
    """The text that can be read at all; what stands against it is reported."""
    unread = source.unread
    if not is_short(source.text):
        _say(found, Code.TOO_LARGE, _LARGE, source)
    elif unread is not None and _GLUED.search(source.text):
        detail = f"{unread.detail} and can change the name of a variable"
        _say(found, unread.code, detail, source)
    elif not is_encodable(source.text):
        _say(found, Code.SHELL_SYNTAX, "the script has control characters", source)
    elif unread is None or unread.clean or unread.empty:
        return source
    else:
        # A token, most times. The rest is read as if it were a word, and the problem stays.
        _say(found, unread.code, unread.detail, source)
        is_all = not source.text.strip(f"{HOLE} \t\n\"'")
        return None if is_all or source.many else _with_clean_holes(source, unread)
    return None


def _with_clean_holes(source: Token, unread: Unread) -> Token:
    clean = Unread(unread.code, unread.detail, clean=True)
    return Token(source.text, source.place, source.where, source.via, clean)


def _tree_of(source: Token, found: Found, most: int) -> tuple[Tree | None, Token]:
    """The tree of a script, or of what can be told of one that no shell accepts."""
    tree = tree_of(source.text, most)
    marked = placeholders_of(source.text, tree)
    if marked is None and tree is not None:
        return tree, source
    if marked is not None and (tree := tree_of(marked[0], most)) is not None:
        detail = f"{marked[1]} is a placeholder, which a shell takes for files"
        _say(found, Code.SHELL_SYNTAX, detail, source)
        unread = Unread(Code.SHELL_SYNTAX, detail)
        text = Token(marked[0], source.place, source.where, source.via, unread)
        return tree, _with_clean_holes(text, unread)
    detail = "the script is not one that a shell accepts, or not as it is read here"
    _say(found, Code.SHELL_SYNTAX, detail, source)
    return beginning_of(source.text), source


def _say(found: Found, code: Code, detail: str, source: Token) -> None:
    """Report a script, or what stands against reading all of it."""
    found.problems.append(Problem(code, detail, source.place, source.text))
