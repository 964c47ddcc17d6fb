"""What vLLM's `get_kwargs` makes of a dataclass: the annotation of a field decides its option."""

import ast
from collections.abc import Iterator
from typing import Any

from hack.options_.source import Source

Kwargs = dict[str, Any]
_BUILTIN = frozenset({"bool", "int", "str", "float", "dict", "list", "set", "Any"})
_LOWER = {"List": "list", "Dict": "dict", "Set": "set"}


def bases(source: Source, path: str, cls: ast.ClassDef) -> Iterator[tuple[str, ast.ClassDef]]:
    """A class, and those that it inherits from."""
    yield path, cls
    for base in cls.bases:
        found = source.find(path, base.id) if isinstance(base, ast.Name) else None
        if found is not None and isinstance(found[1], ast.ClassDef):
            yield from bases(source, found[0], found[1])


def kwargs_of(source: Source, path: str, cls: ast.ClassDef) -> tuple[dict[str, Kwargs], set[str]]:
    """What `get_kwargs(cls)` returns as far as the syntax tells it, and the files read."""
    fields: dict[str, Kwargs] = {}
    files: set[str] = set()
    for where, base in reversed(list(bases(source, path, cls))):
        files.add(where)
        for statement in base.body:
            match statement:
                case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation):
                    if not ast.unparse(annotation).startswith(("ClassVar", "InitVar")):
                        fields[name] = _kwargs(_hints(source, annotation, where))
    return fields, files


def _hints(source: Source, node: ast.AST, path: str) -> set[str]:
    """The atoms of an annotation: bool, int, str, None, Literal, list, dataclass and so on."""
    match node:
        case ast.Constant(value=None):
            return {"None"}
        case ast.Constant(value=str(text)):
            return _hints(source, ast.parse(text, mode="eval").body, path)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _hints(source, left, path) | _hints(source, right, path)
        case ast.Subscript(value=ast.Name(id=name), slice=inner):
            return _generic(source, name, inner, path)
        case ast.Name(id=name):
            return _named(source, name, path)
        case ast.Attribute(attr=attr):
            return {attr}
    raise SystemExit(f"{path}: cannot read the annotation {ast.unparse(node)}")


def _generic(source: Source, name: str, inner: ast.expr, path: str) -> set[str]:
    arguments = inner.elts if isinstance(inner, ast.Tuple) else [inner]
    match name:
        case "Optional":
            return _hints(source, inner, path) | {"None"}
        case "Union":
            return set().union(*(_hints(source, item, path) for item in arguments))
        case "Annotated":
            return _hints(source, arguments[0], path)
        case "tuple" | "Tuple":
            endless = any(ast.unparse(item) == "..." for item in arguments)
            return {"tuple+" if endless else f"tuple{len(arguments)}"}
    return {_LOWER.get(name, name)}


def _named(source: Source, name: str, path: str) -> set[str]:
    found = None if name in _BUILTIN else source.find(path, name)
    if found is None:
        return {name}
    where, node = found
    if not isinstance(node, ast.ClassDef):
        return _hints(source, node, where)
    if any(ast.unparse(base).startswith("dict") for base in node.bases):
        return {"dict"}
    decorators = " ".join(ast.unparse(item) for item in node.decorator_list)
    return {"dataclass" if "dataclass" in decorators or "config" in decorators else name}


def _kwargs(hints: set[str]) -> Kwargs:
    """The rule of vLLM itself (engine/arg_utils.py, `_compute_kwargs`)."""
    sequence = next((hint for hint in hints if hint.startswith(("tuple", "list", "set"))), None)
    if "dataclass" in hints:
        return {"type": "json"}
    if hints == {"bool", "str", "None"}:
        return {"type": "str", "nargs": "?"}
    if "bool" in hints:
        return {"action": "BooleanOptionalAction"}
    if "Literal" in hints:
        return {"type": "literal"}
    if sequence is not None:
        count = sequence.removeprefix("tuple")
        return {"type": "items", "nargs": int(count) if count.isdigit() else "+"}
    return {"type": _scalar(hints)}


def _scalar(hints: set[str]) -> str:
    for kind in ("int", "float"):
        if kind in hints:
            return kind
    if "dict" in hints:
        return "json-or-str" if hints - {"dict", "None"} else "json"
    return "str"
