"""What specs were read as at the last scan: nearly all of them are the same at the next."""

from collections.abc import Callable
from hashlib import blake2b

import msgspec

from pinfold.inspect.podspec import PodSpec
from pinfold.inspect.servers.case import Hints
from pinfold.inspect.workload import Workload

_MOST_BYTES = 32 * 2**20  # of specs; their readings are smaller
_encode = msgspec.json.Encoder().encode


class Readings:
    """Readings without files, which nothing but spec, namespace and hints decides.

    Kept from one scan to the next, and no longer: a spec that is gone is forgotten. Of what is
    beyond `most_bytes` nothing is kept, and it is read at each scan.
    """

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._before: dict[bytes, Workload] = {}
        self._now: dict[bytes, Workload] = {}
        self._bytes = 0

    def of(
        self, namespace: str, spec: PodSpec, hints: Hints, read: Callable[[], Workload]
    ) -> Workload:
        """What `read` says, or said at the last scan."""
        text = _encode((namespace, hints, spec))
        key = blake2b(text, digest_size=16).digest()
        known = self._now.get(key)
        if known is not None:
            return known
        found = self._before.get(key)
        if found is None:
            found = read()
        if self._bytes + len(text) <= self._most_bytes:
            self._bytes += len(text)
            self._now[key] = found
        return found

    def scanned(self) -> None:
        """A scan has come to its end: what it did not ask for is gone."""
        self._before, self._now, self._bytes = self._now, {}, 0
