"""Registries and hubs that know everything, and never change: for what is done with an answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from pinfold.cli.pinning.lock import Lock, LockedFile
from pinfold.cli.pinning.lookups import Lookups
from pinfold.cli.pinning.names import ImageName, ModelName, Name
from pinfold.cli.pinning.run import Outcome, pin
from pinfold.evidence.failures import LookupFailed

DIGEST = "sha256:" + "ab" * 32
COMMIT = "9f3c" * 10
NOW = datetime(2026, 11, 25, 12, 0, 0, 999, tzinfo=UTC)
FILES = {"config.json": LockedFile(blob="e" * 40, size=512)}


@dataclass
class Known:
    """Everything has the digest DIGEST and the commit COMMIT."""

    digest: str = DIGEST
    commit: str = COMMIT
    asked: list[Name] = field(default_factory=list)
    missing: frozenset[str] = frozenset()
    files: tuple[str, ...] = ()  # beside config.json
    closed: int = 0

    def image(self, name: ImageName) -> str:
        self._take(name)
        return self.digest

    def model(self, name: ModelName) -> tuple[str, Mapping[str, LockedFile]]:
        self._take(name)
        more = dict.fromkeys(self.files, LockedFile(sha256="d" * 64, size=1))
        return self.commit, {**FILES, **more}

    def close(self) -> None:
        self.closed += 1

    def _take(self, name: Name) -> None:
        self.asked.append(name)
        if str(name) in self.missing:
            raise LookupFailed(f"nobody has {name}")


def lookups(known: Known, lock: Lock | None = None, *, update: bool = False) -> Lookups:
    return Lookups(lock or Lock(), lambda: known, NOW, update)


def pinned(text: str, known: Known | None = None, *, update: bool = False) -> tuple[str, Outcome]:
    """A file as it becomes, and what is said of it."""
    outcome = pin({"x.yaml": text.encode()}, lookups(known or Known(), update=update))
    return outcome.files[0].after.decode(), outcome
