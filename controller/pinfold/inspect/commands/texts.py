"""Programs that hand a text to a shell: `su -c TEXT`, `script -c TEXT`, `flock FILE -c TEXT`."""

from pinfold.inspect.commands.model import HOLE, Process, Token

_VALUES = {"su": "gGswC", "runuser": "gGsw", "script": "EoItTOBm", "flock": "wE"}
_LONG = ("--shell", "--group", "--supp-group", "--whitelist-environment", "--log-out", "--log-io",
         "--log-in", "--timeout", "--conflict-exit-code")  # fmt: skip
_COMMAND = "--command"
_SHELLS = ("/bin/sh", "/bin/bash", "/usr/bin/bash", "/usr/bin/sh", "sh", "bash")
TEXTS = frozenset(_VALUES)


def text_in(process: Process) -> Token | None:
    """The text that is handed on; None where there is none, or another program may get it."""
    program = process.argv[0].text.rpartition("/")[2]
    found: Token | None = None
    rest = list(process.argv[1:])
    while rest:
        word = rest.pop(0)
        if word.many or HOLE in word.text[:2] or word.text == "--":
            return None
        if not word.text.startswith("-") or word.text == "-":
            continue
        name, glued = _option(word, _VALUES[program])
        value = glued if glued is not None else None
        if name and glued is None:
            if not rest:
                return None
            value = rest.pop(0)
        if name in ("s", "--shell") and value is not None and value.text not in _SHELLS:
            return None
        if name in ("c", _COMMAND):
            found = value
    return found


def _option(word: Token, values: str) -> tuple[str, Token | None]:
    """An option that takes a value, and the value where it stands in the same word."""
    if word.text.startswith("--"):
        name, equals, _ = word.text.partition("=")
        takes = name in (_COMMAND, *_LONG)
        return (name if takes else "", word.cut(len(name) + 1) if equals and takes else None)
    for index, letter in enumerate(word.text[1:], start=1):
        if letter == "c" or letter in values:
            glued = word.cut(index + 1) if index + 1 < len(word.text) else None
            return letter, glued
    return "", None
