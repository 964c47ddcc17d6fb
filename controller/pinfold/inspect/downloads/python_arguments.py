"""`args.model` of argparse: what the command line gives it, or its default.

Only where each option is written out, and each word is one of them to the letter.
"""

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field

from pinfold.inspect.commands.model import HOLE, Token

_BREAKS = frozenset(
    {"add_argument_group", "add_mutually_exclusive_group", "add_parser", "add_subparsers",
     "parse_known_args", "set_defaults", "parents"}
)  # fmt: skip
_FLAGS = frozenset({"store_true", "store_false", "count"})


@dataclass(slots=True)
class Arguments:
    """The options that a code declares, and the words that it is started with."""

    words: Sequence[Token] = ()
    options: dict[str, str] = field(default_factory=dict)  # --name -> what it sets
    flags: set[str] = field(default_factory=set)  # options without a value
    defaults: dict[str, ast.expr | None] = field(default_factory=dict)
    known: bool = True

    def learn(self, nodes: Sequence[ast.AST]) -> None:
        """Take in each `add_argument`."""
        for node in nodes:
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                self.known &= node.func.attr not in _BREAKS
                if node.func.attr == "add_argument":
                    self._add(node)

    def _add(self, call: ast.Call) -> None:
        names = [a.value for a in call.args if isinstance(a, ast.Constant)]
        options = [name for name in names if isinstance(name, str) and name.startswith("-")]
        given = {word.arg: word.value for word in call.keywords}
        action = given.get("action")
        plain = (
            {None, "nargs"}.isdisjoint(given)
            and _keeps(given.get("type"))
            and len(options) == len(call.args) > 0
        )
        is_flag = isinstance(action, ast.Constant) and action.value in _FLAGS
        dest = _dest(options, given.get("dest")) if plain else None
        if dest is None or dest in self.defaults or (action is not None and not is_flag):
            self.known = False
            return
        self.defaults[dest] = given.get("default")
        self.options |= dict.fromkeys(options, dest)
        self.flags |= set(options) if is_flag else set()

    def value(self, dest: str) -> str | ast.expr | None:
        """The text of the last word that sets it, or its default; None where it is not known."""
        found: str | None = None
        rest = list(self.words) if self.known else []
        while rest:
            word = rest.pop(0)
            name, equals, value = word.text.partition("=")
            if name not in self.options or HOLE in word.text or word.many:
                return None
            if name not in self.flags:
                if not equals and (not rest or rest[0].text.startswith("-")):
                    return None
                value = value if equals else rest.pop(0).text
                found = value if self.options[name] == dest else found
        if not self.known or (found is not None and HOLE in found):
            return None
        return found if found is not None else self.defaults.get(dest)


def _dest(options: Sequence[str], named: ast.expr | None) -> str | None:
    if isinstance(named, ast.Constant) and isinstance(named.value, str):
        return named.value
    long = [option for option in options if option.startswith("--")]
    first = next(iter((*long, *options)), "").lstrip("-").replace("-", "_")
    return first if named is None and first else None


def _keeps(kind: ast.expr | None) -> bool:
    """Whether a `type` leaves a text as it is."""
    return kind is None or (isinstance(kind, ast.Name) and kind.id in ("Path", "int", "str"))
