"""`xargs COMMAND WORD…`: what it reads are more words of the command."""

import re

from pinfold.inspect.commands.model import HOLE, Process, Token, Unread
from pinfold.inspect.workload import Code

_PLAIN = frozenset({"-r", "-t", "--no-run-if-empty"})
_WITH_VALUE = frozenset({"-n", "-P", "-I", "-L", "-d", "-s", "-a", "-E"})


def given_by_xargs(process: Process) -> Process:
    """`xargs COMMAND WORD…`: what it reads are more words, as far as that is known."""
    words = process.argv[1:]
    command = words[_end_of_options(words) :] or (process.argv[0].saying("echo"),)
    detail = "xargs adds what it reads"
    first = command[0]
    more = Token(
        HOLE, first.place, first.where, first.via, Unread(Code.SHELL_SYNTAX, detail), many=True
    )
    options = words[: len(words) - len(command)]
    reads = process.reads
    # With any other option it may run several commands, or put the words elsewhere.
    known = reads is not None and reads.unread is None and all(o.text in _PLAIN for o in options)
    if known and reads is not None and not re.search(r"[\"'\\]", reads.text):
        return process.running((*command, *(reads.saying(w) for w in reads.text.split())))
    if any(option.text.startswith(("-I", "-i", "--replace")) for option in options):
        mark = next((o.text for o in reversed(options) if not o.text.startswith("-")), "{}")
        command = tuple(
            more if mark in word.text or "{}" in word.text else word for word in command
        )
        return process.running(command)
    return process.running((*command, more))


def _end_of_options(words: tuple[Token, ...]) -> int:
    index = 0
    while index < len(words) and words[index].text.startswith("-"):
        index += 2 if words[index].text in _WITH_VALUE else 1
    return min(index, len(words))
