"""Files that a command copies, moves, links or is told to write: `cp`, `mv`, `install`, `tee`.

A target that is a folder cannot be told from a file, so a copy is taken to lie at both; only one
of the two paths can be run.
"""

import posixpath
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import islice

import msgspec

from pinfold.inspect.commands.files import LINKED, path_of
from pinfold.inspect.commands.model import HOLE, Value, Word

_PROGRAMS = frozenset({"cp", "install", "ln", "mv", "tee"})
_WITH_VALUE = {"install": "mogtS"}  # letters of options that take a word; of the others _OTHERS
_OTHERS = "tS"
_LONG = ("--target-directory", "--suffix", "--mode", "--owner", "--group")
_KEEPS = "nuib"  # what lies at the target may stay
_DEEP = "rRa"  # all that lies in a folder
_MOST = 64  # files of one command

Change = tuple[str | None, Value | None]  # a path, or any; its text, if it is known


@dataclass(frozen=True, slots=True)
class Around:
    """What a copy needs to know."""

    folder: str | None  # that it runs in
    read: Callable[[str], Value | None]  # the text of a file
    names: Callable[[str], Sequence[str]]  # of the files in a folder
    reads: Value | None  # its standard input


def is_copier(words: Sequence[Word]) -> bool:
    """Whether a command copies files, and does nothing else."""
    return words[0].text.rpartition("/")[2] in _PROGRAMS


def copied(words: Sequence[Word], around: Around) -> tuple[list[Change], bool]:
    """The files that it changes, and whether those are all that it can change."""
    program = words[0].text.rpartition("/")[2]
    options, operands, folder = _parts(program, words[1:])
    if program == "tee":
        return _teed(operands, options, around), True
    if any(letter in options for letter in _KEEPS):
        return [], False
    pairs = list(islice(_pairs(program, operands, folder, around), _MOST))
    is_deep = program in ("ln", "mv") or any(letter in options for letter in _DEEP)
    is_known = not is_deep and not any(word.many or HOLE in word.text for word in words)
    return [(target, _text(source, program, around)) for source, target in pairs], is_known


def _text(source: str, program: str, around: Around) -> Value | None:
    value = around.read(source)
    if value is None or program != "ln":
        return value
    return msgspec.structs.replace(value, via=(*value.via, LINKED))


def _parts(program: str, words: Sequence[Word]) -> tuple[str, list[Word], str | None]:
    """The letters of its options, what it works on, and the folder that an option names."""
    letters = ""
    operands: list[Word] = []
    folder = None
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word.text == "--":
            return letters, [*operands, *rest], folder
        if not word.text.startswith("-") or word.text == "-":
            operands.append(word)
            continue
        name, value = _option(word.text, _WITH_VALUE.get(program, _OTHERS))
        if value == "" and rest:
            value = rest.pop(0).text
        letters += name
        if name.endswith("t") and value is not None:
            folder = value
    return letters, operands, folder


def _option(text: str, with_value: str) -> tuple[str, str | None]:
    """Its letters, and its value: None where it takes none, empty where the next word is it."""
    if text.startswith("--"):
        name, _, value = text.partition("=")
        letter = {
            "--no-clobber": "n",
            "--backup": "b",
            "--update": "u",
            "--archive": "a",
            "--recursive": "r",
            "--append": "a",
            "--target-directory": "t",
        }.get(name, "")
        return letter, value if name in _LONG else None
    for index, letter in enumerate(text[1:], start=1):
        if letter in with_value:
            return text[1 : index + 1], text[index + 1 :]
    return text[1:], None


def _teed(operands: list[Word], options: str, around: Around) -> list[Change]:
    """`tee FILE…`; behind what stood there before, the text is not known."""
    text = None if "a" in options else around.reads
    return [(None if w.many else path_of(w.text, around.folder), text) for w in operands]


def _pairs(
    program: str, operands: list[Word], folder: str | None, around: Around
) -> Iterator[tuple[str, str]]:
    """Each source with a path that it lies at afterwards."""
    if folder is None and operands:
        *operands, last = operands
        folder = HOLE if last.many else last.text
    folder = folder or HOLE
    target = path_of(folder, around.folder)
    if target is None:
        return
    at_file = len(operands) == 1 and not folder.endswith(("/", "/.", "/..")) and folder != "."
    for word in operands:
        if program != "ln" or word.text.startswith("/"):  # others count from the link's folder
            yield from _of_source(word, target, around, at_file=at_file)


def _of_source(
    word: Word, target: str, around: Around, *, at_file: bool
) -> Iterator[tuple[str, str]]:
    if HOLE in word.text:
        return
    source = path_of(word.text, around.folder)
    if source is None:
        return
    if word.many:
        head, _, pattern = source.rpartition("/")
        names = around.names(head)
        yield from (
            (f"{head}/{name}", f"{target}/{name}")
            for name in names
            if fnmatchcase(name, pattern) and (name[0] != "." or pattern[:1] == ".")
        )
        return
    name = posixpath.basename(source)
    yield source, f"{target}/{name}"
    if at_file:
        yield source, target
    for inner in around.names(source):
        yield f"{source}/{inner}", f"{target}/{inner}"
        yield f"{source}/{inner}", f"{target}/{name}/{inner}"
