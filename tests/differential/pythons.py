"""argparse as CPython 3.12.1 and 3.13.0 have it, whatever Python runs the tests.

Servers' images have these Pythons, and what argparse makes of `--` and of `-x=y` differs from each
to the next. Brython carries the standard library in its package: but for comments, and for how a
help text is laid out, its argparse is CPython's (compared as syntax trees).
"""

import json
import types
from functools import cache
from typing import Any

from tests.differential.published import FILES, text_of

_CARRIED_BY = {"3.12": "brython-3.12.5", "3.13": "brython-3.13.2"}
PYTHONS = tuple(_CARRIED_BY)


@cache
def argparse_of(python: str) -> Any:
    """The module `argparse` of a Python."""
    text = text_of(FILES[_CARRIED_BY[python]])
    scripts, _end = json.JSONDecoder().raw_decode(text, text.index("{"))
    module = types.ModuleType("argparse")
    exec(compile(scripts["argparse"][1], "argparse.py", "exec"), vars(module))
    return module
