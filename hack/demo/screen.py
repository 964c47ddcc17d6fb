"""What the demo prints: headings, what is typed, what came of it."""

import os
import sys

_COLOUR = sys.stdout.isatty() and "NO_COLOR" not in os.environ


def heading(text: str) -> None:
    print(_coloured("1;36", f"\n== {text}"), flush=True)


def say(text: str) -> None:
    print(f"  {text}", flush=True)


def typed(command: str) -> None:
    print(_coloured("1", f"  $ {command}"), flush=True)


def quote(text: str) -> None:
    print("\n".join(f"    {line}" for line in text.splitlines()), flush=True)


def verdict(text: str, *, good: bool) -> None:
    mark = _coloured("32", "✔") if good else _coloured("31", "✘")
    print(f"  {mark} {text}\n", flush=True)


def _coloured(code: str, text: str) -> str:
    return f"\033[{code}m{text}\033[0m" if _COLOUR else text
