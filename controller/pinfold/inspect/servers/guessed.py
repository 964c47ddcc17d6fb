"""A command line with words that are not known, read as a person reads it: past them.

`hf download org/m --token $TOKEN` fetches org/m, whatever $TOKEN is made of. What such a line names
is listed, but never as sure: the words that are not known could name anything else.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pinfold.inspect.commands.model import HOLE, Token, Unread
from pinfold.inspect.dialects.python_argparse import may_be_option
from pinfold.inspect.workload import Artefact, ContainerFacts, Opaque, State

_MOST_WORDS = 300
_FILES = ("--config", "--extra_llm_api_options")


def guesses(words: Sequence[Token]) -> Iterator[tuple[Token, ...]]:
    """The words with what is not known as one word each, as values of options only, as nothing."""
    if len(words) > _MOST_WORDS:
        return
    words = _with_files(words)
    if not any(_is_unknown(word) for word in words):
        yield tuple(words)
        return
    yield tuple(_one(word) for word in words if not _names_option(word))
    yield tuple(_values_only(words))
    yield tuple(_one(word) for word in words if not (word.many and _is_unknown(word)))


def as_guessed(facts: ContainerFacts, row: Opaque) -> ContainerFacts:
    """What was read past the unknown words, of which `row` tells: other words could replace it."""
    return replace(
        facts,
        artefacts=unsure(facts.artefacts),
        opaque=(row,),
        writes=tuple(replace(write, state="unknown") for write in facts.writes),
        possible=unsure(facts.possible),
        own=tuple(replace(write, state="unknown") for write in facts.own),
    )


def unsure(rows: Sequence[Artefact]) -> tuple[Artefact, ...]:
    """The artefacts that are named, without what is only so as long as nothing else is said."""
    return tuple(
        replace(row, state=State.OPAQUE, revision=None, pin=None)
        for row in rows
        if row.id is not None
    )


def no_file(_file: Token) -> tuple[str, str]:
    """A file that is not at hand, as if it said nothing."""
    return "{}", ""


def as_names(word: Token) -> Token:
    """`--include *.json` of a download: no file is named like an option, so none is one."""
    if word.unread is None or not word.unread.names or HOLE in word.text:
        return word
    return Token(word.text, word.place, word.where, word.via)


def _with_files(words: Sequence[Token]) -> Sequence[Token]:
    """A file whose name is not known is as much at hand as any other: see no_file."""
    before = ("", *(word.text for word in words))
    return [
        Token("x.yaml", word.place) if _is_hole(word) and name in _FILES else word
        for name, word in zip(before, words, strict=False)
    ]


def _is_hole(word: Token) -> bool:
    return word.unread is not None and HOLE in word.text


def _values_only(words: Sequence[Token]) -> Iterator[Token]:
    before = ""
    for word in words:
        follows_option = before.startswith("-") and "=" not in before
        if not _is_unknown(word):
            yield word
        elif follows_option and not _names_option(word):
            yield _one(word)
        before = word.text


def _is_unknown(word: Token) -> bool:
    return word.many or may_be_option(word) or _names_option(word)


def _names_option(word: Token) -> bool:
    """Whether it is an option of which the name is not known."""
    name = word.text.partition("=")[0]
    return word.unread is not None and name.startswith("-") and HOLE in name


def _one(word: Token) -> Token:
    if not word.many and not may_be_option(word):
        return word
    unread = word.unread and Unread(word.unread.code, word.unread.detail, clean=True)
    return Token(word.text, word.place, word.where, word.via, unread if HOLE in word.text else None)
