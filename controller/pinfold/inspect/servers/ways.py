"""The ways into a server: entry points, and the versions by which each is read."""

from collections.abc import Sequence
from dataclasses import dataclass

from pinfold.inspect.commands.model import Process, Token
from pinfold.inspect.dialects.tables import Table, numbers_of
from pinfold.inspect.servers.model import Entry, Server


@dataclass(frozen=True, slots=True)
class Way:
    """One way in: the entry point, its words, and what is known of the version."""

    entry: Entry
    words: tuple[Token, ...]
    tables: tuple[Table, ...]
    exact: bool  # the table is that of the very version that runs


def version_of(tag: str | None, server: Server) -> str | None:
    """A tag that can be a version of the server; None for one that only others around it have.

    nvcr.io/nvidia/vllm:25.09-py3 and rhaiis/vllm-cuda-rhel9:3.2.1 hold a vLLM 0.x.
    """
    numbers = numbers_of(tag) if tag else None
    newest = max(table.numbers for table in server.tables)
    return None if numbers is not None and numbers[0] > newest[0] == 0 else tag


def tables_of(tables: Sequence[Table], version: str | None) -> tuple[tuple[Table, ...], bool]:
    """Of a server's tables those that may hold for a version, and whether one holds for certain.

    A version between two tables is read by both, and may have options of neither.
    """
    numbers = numbers_of(version) if version else None
    if numbers is None or version is None:
        return tuple(tables), False
    for table in tables:
        if table.numbers == numbers:
            return (table,), version.removeprefix("v") == table.version
    below = [table for table in tables if table.numbers < numbers]
    above = [table for table in tables if table.numbers > numbers]
    return (*below[-1:], *above[:1]), False


def every_way(server: Server, ways: Sequence[Way], process: Process) -> list[Way]:
    """The same words as every version, and every command of the image, might take them."""
    entries = [way.entry for way in ways]
    if process.entrypoint:
        entries += [way.entry for way in ways_in(server, None, process)]
    words = ways[0].words if ways else process.argv
    tables = server.tables
    return [Way(one, words, one.tables or tables, exact=False) for one in dict.fromkeys(entries)]


def ways_in(server: Server, version: str | None, process: Process) -> list[Way]:
    """The ways into a server whose image's own command runs."""
    numbers = numbers_of(version) if version else None
    tables, exact = tables_of(server.tables, version)
    found = []
    for point in server.entrypoints:
        if point.when is not None and not point.when(process.environment):
            continue
        if numbers is None or point.since <= numbers < point.before:
            near = tuple(t for t in tables if not point.tables or t.version in point.tables)
            found.append(Way(point.entry, process.argv, near or tables, exact))
    return found
