"""Option tables: generated data (hack/read_options.py), looked up by name and by abbreviation."""

import pkgutil
import re
from bisect import bisect_left
from functools import cache, lru_cache

import msgspec

from pinfold.inspect.dialects.parsed import Option

_HOME = "pinfold.inspect.servers"


class _File(msgspec.Struct):
    server: str
    version: str
    options: tuple[Option, ...]


class Table:
    """The options of one version of a program."""

    def __init__(self, server: str, version: str, options: tuple[Option, ...]) -> None:
        self.server = server
        self.version = version
        self.numbers = numbers_of(version) or (0, 0, 0)
        self.options = options
        self.by_name = {name: o for o in options for name in (*o.names, *o.no)}
        self._sorted = sorted(self.by_name)
        self._abbreviations: dict[str, tuple[str, ...]] = {}

    @classmethod
    def load(cls, name: str) -> "Table":
        """The table `name`, such as `vllm-0.33.0`: part of the package, read as it is imported."""
        data = pkgutil.get_data(_HOME, f"tables/{name}.json")
        assert data is not None, name
        file = msgspec.json.decode(data, type=_File)
        return cls(file.server, file.version, file.options)

    def starting_with(self, prefix: str) -> tuple[str, ...]:
        """Every option name that begins with `prefix`."""
        found = []
        for name in self._sorted[bisect_left(self._sorted, prefix) :]:
            if not name.startswith(prefix):
                break
            found.append(name)
        return tuple(found)


_NUMBERS = re.compile(r"v?(\d{1,4})\.(\d{1,4})(?:\.(\d{1,4}))?(?![0-9])", re.ASCII)


@lru_cache(maxsize=1024)
def numbers_of(version: str) -> tuple[int, int, int] | None:
    """The numbers that a version or a tag begins with: `v0.33.0-cu129` is (0, 33, 0)."""
    match = _NUMBERS.match(version)
    return (int(match[1]), int(match[2]), int(match[3] or 0)) if match else None


@cache
def widened(tables: tuple[Table, ...], table: Table) -> Table:
    """A table with the options, and the names of options, that only other versions have."""
    options = {option.name: option for option in table.options}
    taken = set(table.by_name)
    for option in (o for other in tables for o in other.options):
        own = options.get(option.name)
        names = tuple(name for name in option.names if name not in taken)
        no = tuple(name for name in option.no if name not in taken)
        if own is not None:
            names, no = (*own.names, *names), (*own.no, *no)
            options[option.name] = msgspec.structs.replace(own, names=names, no=no)
        elif names:
            options[option.name] = msgspec.structs.replace(option, names=names, no=no)
        taken |= {*names, *no}
    return Table(table.server, table.version, tuple(options.values()))
