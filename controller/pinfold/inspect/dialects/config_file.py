"""vLLM's `--config FILE`: what a YAML file adds to the command line.

Source: vllm/utils/argparse_utils.py (0.33.0), load_config_file and _pull_args_from_config. The file
is read as PyYAML's safe_load reads it: the last of two keys counts, yes and no are booleans.
"""

import json
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import yaml

from pinfold.inspect.commands.model import HOLE, Token
from pinfold.inspect.dialects.parsed import Refuses, Unclear
from pinfold.inspect.dialects.tables import Table
from pinfold.inspect.workload import Code, Where

ReadFile = Callable[[Token], tuple[str, str]]  # text and step; raises Unclear

_MAX_LENGTH = 32 * 1024
_MAX_DEPTH = 100
_MAX_VALUES = 2000  # aliases can make a short text long


def words_of_file(file: Token, table: Table, read: ReadFile, *, whole: bool) -> list[Token]:
    """The words that the file stands for. Raises Refuses, and Unclear where it is not at hand.

    `whole`: the parser has no subcommands. Behind one, it does not find the names of switches.
    """
    if file.text.rpartition(".")[2] not in ("yaml", "yml"):
        raise Refuses(f"{file.text!r} is no .yaml or .yml file", file.place)
    config, via = mapping_of_file(file, read)
    return [
        Token(word, file.place, Where.CONFIG, via)
        for key, value in config.items()
        for word in _words(key, value, table, file, whole=whole)
    ]


def mapping_of_file(
    file: Token, read: ReadFile, *, empty: bool = False
) -> tuple[dict[Any, Any], tuple[str, ...]]:
    """The mapping in a file, and the steps to it; `empty`: it may be empty, which is no mapping.

    Raises Refuses, Unclear.
    """
    text, step = read(file)
    via = (*file.via, step)
    if empty and _load(text, file) is None:
        return {}, via
    return mapping_of_text(text, file), via


def mapping_of_text(text: str, file: Token) -> dict[Any, Any]:
    """The mapping in a text; `file` is where it stands. Raises Refuses, Unclear."""
    config = _load(text, file)
    if not isinstance(config, dict):
        raise Refuses(f"{file.text!r} holds no mapping", file.place)
    return config


def _load(text: str, file: Token) -> Any:
    if len(text) > _MAX_LENGTH:
        raise Unclear(Code.TOO_LARGE, f"{file.text!r} is too large", file.place)
    try:
        value, fits = _loaded(text)
    except Exception as error:  # PyYAML's constructors raise whatever int() and float() do
        raise Refuses(f"{file.text!r} is not YAML", file.place) from error
    if not fits:
        raise Unclear(Code.TOO_LARGE, f"{file.text!r} holds too many values", file.place)
    return value


@lru_cache(maxsize=16)
def _loaded(text: str) -> tuple[Any, bool]:
    """What a text holds, and whether it is not too much: every version reads it again."""
    value = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    return value, _count(value) <= _MAX_VALUES


def _count(value: Any) -> int:
    """How many values there are, an alias counted each time; stops above the limit.

    What is nested deeper than _MAX_DEPTH is above any limit.
    """
    count, stack = 0, [(value, 0)]
    while stack and count <= _MAX_VALUES:
        current, depth = stack.pop()
        count += 1 if depth <= _MAX_DEPTH else _MAX_VALUES
        if isinstance(current, dict):
            stack += [(inner, depth + 1) for inner in (*current.keys(), *current.values())]
        elif isinstance(current, (list, tuple, set)):
            stack += [(inner, depth + 1) for inner in current]
    return count


def _words(key: Any, value: Any, table: Table, file: Token, *, whole: bool) -> list[str]:
    """The words of one key, as each version writes them."""
    if not isinstance(key, str):
        raise Refuses(f"{file.text!r} has a key that is no text", file.place)
    flag = f"--{key}"
    if isinstance(value, bool):
        return [flag] if value else _switch_off(key, table) if whole else []
    if isinstance(value, list) and table.numbers >= (0, 9, 0):
        return [flag, *(as_text(item, file) for item in value)] if value else []
    if isinstance(value, dict) and table.numbers >= (0, 15, 0):
        return [flag, as_json(value, file)]
    return [flag, as_text(value, file)]


def _switch_off(key: str, table: Table) -> list[str]:
    """`key: false`: the newest versions have a name for it, if the option does (0.33, :657)."""
    name = f"--no-{key}"
    return [name] if table.numbers >= (0, 15, 0) and name in table.by_name else []


def as_text(value: Any, file: Token) -> str:
    """A value as Python writes it. Raises Refuses, where it is too long a number."""
    try:
        return str(value)
    except ValueError as error:
        raise Refuses(f"{file.text!r} holds a number that is too long", file.place) from error


def as_json(value: Any, file: Token, default: Callable[[Any], str] | None = None) -> str:
    """A value as JSON; `default` writes what JSON does not know. Raises Refuses."""
    try:
        return json.dumps(value, default=default)
    except (TypeError, ValueError) as error:
        raise Refuses(f"{file.text!r} holds a value that JSON cannot write", file.place) from error


def is_unknown(file: Token) -> bool:
    """Whether the name of the file is not known."""
    return file.many or (file.unread is not None and HOLE in file.text)
