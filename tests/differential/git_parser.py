"""Git's own reading of options, by `git rev-parse --parseopt`, with the options of our table."""

import shlex
import subprocess
from functools import cache

from pinfold.inspect.dialects.parsed import Option
from pinfold.inspect.dialects.tables import Table

Kept = dict[str, list[str | None]]  # by an option's first name: its values, None of a switch


@cache
def table() -> Table:
    """Our table of `git clone` without aliases, for which --parseopt has no way to say them."""
    full = Table.load("git-clone-2.49")
    options = tuple(
        Option(_own(o.names), o.arity, o.no[:1], o.type, o.append) for o in full.options
    )
    return Table(full.server, full.version, options)


def _own(names: tuple[str, ...]) -> tuple[str, ...]:
    return (names[0], *(name for name in names[1:] if not name.startswith("--")))


@cache
def _specification() -> str:
    lines = ["git clone", "--"]
    for option in table().options:
        short = [name[1:] for name in option.names[1:]]
        flags = {"0": "", "1": "=", "?": "?"}[option.arity] + ("" if option.no else "!")
        lines.append(f"{','.join([*short, option.name[2:]])}{flags} x")
    return "\n".join(lines) + "\n"


def parse(words: list[str]) -> tuple[Kept, list[str]] | None:
    """What is kept, and what is no option; None where git ends with an error."""
    command = ["git", "rev-parse", "--parseopt", "--stuck-long", "--", *words]
    run = subprocess.run(
        command, input=_specification(), capture_output=True, text=True, check=False
    )
    if run.returncode != 0 or not run.stdout.startswith("set -- "):
        return None
    _set, _dashes, *rest = shlex.split(run.stdout)
    end = rest.index("--")
    kept: Kept = {}
    for word in rest[:end]:
        _keep(word, kept)
    return kept, rest[end + 1 :]


def _keep(word: str, kept: Kept) -> None:
    name, equals, value = word.partition("=")
    option = table().by_name.get(name) or table().by_name[name.replace("--no-", "--", 1)]
    off = name not in option.names
    if off:
        kept.pop(option.name, None)
    if not (off and option.arity == "1"):
        entry = "off" if off else (value if equals else None)
        before = kept.get(option.name, []) if option.append else []
        kept[option.name] = [*before, entry]
