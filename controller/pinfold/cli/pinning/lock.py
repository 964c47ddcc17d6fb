"""pinfold.lock: what names stood for when they were looked up. Its text is docs/pin.md's."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated

import msgspec

VERSION = 1
FILE = "pinfold.lock"

_Digest = Annotated[str, msgspec.Meta(pattern=r"^sha256:[0-9a-f]{64}\Z")]
_Commit = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{40}\Z")]
_Sha256 = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]


class UnusableLock(ValueError):
    """The file is no lock of ours: the message says why."""


class LockedImage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a tag stood for."""

    digest: _Digest
    found: datetime


class LockedFile(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True
):
    """A file of a commit: the SHA-256 of a large one, the git blob id of any other."""

    sha256: _Sha256 | None = None
    blob: _Commit | None = None
    size: int | None = None


class LockedModel(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a branch stood for; `asked` null is the default branch."""

    id: str
    endpoint: str
    asked: str | None
    commit: _Commit
    found: datetime
    files: dict[str, LockedFile]


class Lock(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What was looked up, by name."""

    version: int = VERSION
    images: dict[str, LockedImage] = {}
    models: tuple[LockedModel, ...] = ()

    def model(self, endpoint: str, identifier: str, asked: str | None) -> LockedModel | None:
        """The entry of a branch."""
        key = (endpoint, identifier, asked)
        return next((row for row in self.models if _key(row) == key), None)

    def asked(self, endpoint: str, identifier: str, commit: str) -> str | None:
        """The branch that a commit was looked up for; None: the default, or nobody knows."""
        rows = [r for r in self.models if (r.endpoint, r.id) == (endpoint, identifier)]
        return next((row.asked for row in rows if row.commit == commit), None)

    def having(self, images: Mapping[str, LockedImage], models: list[LockedModel]) -> "Lock":
        """With these entries in the place of those of the same names."""
        rows = {_key(row): row for row in (*self.models, *models)}
        return Lock(
            images={**self.images, **images},
            models=tuple(sorted(rows.values(), key=lambda r: (r.endpoint, r.id, r.asked or ""))),
        )


def _key(row: LockedModel) -> tuple[str, str, str | None]:
    return row.endpoint, row.id, row.asked


def read_lock(data: bytes) -> Lock:
    """Raises UnusableLock."""
    try:
        lock = msgspec.json.decode(data, type=Lock)
    except (msgspec.DecodeError, ValueError) as error:
        raise UnusableLock(str(error)) from error
    if lock.version != VERSION:
        raise UnusableLock(f"version {lock.version} is not read by this pinfold, {VERSION} is")
    return lock


def lock_text(lock: Lock) -> bytes:
    """Sorted by name, a field a line: two runs that find the same write the same."""
    data = msgspec.json.encode(lock, order="sorted")
    return msgspec.json.format(data, indent=2) + b"\n"


def in_seconds(now: datetime) -> datetime:
    """Nobody asks in which microsecond a tag was looked up."""
    return now.astimezone(UTC).replace(microsecond=0)
