"""What a command prints, where its words decide that: `echo`, `printf`, `cat` of a known text.

A number or a name that only the machine knows is a hole of one word.
"""

import posixpath
import re
from collections.abc import Callable, Sequence

from pinfold.inspect.commands.expansion import worse
from pinfold.inspect.commands.model import HOLE, Unread, Value, Word
from pinfold.inspect.commands.portions import portion
from pinfold.inspect.workload import Code

FETCHERS = ("curl", "wget")
_SILENT = frozenset(
    {
        ":", "[", "cd", "chgrp", "chmod", "chown", "exec", "exit", "export", "false", "ln",
        "local", "mkdir", "mv", "return", "rm", "set", "shift", "shopt", "sleep", "sync", "test",
        "touch", "trap", "true", "ulimit", "umask", "wait",
    }
)  # fmt: skip
# With these words they print one word.
_ONE_WORD = re.compile(
    r"hostname|hostname -s|nproc|uuidgen|whoami|mktemp(?: -d)?|pwd|arch|uname -[mrs]|id -[un]{1,2}"
    r"|date \+%[sFTYmdH]+|wc -[lcw](?: .*)?|grep -c .*|cat /proc/sys/kernel/random/uuid"
)
_ESCAPES = {"\\n": "\n", "\\t": "\t", "\\\\": "\\"}
_FORMAT = re.compile(r"%%|%s|\\[nt\\]|[%\\]")

Read = Callable[[str], Value | None]


def printed(words: Sequence[Word], reads: Value | None, read: Read) -> Value | None:
    """What a command prints; None where that is not known."""
    name = words[0].text
    if any(word.many for word in words):
        return None
    match name:
        case "echo":
            return _echo(words[1:])
        case "printf":
            return _printf(words[1:])
        case "cat" | "tee":
            return _cat(words[1:] if name == "cat" else (), reads, read)
        case "basename" | "dirname":
            return _part(name, words[1:])
    if name in FETCHERS:
        detail = f"what {name} fetches is known only when the pod runs"
        return Value(HOLE, "", unread=Unread(Code.SHELL_SYNTAX, detail, fetched=True))
    if name in _SILENT:
        return Value("", "")
    line = " ".join(word.text for word in words)
    if _ONE_WORD.fullmatch(line):
        detail = f"the output of {line[:40]} is known only when the pod runs"
        return Value(HOLE, "", unread=Unread(Code.SHELL_SYNTAX, detail, clean=True))
    unread = None if any(word.unread for word in words) else portion(line, reads)
    return None if unread is None else Value(HOLE, "", unread=unread)


def _echo(words: Sequence[Word]) -> Value | None:
    end = "\n"
    if words and words[0].text == "-n":
        words, end = words[1:], ""
    if any("\\" in word.text for word in words) or (words and words[0].text.startswith("-")):
        return None  # bash leaves a backslash as it is, dash does not
    return joined_words(words, " ", end)


def joined_words(words: Sequence[Word], between: str = "", end: str = "") -> Value:
    """Several words as one text."""
    unread: Unread | None = None
    for word in words:
        unread = worse(unread, word.unread)
    via = tuple(dict.fromkeys(step for word in words for step in word.via))
    return Value(between.join(word.text for word in words) + end, "", via=via, unread=unread)


def _printf(words: Sequence[Word]) -> Value | None:
    """A format of `%s` and plain text, again while words are left."""
    if not words or words[0].unread is not None or words[0].text.startswith("-"):
        return None
    parts = _FORMAT.split(words[0].text)
    marks = _FORMAT.findall(words[0].text)
    if any(mark in ("%", "\\") for mark in marks):
        return None
    rest = list(words[1:])
    found: list[Word] = []
    while True:
        for part, mark in zip(parts, [*marks, ""], strict=True):
            found.append(Word(part))
            if mark == "%s":
                found.append(rest.pop(0) if rest else Word(""))
            else:
                found.append(Word(_ESCAPES.get(mark, mark[:1])))
        if not rest or "%s" not in marks:
            return joined_words(found)


def _cat(words: Sequence[Word], reads: Value | None, read: Read) -> Value | None:
    if not words or [word.text for word in words] == ["-"]:
        return reads
    texts = [read(word.text) if word.unread is None else None for word in words]
    known = [text for text in texts if text is not None]
    if len(known) < len(texts):
        return None
    return joined_words([Word(value.text, value.unread, value.via) for value in known])


def _part(name: str, words: Sequence[Word]) -> Value | None:
    if len(words) != 1 or words[0].unread is not None or words[0].text.strip("/") == "":
        return None
    path = words[0].text.rstrip("/")
    part = posixpath.basename(path) if name == "basename" else posixpath.dirname(path) or "."
    return Value(f"{part}\n", "", via=words[0].via)
