"""More lines than CI compares: python -m tests.differential --lines 100000 [--seed N]."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from tests.differential.count import VARIABLE
from tests.differential.lines import SEED_VARIABLE

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.differential", description=__doc__)
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--seed", type=int)
    options = parser.parse_args()
    told = {VARIABLE: str(options.lines)}
    if options.seed is not None:
        told[SEED_VARIABLE] = str(options.seed)
    command = [sys.executable, "-m", "pytest", "-q", "--timeout=3600", str(Path(__file__).parent)]
    sys.exit(subprocess.run(command, env=os.environ | told, check=False).returncode)
