"""Files written so that nobody ever sees half of one."""

import os
import shutil
import tempfile
from pathlib import Path

from pinfold.cli.pinning.outcome import Edited


class CannotSave(Exception):
    """The file is as it was; the message says why."""


def save(file: Edited) -> None:
    """Replace a file that is still what was read; links and permissions stay. Raises CannotSave."""
    path = Path(file.source).resolve()
    try:
        if path.read_bytes() != file.before:
            raise CannotSave(f"{file.source} was changed by somebody else meanwhile; run it again")
        write_whole(path, file.after)
    except OSError as error:
        raise CannotSave(f"{file.source} cannot be written: {error.strerror}") from error


def write_whole(path: Path, data: bytes) -> None:
    """Through a file beside it, which takes its place. Raises OSError."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        if path.exists():
            shutil.copymode(path, name)
        else:
            Path(name).chmod(0o666 & ~_umask())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
