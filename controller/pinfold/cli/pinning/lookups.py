"""Names looked up: in the lock first, then outside, many at a time."""

import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from pinfold.cli.pinning.lock import Lock, LockedFile, LockedImage, LockedModel, in_seconds
from pinfold.cli.pinning.names import ImageName, ModelName, Name
from pinfold.evidence.failures import LookupFailed, Patience, Unreachable

_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Found:
    """The digest or commit that a name stands for."""

    revision: str


@dataclass(frozen=True, slots=True)
class Missing:
    """Why there is none."""

    why: str


Answer = Found | Missing
Entry = LockedImage | LockedModel


class Outside(Protocol):
    """Registries and hubs."""

    def image(self, name: ImageName) -> str:
        """The digest of a tag. Raises LookupFailed."""

    def model(self, name: ModelName) -> tuple[str, Mapping[str, LockedFile]]:
        """The commit of a branch, and its files. Raises LookupFailed."""

    def close(self) -> None:
        """End the connections."""


class Progress(Protocol):
    """Told of every look-up that is over."""

    def __call__(self, futures: Iterable[Future[None]], count: int) -> Iterable[Future[None]]:
        """The same futures, shown as they come."""


def silent(futures: Iterable[Future[None]], count: int) -> Iterable[Future[None]]:  # noqa: ARG001
    return futures


@dataclass(slots=True)
class Lookups:
    """`outside` is made when it is first needed; None: nobody is asked."""

    lock: Lock
    outside: Callable[[], Outside] | None
    now: datetime
    update: bool = False
    progress: Progress = silent
    _answers: dict[Name, Answer] = field(default_factory=dict)
    _entries: dict[Name, Entry] = field(default_factory=dict)
    _silent_hosts: dict[str, str] = field(default_factory=dict)

    def answers(self, names: Iterable[Name]) -> Mapping[Name, Answer]:
        """What each name stands for."""
        asked = []
        for name in dict.fromkeys(names):
            locked = None if self.update else self._locked(name)
            if locked is not None:
                self._answers[name] = Found(locked)
            elif name not in self._answers:
                asked.append(name)
        if asked and self.outside is None:
            self._answers |= dict.fromkeys(asked, Missing("it is not in the lock file (--offline)"))
        elif asked:
            self._ask_all(asked)
        return self._answers

    def files_of(self, name: Name | None) -> Iterable[str]:
        """The files of a model that was looked up."""
        if not isinstance(name, ModelName):
            return ()
        entry = self.locked().model(name.endpoint, name.id, name.asked)
        return entry.files if entry else ()

    def locked(self) -> Lock:
        """The lock with what was found."""
        images = {str(n): e for n, e in self._entries.items() if isinstance(e, LockedImage)}
        models = [entry for entry in self._entries.values() if isinstance(entry, LockedModel)]
        return self.lock.having(images, models)

    def _locked(self, name: Name) -> str | None:
        if isinstance(name, ImageName):
            image = self.lock.images.get(str(name))
            return image.digest if image else None
        model = self.lock.model(name.endpoint, name.id, name.asked)
        return model.commit if model else None

    def _ask_all(self, names: list[Name]) -> None:
        assert self.outside is not None
        threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="look-up")
        with closing(self.outside()) as outside, threads as pool:
            futures = [pool.submit(self._ask, outside, name) for name in names]
            try:
                for future in self.progress(as_completed(futures), len(futures)):
                    future.result()
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise

    def _ask(self, outside: Outside, name: Name) -> None:
        host = name.repository.partition("/")[0] if isinstance(name, ImageName) else name.endpoint
        if host in self._silent_hosts:
            self._answers[name] = Missing(self._silent_hosts[host])
            return
        try:
            entry = _entry(outside, name, in_seconds(self.now))
        except LookupFailed as error:
            self._answers[name] = Missing(str(error))
            if isinstance(error, Unreachable):
                self._silent_hosts[host] = str(error)
        else:
            self._keep(name, entry)

    def _keep(self, name: Name, entry: Entry) -> None:
        revision = entry.digest if isinstance(entry, LockedImage) else entry.commit
        self._answers[name] = Found(revision)
        if self._locked(name) != revision or not self.update:
            self._entries[name] = entry  # else it says already what is true


def _entry(outside: Outside, name: Name, now: datetime) -> Entry:
    if isinstance(name, ImageName):
        return LockedImage(outside.image(name), now)
    commit, files = outside.model(name)
    return LockedModel(
        id=name.id,
        endpoint=name.endpoint,
        asked=name.asked,
        commit=commit,
        found=now,
        files=dict(files),
    )


def ask_outside(patience: Patience) -> Outside:
    """The real registries and hubs. Raises ModuleNotFoundError without the extra `pin`."""
    # Both take longer to import than a run that finds all in the lock.
    from pinfold.cli.pinning.outside import AsUser  # noqa: PLC0415

    return AsUser(patience, os.environ)
