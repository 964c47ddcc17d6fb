"""Whose readings are kept: those that leave a cache small, whoever fills it.

A key is what was read, as JSON: bytes are compared and hashed sooner than what they were made of.
"""

from collections import OrderedDict
from collections.abc import Hashable, Sequence
from contextlib import suppress
from typing import Generic, TypeVar

import msgspec

from pinfold.inspect.podspec import Container, Volume

_BYTES_MAX = 16 * 1024  # as JSON; longer ones are read each time
_encode = msgspec.json.Encoder().encode
# YAML can say what JSON cannot: half a character, a number without end, a thing within itself.
_NO_JSON = (ValueError, TypeError, OverflowError, RecursionError)
Answer = TypeVar("Answer")


def key_of(value: Container | Sequence[Volume]) -> bytes | None:
    """What stands for a value in a key: every field of it counts. None where it is not kept."""
    try:
        key = _encode(value)
    except _NO_JSON:
        return None
    return key if len(key) <= _BYTES_MAX else None


class Kept(Generic[Answer]):
    """The last answers, by all that they depend on.

    Threads share it without a lock: each step below is one of the interpreter's own.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._answers: OrderedDict[Hashable, Answer] = OrderedDict()

    def get(self, key: Hashable) -> Answer | None:
        """The answer; None where it was never given, or is no longer kept."""
        answer = self._answers.get(key)
        if answer is not None:
            with suppress(KeyError):  # another thread may have let it go
                self._answers.move_to_end(key)
        return answer

    def put(self, key: Hashable, answer: Answer) -> None:
        """Keep an answer, for as long as it is among the last."""
        self._answers[key] = answer
        if len(self._answers) > self.most:
            with suppress(KeyError):
                self._answers.popitem(last=False)

    def clear(self) -> None:
        """Forget all."""
        self._answers.clear()
