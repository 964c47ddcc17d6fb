"""Scripts that stand in a field of their own, beside the command that is given their file."""

import re

_INTERPRETERS = re.compile(r"(?:.*/)?(?:(?:ba|da|k|z)?sh|python[0-9.]*)")


def running(command: tuple[str, ...], script: str, file: str) -> tuple[str, ...]:
    """A command that runs a file with this script in it; the last word says what it runs."""
    if command and _INTERPRETERS.fullmatch(command[0]):
        return (*command, "-c", script)
    return (*command, file)
