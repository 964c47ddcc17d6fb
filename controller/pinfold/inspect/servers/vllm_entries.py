"""vLLM's other commands and modules that load a model: each parses options of its own.

All take the engine's options; tables/vllm-entries-*.json says what else (paths under vllm/).
"""

import pkgutil
from collections.abc import Mapping

import msgspec

from pinfold.inspect.dialects import flexible
from pinfold.inspect.dialects.flexible import Flexible
from pinfold.inspect.dialects.parsed import Option
from pinfold.inspect.dialects.tables import Table
from pinfold.inspect.servers.model import Module, Program


class _Command(msgspec.Struct):
    also: tuple[str, ...]  # options that are those of `vllm serve`
    options: tuple[Option, ...]


class _File(msgspec.Struct):
    version: str
    engine: tuple[str, ...]  # options of every command, as `vllm serve` has them
    entries: Mapping[str, _Command]


SERVE_TABLES = tuple(Table.load(f"vllm-{version}") for version in ("0.8.5", "0.14.1", "0.33.0"))


def _read(version: str) -> _File:
    data = pkgutil.get_data(__package__ or "", f"tables/vllm-entries-{version}.json")
    assert data is not None
    return msgspec.json.decode(data, type=_File)


_FILES = tuple(_read(table.version) for table in SERVE_TABLES)


def tables_of(command: str, since: str = "0.8.5") -> tuple[Table, ...]:
    """The options of one command, in each version that has it."""
    found = []
    for serve, file in zip(SERVE_TABLES, _FILES, strict=True):
        own = file.entries.get(command)
        if own is not None and serve.numbers >= tuple(map(int, since.split("."))):
            shared = (serve.by_name[name] for name in (*file.engine, *own.also))
            found.append(Table("vllm", file.version, (*shared, *own.options)))
    return tuple(found)


_COMMAND = Flexible(hoists=False, positional=False)
_NESTED = Flexible(hoists=False, positional=False, nested=True)
_MODULE = Flexible(hoists=False, positional=False, subcommand=False)
_RUN_BATCH = tables_of("run-batch")
_GRPC = tables_of("grpc_server")
_SNAPSHOT = (
    Table("vllm", "0.33.0", (*SERVE_TABLES[-1].options, Option(("--snapshot-dir",), "1"))),
)

ENTRIES: tuple[Program | Module, ...] = (
    Program(
        "vllm launch render",
        flexible.COMPONENT,
        takes_model=True,  # entrypoints/cli/launch.py:79
        names=("vllm",),
        words=("launch", "render"),
    ),
    Program(
        "vllm snapshot create",
        flexible.SNAPSHOT,
        takes_model=True,  # entrypoints/cli/snapshot.py:18
        tables=_SNAPSHOT,
        names=("vllm",),
        words=("snapshot", "create"),
    ),
    Program(
        "vllm run-batch",
        _COMMAND,
        tables=tables_of("run-batch", since="0.14.1"),
        names=("vllm",),
        words=("run-batch",),
    ),
    Program(
        "vllm preload", _COMMAND, tables=tables_of("preload"), names=("vllm",), words=("preload",)
    ),
    *(
        Program(
            f"vllm bench {name}",
            _NESTED,
            tables=tables_of(f"bench {name}"),
            names=("vllm",),
            words=("bench", name),
        )
        for name in ("latency", "startup", "throughput")
    ),
    *(
        Module(name, _MODULE, tables=tables, name=name)
        for name, tables in (
            ("vllm.entrypoints.api_server", tables_of("api_server")),
            ("vllm.entrypoints.grpc_server", _GRPC),
            ("vllm.entrypoints.launchers.grpc_server", _GRPC[-1:]),
            ("vllm.entrypoints.openai.run_batch", _RUN_BATCH),
            ("vllm.entrypoints.launchers.run_batch", _RUN_BATCH[-1:]),
        )
    ),
    Module(
        "vllm.entrypoints.launchers.api_server.entry",
        flexible.PLAIN,
        tables=SERVE_TABLES[-1:],
        name="vllm.entrypoints.launchers.api_server.entry",
    ),
)
