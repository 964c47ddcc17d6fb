"""What a shell is given: its own options, and the parameters of its script."""

from typing import NamedTuple

import msgspec

from pinfold.inspect.commands.model import Process, Token, Value
from pinfold.inspect.commands.special import SET_LETTERS, SET_NAMES, SHOPT_NAMES

_LETTERS = (SET_LETTERS | frozenset("coO")) - {"a"}
_STARTS = ("--rcfile", "--init-file")
_NAMES = SET_NAMES - {"allexport"}


class ShellOptions(NamedTuple):
    """What a shell is told before its script."""

    end: int  # where they end
    letters: str
    is_read: bool  # none of them changes how a script is read


def options_of(words: tuple[Token, ...]) -> ShellOptions:
    """Where a shell's options end, and their letters."""
    letters = ""
    is_read = True
    index = 0
    while index < len(words):
        text = words[index].text
        index += 1
        if text in ("-", "--"):
            break
        if not text.startswith(("-", "+")):
            index -= 1
            break
        name = words[index].text if index < len(words) else ""
        if text.startswith("--"):
            is_read &= text != "--posix"
            letters += "r" * (text in _STARTS)
            index += text in _STARTS
            continue
        # `-euo pipefail`, `-O extglob`: the next word belongs to it.
        is_read &= text[-1] not in "oO" or name in (_NAMES if text[-1] == "o" else SHOPT_NAMES)
        is_read &= _LETTERS.issuperset(text[1:])
        letters += text[1:] if text.startswith("-") else ""
        index += text[-1] in "oO"
    is_read &= not {"r", "i"}.issubset(letters)  # an interactive shell reads that file first
    return ShellOptions(min(index, len(words)), letters, is_read)


def parameters_of(
    words: tuple[Token, ...], name: Value, *, always: bool = False
) -> tuple[Value, ...] | None:
    """`$0`, `$1` …: behind a text the first word is `$0`. None where their number is not known."""
    if any(token.many for token in words):
        return None
    values = tuple(Value(t.text, t.place, t.where, t.via, t.unread) for t in words)
    return (name, *values) if always or not values else values


def settled(process: Process) -> Process:
    """What may be empty is one word to a program: no shell comes between any more."""
    if not any(token.unread is not None and token.unread.empty for token in process.argv):
        return process
    argv = tuple(map(_one_word, process.argv))
    return msgspec.structs.replace(process, argv=argv)


def _one_word(token: Token) -> Token:
    unread = token.unread
    if unread is None or not unread.empty or token.many:
        return token
    return msgspec.structs.replace(
        token, unread=msgspec.structs.replace(unread, clean=True, empty=False)
    )
