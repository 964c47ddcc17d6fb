"""`python -m tests.cluster`: a cluster to play with, until Ctrl-C."""

import signal
import sys
import time

from tests.cluster.control_plane import Cluster
from tests.cluster.programs import ProgramsUnavailable


def main() -> None:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with Cluster() as cluster:
            print(f"export KUBECONFIG={cluster.kubeconfig}")
            print(f"export PATH={cluster.programs.kubectl.parent}:$PATH  # kubectl and helm")
            print("Ctrl-C ends it.", flush=True)
            while True:  # in short waits: a signal just before an endless one would be lost
                time.sleep(1)
    except KeyboardInterrupt:
        print("ended", file=sys.stderr)
    except ProgramsUnavailable as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
