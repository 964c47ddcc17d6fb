"""Walks the functions that build a parser as the interpreter would, and records their options."""

import ast
import re
from typing import Any

from hack.options_.annotations import Kwargs, bases, kwargs_of
from hack.options_.source import Source

UNKNOWN = object()  # a value that the syntax does not tell, and that nothing here asks for
Scope = dict[str, Any]
_FLAG = re.compile(r"""f["']--\{(\w+)\.replace\(["']_["'], ?["']-["']\)\}["']""")
_SWITCHES = ("BooleanOptionalAction", "store_true", "store_false", "help")
_JSON = {"loads": "json", "from_cli": "json", "from_json": "json"}
_INVERSE = {"--enable-": "--disable-", "--disable-": "--enable-"}


class Reader:
    """Follows the code; `inverses`: a switch --enable-x also answers to --disable-x."""

    def __init__(self, source: Source, *, inverses: bool) -> None:
        self.source = source
        self.inverses = inverses
        self.positionals: list[dict[str, Any]] = []
        self.options: list[dict[str, Any]] = []
        self.files: set[str] = set()

    def complete(self, names: list[str], arity: str) -> None:
        """An option that is there, whether or not the code followed adds it."""
        if not any(names[-1] in row["names"] for row in self.options):
            self.options.append({"names": names, "arity": arity})

    # -- statements ------------------------------------------------------------------------------

    def call(self, path: str, function: ast.AST, scope: Scope) -> Any:
        """Follow a function of the file at `path`; its value, as far as it is told."""
        assert isinstance(function, ast.FunctionDef)
        self.files.add(path)
        return self._body(function.body, {"__path__": path, **scope})

    def statements(self, path: str, body: list[ast.stmt]) -> Any:
        """Follow the body of a module."""
        self.files.add(path)
        return self._body(body, {"__path__": path})

    def method(self, cls: tuple[str, ast.ClassDef], name: str) -> Any:
        """Follow a method of a class."""
        return self._method(cls, name, [])

    def _body(self, statements: list[ast.stmt], scope: Scope) -> Any:
        for statement in statements:
            if isinstance(statement, ast.Return):
                return self._value(statement.value, scope) if statement.value else None
            self._statement(statement, scope)
        return None

    def _statement(self, node: ast.stmt, scope: Scope) -> None:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                scope[name] = self._value(value, scope)
            case ast.Assign(targets=[ast.Subscript(value=holder, slice=key)], value=value):
                self._value(holder, scope)[self._value(key, scope)] = self._value(value, scope)
            case ast.Delete(targets=[ast.Subscript(value=holder, slice=key)]):
                del self._value(holder, scope)[self._value(key, scope)]
            case ast.Expr(value=value):
                self._value(value, scope)
            case ast.If(test=test, body=body, orelse=orelse):
                self._body(orelse if self._value(test, scope) is False else body, scope)
            case ast.For():
                self._loop(node, scope)
            case (
                ast.AugAssign(target=ast.Subscript())
                | ast.ImportFrom()
                | ast.AnnAssign()
                | ast.FunctionDef()
                | ast.Try()
            ):
                pass  # help texts, names, what turns a text into a value, and what runs at last
            case _:
                raise SystemExit(f"{scope['__path__']}:{node.lineno}: cannot follow this statement")

    def _loop(self, node: ast.For, scope: Scope) -> None:
        """`for key, value in kwargs.items()`: the one loop there is."""
        match node.target, node.iter:
            case (
                ast.Tuple(elts=[ast.Name(id=key), ast.Name(id=value)]),
                ast.Call(func=ast.Attribute(value=holder, attr="items")),
            ):
                for item in list(self._value(holder, scope).items()):
                    scope[key], scope[value] = item
                    self._body(node.body, scope)
            case _:
                raise SystemExit(f"{scope['__path__']}:{node.lineno}: cannot follow this loop")

    # -- expressions -----------------------------------------------------------------------------

    def _value(self, node: ast.expr, scope: Scope) -> Any:
        match node:
            case ast.Constant(value=value):
                return value
            case ast.Name(id=name):
                return scope.get(name, ("name", name))
            case ast.Attribute(attr=attr):
                return ("attribute", attr)
            case ast.List(elts=elts) | ast.Tuple(elts=elts):
                return [self._value(item, scope) for item in elts]
            case ast.Dict(keys=keys, values=values):
                return self._mapping(keys, values, scope)
            case ast.Subscript(value=holder, slice=key):
                held = self._value(holder, scope)
                return held.get(self._value(key, scope), UNKNOWN) if _is_dict(held) else UNKNOWN
            case ast.Compare(left=left, ops=[ast.In()], comparators=[right]):
                holder = self._value(right, scope)
                return self._value(left, scope) in holder if _is_dict(holder) else UNKNOWN
            case ast.JoinedStr():
                match = _FLAG.fullmatch(ast.unparse(node))
                return "--" + scope[match[1]].replace("_", "-") if match else UNKNOWN
            case ast.Call():
                return self._called(node, scope)
        return UNKNOWN

    def _mapping(self, keys: list[ast.expr | None], values: list[ast.expr], scope: Scope) -> Any:
        result: dict[Any, Any] = {}
        for key, value in zip(keys, values, strict=True):
            if key is None:
                result |= self._value(value, scope)
            else:
                result[self._value(key, scope)] = self._value(value, scope)
        return result

    def _called(self, node: ast.Call, scope: Scope) -> Any:
        given = [self._value(argument, scope) for argument in node.args]
        match node.func:
            case ast.Attribute(attr="add_argument"):
                return self._add(node, scope)
            case ast.Attribute(value=ast.Name(id="cls"), attr=attr):
                return self._method(scope["cls"], attr, given)
            case ast.Attribute(value=ast.Name(id=owner), attr="add_cli_args"):
                return self._method(self._class(owner, scope["__path__"]), "add_cli_args", [])
            case ast.Attribute(value=ast.Call(func=ast.Name(id="super")), attr=attr):
                base = self._class(scope["owner"].bases[0].id, scope["__path__"])
                return self._method(base, attr, given)
            case ast.Attribute(value=holder, attr="pop"):
                held = self._value(holder, scope)
                return held.pop(*given) if _is_dict(held) else UNKNOWN
            case ast.Name(id="get_kwargs"):
                return self._fields(ast.unparse(node.args[0]), scope)
            case ast.Name(id="optional_type" | "parse_type"):
                return given[0]
            case ast.Name(id=name) if _takes_parser(node):
                return self._function(name, scope)
        return UNKNOWN

    def _function(self, name: str, scope: Scope) -> Any:
        """Call a function that adds options to the parser."""
        found = self.source.find(scope["__path__"], name)
        if found is None or not isinstance(found[1], ast.FunctionDef):
            return UNKNOWN
        return self.call(*found, {})

    def _fields(self, name: str, scope: Scope) -> dict[str, Kwargs]:
        cls = scope["cls"] if name == "cls" else self._class(name, scope["__path__"])
        fields, files = kwargs_of(self.source, *cls)
        self.files |= files
        return fields

    def _class(self, name: str, path: str) -> tuple[str, ast.ClassDef]:
        found = self.source.find(path, name)
        if found is None or not isinstance(found[1], ast.ClassDef):
            raise SystemExit(f"{path}: no class {name}")
        return found[0], found[1]

    def _method(self, owner: tuple[str, ast.ClassDef], name: str, given: list[Any]) -> Any:
        """Call a method, looking through the bases of its class."""
        for path, base in bases(self.source, *owner):
            for function in base.body:
                if isinstance(function, ast.FunctionDef) and function.name == name:
                    names = [item.arg for item in function.args.args if item.arg != "cls"]
                    bound = dict(zip(names, given, strict=False))
                    return self.call(path, function, {"cls": owner, "owner": base, **bound})
        return UNKNOWN

    # -- options ---------------------------------------------------------------------------------

    def _add(self, node: ast.Call, scope: Scope) -> Any:
        names: list[Any] = []
        for argument in node.args:
            inner = argument.value if isinstance(argument, ast.Starred) else argument
            value = self._value(inner, scope)
            names += value if isinstance(value, list) else [value]
        kwargs: Kwargs = {}
        for keyword in node.keywords:
            value = self._value(keyword.value, scope)
            kwargs |= {keyword.arg: value} if keyword.arg else value
        if not all(isinstance(name, str) for name in names):
            raise SystemExit(f"{scope['__path__']}:{node.lineno}: an option without a name")
        self._record(names, kwargs)
        return UNKNOWN

    def _record(self, names: list[str], kwargs: Kwargs) -> None:
        action = str(kwargs.get("action"))
        row: dict[str, Any] = {"names": names, "arity": _arity(kwargs, action)}
        if "BooleanOptionalAction" in action:
            row["no"] = self._negations(names)
        if "append" in action:
            row["append"] = True
        kind = kwargs.get("type")
        kind = _JSON.get(kind[1], kind[1]) if isinstance(kind, tuple) else kind
        if isinstance(kind, str):
            row["type"] = kind
        (self.options if names[0].startswith("-") else self.positionals).append(row)

    def _negations(self, names: list[str]) -> list[str]:
        found = ["--no-" + name[2:] for name in names if name.startswith("--")]
        for prefix, inverse in _INVERSE.items() if self.inverses else ():
            found += [inverse + n.removeprefix(prefix) for n in names if n.startswith(prefix)]
        return found


def _arity(kwargs: Kwargs, action: str) -> str:
    if any(name in action for name in _SWITCHES):
        return "0"
    nargs = kwargs.get("nargs", "1")
    if nargs is UNKNOWN:
        raise SystemExit("an option whose number of values cannot be told")
    return str(nargs)


def _takes_parser(node: ast.Call) -> bool:
    return any("parser" in ast.unparse(argument) for argument in node.args)


def _is_dict(value: Any) -> bool:
    return isinstance(value, dict)
