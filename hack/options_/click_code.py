"""Programs made with click: a decorator of a function is an option."""

import ast
from collections.abc import Iterator
from typing import Any

Row = dict[str, Any]


def rows(tree: ast.Module, commands: tuple[str, ...]) -> Iterator[Row]:
    """The options of these commands together, each once."""
    seen: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and _command(node) in commands:
            for decorator in node.decorator_list:
                row = _option(decorator)
                if row is not None and row["names"][0] not in seen:
                    seen.update(row["names"])
                    yield row


def _command(function: ast.FunctionDef) -> str | None:
    """The name in `@click.command("serve")`."""
    for decorator in function.decorator_list:
        match decorator:
            case ast.Call(func=ast.Attribute(attr="command"), args=[ast.Constant(value=str(name))]):
                return name
    return None


def _option(node: ast.expr) -> Row | None:
    match node:
        case ast.Call(func=ast.Attribute(attr="option"), args=args, keywords=keywords):
            texts = [arg.value for arg in args if isinstance(arg, ast.Constant)]
            names = [text for text in texts if isinstance(text, str) and text.startswith("-")]
            given = {keyword.arg: ast.unparse(keyword.value) for keyword in keywords}
            return _row(names, given)
    return None


def _row(names: list[str], given: dict[str | None, str]) -> Row:
    on, _, off = names[0].partition("/")
    row: Row = {"names": [on, *names[1:]], "arity": "1"}
    if off or given.get("is_flag") == "True" or given.get("count") == "True":
        row["arity"] = "0"
    if off:
        row["no"] = [off]
    if given.get("multiple") == "True":
        row["append"] = True
    if "nargs" in given:
        row["arity"] = given["nargs"]
    return row
