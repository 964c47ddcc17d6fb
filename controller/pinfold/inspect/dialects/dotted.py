"""Dotted JSON of vLLM's parser: `--speculative-config.model X` and the like.

All pieces of one spelling become one JSON value at the end of the command line, so they replace
whatever JSON was given for that option. Source: vllm/utils/argparse_utils.py (0.33.0), parse_args.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pinfold.inspect.commands.expansion import worse
from pinfold.inspect.commands.model import HOLE, Token, Unread
from pinfold.inspect.dialects.parsed import Refuses, Unclear, parse_json

Keys = Mapping[tuple[str, ...], Token]
_NUMBER = re.compile(r"(\d+(?:\.\d+)?)([kmgtKMGT])", re.ASCII)
_WHOLE = re.compile(r"[+-]?\d+(?:_\d+)*", re.ASCII)
_MOST_DIGITS = 4000
_MAX_DEPTH = 100
_POWER = {"k": 1, "m": 2, "g": 3, "t": 4}


@dataclass(frozen=True, slots=True)
class Rules:
    """How a parser of this kind reads them."""

    human_numbers: bool  # `80g` is a number
    lists: bool = True  # `--x.key+ a,b` adds to a list
    dashes: str = "-"  # what a name begins with
    values_are_read: bool = False  # a piece that another took for its value counts as well


class _Group:
    """The pieces of one spelling."""

    def __init__(self) -> None:
        self.value: dict[str, Any] = {}
        self.keys: dict[tuple[str, ...], Token] = {}
        self.unread: Unread | None = None

    def add(self, path: list[str], value: Any, word: Token, *, lists: bool) -> None:
        nested: Any = value
        for key in reversed(path):
            nested = {key: nested}
        _merge(self.value, nested, lists=lists)
        self.keys[tuple(path)] = word
        self.unread = worse(self.unread, word.unread)


def gather(words: Sequence[Token], rules: Rules) -> tuple[list[Token], dict[int, Keys]]:
    """The words with their dotted pieces gathered at the end, and where each key of them stood.

    The keys are filed under the id of the value's word.
    """
    kept: list[Token] = []
    groups: dict[str, tuple[Token, _Group]] = {}
    taken = -1
    for index, word in enumerate(words):
        name, equals, _ = word.text.partition("=")
        is_dotted = word.text.startswith(rules.dashes) and "." in name
        if index == taken and not (is_dotted and rules.values_are_read):
            continue
        if not is_dotted:
            kept.append(word)
            continue
        if word.unread and HOLE in name:
            raise Unclear.because(word)
        if equals:
            value = word.cut(len(name) + 1)
        elif index + 1 < len(words):
            taken = index + 1
            value = words[taken]
        else:
            raise Refuses(f"{name} needs a value", word.place)
        _add(groups, word, value, rules)
    return _appended(kept, groups)


def _add(groups: dict[str, tuple[Token, _Group]], word: Token, value: Token, rules: Rules) -> None:
    name = word.text.partition("=")[0]
    is_list = rules.lists and name.endswith("+")
    key, *path = (name[:-1] if is_list else name).split(".")
    if len(path) > _MAX_DEPTH:
        raise Refuses(f"{key} is nested too deeply", word.place)
    group = groups.setdefault(key, (word, _Group()))[1]
    found = value.text.split(",") if is_list else _value(value, human=rules.human_numbers)
    group.add(path, found, value, lists=rules.lists)


def _appended(
    kept: list[Token], groups: dict[str, tuple[Token, _Group]]
) -> tuple[list[Token], dict[int, Keys]]:
    found: dict[int, Keys] = {}
    for key, (word, group) in groups.items():
        text = json.dumps(group.value, ensure_ascii=False)
        value = Token(text, word.place, word.where, word.via, group.unread)
        kept += [word.saying(key), value]
        found[id(value)] = group.keys
    return kept, found


def _value(word: Token, *, human: bool) -> Any:
    try:
        return parse_json(word.text)
    except ValueError:
        return _human(word.text) if human else word.text


def _human(text: str) -> Any:
    """`80g` is a number here; what is no such number stays text."""
    stripped = text.strip()
    match = _NUMBER.fullmatch(stripped)
    if match is None:
        return int(stripped) if _is_whole(stripped) else text
    number, unit = match.groups()
    if unit.islower():
        return int(float(number) * 1000 ** _POWER[unit])
    return text if "." in number else int(number) * 1024 ** _POWER[unit.lower()]


def _is_whole(text: str) -> bool:
    """Whether int() reads it: digits, and single underscores between them."""
    return len(text) <= _MOST_DIGITS and _WHOLE.fullmatch(text) is not None


def _merge(original: dict[str, Any], update: dict[str, Any], *, lists: bool) -> None:
    for key, value in update.items():
        before = original.get(key)
        if isinstance(value, dict) and isinstance(before, dict):
            _merge(before, value, lists=lists)
        elif lists and isinstance(value, list) and isinstance(before, list):
            before += value
        else:
            original[key] = value
