"""vLLM's options: of `vllm serve`, and of the other commands that take the engine's options."""

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hack.options_.parser_code import Reader
from hack.options_.source import Source

Row = dict[str, Any]
# Where each command's parser is made, newest first: a function, or the body of a module.
MAKERS: dict[str, tuple[tuple[str, str], ...]] = {
    "serve": (
        ("entrypoints/common/cli_args.py", "make_arg_parser"),
        ("entrypoints/openai/cli_args.py", "make_arg_parser"),
    ),
    "run-batch": (
        ("entrypoints/launchers/run_batch.py", "make_arg_parser"),
        ("entrypoints/openai/run_batch.py", "make_arg_parser"),
        ("entrypoints/openai/run_batch.py", "parse_args"),
    ),
    "grpc_server": (
        ("entrypoints/launchers/grpc_server.py", "main"),
        ("entrypoints/grpc_server.py", "main"),
    ),
    "api_server": (("entrypoints/api_server.py", "__main__"),),
    "preload": (("entrypoints/cli/preload.py", "PreloadSubcommand.add_cli_args"),),
    "bench latency": (("benchmarks/latency.py", "add_cli_args"),),
    "bench startup": (("benchmarks/startup.py", "add_cli_args"),),
    "bench throughput": (("benchmarks/throughput.py", "add_cli_args"),),
}


def table(root: Path, version: str) -> Row:
    """The table of `vllm serve` and of its API server module."""
    reader = _read(Source(root / "vllm"), "serve")
    if reader is None:
        raise SystemExit("make_arg_parser was not found")
    return {
        "server": "vllm",
        "version": version,
        "read_from": sorted("vllm/" + path for path in reader.files),
        "options": _sorted(reader.options),
    }


def entries(root: Path, version: str) -> Row:
    """The other commands: what each has beside the engine's options, which `vllm serve` has too."""
    source = Source(root / "vllm")
    serve = _read(source, "serve")
    assert serve is not None
    known = {row["names"][-1]: row for row in serve.options}
    reader, files = _reader(source), set(serve.files)
    found = source.find("engine/arg_utils.py", "EngineArgs")
    assert found is not None
    assert isinstance(found[1], ast.ClassDef)
    reader.method((found[0], found[1]), "add_cli_args")
    engine = [row["names"][-1] for row in reader.options]
    found_entries: dict[str, Row] = {}
    for name in list(MAKERS)[1:]:
        one = _read(source, name)
        if one is not None:
            own = [row for row in one.options if row["names"][-1] not in engine]
            if set(engine) - {row["names"][-1] for row in one.options}:
                raise SystemExit(f"{name} has not all of the engine's options")
            same = [row["names"][-1] for row in own if known.get(row["names"][-1]) == row]
            files |= one.files
            found_entries[name] = {
                "also": sorted(same),
                "options": _sorted([row for row in own if row["names"][-1] not in same]),
            }
    return {
        "server": "vllm",
        "version": version,
        "read_from": sorted("vllm/" + path for path in files),
        "engine": sorted(engine),
        "entries": found_entries,
    }


def _read(source: Source, command: str) -> Reader | None:
    """The options of one command; None where this version does not have it."""
    for path, name in MAKERS[command]:
        follow = _follow(source, path, name)
        if follow is not None:
            reader = _reader(source)
            follow(reader)
            reader.complete(["-h", "--help"], "0")  # argparse adds it
            if command == "serve":
                reader.complete(["--config"], "1")  # in 0.8 `vllm serve` adds it
            return reader
    return None


def _follow(source: Source, path: str, name: str) -> Callable[[Reader], object] | None:
    tree = source.module(path)
    if tree is None:
        return None
    if name == "__main__":
        body = [node for node in tree.body if isinstance(node, ast.If)][-1].body
        return lambda reader: reader.statements(path, body)
    owner, _, method = name.rpartition(".")
    found = source.find(path, owner or method)
    if found is None:
        return None
    if isinstance(found[1], ast.ClassDef):
        cls = found[0], found[1]
        return lambda reader: reader.method(cls, method)
    function = found
    return lambda reader: reader.call(*function, {})


def _reader(source: Source) -> Reader:
    return Reader(source, inverses=source.mentions("EnableDisableAction"))


def _sorted(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: str(row["names"][0]))
