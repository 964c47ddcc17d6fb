"""llama.cpp: the calls of `common_arg` in common/arg.cpp, of its server and its client."""

import re
from typing import Any

Row = dict[str, Any]
_CALL = re.compile(r"\badd_opt\(common_arg\(")
_LIST = re.compile(r"\s*\{([^{}]*)\}\s*,")
_TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"')
_HANDLER = re.compile(r"\]\(common_params &([^)]*)\)")  # what it takes beside the parameters
_ENV = re.compile(r'\.set_env\("(\w+)"\)')


def rows(text: str) -> list[Row]:
    """Each call's names, and what it takes."""
    text = re.sub(r"^\s*//[^\n]*\n", "", text, flags=re.MULTILINE)
    starts = [match.end() for match in _CALL.finditer(text)]
    found: list[Row] = []
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        row = _row(text[start:end])
        if row not in found:  # the programs have some of them apart
            found.append(row)
    return found


def _row(call: str) -> Row:
    names = _LIST.match(call)
    if names is None:
        raise SystemExit(f"a call without names: {call[:80]!r}")
    rest = call[names.end() :]
    found = _TEXT.findall(names[1])
    row: Row = {"names": sorted(found, key=lambda name: not name.startswith("--")), "arity": "0"}
    off = _LIST.match(rest)
    if off is not None:
        row["no"] = _TEXT.findall(off[1])
    else:
        handler = _HANDLER.search(rest)
        row["arity"] = str(handler[1].count(",")) if handler else "0"
    if "lora_adapters.push_back" in rest or "control_vectors.push_back" in rest:
        row["append"] = True
    variable = _ENV.search(rest)
    if variable is not None:
        row["env"] = variable[1]
    return row
