"""Read a server's option table from its published package, without importing it.

usage: python hack/read_options.py vllm 0.33.0 WHEEL_OR_FOLDER > …/servers/tables/vllm-0.33.0.json

vLLM makes most of its options from the fields of dataclasses, so the source is followed by its
syntax tree (hack/options_/): `make_arg_parser` is walked as the interpreter would walk it, every
`add_argument` is recorded, and `get_kwargs(SomeConfig)` is answered from the annotations of that
class. A name or an arity that cannot be told is an error, because a table that is not whole would
refuse commands that are valid.
"""

import json
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

if __name__ == "__main__" and __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from hack.options_ import sglang
from hack.options_.parser_code import Reader
from hack.options_.source import Source

MAKERS = ("entrypoints/common/cli_args.py", "entrypoints/openai/cli_args.py")  # newest first


def read_vllm(root: Path, version: str) -> dict[str, Any]:
    """The table of `vllm serve` and of its API server module."""
    source = Source(root / "vllm")
    found = [hit for path in MAKERS if (hit := source.find(path, "make_arg_parser"))]
    if not found:
        raise SystemExit("make_arg_parser was not found")
    reader = Reader(source, inverses=source.mentions("EnableDisableAction"))
    reader.call(*found[0], {})
    reader.complete(["-h", "--help"], "0")  # argparse adds it
    reader.complete(["--config"], "1")  # in 0.8 `vllm serve` adds it
    return {
        "server": "vllm",
        "version": version,
        "read_from": sorted("vllm/" + path for path in reader.files),
        "options": sorted(reader.options, key=lambda row: str(row["names"][0])),
    }


def read_sglang(root: Path, version: str) -> dict[str, Any]:
    """The table of `sglang serve` and of its launch_server module."""
    options, files = sglang.rows_of(root / "sglang")
    options.append({"names": ["-h", "--help"], "arity": "0"})
    return {
        "server": "sglang",
        "version": version,
        "read_from": files,
        "options": sorted(options, key=lambda row: str(row["names"][0])),
    }


READERS = {"vllm": read_vllm, "sglang": read_sglang}


def written(table: dict[str, Any]) -> str:
    """The table as JSON, an option a line."""
    rows = ",\n".join("  " + json.dumps(row) for row in table["options"])
    head = {key: value for key, value in table.items() if key != "options"}
    return json.dumps(head, indent=1).removesuffix("\n}") + f',\n "options": [\n{rows}\n ]\n}}'


def main() -> None:
    """Print the table of one version."""
    server, version, package = sys.argv[1:4]
    if server not in READERS:
        raise SystemExit(f"tables are generated for {', '.join(READERS)}")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(package)
        if root.is_file():
            with zipfile.ZipFile(root) as wheel:
                wheel.extractall(folder, [n for n in wheel.namelist() if n.endswith(".py")])
            root = Path(folder)
        print(written(READERS[server](root, version)))


if __name__ == "__main__":
    main()
