"""Programs made with typer: a parameter of a function is an option."""

import ast
from collections.abc import Iterator, Mapping
from typing import Any

Row = dict[str, Any]


def rows(function: ast.FunctionDef, aliases: Mapping[str, ast.expr]) -> Iterator[Row]:
    """A function's parameters as options; `aliases`: what names of annotations stand for."""
    arguments = function.args.args
    defaults = [None] * (len(arguments) - len(function.args.defaults)) + [*function.args.defaults]
    for argument, default in zip(arguments, defaults, strict=True):
        kind, given = _annotation(argument.annotation, aliases)
        names, is_argument = _names(given or default)
        if default is not None and not is_argument:
            own = "--" + argument.arg.replace("_", "-")
            names.sort(key=lambda name: (name != own, not name.startswith("--")))
            yield _row(names or [own], kind, named=bool(names))


def aliases_of(tree: ast.Module) -> dict[str, ast.expr]:
    """`RevisionOpt = Annotated[…]` and the like."""
    return {
        node.targets[0].id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }


def _annotation(
    node: ast.expr | None, aliases: Mapping[str, ast.expr]
) -> tuple[str, ast.expr | None]:
    match node:
        case ast.Name(id=name) if name in aliases:
            return _annotation(aliases[name], aliases)
        case ast.Subscript(value=ast.Name(id="Annotated"), slice=ast.Tuple(elts=[inner, call])):
            return ast.unparse(inner), call
    return ast.unparse(node) if node else "", None


def _names(call: ast.expr | None) -> tuple[list[str], bool]:
    """The names that an Option is given, and whether it is an Argument."""
    if not isinstance(call, ast.Call):
        return [], False
    given = [arg.value for arg in call.args if isinstance(arg, ast.Constant)]
    names = [name for name in given if isinstance(name, str) and name.startswith("-")]
    return names, ast.unparse(call.func).endswith("Argument")


def _row(names: list[str], kind: str, *, named: bool) -> Row:
    kind = kind.removesuffix(" | None")
    row: Row = {"names": names, "arity": "1"}
    if kind in ("bool", "list[bool]"):
        row["arity"] = "0"
        if not named:
            row["no"] = [f"--no-{names[0][2:]}"]
    elif kind.startswith("list["):
        row["append"] = True
    return row
