"""Programs that call `add_argument` themselves, one call an option."""

import ast
from collections.abc import Iterator, Mapping
from typing import Any

Row = dict[str, Any]
_SWITCHES = ("store_true", "store_false", "store_const", "count", "help", "version")


def rows(tree: ast.AST, scope: Mapping[str, str] | None = None) -> Iterator[Row]:
    """The options of all calls in a tree; `scope`: the values of names in f-strings."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "add_argument":
            names = [_text(argument, scope or {}) for argument in node.args]
            if names and names[0].startswith("-"):
                yield _row(names, {k.arg: k.value for k in node.keywords if k.arg})


def function(tree: ast.Module, name: str) -> ast.AST:
    """A function or a class of a module, by its name."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name == name:
            return node
    raise SystemExit(f"no {name}")


def _text(node: ast.expr, scope: Mapping[str, str]) -> str:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(_text(part, scope) for part in parts)
        case ast.FormattedValue(value=ast.Name(id=name)) if name in scope:
            return scope[name]
    raise SystemExit(f"the name {ast.unparse(node)} cannot be told")


def _row(names: list[str], given: dict[str, ast.expr]) -> Row:
    action = ast.unparse(given["action"]).strip("'") if "action" in given else ""
    row: Row = {"names": names, "arity": _arity(given, action)}
    if action.endswith("BooleanOptionalAction"):
        row["no"] = ["--no-" + name[2:] for name in names if name.startswith("--")]
    if "type" in given and ast.unparse(given["type"]).endswith("json.loads"):
        row["type"] = "json"
    if action == "append":
        row["append"] = True
    return row


def _arity(given: dict[str, ast.expr], action: str) -> str:
    if action.endswith((*_SWITCHES, "BooleanOptionalAction")):
        return "0"
    return str(ast.literal_eval(given["nargs"])) if "nargs" in given else "1"
