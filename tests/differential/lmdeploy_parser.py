"""LMDeploy's own parser, out of its published package, with the options of our table."""

import ast
import contextlib
import io
import json
import re
import sys
from collections import defaultdict
from functools import cache
from typing import Any

from pinfold.inspect.dialects.tables import Table
from tests.differential.published import FILES, text_of
from tests.differential.pythons import argparse_of
from tests.differential.vllm_parser import settings_of

NAME = "lmdeploy-0.18.0"
_CLASS = "FlexibleArgumentParser"


def _parser_class(python: str) -> Any:
    """The class alone: what stands beside it needs nothing, but is a lot."""
    text = text_of(FILES[NAME])
    body: list[ast.stmt] = [
        n for n in ast.parse(text).body if isinstance(n, ast.ClassDef) and n.name == _CLASS
    ]
    names: dict[str, Any] = {
        "argparse": argparse_of(python), "json": json, "re": re, "sys": sys, "Any": Any,
        "defaultdict": defaultdict,
    }  # fmt: skip
    exec(compile(ast.Module(body, []), "utils.py", "exec"), names)
    return names[_CLASS]


@cache
def _parser(python: str) -> Any:
    whole = _parser_class(python)(prog="lmdeploy")
    serve = whole.add_subparsers(dest="command").add_parser("serve")
    chosen = serve.add_subparsers(dest="subcommand").add_parser("api_server")
    chosen.add_argument("model_tag")
    for option in Table.load(NAME).options:
        if option.name not in ("-h", "--help"):
            chosen.add_argument(*option.names, **settings_of(option, argparse_of(python)))
    return whole


def parse(words: list[str], python: str) -> dict[str, Any] | None:
    """What it makes of the words after `lmdeploy serve api_server`; None where it ends there."""
    quiet = io.StringIO()
    try:
        with contextlib.redirect_stderr(quiet), contextlib.redirect_stdout(quiet):
            found = vars(_parser(python).parse_args(["serve", "api_server", *words]))
    except (SystemExit, Exception):  # noqa: BLE001 - whatever it ends with, it does not serve
        return None
    left_out = ("command", "subcommand")
    return {
        name: value
        for name, value in found.items()
        if value is not None and value is not False and name not in left_out
    }
