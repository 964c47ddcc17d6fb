"""The files that a person names: paths, folders and standard input, as documents."""

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from pinfold.documents.model import BrokenDocument, Document
from pinfold.documents.read import BYTES_MAX, read_documents

STDIN = "-"
ENDINGS = (".yaml", ".yml", ".json")


def read_inputs(paths: Iterable[str]) -> Iterator[Document | BrokenDocument]:
    """Every document of every file, in the order given; what cannot be opened is broken too."""
    for path, data in read_files(paths):
        if isinstance(data, BrokenDocument):
            yield data
        else:
            yield from read_documents(data, _name(path))


def read_files(paths: Iterable[str]) -> Iterator[tuple[str, bytes | BrokenDocument]]:
    """Every file by its path, in the order given; what cannot be opened is broken."""
    for path in _files_of(paths):
        try:
            yield path, _bytes_of(path)
        except OSError as error:
            words = f"it cannot be opened: {error.strerror}"
            yield path, BrokenDocument(_name(path), 0, 1, words)


def _files_of(paths: Iterable[str]) -> Iterator[str]:
    for path in paths:
        if path != STDIN and Path(path).is_dir():
            yield from _files_below(path)
        else:
            yield path


def _files_below(folder: str) -> Iterator[str]:
    """The manifests of a folder and its folders, by name; what is hidden stays out."""
    closed: list[OSError] = []
    for here, folders, files in os.walk(folder, onerror=closed.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if name.endswith(ENDINGS) and not name.startswith("."):
                yield str(Path(here, name))
    yield from (str(error.filename) for error in closed)  # opened once more, to say why not


def _bytes_of(path: str) -> bytes:
    """One byte more than is read at most is enough to be refused."""
    if path == STDIN:
        return sys.stdin.buffer.read(BYTES_MAX + 1)
    with Path(path).open("rb") as file:
        return file.read(BYTES_MAX + 1)


def _name(path: str) -> str:
    """The path as text: bytes in a file's name that are no UTF-8 could not be printed."""
    return os.fsencode(path).decode("utf-8", "replace")
