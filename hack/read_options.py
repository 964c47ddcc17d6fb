"""Read a server's option table from its published package, without importing it.

usage: python hack/read_options.py SERVER VERSION [PACKAGE] > …/servers/tables/SERVER-VERSION.json
       python hack/read_options.py --list

PACKAGE is a wheel, an archive of the source, or the folder that it was unpacked in. Without it pip
downloads the package, if it is on the index. `--list` says for each server what it is read from.

The source is followed by its syntax tree (hack/options_/): an option's names, how many words it
takes, and the variable that stands for it. A name or an arity that cannot be told is an error,
because a table that is not whole would refuse commands that are valid.
"""

import json
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

if __name__ == "__main__" and __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from hack.options_ import others, sglang, vllm

Table = dict[str, Any]


@dataclass(frozen=True)
class Source:
    """How a server's options are read; `package`: its name on the index."""

    read: Callable[[Path, str], Table]
    package: str | None
    how: str
    is_sdist: bool = False  # the index has no wheel with what is needed


SOURCES = {
    "vllm": Source(vllm.table, "vllm", "make_arg_parser and the annotations of its dataclasses"),
    "vllm-entries": Source(vllm.entries, "vllm", "the parsers of its other commands, likewise"),
    "sglang": Source(sglang.table, "sglang", "add_argument calls (0.4), annotated fields (0.5)"),
    "sglang-router": Source(others.sglang_router, "sglang-router", "calls in router_args.py"),
    "lmdeploy": Source(others.lmdeploy, "lmdeploy", "calls in cli/serve.py and ArgumentHelper"),
    "infinity": Source(others.infinity, "infinity_emb", "the parameters of v2 in cli.py (typer)"),
    "hf": Source(others.hf, "huggingface_hub", "the parameters of download (typer), or calls"),
    "kserve": Source(others.kserve, None, "calls in model_server.py and huggingfaceserver"),
    "tei": Source(others.tei, None, "the fields of Args in router/src/main.rs (clap)"),
    "tgi": Source(others.tgi, None, "the fields of Args in launcher/src/main.rs (clap)"),
    "tgi-trtllm": Source(others.tgi_trtllm, None, "the fields of Args in backends/trtllm"),
    "tgi-llamacpp": Source(others.tgi_llamacpp, None, "the fields of Args in backends/llamacpp"),
    "tgi-serve": Source(others.tgi_serve, None, "the parameters of serve in its cli.py (typer)"),
    "tgi-download": Source(others.tgi_download, None, "the parameters of download_weights"),
    "llama.cpp": Source(
        others.llama_cpp, "llama_cpp_python", "common_arg calls in common/arg.cpp", is_sdist=True
    ),
    "llama-cpp-python": Source(
        others.llama_cpp_python, "llama_cpp_python", "the fields of its settings", is_sdist=True
    ),
    "trtllm": Source(others.trtllm, None, "the decorators in tensorrt_llm/commands/serve.py"),
    "git-clone": Source(others.git_clone, None, "the macros of struct option in builtin/clone.c"),
}


def listed() -> str:
    """What each server is read from, a line each."""
    rows = [
        (name, source.package or "its repository", source.how) for name, source in SOURCES.items()
    ]
    return "\n".join(f"{name:<18}{package:<18}{how}" for name, package, how in rows)


def written(table: Table) -> str:
    """The table as JSON, an option a line."""
    if "options" not in table:
        return _short_lines(table)
    rows = ",\n".join("  " + json.dumps(row) for row in table["options"])
    head = {key: value for key, value in table.items() if key != "options"}
    return json.dumps(head, indent=1).removesuffix("\n}") + f',\n "options": [\n{rows}\n ]\n}}'


def _short_lines(table: Table) -> str:
    """Several tables in one file: a command of them a line."""
    head = {key: value for key, value in table.items() if key != "entries"}
    lines = ",\n".join(f"  {json.dumps(k)}: {json.dumps(v)}" for k, v in table["entries"].items())
    return json.dumps(head).removesuffix("}") + f',\n "entries": {{\n{lines}\n }}\n}}'


def download(source: Source, version: str, folder: Path) -> Path:
    """The package, by pip and without what it depends on."""
    if source.package is None:
        raise SystemExit("it is on no index: name the folder of its repository")
    kind = ["--no-binary" if source.is_sdist else "--only-binary", ":all:"]
    if not source.is_sdist:
        kind += ["--python-version", "3.12", "--platform", "any"]
        for tag in ("manylinux2014", "manylinux_2_28", "manylinux_2_31", "manylinux_2_35"):
            kind += ["--platform", f"{tag}_x86_64"]
    wanted = f"{source.package}=={version}"
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", *kind, wanted]
    subprocess.run([*command, "-d", str(folder)], check=True)
    return next(folder.iterdir())


def unpacked(package: Path, folder: Path) -> Path:
    """The folder of a package's files."""
    if package.is_dir():
        return package
    if package.suffix in (".whl", ".zip"):
        with zipfile.ZipFile(package) as wheel:
            wheel.extractall(folder, [n for n in wheel.namelist() if n.endswith(".py")])
    else:
        with tarfile.open(package) as archive:
            for member in archive:
                _extract(archive, member, folder)
    return folder


def _extract(archive: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    """A file of an archive, if it lies inside (not every Python 3.11 has tarfile's own filter)."""
    path = folder / member.name
    file = archive.extractfile(member) if member.isfile() and ".." not in path.parts else None
    if file is not None and path.is_relative_to(folder):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.read())


def main() -> None:
    """Print the table of one version, or what there is to read."""
    arguments = sys.argv[1:]
    if arguments == ["--list"]:
        print(listed())
        return
    if len(arguments) not in (2, 3) or arguments[0] not in SOURCES:
        raise SystemExit(__doc__)
    source = SOURCES[arguments[0]]
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        given = arguments[2:]
        package = Path(given[0]) if given else download(source, arguments[1], Path(first))
        print(written(source.read(unpacked(package, Path(second)), arguments[1])))


if __name__ == "__main__":
    main()
