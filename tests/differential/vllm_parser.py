"""vLLM's own FlexibleArgumentParser, out of its published package, with the options of our tables.

Only the parser's file is loaded: what it imports of vLLM besides (a logger) has a stand-in, and
`regex`, of which it uses nothing that `re` has not, is `re`.
"""

import contextlib
import io
import json
import re
import sys
import textwrap
import types
from functools import cache
from typing import Any, Union

import yaml

from pinfold.inspect.dialects.tables import Table
from tests.differential.published import FILES, text_of
from tests.differential.pythons import PYTHONS, argparse_of

VERSIONS = ("0.8.5", "0.14.1", "0.33.0")
ENTRIES = ("serve", "module")
# Each with the argparse of both Pythons.
ALL = tuple((v, e, p) for v in VERSIONS for e in ENTRIES for p in PYTHONS)


class _Quiet:
    def __getattr__(self, name: str) -> Any:
        return lambda *_args, **_named: None


@cache
def table(version: str) -> Table:
    return Table.load(f"vllm-{version}")


@cache
def parser_class(version: str, python: str) -> Any:
    text, argparse = text_of(FILES[f"vllm-{version}"]), argparse_of(python)
    if version == "0.8.5":
        return _of_the_old_file(text, argparse)
    return _of_its_own_file(text, argparse)


def _of_its_own_file(text: str, argparse: types.ModuleType) -> Any:
    logger = types.ModuleType("vllm.logger")
    logger.init_logger = lambda _name: _Quiet()  # type: ignore[attr-defined]
    standing_in = {
        "vllm": types.ModuleType("vllm"), "vllm.logger": logger, "regex": re, "argparse": argparse,
    }  # fmt: skip
    before = {name: sys.modules.get(name) for name in standing_in}
    sys.modules.update(standing_in)
    names: dict[str, Any] = {"__name__": "vllm.utils.argparse_utils"}
    try:
        exec(compile(text, "argparse_utils.py", "exec"), names)
    finally:
        for name, module in before.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module
    return names["FlexibleArgumentParser"]


def _of_the_old_file(text: str, argparse: types.ModuleType) -> Any:
    """In 0.8 it stands among much else that needs torch: its classes are cut out."""
    starts = (text.index("class StoreBoolean"), text.index("class SortedHelpFormatter"))
    code = text[min(starts) : text.index("async def _run_task_with_lock")]
    names: dict[str, Any] = {
        **{name: getattr(argparse, name) for name in argparse.__all__},
        "argparse": argparse, "logger": _Quiet(), "json": json, "re": re, "yaml": yaml,
        "textwrap": textwrap, "Union": Union, "Any": Any,
    }  # fmt: skip
    exec("from __future__ import annotations\n" + code, names)
    return names["FlexibleArgumentParser"]


@cache
def parser(version: str, entry: str, python: str) -> Any:
    """The parser of `vllm serve` or of the API server module."""
    whole = parser_class(version, python)(prog="vllm")
    chosen = whole
    if entry == "serve":
        whole.add_argument("-v", "--version", action="version", version="1")
        chosen = whole.add_subparsers(required=False, dest="subparser").add_parser("serve")
    if entry == "serve" or version != "0.8.5":
        chosen.add_argument("model_tag", nargs="?")
    for option in table(version).options:
        if option.name == "-h" or (
            option.names == ("--config",) and version == "0.8.5" and entry != "serve"
        ):
            continue
        chosen.add_argument(*option.names, **settings_of(option, argparse_of(python)))
    return whole


def settings_of(option: Any, argparse: types.ModuleType) -> dict[str, Any]:
    """What `add_argument` is given for an option of a table."""
    found: dict[str, Any] = {}
    if option.no:
        found["action"] = argparse.BooleanOptionalAction
    elif option.arity == "0":
        found["action"] = "store_true"
    elif option.arity != "1":
        found["nargs"] = int(option.arity) if option.arity.isdigit() else option.arity
    if option.append:
        found["action"] = "append"
    if option.arity == "?":
        found["const"] = True
    return found


def parse(version: str, entry: str, python: str, words: list[str]) -> dict[str, Any] | None:
    """What it makes of a command line; None where it ends with an error."""
    quiet = io.StringIO()
    argv = ["serve", *words] if entry == "serve" else words
    try:
        with contextlib.redirect_stderr(quiet), contextlib.redirect_stdout(quiet):
            found = parser(version, entry, python).parse_args(list(argv))
    except (SystemExit, Exception):  # noqa: BLE001 - whatever it ends with, it does not serve
        return None
    return {
        name: value
        for name, value in vars(found).items()
        if value is not None and value is not False and name != "subparser"
    }
