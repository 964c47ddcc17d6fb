"""The tables of docs/servers.md, from pinfold.inspect.servers.listed.

usage: python -m hack.generate_servers [--check]
"""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from hack.generate_crds import CHART, differing
from pinfold.inspect.servers.clients import CLIENTS
from pinfold.inspect.servers.listed import DOWNLOADS, SERVERS
from pinfold.inspect.servers.model import Entry, Flag, JsonKey, Module, Program, Server, Variable

PAGE = CHART.parent.parent / "docs" / "servers.md"
_PARTS: dict[str, tuple[Server, ...]] = {
    "servers": tuple(one for one in SERVERS if one not in (*DOWNLOADS, *CLIENTS)),
    "downloads": DOWNLOADS,
    "clients": CLIENTS,
}
_HEAD = (
    "| name | started by | images | options of version | option that pins |\n"
    "| --- | --- | --- | --- | --- |\n"
)


def table(servers: Iterable[Server]) -> str:
    """A row for each name: some programs have several descriptions."""
    names: dict[str, list[Server]] = {}
    for server in servers:
        names.setdefault(server.name, []).append(server)
    return _HEAD + "".join(f"| {' | '.join(_row(name, same))} |\n" for name, same in names.items())


def _row(name: str, same: list[Server]) -> Iterator[str]:
    yield f"`{name}`"
    yield _listed(text for one in same for entry in one.commands for text in _commands(entry))
    yield _listed(image for one in same for image in one.image_names)
    versions = (table.version for one in same for table in one.tables if table.options)
    yield ", ".join(dict.fromkeys(versions))
    yield _listed(_source(pin) for one in same for slot in one.slots for pin in slot.pinned_by)


def _listed(texts: Iterable[str]) -> str:
    return ", ".join(f"`{text}`" for text in dict.fromkeys(texts) if text)


def _commands(entry: Entry) -> Iterator[str]:
    if isinstance(entry, Module):
        yield f"python -m {entry.name}"
    elif isinstance(entry, Program):
        for name in entry.names[:1]:
            yield " ".join((name, *entry.words))


def _source(source: object) -> str:
    match source:
        case Flag(name) | Variable(name):
            return name
        case JsonKey(flag, key):
            return f"{flag} {key}"
    return ""


def outputs() -> dict[Path, str]:
    """What should stand in the page."""
    page = PAGE.read_text("utf-8")
    for name, servers in _PARTS.items():
        begin, end = f"<!-- generated: {name} -->\n", f"<!-- end of {name} -->\n"
        before, _, rest = page.partition(begin)
        page = f"{before}{begin}{table(servers)}{end}{rest.partition(end)[2]}"
    return {PAGE: page}


def main() -> None:
    """Write what differs; with --check only say so, and end with 1."""
    wanted = outputs()
    for path in differing(wanted):
        if "--check" in sys.argv[1:]:
            sys.exit(f"{path} is not what `make generate` would write")
        path.write_text(wanted[path], "utf-8")
        print(f"wrote {path}")


if __name__ == "__main__":
    main()
