"""Programs in Rust that derive their options with clap: a field of a struct is an option."""

import re
from collections.abc import Iterator
from typing import Any

Row = dict[str, Any]
_STRUCT = re.compile(r"derive\([^)]*Parser[^)]*\)\].*?\nstruct \w+ \{\n(.*?)\n\}", re.DOTALL)
_FIELD = re.compile(r"((?:\s*#\[[^\n]*\]\n)+)\s*(?:pub )?(\w+): ([^\n]+),\n")
_LONG = re.compile(r'\blong = "([\w-]+)"')


def rows(text: str) -> Iterator[Row]:
    """The fields of the struct that derives Parser."""
    struct = _STRUCT.search(text)
    if struct is None:
        raise SystemExit("no struct derives Parser")
    body = re.sub(r"^\s*///[^\n]*\n", "", struct[1] + "\n", flags=re.MULTILINE)
    taken: set[str] = set()
    for attributes, field, kind in _FIELD.findall(body):
        if "long" in attributes:
            row = _row(attributes, field, kind.strip())
            row["names"] = [name for name in row["names"] if name not in taken]
            taken.update(row["names"])  # of two with one short name the first has it
            yield row


def _row(attributes: str, field: str, kind: str) -> Row:
    long = _LONG.search(attributes)
    names = [f"--{long[1] if long else field.replace('_', '-')}"]
    if re.search(r"\bshort\b", attributes):
        names.append(f"-{field[0]}")
    row: Row = {"names": names, "arity": _arity(attributes, kind)}
    if "Vec<" in kind:
        row["append"] = True
    if re.search(r"\benv\b", attributes):
        row["env"] = field.upper()
    return row


def _arity(attributes: str, kind: str) -> str:
    if "num_args = 0..=1" in attributes:
        return "?"
    return "0" if kind == "bool" else "1"
