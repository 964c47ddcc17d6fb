"""Whose readings are kept: those that leave a cache small, whoever fills it."""

from collections.abc import Sequence

import msgspec

from pinfold.inspect.podspec import Container, Volume

_BYTES_MAX = 16 * 1024  # as JSON; longer ones are read each time
_encode = msgspec.json.Encoder().encode
# YAML can say what JSON cannot: half a character, a number without end, a thing within itself.
_NO_JSON = (ValueError, TypeError, OverflowError, RecursionError)


def is_kept(container: Container, volumes: Sequence[Volume]) -> bool:
    """Whether an answer may be kept with these as its key: every field of them counts."""
    try:
        return len(_encode((container, volumes))) <= _BYTES_MAX
    except _NO_JSON:
        return False
