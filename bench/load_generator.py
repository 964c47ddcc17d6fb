"""The load generator of bench/load: built once with Go, and run on a core of its own."""

import hashlib
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import msgspec

from tests.cluster.cache import cache_folder, only_builder
from tests.cluster.go_toolchain import go_command, go_environment

_SOURCE = Path(__file__).parent / "load"


class Measured(msgspec.Struct, frozen=True):
    """What one run saw."""

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    max_ms: float
    refused: int


@dataclass(frozen=True, slots=True)
class LoadGenerator:
    """A built program, the reviews that it sends, and the core that it runs on."""

    program: Path
    reviews: Path
    core: int

    def run(self, port: int, connections: int, seconds: float, *, fresh: bool) -> Measured:
        """Sends reviews for so long. Raises CalledProcessError where one failed."""
        done = subprocess.run(
            [
                str(self.program),
                f"-address=127.0.0.1:{port}",
                f"-reviews={self.reviews}",
                f"-connections={connections}",
                f"-seconds={seconds}",
                f"-fresh={'true' if fresh else 'false'}",
            ],
            stdout=subprocess.PIPE,
            check=True,
            preexec_fn=lambda: os.sched_setaffinity(0, {self.core}),
        )
        return msgspec.json.decode(done.stdout, type=Measured)


def build() -> Path:
    """The program, from the cache where it was built before. Raises GoUnavailable."""
    cache = cache_folder()
    name = hashlib.sha256((_SOURCE / "main.go").read_bytes()).hexdigest()[:16]
    program = cache / f"load-{name}"
    if not program.exists():
        with only_builder(cache):
            go = go_command((1, 26), cache)
            command = [str(go), "build", "-trimpath", "-o", str(program), "."]
            subprocess.run(command, cwd=_SOURCE, env=go_environment(), check=True)
    return program
