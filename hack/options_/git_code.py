"""git's commands: the macros of a `struct option` in C (parse-options.h)."""

import re
from collections.abc import Iterator
from typing import Any

Row = dict[str, Any]
_ARRAY = re.compile(r"struct option builtin_\w+_options\[\] = \{\n(.*?)\bOPT_END\(\)", re.DOTALL)
_MACRO = re.compile(r"(OPT_\w+)\(|\{\s*(?:OPTION_|\.)")
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
_LETTER = re.compile(r"'(\w)'")
_VALUE = ("STRING", "INTEGER", "UNSIGNED", "FILENAME")
# Macros that stand for options of a fixed name.
_FIXED: dict[str, list[Row]] = {
    "OPT__VERBOSITY": [
        {"names": ["--verbose", "-v"], "arity": "0", "no": ["--no-verbose"]},
        {"names": ["--quiet", "-q"], "arity": "0", "no": ["--no-quiet"]},
    ],
    "OPT_IPVERSION": [
        {"names": ["--ipv4", "-4"], "arity": "0"},
        {"names": ["--ipv6", "-6"], "arity": "0"},
    ],
    "OPT_PARSE_LIST_OBJECTS_FILTER": [
        {"names": ["--filter"], "arity": "1", "no": ["--no-filter"]},
    ],
}


def rows(text: str) -> Iterator[Row]:
    """The options of the command, an alias with the option that it stands for."""
    array = _ARRAY.search(text)
    if array is None:
        raise SystemExit("no struct option builtin_…_options")
    found: dict[str, Row] = {}
    for macro, entry in _entries(array[1]):
        if macro == "OPT_ALIAS":
            alias, original = _STRING.findall(entry)[:2]
            found[original]["names"].append(f"--{alias}")
            found[original]["no"].append(f"--no-{alias}")
        for row in _FIXED.get(macro) or ([] if macro == "OPT_ALIAS" else [_row(macro, entry)]):
            found[row["names"][0].removeprefix("--")] = row
    yield from found.values()


def _entries(body: str) -> Iterator[tuple[str, str]]:
    """The macro (none of a bare struct) and the text of each entry."""
    starts = list(_MACRO.finditer(body))
    nested = [s for s in starts if not _is_inside(body[: s.start()])]
    for start, following in zip(nested, [*nested[1:], None], strict=True):
        end = following.start() if following else len(body)
        yield start[1] or "", body[start.start() : end]


def _is_inside(before: str) -> bool:
    plain = _STRING.sub("", before)
    return plain.count("(") > plain.count(")") or plain.count("{") > plain.count("}")


def _row(macro: str, entry: str) -> Row:
    name = _STRING.search(entry)
    if name is None:
        raise SystemExit(f"an option without a name: {entry[:60]}")
    letter = _LETTER.search(entry[: name.start()])
    row: Row = {"names": [f"--{name[1]}", *([f"-{letter[1]}"] if letter else [])]}
    row["arity"] = _arity(macro, entry)
    if "NONEG" not in entry:
        bare = name[1].removeprefix("no-")
        row["no"] = [f"--{bare}" if bare != name[1] else f"--no-{bare}"]
    if macro == "OPT_STRING_LIST":
        row["append"] = True
    return row


def _arity(macro: str, entry: str) -> str:
    if "OPTARG" in entry:
        return "?"
    takes_value = macro == "" or any(kind in macro for kind in _VALUE)
    return "1" if takes_value and "NOARG" not in entry else "0"
