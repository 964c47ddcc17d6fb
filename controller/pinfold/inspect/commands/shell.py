"""What a shell script runs, read by a grammar (tree-sitter-bash), never by patterns.

The grammar takes some text that bash refuses, so only node types that are listed here are read,
an error in the tree makes the script unreadable, and what lies between two nodes is checked.
Every command counts, also one behind `||`, in a branch or in a loop. What comes after a branch is
read for each way to it; where there are many, what they disagree about is not known.
"""

import re

from tree_sitter import Node

from pinfold.inspect.commands.calls import is_short
from pinfold.inspect.commands.expansion import MAX_WORK, Budget
from pinfold.inspect.commands.files import Files
from pinfold.inspect.commands.flow import Flow
from pinfold.inspect.commands.model import HOLE, Environment, Problem, Token
from pinfold.inspect.commands.mounts import Mounts
from pinfold.inspect.commands.state import Found, Text
from pinfold.inspect.commands.tree import (
    TooMuch,
    encode,
    is_encodable,
    is_sound,
    parse_joined,
    statements_of,
)
from pinfold.inspect.commands.variables import Parameters, Variables
from pinfold.inspect.workload import Code

# Kubernetes puts a value in before a shell reads the text: `$X$(NAME)` is another variable then.
_GLUED = re.compile(r"\$\{?[!#]?\w*" + HOLE, re.ASCII)
_LARGE = "the script is longer than 64 KiB, or has too many operators"
_MUCH = "the script does more than is followed here"
_CHARACTERS = 40  # for a piece of work
_NODES = 10  # of its tree


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
    problem = _before_reading(source)
    if problem is None and not budget.spend(len(source.text) // _CHARACTERS):
        problem = Problem(Code.TOO_LARGE, _MUCH, source.place, source.text)
    if problem is not None:
        found.problems.append(problem)
        return found
    root, script = parse_joined(encode(source.text))
    budget.spend(root.descendant_count // _NODES)
    text = Text(script, source, bash)
    state = Flow(text, Variables(source, environment, parameters, budget), folder, found)
    state.files = files or Files()
    _read(root, state)
    return found


def _before_reading(source: Token) -> Problem | None:
    """What stands against reading a script at all."""
    unread = source.unread
    if not is_short(source.text):
        return Problem(Code.TOO_LARGE, _LARGE, source.place, source.text)
    if unread is not None and not (unread.clean or unread.empty):
        return Problem(unread.code, unread.detail, source.place, source.text)
    if unread is not None and _GLUED.search(source.text):
        detail = f"{unread.detail} and can change the name of a variable"
        return Problem(unread.code, detail, source.place, source.text)
    if not is_encodable(source.text):
        detail = "the script has control characters"
        return Problem(Code.SHELL_SYNTAX, detail, source.place, source.text)
    return None


def _read(root: Node, state: Flow) -> None:
    text = state.text.source.text
    try:
        if root.has_error or not is_sound(root, state.script):
            detail = "the script is not one that a shell accepts, or not as it is read here"
            state.problem(detail, text)
            return
        state.sequence(statements_of(root))
        state.uncalled()
    except (TooMuch, RecursionError):
        state.problem(_MUCH, text, Code.TOO_LARGE)
