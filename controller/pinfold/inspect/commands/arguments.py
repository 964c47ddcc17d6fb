"""What a shell is given: its own options, and the parameters of its script."""

import msgspec

from pinfold.inspect.commands.model import Process, Token, Value


def first_word(words: tuple[Token, ...]) -> tuple[int, str]:
    """Where a shell's options end, and their letters."""
    letters = ""
    index = 0
    while index < len(words):
        text = words[index].text
        if text in ("-", "--"):
            return index + 1, letters
        if not text.startswith(("-", "+")):
            return index, letters
        is_short = not text.startswith("--")
        letters += text[1:] if is_short and text.startswith("-") else ""
        # `-euo pipefail`, `-O extglob`, `--rcfile FILE`: the next word belongs to it.
        takes_word = text in ("--rcfile", "--init-file") or (is_short and text[-1] in "oO")
        index += 2 if takes_word else 1
    return len(words), letters


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
