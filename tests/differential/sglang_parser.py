"""SGLang's own merging of a config file, out of its published package, before argparse."""

import contextlib
import io
import logging
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any

from pinfold.inspect.dialects.tables import Table
from tests.differential.published import FILES, text_of
from tests.differential.pythons import argparse_of
from tests.differential.vllm_parser import settings_of

VERSIONS = ("0.5.5", "0.5.23")


@contextlib.contextmanager
def _importing(argparse: Any) -> Iterator[None]:
    before = sys.modules["argparse"]
    sys.modules["argparse"] = argparse
    try:
        yield
    finally:
        sys.modules["argparse"] = before


@cache
def _merger_class(version: str, python: str) -> Any:
    names: dict[str, Any] = {"__name__": "server_args_config_parser"}
    with _importing(argparse_of(python)):
        exec(compile(text_of(FILES[f"sglang-{version}"]), "parser.py", "exec"), names)
    logging.getLogger(names["__name__"]).disabled = True
    return names["ConfigArgumentMerger"]


@cache
def _parser(version: str, python: str) -> Any:
    argparse = argparse_of(python)

    class Paths(argparse.Action):  # type: ignore[misc, name-defined]
        """Stands for LoRAPathAction, of which a config file may have none."""

        def __call__(self, parser: Any, namespace: Any, values: Any, option: Any = None) -> None:
            setattr(namespace, self.dest, values)

    found = argparse.ArgumentParser(prog="sglang", add_help=False)
    for option in Table.load(f"sglang-{version}").options:
        settings = settings_of(option, argparse)
        if option.name == "--lora-paths":
            settings["action"] = Paths
        found.add_argument(*option.names, **settings)
    found.print_usage = lambda _file=None: None  # of 500 options, for each line that is refused
    return found


def parse(version: str, python: str, words: list[str]) -> dict[str, Any] | None:
    """What is kept of a command line with its file; None where it ends with an error."""
    parser, merger = _parser(version, python), _merger_class(version, python)
    quiet = io.StringIO()
    try:
        with contextlib.redirect_stderr(quiet), contextlib.redirect_stdout(quiet):
            if "--config" in words:
                is_old = version == "0.5.5"
                words = (merger([]) if is_old else merger(parser)).merge_config_with_args(words)
            found = vars(parser.parse_args(words))
    except (SystemExit, Exception):  # noqa: BLE001 - whatever it ends with, it does not serve
        return None
    values = {n: v for n, v in found.items() if v is not None and v is not False}
    return None if values.get("help") else values
