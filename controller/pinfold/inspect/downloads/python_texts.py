"""The texts that expressions of Python can have, as far as that can be told."""

import ast
import posixpath
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from pinfold.inspect.commands.model import Environment

Texts = list[str] | None
_SAME = frozenset({"Path", "PurePath", "PurePosixPath", "str"})
_LENGTH_MAX = 4096
_ITEMS_MAX = 50


@dataclass
class Uses:
    """How often a name stands in a code, and how often only to be read."""

    every: Counter[str] = field(default_factory=Counter)
    fair: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, tree: ast.AST) -> "Uses":
        """Counted in one pass."""
        uses = cls()
        for node in ast.walk(tree):
            match node:
                case ast.Name(id=name):
                    uses.every[name] += 1
                case ast.keyword(arg=None, value=ast.Name(id=name)):
                    uses.fair[name] += 1
                case ast.Subscript(value=ast.Name(id=name), ctx=ast.Load()):
                    uses.fair[name] += 1
                case ast.For(iter=ast.Name(id=name)) | ast.comprehension(iter=ast.Name(id=name)):
                    uses.fair[name] += 1
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id=name), attr="items" | "keys" | "values")
                ):
                    uses.fair[name] += 1
                case ast.Call(func=ast.Name(id="len" | "print"), args=[ast.Name(id=name)]):
                    uses.fair[name] += 1
        return uses

    def only_read(self, name: str) -> bool:
        """Whether a list or a dictionary of that name is set once, and never changed."""
        return self.every[name] == self.fair[name] + 1


@dataclass
class Values:
    """Names with their values, and the variables."""

    environment: Environment
    names: dict[str, Texts] = field(default_factory=dict)
    assigned: dict[str, list[ast.expr | None]] = field(default_factory=dict)
    uses: Uses = field(default_factory=Uses)
    variables: dict[str, list[ast.expr]] = field(default_factory=dict)  # that the code itself sets
    changes_variables: bool = False  # in a way that is not read
    sets_unknown_variables: bool = False  # any, the hub's address as well

    def texts(self, node: ast.expr | None) -> Texts:
        """The values that an expression can have; None where they are not known."""
        match node:
            case ast.Constant(value=str(text)):
                return [text]
            case ast.Name(id=name):
                return self.names.get(name)
            case ast.Subscript(value=value, slice=ast.Constant(value=str(key))):
                return self._item(value, key)
            case ast.Call():
                return self._call(node)
            case ast.FormattedValue(value=value, conversion=-1, format_spec=None):
                return self.texts(value)
            case ast.IfExp(body=body, orelse=other):
                return self._either(body, other)
        return self._of_several(node)

    def _of_several(self, node: ast.expr | None) -> Texts:
        """Pieces put together."""
        match node:
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return self._joined([left, right])
            case ast.BinOp(left=left, op=ast.Div(), right=right):
                return self._path([left, right])
            case ast.JoinedStr(values=values):
                return self._joined(values)
            case ast.BoolOp(op=ast.Or(), values=values):
                return self._first(values)
        return None

    def _call(self, call: ast.Call) -> Texts:
        variable = _variable_of(call)
        match call:
            case _ if variable is not None:
                return self._variable(*variable)
            case ast.Call(func=ast.Name(id=name), args=[value], keywords=[]) if name in _SAME:
                return self.texts(value)
            case ast.Call(func=ast.Attribute(value=value, attr="strip"), args=[], keywords=[]):
                found = self.texts(value)
                return None if found is None else [text.strip() for text in found]
            case ast.Call(
                func=ast.Attribute(value=ast.Attribute(attr="path"), attr="join"), args=parts
            ) if parts:
                return self._path(parts)
        return None

    def _item(self, value: ast.expr, key: str) -> Texts:
        if is_environ(value):
            return self._variable(key, None)
        entries = self.entries(value)
        return None if entries is None else self.texts(entries.get(key))

    def _one(self, node: ast.expr) -> str | None:
        """The one text of an expression."""
        found = self.texts(node)
        return found[0] if found is not None and len(found) == 1 else None

    def _joined(self, nodes: Sequence[ast.expr]) -> Texts:
        found = [text for node in nodes if (text := self._one(node)) is not None]
        whole = "".join(found)
        return [whole] if len(found) == len(nodes) and len(whole) <= _LENGTH_MAX else None

    def _path(self, nodes: Sequence[ast.expr]) -> Texts:
        found = [text for node in nodes if (text := self._one(node)) is not None]
        return [posixpath.join(*found)] if len(found) == len(nodes) else None

    def _first(self, nodes: Sequence[ast.expr]) -> Texts:
        """`a or b`: the first that is not empty."""
        for node in nodes:
            if self._is_unset(node):
                continue
            found = self.texts(node)
            if found is None or all(found):
                return found
            if any(found):
                return None
        return self.texts(nodes[-1])

    def _is_unset(self, node: ast.expr) -> bool:
        """A variable that nothing sets, and for which nothing stands in."""
        variable = _variable_of(node)
        if variable is None or self.changes_variables or variable[1] is not None:
            return False
        name = variable[0]
        return name not in self.variables and self.environment.get(name) is None

    def _either(self, body: ast.expr, other: ast.expr) -> Texts:
        first, second = self.texts(body), self.texts(other)
        every = dict.fromkeys((*(first or ()), *(second or ())))
        return None if first is None or second is None else list(every)

    def _variable(self, name: str, default: ast.expr | None) -> Texts:
        if self.changes_variables:
            return None
        value = self.environment.get(name)
        if value is not None and value.unread is not None:
            return None
        outside = None if value is None else [value.text]
        if name not in self.variables:
            return self.texts(default) if outside is None else outside
        found = [self.texts(each) for each in self.variables[name]]
        every = [*(outside or ()), *(text for texts in found for text in texts or ())]
        return None if any(texts is None for texts in found) else list(dict.fromkeys(every))

    # -- lists and dictionaries ------------------------------------------------------------------

    def entries(self, node: ast.expr | None) -> dict[str, ast.expr] | None:
        """The entries of a dictionary that is written out; None where they are not known."""
        match node:
            case ast.Name(id=name):
                return self.entries(self.container(name))
            case ast.Call(func=ast.Name(id="dict"), args=[], keywords=words):
                return {w.arg: w.value for w in words if w.arg} if _all_named(words) else None
            case ast.Dict(keys=keys, values=values) if len(keys) <= _ITEMS_MAX:
                found = {
                    key.value: value
                    for key, value in zip(keys, values, strict=True)
                    if isinstance(key, ast.Constant) and isinstance(key.value, str)
                }
                return found if len(found) == len(keys) else None
        return None

    def items(self, node: ast.expr | None) -> Sequence[ast.expr] | None:
        """The items of a list that is written out."""
        match node:
            case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
                starred = any(isinstance(item, ast.Starred) for item in items)
                return None if starred or len(items) > _ITEMS_MAX else items
            case ast.Name(id=name):
                return self.items(self.container(name))
            case ast.Call(func=ast.Attribute(value=value, attr="items"), args=[]):
                entries = self.entries(value)
                pairs = (entries or {}).items()
                return [ast.Tuple([ast.Constant(key), each]) for key, each in pairs] or None
        return None

    def container(self, name: str) -> ast.expr | None:
        """The list or dictionary of a name that is set once, and not changed."""
        values = self.assigned.get(name, [])
        is_one = len(values) == 1 and not isinstance(values[0], ast.Name)
        return values[0] if is_one and self.uses.only_read(name) else None


def _all_named(words: Sequence[ast.keyword]) -> bool:
    return all(word.arg for word in words)


def is_environ(node: ast.expr) -> bool:
    """`os.environ`, and `environ` by its import."""
    return isinstance(node, ast.Attribute | ast.Name) and (
        node.attr == "environ" if isinstance(node, ast.Attribute) else node.id == "environ"
    )


def _variable_of(node: ast.expr) -> tuple[str, ast.expr | None] | None:
    """The name and the default of `os.getenv` and `os.environ.get`."""
    match node:
        case ast.Call(
            func=ast.Attribute(value=value, attr=attr), args=[ast.Constant(value=str(name)), *rest]
        ) if (attr == "get" and is_environ(value)) or attr == "getenv":
            return name, rest[0] if rest else None
        case ast.Call(func=ast.Name(id="getenv"), args=[ast.Constant(value=str(name)), *rest]):
            return name, rest[0] if rest else None
    return None
