"""Read a server's option table from its published package, without importing it.

usage: python hack/read_options.py vllm 0.33.0 WHEEL_OR_FOLDER > …/servers/tables/vllm-0.33.0.json

vLLM makes most of its options from the fields of dataclasses, so the source is followed by its
syntax tree: `make_arg_parser` is walked as the interpreter would walk it, every `add_argument` is
recorded, and `get_kwargs(SomeConfig)` is answered from the annotations of that class.
What a value cannot be told from the syntax stays out of the table; a name or an arity that cannot
be told is an error, because a table that is not whole would refuse commands that are valid.
"""

import ast
import json
import re
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

type_of_kwargs = dict[str, Any]
UNKNOWN = object()
SOURCES = {  # (the option's module, its function), then the files it may stand in
    "serve": (
        ("entrypoints/common/cli_args.py", "make_arg_parser"),
        ("entrypoints/openai/cli_args.py", "make_arg_parser"),
    ),
}


@dataclass
class Source:
    """A package's modules, parsed when they are asked for."""

    root: Path
    trees: dict[str, ast.Module] = field(default_factory=dict)

    def module(self, path: str) -> ast.Module | None:
        if path not in self.trees:
            file = self.root / path
            if not file.is_file():
                return None
            self.trees[path] = ast.parse(file.read_text(encoding="utf8"))
        return self.trees[path]

    def path_of(self, module: str) -> str | None:
        """The file of a dotted module of the package."""
        base = module.removeprefix("vllm").lstrip(".").replace(".", "/")
        for path in (f"{base}.py", f"{base}/__init__.py".lstrip("/")):
            if (self.root / path).is_file():
                return path
        return None

    def find(self, path: str, name: str, seen: frozenset[str] = frozenset()) -> Any:
        """(path, node) that `name` means in the module at `path`: a class, a function, an alias."""
        tree = self.module(path)
        if tree is None or path in seen:
            return None
        for node in ast.walk(tree):
            if isinstance(node, (ast.ClassDef, ast.FunctionDef)) and node.name == name:
                return path, node
        for node in ast.walk(tree):
            if (found := _alias(node, name)) is not None:
                return path, found
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    if (alias.asname or alias.name) == name:
                        other = self.imported(path, node)
                        if other and (hit := self.find(other, alias.name, seen | {path})):
                            return hit
        return None

    def imported(self, path: str, node: ast.ImportFrom) -> str | None:
        """The file that `from … import` in the file at `path` names, inside the package."""
        module = node.module or ""
        if node.level:
            parents = path.split("/")[: -node.level]
            return self.path_of(".".join(["vllm", *parents, *filter(None, [module])]))
        return self.path_of(module) if module.split(".")[0] == "vllm" else None


def _alias(node: ast.AST, name: str) -> ast.expr | None:
    match node:
        case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
            return value
        case ast.AnnAssign(target=ast.Name(id=target), value=value) if target == name:
            return value
    return None


@dataclass
class Reader:
    """Walks the functions that build a parser, and records the options they add."""

    source: Source
    positionals: list[dict[str, Any]] = field(default_factory=list)
    options: list[dict[str, Any]] = field(default_factory=list)
    files: set[str] = field(default_factory=set)

    # -- statements ------------------------------------------------------------------------------

    def call(self, path: str, function: ast.FunctionDef, scope: dict[str, Any]) -> Any:
        self.files.add(path)
        scope = {"__path__": path, **scope}
        return self.body(function.body, scope)

    def body(self, statements: list[ast.stmt], scope: dict[str, Any]) -> Any:
        for statement in statements:
            if isinstance(statement, ast.Return):
                return self.value(statement.value, scope) if statement.value else None
            self.statement(statement, scope)
        return None

    def statement(self, node: ast.stmt, scope: dict[str, Any]) -> None:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                scope[name] = self.value(value, scope)
            case ast.Assign(targets=[ast.Subscript() as target], value=value):
                self.store(target, self.value(value, scope), scope)
            case ast.AugAssign(target=ast.Subscript()):
                pass  # help texts
            case ast.Delete(targets=[ast.Subscript(value=holder, slice=key)]):
                del self.value(holder, scope)[self.value(key, scope)]
            case ast.Expr(value=value):
                self.value(value, scope)
            case ast.If(test=test, body=body, orelse=orelse):
                self.body(orelse if self.value(test, scope) is False else body, scope)
            case ast.For(target=target, iter=iterable, body=body):
                for item in self.items(iterable, scope):
                    self.bind(target, item, scope)
                    self.body(body, scope)
            case ast.ImportFrom() | ast.Import() | ast.AnnAssign() | ast.FunctionDef():
                pass
            case _:
                raise SystemExit(f"{scope['__path__']}:{node.lineno}: cannot follow this statement")

    def store(self, target: ast.Subscript, value: Any, scope: dict[str, Any]) -> None:
        holder = self.value(target.value, scope)
        if isinstance(holder, dict):
            holder[self.value(target.slice, scope)] = value

    def items(self, node: ast.expr, scope: dict[str, Any]) -> list[Any]:
        match node:
            case ast.Call(func=ast.Attribute(value=holder, attr="items")):
                return list(self.value(holder, scope).items())
        raise SystemExit(f"{scope['__path__']}:{node.lineno}: cannot follow this loop")

    @staticmethod
    def bind(target: ast.expr, item: Any, scope: dict[str, Any]) -> None:
        names = target.elts if isinstance(target, ast.Tuple) else [target]
        values = item if isinstance(target, ast.Tuple) else [item]
        for name, value in zip(names, values, strict=True):
            scope[cast(ast.Name, name).id] = value

    # -- expressions -----------------------------------------------------------------------------

    def value(self, node: ast.expr, scope: dict[str, Any]) -> Any:
        match node:
            case ast.Constant(value=value):
                return value
            case ast.Name(id=name):
                return scope[name] if name in scope else self.named(name, scope)
            case ast.Attribute(attr=attr):
                return ("attribute", attr)
            case ast.List(elts=elts) | ast.Tuple(elts=elts):
                return [self.value(item, scope) for item in elts]
            case ast.Dict(keys=keys, values=values):
                return self.mapping(keys, values, scope)
            case ast.Subscript(value=holder, slice=key):
                return self.item(self.value(holder, scope), self.value(key, scope), node, scope)
            case ast.Compare(left=left, ops=[ast.In()], comparators=[right]):
                holder = self.value(right, scope)
                return self.value(left, scope) in holder if isinstance(holder, dict) else UNKNOWN
            case ast.JoinedStr():
                return self.joined(node, scope)
            case ast.Call():
                return self.called(node, scope)
        return UNKNOWN

    def named(self, name: str, scope: dict[str, Any]) -> Any:
        return ("name", name, scope["__path__"])

    def mapping(self, keys: list[Any], values: list[ast.expr], scope: dict[str, Any]) -> Any:
        result: dict[Any, Any] = {}
        for key, value in zip(keys, values, strict=True):
            if key is None:
                result |= self.value(value, scope)
            else:
                result[self.value(key, scope)] = self.value(value, scope)
        return result

    def item(self, holder: Any, key: Any, node: ast.expr, scope: dict[str, Any]) -> Any:
        if not isinstance(holder, dict):
            return UNKNOWN
        if key not in holder:
            return UNKNOWN  # a default or a help text, which are not followed
        return holder[key]

    def joined(self, node: ast.JoinedStr, scope: dict[str, Any]) -> Any:
        """The one f-string that names options: f"--{key.replace('_', '-')}"."""
        text = ast.unparse(node)
        if match := re.fullmatch(
            r"""f["']--\{(\w+)\.replace\(["']_["'], ?["']-["']\)\}["']""", text
        ):
            return "--" + scope[match[1]].replace("_", "-")
        return UNKNOWN

    def called(self, node: ast.Call, scope: dict[str, Any]) -> Any:
        match node.func:
            case ast.Attribute(attr="add_argument"):
                return self.add(node, scope)
            case ast.Attribute(value=ast.Name(id=owner), attr="add_cli_args" | "add_cli_args_v1"):
                return self.method(scope.get(owner, owner), node.func.attr, scope)
            case ast.Attribute(value=ast.Name(id="cls"), attr=attr):
                return self.method(scope["cls"], attr, scope, self.values(node, scope))
            case ast.Attribute(value=ast.Call(func=ast.Name(id="super")), attr=attr):
                return self.inherited(attr, scope, self.values(node, scope))
            case ast.Attribute(value=holder, attr="pop"):
                return self.popped(holder, node, scope)
            case ast.Name(id="get_kwargs"):
                return self.fields_of(node.args[0], scope)
            case ast.Name(id="optional_type" | "parse_type" | "nullable_kvs"):
                return self.value(node.args[0], scope) if node.args else UNKNOWN
        return UNKNOWN

    def values(self, node: ast.Call, scope: dict[str, Any]) -> list[Any]:
        return [self.value(argument, scope) for argument in node.args]

    def popped(self, holder: ast.expr, node: ast.Call, scope: dict[str, Any]) -> Any:
        owner, arguments = self.value(holder, scope), self.values(node, scope)
        return owner.pop(*arguments) if isinstance(owner, dict) else UNKNOWN

    def method(self, owner: Any, name: str, scope: dict[str, Any], given: list[Any] = []) -> Any:  # noqa: B006
        """Call `owner.name(…)`, looking through its bases."""
        path, cls = self.class_named(owner, scope["__path__"])
        for where, base in self.bases(path, cls):
            for function in base.body:
                if isinstance(function, ast.FunctionDef) and function.name == name:
                    names = [
                        argument.arg for argument in function.args.args if argument.arg != "cls"
                    ]
                    bound = dict(zip(names, given, strict=False))
                    return self.call(where, function, {"cls": (path, cls), "owner": base, **bound})
        return UNKNOWN

    def inherited(self, name: str, scope: dict[str, Any], given: list[Any]) -> Any:
        path, _cls = scope["cls"]
        for base in scope["owner"].bases:
            return self.method(base.id, name, {"__path__": path}, given)
        return UNKNOWN

    # -- options ---------------------------------------------------------------------------------

    def add(self, node: ast.Call, scope: dict[str, Any]) -> Any:
        names: list[str] = []
        for argument in node.args:
            value = self.value(
                argument.value if isinstance(argument, ast.Starred) else argument, scope
            )
            names += value if isinstance(value, list) else [value]
        kwargs: type_of_kwargs = {}
        for keyword in node.keywords:
            value = self.value(keyword.value, scope)
            kwargs |= {keyword.arg: value} if keyword.arg else value
        if not all(isinstance(name, str) for name in names):
            raise SystemExit(f"{scope['__path__']}:{node.lineno}: an option without a name")
        self.record(names, kwargs)
        return UNKNOWN

    def record(self, names: list[str], kwargs: type_of_kwargs) -> None:
        row: dict[str, Any] = {"names": names, "arity": _arity(kwargs)}
        if "BooleanOptionalAction" in str(kwargs.get("action")):
            row["no"] = ["--no-" + name[2:] for name in names if name.startswith("--")]
        if "append" in str(kwargs.get("action")):
            row["append"] = True
        if kind := _type(kwargs):
            row["type"] = kind
        if names[0].startswith("-"):
            self.options.append(row)
        else:
            self.positionals.append(row)

    # -- dataclasses -----------------------------------------------------------------------------

    def class_named(self, owner: Any, path: str) -> tuple[str, ast.ClassDef]:
        if isinstance(owner, tuple) and isinstance(owner[1], ast.ClassDef):
            return owner[0], owner[1]
        name = owner if isinstance(owner, str) else owner[1]
        found = self.source.find(path, name)
        if found is None or not isinstance(found[1], ast.ClassDef):
            raise SystemExit(f"{path}: no class {name}")
        return cast("tuple[str, ast.ClassDef]", found)

    def bases(self, path: str, cls: ast.ClassDef) -> Iterator[tuple[str, ast.ClassDef]]:
        yield path, cls
        for base in cls.bases:
            if isinstance(base, ast.Name) and (found := self.source.find(path, base.id)):
                yield from self.bases(*found)

    def fields_of(self, node: ast.expr, scope: dict[str, Any]) -> dict[str, type_of_kwargs]:
        """What `get_kwargs(Class)` returns, as far as the syntax tells it."""
        owner = scope["cls"] if ast.unparse(node) == "cls" else ast.unparse(node)
        path, cls = self.class_named(owner, scope["__path__"])
        fields: dict[str, type_of_kwargs] = {}
        for where, base in reversed(list(self.bases(path, cls))):
            self.files.add(where)
            for statement in base.body:
                if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                    annotation = ast.unparse(statement.annotation)
                    if not annotation.startswith(("ClassVar", "InitVar")):
                        hints = self.hints(statement.annotation, where)
                        fields[statement.target.id] = _kwargs(hints)
        return fields

    def hints(self, node: ast.expr, path: str) -> set[str]:
        """The atoms of an annotation: bool, int, str, None, Literal, list, dataclass …"""
        match node:
            case ast.Constant(value=None):
                return {"None"}
            case ast.Constant(value=str(text)):
                return self.hints(ast.parse(text, mode="eval").body, path)
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                return self.hints(left, path) | self.hints(right, path)
            case ast.Subscript(value=ast.Name(id="Optional"), slice=inner):
                return self.hints(inner, path) | {"None"}
            case ast.Subscript(value=ast.Name(id="Union"), slice=ast.Tuple(elts=elts)):
                return set().union(*(self.hints(item, path) for item in elts))
            case ast.Subscript(value=ast.Name(id="Annotated"), slice=ast.Tuple(elts=[first, *_])):
                return self.hints(first, path)
            case ast.Subscript(value=ast.Name(id="tuple" | "Tuple"), slice=ast.Tuple(elts=elts)):
                ellipsis = any(ast.unparse(item) == "..." for item in elts)
                return {"tuple+" if ellipsis else f"tuple{len(elts)}"}
            case ast.Subscript(value=ast.Name(id=name), slice=_):
                return {{"List": "list", "Dict": "dict", "Set": "set"}.get(name, name)}
            case ast.Name(id=name):
                return self.named_hint(name, path)
            case ast.Attribute(attr=attr):
                return {attr}
        raise SystemExit(f"{path}: cannot read the annotation {ast.unparse(node)}")

    def named_hint(self, name: str, path: str) -> set[str]:
        if name in {"bool", "int", "str", "float", "dict", "list", "set", "Any"}:
            return {name}
        found = self.source.find(path, name)
        if found is None:
            return {name}
        where, node = found
        if isinstance(node, ast.ClassDef):
            decorators = " ".join(ast.unparse(item) for item in node.decorator_list)
            bases = {ast.unparse(base) for base in node.bases}
            if "dict" in bases or any(base.startswith("dict[") for base in bases):
                return {"dict"}
            return {"dataclass" if "dataclass" in decorators or "config" in decorators else name}
        return self.hints(node, where)


def _kwargs(hints: set[str]) -> type_of_kwargs:
    """vLLM's own rule from hints to argparse (engine/arg_utils.py, `_compute_kwargs`)."""
    sequence = next((hint for hint in hints if hint.startswith(("tuple", "list", "set"))), None)
    if "dataclass" in hints:
        return {"type": "json"}
    if hints == {"bool", "str", "None"}:
        return {"type": "str", "nargs": "?"}
    if "bool" in hints:
        return {"action": "BooleanOptionalAction"}
    if "Literal" in hints:
        return {"type": "literal"}
    if sequence:
        count = sequence.removeprefix("tuple")
        return {"type": "items", "nargs": int(count) if count.isdigit() else "+"}
    for kind in ("int", "float"):
        if kind in hints:
            return {"type": kind}
    if "dict" in hints:
        others = hints - {"dict", "None"}
        return {"type": "json-or-str" if others else "json"}
    return {"type": "str"}


def _arity(kwargs: type_of_kwargs) -> str:
    action = str(kwargs.get("action"))
    if any(
        name in action for name in ("BooleanOptionalAction", "store_true", "store_false", "help")
    ):
        return "0"
    nargs = kwargs.get("nargs")
    if nargs is UNKNOWN:
        raise SystemExit("an option whose nargs cannot be told")
    return str(nargs) if nargs is not None else "1"


def _type(kwargs: type_of_kwargs) -> str | None:
    kind = kwargs.get("type")
    if isinstance(kind, str):
        return kind
    if isinstance(kind, tuple):
        return {"loads": "json", "from_cli": "json", "from_json": "json"}.get(kind[1], kind[1])
    return None


def read_vllm(root: Path, version: str) -> dict[str, Any]:
    """The table of `vllm serve` and of its API server module."""
    source = Source(root / "vllm")
    for path, name in SOURCES["serve"]:
        found = source.find(path, name)
        if found:
            break
    else:
        raise SystemExit("make_arg_parser was not found")
    reader = Reader(source)
    reader.call(*found, {})
    for name in ("help", "config"):
        if not any(f"--{name}" in row["names"] for row in reader.options):
            arity = {"help": "0", "config": "1"}[name]
            names = ["-h", "--help"] if name == "help" else ["--config"]
            reader.options.append({"names": names, "arity": arity})
    return {
        "server": "vllm",
        "version": version,
        "read_from": sorted("vllm/" + path for path in reader.files),
        "options": sorted(reader.options, key=lambda row: cast(str, row["names"][0])),
    }


def main() -> None:
    server, version, package = sys.argv[1:4]
    if server != "vllm":
        raise SystemExit("only vllm's tables are generated")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(package)
        if root.is_file():
            with zipfile.ZipFile(root) as wheel:
                wheel.extractall(folder, [n for n in wheel.namelist() if n.endswith(".py")])
            root = Path(folder)
        table = read_vllm(root, version)
    rows = ",\n".join("  " + json.dumps(row) for row in table.pop("options"))
    head = json.dumps(table, indent=1).removesuffix("\n}")
    print(f'{head},\n "options": [\n{rows}\n ]\n}}')


if __name__ == "__main__":
    main()
