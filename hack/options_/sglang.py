"""SGLang's options: `add_argument` calls (0.4), and annotated fields of classes (0.5)."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Row = dict[str, Any]
_SWITCHES = ("store_true", "DeprecatedAction", "DeprecatedStoreTrueAction")


def rows_of(root: Path) -> tuple[list[Row], list[str]]:
    """The options of the package in a folder, and the files that they were read from."""
    files = [root / "srt/server_args.py", *sorted((root / "srt/arg_groups/fields").glob("*.py"))]
    found: list[Row] = []
    read: list[str] = []
    for file in files:
        rows = list(_rows(ast.parse(file.read_text(encoding="utf8"))))
        if rows:
            found += rows
            read.append("sglang/" + file.relative_to(root).as_posix())
    return found, read


def _rows(tree: ast.Module) -> Iterator[Row]:
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name="add_cli_args"):
                yield from _calls(node)
            case ast.AnnAssign(
                target=ast.Name(id=name),
                annotation=ast.Subscript(value=ast.Name(id="A"), slice=ast.Tuple(elts=parts)),
            ):
                row = _field(name, parts)
                if row is not None:
                    yield row


def _calls(function: ast.FunctionDef) -> Iterator[Row]:
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "add_argument":
            names = [ast.literal_eval(argument) for argument in node.args]
            yield _row(names, {k.arg: k.value for k in node.keywords if k.arg}, "")


def _field(name: str, parts: list[ast.expr]) -> Row | None:
    """A field as add_cli_args_from_dataclass takes it (srt/arg_groups/arg_utils.py)."""
    inner, *rest = parts
    given: dict[str, ast.expr] = {}
    for part in rest:
        if isinstance(part, ast.Call):
            given = {k.arg: k.value for k in part.keywords if k.arg}
    if "no_cli" in given:
        return None
    first = given.get("cli_name")
    names = [ast.literal_eval(first) if first else "--" + name.replace("_", "-")]
    names += ast.literal_eval(given["aliases"]) if "aliases" in given else []
    more = given.get("action_kwargs")
    if isinstance(more, ast.Dict):
        given |= {ast.literal_eval(k): v for k, v in zip(more.keys, more.values, strict=True) if k}
    return _row(names, given, _type(inner))


def _type(node: ast.expr) -> str:
    match node:
        case ast.Subscript(value=ast.Name(id="Optional"), slice=inner):
            return _type(inner)
        case ast.BinOp(left=left, right=ast.Constant(value=None)):
            return _type(left)
        case ast.Subscript(value=ast.Name(id=name)) | ast.Name(id=name):
            return name.lower()
    raise SystemExit(f"cannot read the annotation {ast.unparse(node)}")


def _row(names: list[str], given: dict[str, ast.expr], kind: str) -> Row:
    action = ast.unparse(given["action"]) if "action" in given else ""
    row: Row = {"names": names, "arity": _arity(given, kind, action)}
    if "BooleanOptionalAction" in action:
        row["no"] = ["--no-" + name[2:] for name in names]
    return row


def _arity(given: dict[str, ast.expr], kind: str, action: str) -> str:
    if action.strip("'").endswith((*_SWITCHES, "BooleanOptionalAction")):
        return "0"
    if "nargs" in given:
        return str(ast.literal_eval(given["nargs"]) or "1")
    if action.endswith("ConstAction"):
        return "0"
    if kind == "list" and "type_parser" not in given:
        return "+"
    return "0" if kind == "bool" and not action else "1"


def table(root: Path, version: str) -> Row:
    """The table of `sglang serve` and of its launch_server module."""
    options, files = rows_of(root / "sglang")
    options.append({"names": ["-h", "--help"], "arity": "0"})
    ordered = sorted(options, key=lambda row: str(row["names"][0]))
    return {"server": "sglang", "version": version, "read_from": files, "options": ordered}
