"""Long commands that say, while they run, how long they have run and where they are."""

import os
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path

_SECONDS_BETWEEN_LINES = 20
_KEPT_LINES = 30


class LongCommandFailed(Exception):
    """The command ended with an error; the text holds the last lines that it wrote."""


class _Output:
    """What a command wrote: how many lines, and the last of them. Filled by a thread."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.count = 0
        self.last: deque[str] = deque(maxlen=_KEPT_LINES)
        self._process = process
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.last.append(line.rstrip())
            self.count += 1

    def finish(self) -> None:
        self._thread.join()

    def now_at(self) -> str:
        return f"step {self.count}: {self.last[-1][:60]}" if self.last else "starting"


def run_with_progress(
    title: str, argv: Sequence[str], *, cwd: Path, environment: Mapping[str, str]
) -> None:
    """Run `argv`, with a line about it on stderr when it starts, every 20 s, and at its end.

    Raises LongCommandFailed when it ends with anything but 0, OSError when it cannot be started.
    """
    begin = time.monotonic()
    _say(f"{title} ...")
    with subprocess.Popen(
        argv,
        cwd=cwd,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        output = _Output(process)
        try:
            _watch(title, process, output, begin)
        finally:
            if process.poll() is None:  # we were interrupted: a build must not go on alone
                process.terminate()
                process.wait()
            output.finish()
    if process.returncode != 0:
        raise LongCommandFailed(f"{title}: failed\n" + "\n".join(output.last))
    _say(f"{title}: done in {time.monotonic() - begin:.0f} s")


def _watch(title: str, process: subprocess.Popen[str], output: _Output, begin: float) -> None:
    """Wait for the end. A terminal gets one line that is rewritten, a log a line now and then."""
    terminal = sys.stderr.isatty()
    said = begin
    while True:
        try:
            process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            now = time.monotonic()
            text = f"{title}: {now - begin:.0f} s, {output.now_at()}"
            if terminal:
                _rewrite(text)
            elif now - said >= _SECONDS_BETWEEN_LINES:
                _say(text)
                said = now
        else:
            break
    if terminal:
        _rewrite("")


def _rewrite(text: str) -> None:
    width = os.get_terminal_size(sys.stderr.fileno()).columns or 80
    print(f"\r\033[K{text[: width - 1]}", end="", file=sys.stderr, flush=True)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
